using System.Globalization;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Whether cameras are recorded in time while the old pictures of all of them are given up.</summary>
internal static class RetentionTable
{
    private const int KeepDays = 1;

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 1_000);
        var hours = arguments.Number("hours", 12);
        var time = arguments.Seconds("seconds", 60);
        var warmUp = arguments.Seconds("warmup", 15);
        arguments.End();

        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        var table = new Table(
            "retention", "packs given up", "stored / due", "gaps above 1.5 s", "longest gap", "processor", "CPU per picture");
        foreach (var isBounded in new[] { false, true })
        {
            await Machine.TellAsync($"{cameras} cameras with {hours} old packs each, {(isBounded ? "which go" : "which stay")}");
            table.Add(await MeasureAsync(source, cameras, hours, isBounded, warmUp, time, cancellation));
        }

        await table.PrintAsync($"Retention: {cameras} cameras at 1 per second");
    }

    private static async Task<string[]> MeasureAsync(
        Nginx source, int cameras, int hours, bool isBounded, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        using var data = new TempFolder();
        var day = TimeProvider.System.GetUtcNow().AddDays(-2 * KeepDays);
        var keys = await PrepareAsync(data.Path, source, cameras, hours, new(day.Date, default), isBounded, cancellation);
        var before = CountPacks(data.Path, day);
        var run = await RecordingRun.MeasureAsync(data.Path, keys, warmUp, time, cancellation);
        return
        [
            isBounded ? "one day" : "none", $"{before - CountPacks(data.Path, day)} of {before}", $"{run.Stored / run.Expected:0.0 %}",
            $"{run.Gaps}", $"{run.LongestGap.TotalSeconds:0.00} s", $"{run.Processor / run.Time:0 %}",
            $"{(run.Processor / Math.Max(1, run.Stored)).TotalMilliseconds:0.000} ms",
        ];
    }

    /// <summary>Cameras with one picture in each of the first hours of a day.</summary>
    private static async Task<IReadOnlyList<long>> PrepareAsync(
        string directory, Nginx source, int cameras, int hours, DateTimeOffset day, bool isBounded, CancellationToken cancellation)
    {
        await using var data = await BenchData.OpenAsync(directory, postgres: null, cancellation);
        var keys = await data.AddCamerasAsync(cameras, source.Port, cancellation);
        var drawn = Pictures.Draw();
        await data.AddPicturesAsync(
            Enumerable.Range(0, hours).SelectMany(hour => keys.Select(key => (key, day.AddHours(hour), drawn[hour % drawn.Count]))),
            cancellation);
        if (isBounded)
        {
            await data.KeepAsync(KeepDays, cancellation);
        }

        return keys;
    }

    private static int CountPacks(string directory, DateTimeOffset day) =>
        Directory.EnumerateFiles(Path.Combine(directory, "archive"), "*.tar", SearchOption.AllDirectories)
            .Count(file => file.Contains(day.ToString("/yyyy/MM/dd/", CultureInfo.InvariantCulture), StringComparison.Ordinal));
}
