using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>How many cameras are held at one picture per second.</summary>
internal static class HoldTable
{
    /// <summary>Numbers of cameras, ascending.</summary>
    public static readonly int[] Ladder = [200, 500, 1_000, 1_500, 2_000, 3_000, 4_000];

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var most = arguments.Number("most", 2_000);
        var time = arguments.Seconds("seconds", 20);
        var warmUp = arguments.Seconds("warmup", 15);
        arguments.End();

        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        await Machine.TellAsync("no camera");
        var idle = await RecordingRun.MeasureAsync(source, 0, warmUp, time, cancellation);
        var table = new Table(
            "cameras", "pictures per second", "stored / due", "gaps above 1.5 s", "longest gap", "processor", "CPU per picture",
            "memory", "memory per camera");
        foreach (var cameras in Ladder.Where(step => step <= most))
        {
            await Machine.TellAsync($"{cameras} cameras");
            var run = await RecordingRun.MeasureAsync(source, cameras, warmUp, time, cancellation);
            table.Add(
                $"{cameras}", $"{run.Stored / run.Time.TotalSeconds:0}", $"{run.Stored / run.Expected:0.0 %}", $"{run.Gaps}",
                $"{run.LongestGap.TotalSeconds:0.00} s", $"{run.Processor / run.Time:0 %}",
                $"{(run.Processor / Math.Max(1, run.Stored)).TotalMilliseconds:0.000} ms", $"{new Usage(default, run.MemoryBytes)}",
                $"{(run.MemoryBytes - idle.MemoryBytes) / 1024.0 / cameras:0} KiB");
        }

        await table.PrintAsync($"Hold: one picture per second and camera, {new Usage(default, idle.MemoryBytes)} without cameras");
    }
}
