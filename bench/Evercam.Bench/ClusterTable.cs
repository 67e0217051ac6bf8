using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Recording by one, two and three servers with one PostgreSQL, one bucket and one Redis, beside one process with SQLite and a disk, on
/// the same processors.</summary>
internal static class ClusterTable
{
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 100);
        var most = arguments.Number("servers", 3);
        var time = arguments.Seconds("seconds", 60);
        var warmUp = arguments.Seconds("warmup", 120);
        arguments.End();

        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        await Machine.TellAsync("one process, SQLite and disk");
        var alone = await RecordingRun.MeasureAsync(source, cameras, warmUp, time, cancellation);
        var table = new Table(
            "servers", "pictures per second", "stored / due", "gaps above 1.5 s", "CPU per picture: servers", "/ one process", "PostgreSQL", "Redis",
            "bucket", "all", "/ one process", "memory of a server");
        Add(table, "one process, SQLite and disk", alone, [], alone);
        for (var servers = 1; servers <= most; servers++)
        {
            await Machine.TellAsync($"{servers} with PostgreSQL, Redis and a bucket");
#pragma warning disable CA2000 // It is disposed of at the end of the round.
            await using var cluster = await BenchCluster.StartAsync(cancellation);
#pragma warning restore CA2000
            var (run, others) = await cluster.RecordAsync(source, servers, cameras, warmUp, time, cancellation);
            Add(table, $"{servers} with PostgreSQL, Redis and a bucket", run, others, alone);
        }

        await table.PrintAsync($"Cluster: {cameras} cameras at 1 per second");
    }

    /// <param name="table">Where to.</param>
    /// <param name="name">What it was.</param>
    /// <param name="run">What the servers did, all together.</param>
    /// <param name="others">The processor time of PostgreSQL, Redis and the bucket.</param>
    /// <param name="alone">What one process did.</param>
    private static void Add(Table table, string name, RecordingRun run, TimeSpan[] others, RecordingRun alone)
    {
        var all = others.Aggregate(run.Processor, (sum, one) => sum + one);
        table.Add(
            [
                name, $"{run.Stored / run.Time.TotalSeconds:0.0}", $"{run.Stored / run.Expected:0.0 %}", $"{run.Gaps}", Each(run.Processor, run),
                Ratio(run.Processor), .. others.Length == 0 ? ["", "", ""] : others.Select(other => Each(other, run)), Each(all, run), Ratio(all),
                $"{new Usage(default, run.MemoryBytes)}",
            ]);

        string Ratio(TimeSpan processor) => $"{processor / Math.Max(1, run.Stored) / (alone.Processor / Math.Max(1, alone.Stored)):0.00}";
    }

    private static string Each(TimeSpan processor, RecordingRun run) => $"{(processor / Math.Max(1, run.Stored)).TotalMilliseconds:0.000} ms";
}
