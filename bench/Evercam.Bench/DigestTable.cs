using Evercam.Bench.Processes;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>What it costs that cameras ask for their password by Digest, beside the same cameras that ask for it by Basic.</summary>
internal static class DigestTable
{
    private const string UserName = "admin";
    private const string Password = "correct-horse-battery";
    private static readonly CameraAuth[] Ways = [CameraAuth.Basic, CameraAuth.DigestMd5, CameraAuth.DigestSha256];

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var most = arguments.Number("most", 2_000);
        var time = arguments.Seconds("seconds", 20);
        var warmUp = arguments.Seconds("warmup", 30);
        var nonceLife = arguments.Seconds("nonce", 30);
        arguments.End();

        var drawn = Pictures.Draw();
        var table = new Table(
            "cameras", "they ask for", "pictures per second", "stored / due", "gaps above 1.5 s", "longest gap", "processor", "CPU per picture",
            "of Basic", "memory", "requests per picture");
        foreach (var cameras in HoldTable.Ladder.Where(step => step <= most))
        {
            var basic = TimeSpan.Zero;
            foreach (var way in Ways)
            {
                await Machine.TellAsync($"{cameras} cameras, {way}");
                await using var host = await FakeCameraHost.StartAsync(
                    [.. Enumerable.Range(0, cameras).Select(number => NewCamera(number, way, nonceLife, drawn))], cancellation);
                var run = await MeasureAsync(host, warmUp, time, cancellation);
                var each = run.Processor / Math.Max(1, run.Stored);
                basic = way == CameraAuth.Basic ? each : basic;
                table.Add(
                    $"{cameras}", $"{way}", $"{run.Stored / run.Time.TotalSeconds:0}", $"{run.Stored / run.Expected:0.0 %}", $"{run.Gaps}",
                    $"{run.LongestGap.TotalSeconds:0.00} s", $"{run.Processor / run.Time:0 %}", $"{each.TotalMilliseconds:0.000} ms",
                    $"{each / basic:0.00}", $"{new Usage(default, run.MemoryBytes)}",
                    $"{(double)host.Cameras.Sum(camera => camera.Requests) / host.Cameras.Sum(camera => camera.Pictures):0.000}");
            }
        }

        await table.PrintAsync($"Digest: one picture per second and camera, nonces that live for {nonceLife.TotalSeconds:0} s");
    }

    private static FakeCamera NewCamera(int number, CameraAuth way, TimeSpan nonceLife, IReadOnlyList<byte[]> drawn) => new($"camera-{number}")
    {
        Auth = way,
        UserName = UserName,
        Password = Password,
        NonceLife = nonceLife,
        Picture = drawn[number % drawn.Count],
    };

    private static async Task<RecordingRun> MeasureAsync(
        FakeCameraHost host, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        IReadOnlyList<long> keys;
        await using (var data = await BenchData.OpenAsync(folder.Path, postgres: null, cancellation))
        {
            keys = await data.AddCamerasAsync(host.Cameras.Count, host.Port, cancellation);
            await using var db = data.OpenCatalog();
            var rows = await db.Cameras.OrderBy(row => row.Key).ToListAsync(cancellation);
            foreach (var (row, camera) in rows.Zip(host.Cameras))
            {
                row.JpgUrl = Setting.Of(host.UrlOf(camera).AbsolutePath);
                (row.CamUsername, row.CamPassword) = (Setting.Of(UserName), Setting.Of(Password));
            }

            await db.SaveChangesAsync(cancellation);
        }

        return await RecordingRun.MeasureAsync(folder.Path, keys, warmUp, time, cancellation);
    }
}
