using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Evercam.Tests.Attack;

/// <summary>Connections that somebody holds on to.</summary>
internal sealed class Holding : IDisposable
{
    private readonly List<Socket> held = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens one.</summary>
    /// <param name="server">Whose.</param>
    /// <param name="said">What is sent on it.</param>
    /// <param name="source">From which address.</param>
    /// <param name="receives">How many bytes may lie in wait for it; 0 for as many as usual.</param>
    public async Task<Socket> OpenAsync(Uri server, string said = "", string source = "127.0.0.1", int receives = 0)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (receives > 0)
        {
            socket.ReceiveBufferSize = receives;
        }

        held.Add(socket);
        socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(server.Host), server.Port), Cancellation);
        await socket.SendAsync(Encoding.Latin1.GetBytes(said), Cancellation);
        return socket;
    }

    /// <summary>The beginning of what the server says. Waits for that no longer than only a failure needs.</summary>
    public static async Task<string> ReadAsync(Socket socket, int length)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var said = new byte[length];
        for (var read = 0; read < length;)
        {
            var more = await socket.ReceiveAsync(said.AsMemory(read), limit.Token);
            Assert.NotEqual(0, more);
            read += more;
        }

        return Encoding.Latin1.GetString(said);
    }

    /// <summary>What the server says until it hangs up. Waits for that no longer than only a failure needs.</summary>
    public static async Task<string> ReadToEndAsync(Socket socket)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        var (said, buffer) = (new StringBuilder(), new byte[4_096]);
        try
        {
            while (await socket.ReceiveAsync(buffer, limit.Token) is > 0 and var read)
            {
                said.Append(Encoding.Latin1.GetString(buffer, 0, read));
            }
        }
        catch (SocketException)
        {
            // Hung up on in the midst of what it sent.
        }

        return said.ToString();
    }

    /// <summary>Asks who calls on a connection of its own, from an address.</summary>
    /// <returns>Nothing, if it was closed at once.</returns>
    public async Task<string> AskAsync(Uri server, string source)
    {
        try
        {
            return await ReadToEndAsync(await OpenAsync(server, "GET /v1/test HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", source));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    /// <summary>Lets all go.</summary>
    public void Dispose() => held.ForEach(socket => socket.Dispose());
}
