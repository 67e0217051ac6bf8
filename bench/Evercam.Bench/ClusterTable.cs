using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Recording, and serving what was recorded, by one, two and three servers with one PostgreSQL, one bucket and one Redis, beside one
/// process with SQLite and a disk, on the same processors.</summary>
internal static class ClusterTable
{
    private const string One = "one process, SQLite and disk";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 100);
        var most = arguments.Number("servers", 3);
        var time = arguments.Seconds("seconds", 60);
        var warmUp = arguments.Seconds("warmup", 120);
        arguments.End();

        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        await Machine.TellAsync(One);
        var (alone, served) = await MeasureOneAsync(source, cameras, warmUp, time, cancellation);
        var recording = new Table(
            "servers", "pictures per second", "stored / due", "gaps above 1.5 s", "CPU per picture: servers", "/ one process", "PostgreSQL", "Redis",
            "bucket", "all", "/ one process", "memory of a server");
        var serving = new Table(
            "servers", "pictures per second", "CPU per picture: servers", "/ one process", "PostgreSQL", "Redis", "bucket", "all", "/ one process",
            "p99", "errors");
        Add(recording, One, alone, [], alone);
        Add(serving, One, served, served);
        for (var servers = 1; servers <= most; servers++)
        {
            var name = $"{servers} with PostgreSQL, Redis and a bucket";
            await Machine.TellAsync(name);
#pragma warning disable CA2000 // It is disposed of at the end of the round.
            await using var cluster = await BenchCluster.StartAsync(cancellation);
#pragma warning restore CA2000
            var (run, others) = await cluster.RecordAsync(source, servers, cameras, warmUp, time, cancellation);
            Add(recording, name, run, others, alone);
            Add(serving, name, await cluster.ServeAsync(run, servers, cameras, time, cancellation), served);
        }

        await recording.PrintAsync($"Cluster: {cameras} cameras at 1 per second");
        await serving.PrintAsync("Cluster: the pictures that were recorded, served");
    }

    private static async Task<(RecordingRun Recorded, ServingRun Served)> MeasureOneAsync(
        Nginx source, int cameras, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        IReadOnlyList<long> keys;
        await using (var data = await BenchData.OpenAsync(folder.Path, postgres: null, cancellation))
        {
            keys = await data.AddCamerasAsync(cameras, source.Port, cancellation);
        }

        var recorded = await RecordingRun.MeasureAsync(folder.Path, keys, warmUp, time, cancellation);
        await using (var data = await BenchData.OpenAsync(folder.Path, postgres: null, cancellation))
        {
            await ServingRun.EndRecordingAsync(data, cancellation);
        }

        await using var server = await ServerProcess.StartAsync(folder.Path, "/v1/test", cancellation);
        return (recorded, await ServingRun.MeasureAsync([server], [], recorded, cameras, time, cancellation));
    }

    /// <param name="table">Where to.</param>
    /// <param name="name">What it was.</param>
    /// <param name="run">What the servers did, all together.</param>
    /// <param name="others">The processor time of PostgreSQL, Redis and the bucket.</param>
    /// <param name="alone">What one process did.</param>
    private static void Add(Table table, string name, RecordingRun run, TimeSpan[] others, RecordingRun alone)
    {
        var (each, ofOne) = (Math.Max(1, run.Stored), alone.Processor / Math.Max(1, alone.Stored));
        table.Add(
            [
                name, $"{run.Stored / run.Time.TotalSeconds:0.0}", $"{run.Stored / run.Expected:0.0 %}", $"{run.Gaps}",
                .. Costs(run.Processor, others, each, ofOne), $"{new Usage(default, run.MemoryBytes)}",
            ]);
    }

    private static void Add(Table table, string name, ServingRun run, ServingRun alone) => table.Add(
        [
            name, $"{run.Rate:0}", .. Costs(run.Processor, run.Others, run.Requests, alone.Processor / alone.Requests),
            $"{run.P99.TotalMilliseconds:0.0} ms", $"{run.Errors}",
        ]);

    /// <summary>Processor time per picture: of the servers, of what they share, of all together, and how many times that of one process.</summary>
    private static IEnumerable<string> Costs(TimeSpan processor, TimeSpan[] others, long pictures, TimeSpan ofOne)
    {
        var all = others.Aggregate(processor, (sum, one) => sum + one);
        return
        [
            Each(processor), Ratio(processor), .. others.Length == 0 ? ["", "", ""] : others.Select(Each), Each(all), Ratio(all),
        ];

        string Each(TimeSpan time) => $"{(time / pictures).TotalMilliseconds:0.000} ms";
        string Ratio(TimeSpan time) => $"{time / pictures / ofOne:0.00}";
    }
}
