using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Evercam.Tests.Servers;

/// <summary>A Redis of its own: Debian's program on a free loopback port, with a folder that is thrown away, which can go and come back.</summary>
internal sealed class RedisInstance : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly TempFolder folder = new();
    private Process? process;
    private int port;

    private RedisInstance()
    {
    }

    public static bool IsInstalled { get; } = File.Exists(Program);

    /// <summary>How to reach it.</summary>
    public string Address => $"127.0.0.1:{port}";

    public static async Task<RedisInstance> StartAsync()
    {
        var instance = new RedisInstance();
        do
        {
            instance.port = FreePort.Find();
        }
        while (!await instance.TryServeAsync());

        return instance;
    }

    /// <summary>Kills it, until disposed of: from then on it serves again, at the same port.</summary>
    /// <param name="forgets">Whether it knows nothing then of what it was told before.</param>
    public async Task<IAsyncDisposable> ShutDownAsync(bool forgets = false)
    {
        await StopAsync();
        return new Down(this, forgets);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Dispose();
    }

    private async Task StopAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            process = null;
        }
    }

    /// <returns>Whether nobody else had the port.</returns>
    private async Task<bool> TryServeAsync()
    {
        process = Process.Start(new ProcessStartInfo(
            Program,
            ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder.Path, "--save", "", "--appendonly", "yes", "--logfile", "/dev/null"]))!;
        var answers = false;
        await Eventually.IsTrueAsync(async () => process.HasExited || (answers = await PingAsync()));
        return answers;
    }

    private async Task<bool> PingAsync()
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

    private sealed record Down(RedisInstance Instance, bool Forgets) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (Forgets)
            {
                Directory.Delete(Instance.folder["appendonlydir"], recursive: true);
            }

            Assert.True(await Instance.TryServeAsync(), "Redis does not serve again.");
        }
    }
}
