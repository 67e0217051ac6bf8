using System.Diagnostics;
using System.Globalization;
using System.Text;
using Evercam.Storage.S3;

namespace Evercam.Tests.Servers;

/// <summary>The other object storage that nobody here wrote: Debian's Ceph with its object gateway, on free loopback ports, in memory.</summary>
internal sealed class CephInstance : IBucketInstance
{
    private readonly TempFolder folder = new();
    private readonly int port = FreePort.Find();
    private readonly Process process;

    private CephInstance()
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Servers", "ceph-server.py");
        process = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3",
            [script, folder.Path, FreePort.Find().ToString(CultureInfo.InvariantCulture), port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    public static bool IsInstalled { get; } = new[] { "ceph", "ceph-mon", "ceph-osd", "radosgw" }.All(name => File.Exists($"/usr/bin/{name}"));

    public static async Task<CephInstance> StartAsync()
    {
        var instance = new CephInstance();
        var said = new StringBuilder();
        instance.process.ErrorDataReceived += (_, line) => said.AppendLine(line.Data);
        instance.process.BeginErrorReadLine();
        Assert.True(await instance.process.StandardOutput.ReadLineAsync() == "ready", $"Ceph did not start: {said}");
        return instance;
    }

    public Task<S3Options> CreateBucketAsync(string name) => BucketServer.CreateBucketAsync(new($"http://127.0.0.1:{port}"), name, "tester");

    public async ValueTask DisposeAsync()
    {
        // Its daemons die with it.
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        folder.Dispose();
    }
}
