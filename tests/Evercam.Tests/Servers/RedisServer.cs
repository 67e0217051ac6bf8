using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.RedisServer))]

namespace Evercam.Tests.Servers;

/// <summary>Debian's Redis on a free loopback port, started when a test first asks for it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly Lock starting = new();
    private Task<(Process Process, int Port)>? started;

    /// <summary>How to reach it.</summary>
    public async Task<string> FindAsync()
    {
        Assert.SkipUnless(File.Exists(Program), "Redis is not installed.");
        lock (starting)
        {
            started ??= StartAsync();
        }

        return $"127.0.0.1:{(await started).Port}";
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            using var process = (await started).Process;
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static async Task<(Process Process, int Port)> StartAsync()
    {
        while (true)
        {
            var port = FreePort.Find();
            var process = Process.Start(new ProcessStartInfo(
                Program, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--loglevel", "warning", "--logfile", "/dev/null"])
            {
                WorkingDirectory = Path.GetTempPath(),
            })!;
            if (await AnswersAsync(process, port))
            {
                return (process, port);
            }

            process.Dispose();
        }
    }

    private static async Task<bool> AnswersAsync(Process process, int port)
    {
        var answers = false;
        await Eventually.IsTrueAsync(async () => process.HasExited || (answers = await PingAsync(port)));
        return answers;
    }

    private static async Task<bool> PingAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, TestContext.Current.CancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            var answer = new byte[7];
            await stream.ReadExactlyAsync(answer, TestContext.Current.CancellationToken);
            return Encoding.ASCII.GetString(answer) == "+PONG\r\n";
        }
        catch (Exception refused) when (refused is SocketException or IOException)
        {
            return false;
        }
    }
}
