using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Recording, live and stored pictures, lists, uploads and log-ins at once, for minutes: whether memory stays as it is.</summary>
internal static class MixedTable
{
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 100);
        var time = arguments.Seconds("seconds", 600);
        var every = arguments.Seconds("every", 60);
        var warmUp = arguments.Seconds("warmup", 120);
        arguments.End();
        if (every > time)
        {
            throw new BenchException("--every is longer than --seconds.");
        }

        var people = (int)(MixedLoad.LogIns * (warmUp + time).TotalSeconds * 2) + 10;
        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        var keys = await StoreAsync(folder["data"], source, cameras, people, cancellation);
        await Machine.SettleAsync(cancellation);

        var minutes = new List<Minute>();
        IReadOnlyList<(Tally, int)> done;
        DateTimeOffset from, to;
        Usage before, after;
        await using (var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation))
        {
            using var visitors = new People(server.Address, people);
            using var load = new MixedLoad(server, visitors, cameras);
            await Machine.TellAsync("warming up");
            await load.RunAsync(warmUp, _ => Task.CompletedTask, cancellation);
            await using var watch = MemoryWatch.Start(server);
            (from, before) = (TimeProvider.System.GetUtcNow(), server.Usage);
            done = await load.RunAsync(time, tallies => WatchAsync(server, watch, tallies, minutes, every, time, cancellation), cancellation);
            (to, after) = (TimeProvider.System.GetUtcNow(), server.Usage);
        }

        await using var recorded = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation);
        var run = await RecordingRun.CountAsync(
            recorded, keys, from, to, after.Processor - before.Processor, after.MemoryBytes, cancellation);
        await PrintAsync(minutes, done, run, cameras);
    }

    private static async Task<IReadOnlyList<long>> StoreAsync(
        string directory, Nginx source, int cameras, int people, CancellationToken cancellation)
    {
        await using var data = await BenchData.OpenAsync(directory, postgres: null, cancellation);
        var keys = await data.AddCamerasAsync(cameras, source.Port, cancellation);
        await People.AddAsync(data, people, cancellation);
        var drawn = Pictures.Draw();
        await data.AddPicturesAsync(
            keys[0], ServeTable.First, Enumerable.Range(0, MixedLoad.Stored).Select(number => drawn[number % drawn.Count]), cancellation);
        return keys;
    }

    /// <summary>Writes down, from time to time, what memory and processor were used since the last time.</summary>
    private static async Task WatchAsync(
        ServerProcess server, MemoryWatch watch, IReadOnlyList<Tally> tallies, List<Minute> minutes, TimeSpan every, TimeSpan time,
        CancellationToken cancellation)
    {
        var (processor, requests, errors) = (server.Usage.Processor, 0, 0);
        for (var at = every; at <= time; at += every)
        {
            await Task.Delay(every, TimeProvider.System, cancellation);
            var (used, asked, failed) = (server.Usage.Processor, tallies.Sum(tally => tally.Done), tallies.Sum(tally => tally.Errors));
            minutes.Add(new(at, watch.Take(), (used - processor) / every, asked - requests, failed - errors));
            (processor, requests, errors) = (used, asked, failed);
            await Machine.TellAsync($"{at.TotalSeconds:0} s of {time.TotalSeconds:0} s: {Mebibytes(minutes[^1].Memory.ResidentBytes)}");
        }
    }

    private static async Task PrintAsync(
        IReadOnlyList<Minute> minutes, IReadOnlyList<(Tally Tally, int Pace)> done, RecordingRun run, int cameras)
    {
        var table = new Table(
            "until", "resident memory", "of the first", "GC heap, least", "of the first", "GC committed", "processor", "requests", "errors");
        foreach (var minute in minutes)
        {
            var (now, first) = (minute.Memory, minutes[0].Memory);
            table.Add(
                $"{minute.Until.TotalSeconds:0} s", Mebibytes(now.ResidentBytes), $"{now.ResidentBytes / first.ResidentBytes:0.00}",
                Mebibytes(now.HeapBytes), $"{now.HeapBytes / first.HeapBytes:0.00}", Mebibytes(now.CommittedBytes), $"{minute.Processor:0 %}",
                $"{minute.Requests}", $"{minute.Errors}");
        }

        await table.PrintAsync($"Mixed: {cameras} cameras at 1 per second, and all that users do");

        var kinds = new Table("what", "per second", "of the pace", "p50", "p99", "slowest", "errors");
        foreach (var (tally, pace) in done)
        {
            var rate = tally.Done / run.Time.TotalSeconds;
            kinds.Add(
                tally.Name, $"{rate:0.0}", $"{rate / pace:0 %}", $"{tally.Quantile(0.5).TotalMilliseconds:0.0} ms",
                $"{tally.Quantile(0.99).TotalMilliseconds:0.0} ms", $"{tally.Quantile(1).TotalMilliseconds:0.0} ms", $"{tally.Errors}");
        }

        await kinds.PrintAsync("What was asked");

        var facts = new Table("Evercam Server", "");
        facts.Add("pictures stored / due", $"{run.Stored} / {run.Expected:0}");
        facts.Add("gaps above 1.5 s", $"{run.Gaps}");
        facts.Add("longest gap", $"{run.LongestGap.TotalSeconds:0.00} s");
        facts.Add("resident memory grows in an hour by", Mebibytes(Growth(minutes, minute => minute.Memory.ResidentBytes)));
        facts.Add("GC heap grows in an hour by", Mebibytes(Growth(minutes, minute => minute.Memory.HeapBytes)));
        await facts.PrintAsync("The same run");
    }

    /// <summary>How steep the straight line is that fits best, in bytes per hour.</summary>
    private static double Growth(IReadOnlyList<Minute> minutes, Func<Minute, double> bytes)
    {
        var (time, mean) = (minutes.Average(minute => minute.Until.TotalHours), minutes.Average(bytes));
        var spread = minutes.Sum(minute => Math.Pow(minute.Until.TotalHours - time, 2));
        return spread == 0 ? 0 : minutes.Sum(minute => (minute.Until.TotalHours - time) * (bytes(minute) - mean)) / spread;
    }

    private static string Mebibytes(double bytes) => $"{bytes / (1024 * 1024):0.0} MiB";

    /// <summary>A minute, or another part of the time.</summary>
    /// <param name="Until">When it ended.</param>
    /// <param name="Memory">What memory the server had.</param>
    /// <param name="Processor">How much of one processor it used.</param>
    /// <param name="Requests">How many it answered well.</param>
    /// <param name="Errors">How many it did not.</param>
    private sealed record Minute(TimeSpan Until, MemoryReading Memory, double Processor, int Requests, int Errors);
}
