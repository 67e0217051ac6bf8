using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evercam.Bench.Allocations;

/// <summary>Asks over one kept connection and allocates nothing, so that all that is allocated is the server's.</summary>
internal sealed class RawCaller : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[4 * 1024 * 1024];

    public RawCaller(Uri server) => socket.Connect(IPAddress.Loopback, server.Port);

    /// <summary>A request, ready to be sent.</summary>
    /// <param name="path">The path, with its query.</param>
    /// <param name="headers">Lines of its head.</param>
    public static byte[] Request(string path, params string[] headers) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n");

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <returns>How many bytes came.</returns>
    public int Ask(byte[] request)
    {
        socket.Send(request);
        var (count, whole) = (0, 0);
        while (whole == 0 || count < whole)
        {
            var read = socket.Receive(buffer.AsSpan(count));
            if (read == 0)
            {
                throw new BenchException("The server has hung up.");
            }

            count += read;
            whole = whole > 0 ? whole : LengthOf(buffer.AsSpan(0, count));
        }

        return count;
    }

    public void Dispose() => socket.Dispose();

    /// <summary>How long an answer will be; 0 as long as that cannot be told.</summary>
    private static int LengthOf(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return 0;
        }

        if (!answer.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new BenchException($"The server answered: {Encoding.ASCII.GetString(answer[..head])}");
        }

        var length = answer[..head].IndexOf("Content-Length: "u8);
        return length >= 0 && Utf8Parser.TryParse(answer[(length + "Content-Length: ".Length)..], out int body, out _)
            ? head + 4 + body
            : answer.EndsWith("\r\n0\r\n\r\n"u8) ? answer.Length : 0;
    }
}
