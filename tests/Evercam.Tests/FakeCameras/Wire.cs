using System.Net.Sockets;
using System.Text;

namespace Evercam.Tests.FakeCameras;

/// <summary>A bare socket: it shows what really came over the wire.</summary>
internal static class Wire
{
    /// <summary>Asks, and reads until the camera closes or so many bytes have come.</summary>
    public static async Task<string> AskAsync(Uri url, string headers, int most, CancellationToken cancellation)
    {
        using var socket = await ConnectAsync(url, headers, cancellation);
        return await ReadAsync(socket, most, cancellation);
    }

    public static async Task<Socket> ConnectAsync(Uri url, string headers, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(url.Host, url.Port, cancellation);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes($"GET {url.PathAndQuery} HTTP/1.1\r\nHost: {url.Authority}\r\n{headers}\r\n"), cancellation);
        return socket;
    }

    /// <summary>What came, byte for byte as Latin-1.</summary>
    public static async Task<string> ReadAsync(Socket socket, int most, CancellationToken cancellation)
    {
        var bytes = new byte[most];
        var length = 0;
        while (length < most)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(length), cancellation);
            if (read == 0)
            {
                break;
            }

            length += read;
        }

        return Encoding.Latin1.GetString(bytes, 0, length);
    }
}
