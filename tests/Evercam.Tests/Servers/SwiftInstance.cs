using System.Diagnostics;
using System.Globalization;
using System.Text;
using Evercam.Storage.S3;

namespace Evercam.Tests.Servers;

/// <summary>An object storage that nobody here wrote: Debian's OpenStack Swift with its S3 layer, on free loopback ports, which can go away
/// and come back.</summary>
internal sealed class SwiftInstance : IBucketInstance
{
    private readonly TempFolder folder = new();
    private readonly int[] ports = [FreePort.Find(), FreePort.Find(), FreePort.Find(), FreePort.Find(), FreePort.Find()];
    private Process? process;

    private SwiftInstance()
    {
    }

    public static bool IsInstalled { get; } = Directory.Exists("/usr/lib/python3/dist-packages/swift") && File.Exists("/usr/bin/memcached");

    private Uri ServiceUrl => new($"http://127.0.0.1:{ports[0]}");

    public static async Task<SwiftInstance> StartAsync()
    {
        var instance = new SwiftInstance();
        await instance.ComeAsync();
        return instance;
    }

    public Task<S3Options> CreateBucketAsync(string name) => BucketServer.CreateBucketAsync(ServiceUrl, name, "test:tester");

    /// <summary>Comes back after it went, or comes for the first time.</summary>
    public async Task ComeAsync()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "swift-server.py");
        process = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", [script, folder.Path, .. ports.Select(port => port.ToString(CultureInfo.InvariantCulture))])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var said = new StringBuilder();
        process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        process.BeginErrorReadLine();
        Assert.True(await process.StandardOutput.ReadLineAsync() == "ready", $"Swift did not start: {said}");
    }

    /// <summary>Goes away.</summary>
    public async Task GoAsync()
    {
        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
            process = null;
        }
    }

    /// <summary>Goes away, until disposed of.</summary>
    public async Task<IAsyncDisposable> ShutDownAsync()
    {
        await GoAsync();
        return new Down(this);
    }

    public async ValueTask DisposeAsync()
    {
        await GoAsync();
        folder.Dispose();
    }

    private sealed record Down(SwiftInstance Instance) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await Instance.ComeAsync();
    }
}
