using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace Evercam.Tests.Servers;

/// <summary>Stands between a program and a PostgreSQL server, until the program says certain words: those do not arrive, nor does anything
/// after them, on this connection or others. Connections are taken all the same, as by a server that stands still.</summary>
internal sealed class SilentProxy : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource over = new();
    private readonly TaskCompletionSource silence = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<TcpClient> programs = new();
    private readonly List<Task> conversations = [];
    private readonly int port;
    private readonly Task accepting;
    private volatile byte[]? words;

    private SilentProxy(NpgsqlConnectionStringBuilder settings)
    {
        port = settings.Port;
        listener.Start();
        settings.Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        Connection = settings.ConnectionString;
        accepting = AcceptAsync();
    }

    /// <summary>How to reach the database through it.</summary>
    public string Connection { get; }

    /// <summary>Ends when the words were said.</summary>
    public Task Silence => silence.Task;

    /// <summary>Stands before the server of a database.</summary>
    /// <param name="connection">How to reach it without the proxy.</param>
    public static SilentProxy Before(string connection) => new(new NpgsqlConnectionStringBuilder(connection));

    /// <summary>Which words are not to arrive.</summary>
    public void FallSilentAt(string said) => words = Encoding.UTF8.GetBytes(said);

    /// <summary>Breaks all connections.</summary>
    public void Cut()
    {
        while (programs.TryDequeue(out var program))
        {
            program.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await accepting;
        Cut();
        await Task.WhenAll(conversations);
        listener.Dispose();
        over.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var program = await listener.AcceptTcpClientAsync(over.Token);
                programs.Enqueue(program);
                conversations.Add(ConverseAsync(program));
            }
        }
        catch (OperationCanceledException)
        {
            // Not wanted any more.
        }
    }

    private async Task ConverseAsync(TcpClient program)
    {
        var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, port, over.Token);
            var (near, far) = (program.GetStream(), server.GetStream());
            await await Task.WhenAny(PassAsync(near, far, isAsked: true), PassAsync(far, near, isAsked: false));
        }
        catch (Exception end) when (end is IOException or SocketException or InvalidOperationException or OperationCanceledException)
        {
            // One side is gone, and so the other goes.
        }
        finally
        {
            program.Dispose();
            server.Dispose();
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to, bool isAsked)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, over.Token) is > 0 and var count)
        {
            if (isAsked && words is { } last && buffer.AsSpan(0, count).IndexOf(last) >= 0)
            {
                silence.TrySetResult();
            }

            if (!silence.Task.IsCompleted)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), over.Token);
            }
        }

        if (!isAsked && silence.Task.IsCompleted)
        {
            // A server that stands still does not hang up either: only the program may.
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, over.Token);
        }
    }
}
