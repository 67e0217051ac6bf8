using System.Net.Sockets;
using Evercam.Tests.Servers;

namespace Evercam.Bench.Processes;

/// <summary>Debian's Redis on loopback.</summary>
internal sealed class Redis : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Child child;

    private Redis(Child child, int port) => (this.child, Address) = (child, $"127.0.0.1:{port}");

    public string Address { get; }

    public Usage Usage => child.Usage;

    /// <param name="own">A folder for its files.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public static async Task<Redis> StartAsync(string own, CancellationToken cancellation)
    {
        var port = FreePort.Find();
        var child = new Child("redis-server", "--port", $"{port}", "--bind", "127.0.0.1", "--dir", own, "--save", "", "--appendonly", "yes");
        try
        {
            while (!child.HasEnded)
            {
                using var knock = new TcpClient();
                try
                {
                    await knock.ConnectAsync("127.0.0.1", port, cancellation);
                    return new Redis(child, port);
                }
                catch (SocketException)
                {
                    await Task.Delay(Pause, TimeProvider.System, cancellation);
                }
            }

            await child.EndAsync(cancellation);
            throw new BenchException("Redis has ended.");
        }
        catch
        {
            await child.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();
}
