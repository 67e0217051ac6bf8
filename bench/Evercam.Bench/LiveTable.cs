using Evercam.Bench.Processes;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>Many pages that show one public camera, each with a new picture every second, as evercam.js asks for it; beside as many
/// that ask for stored pictures.</summary>
internal static class LiveTable
{
    private const int Stored = 100;
    private static readonly TimeSpan EverySecond = TimeSpan.FromSeconds(1);
    private static readonly DateTimeOffset First = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var viewers = arguments.Number("viewers", 1_000);
        var time = arguments.Seconds("seconds", 20);
        var rounds = arguments.Number("rounds", 2);
        arguments.End();

        var drawn = Pictures.Draw();
        var camera = new FakeCamera("live") { Picture = drawn[0] };
        await using var host = await FakeCameraHost.StartAsync([camera], cancellation);
        using var folder = new TempFolder();
        await StoreAsync(folder["data"], host, drawn, cancellation);
        await Machine.SettleAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);

        Target live = new(
            "live picture of one camera", server.Address, "\"/v1/cameras/camera-0/snapshot.jpg?_=\" .. second", null, () => server.Usage);
        Target stored = new(
            "stored pictures", server.Address,
            $"\"/v1/cameras/camera-0/snapshots/\" .. second .. \".jpg?api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}\"",
            null, () => server.Usage);
        List<long> asked = [];
        await Target.MeasureAsync([live, stored], rounds, time, async (target, some) =>
        {
            var before = camera.Requests;
            var load = await Wrk.RunAsync(
                target.Address, target.Path, target.Header, Stored, First.ToUnixTimeSeconds(), viewers, some, cancellation, EverySecond);
            if (target == live)
            {
                asked.Add(camera.Requests - before);
            }

            return load;
        });

        // The first time is the warming up.
        var perSecond = asked.Skip(1).Sum() / (time * rounds).TotalSeconds;
        var table = new Table("what", "pictures per second", "CPU per picture", "of stored", "p50", "p99", "KB each", "errors", "camera asked per second");
        foreach (var target in new[] { live, stored })
        {
            table.Add(
                target.Name, $"{target.Rate:0}", $"{target.PerRequest.TotalMicroseconds:0} µs", $"{target.PerRequest / stored.PerRequest:0.00}",
                $"{target.Median.TotalMilliseconds:0.0} ms", $"{target.P99.TotalMilliseconds:0.0} ms", $"{target.BytesEach / 1000:0.0}",
                $"{target.Errors}", target == live ? $"{perSecond:0.00}" : "");
        }

        await table.PrintAsync($"Live: {viewers} viewers, each with a picture every second");
    }

    /// <summary>One public camera that is not recorded, with some pictures in the archive.</summary>
    private static async Task StoreAsync(string dataDirectory, FakeCameraHost host, IReadOnlyList<byte[]> drawn, CancellationToken cancellation)
    {
        await using var data = await BenchData.OpenAsync(dataDirectory, postgres: null, cancellation);
        var key = (await data.AddCamerasAsync(1, recordFrom: null, cancellation))[0];
        await data.AddPicturesAsync(key, First, Enumerable.Repeat(drawn[0], Stored), cancellation);
        await using var db = data.OpenCatalog();
        var row = await db.Cameras.SingleAsync(camera => camera.Key == key, cancellation);
        var url = host.UrlOf(host.Cameras[0]);
        (row.IsPublic, row.ExternalHost, row.ExternalHttpPort, row.JpgUrl) = (true, url.Host, url.Port, Setting.Of(url.AbsolutePath));
        await db.SaveChangesAsync(cancellation);
    }
}
