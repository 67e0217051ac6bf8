using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>What the server did with cameras at one picture per second.</summary>
/// <param name="From">Since when it counted.</param>
/// <param name="Expected">Pictures due in the time measured.</param>
/// <param name="Stored">Pictures taken in that time that are in the index.</param>
/// <param name="Gaps">Neighbouring pictures of a camera more than 1.5 s apart.</param>
/// <param name="LongestGap">The longest time between neighbouring pictures of a camera.</param>
/// <param name="Time">The time measured.</param>
/// <param name="Processor">The server's processor time.</param>
/// <param name="MemoryBytes">The server's resident memory at the end.</param>
internal sealed record RecordingRun(
    DateTimeOffset From, double Expected, int Stored, int Gaps, TimeSpan LongestGap, TimeSpan Time, TimeSpan Processor, long MemoryBytes)
{
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(1.5);

    public static async Task<RecordingRun> MeasureAsync(
        Nginx source, int cameras, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        IReadOnlyList<long> keys;
        await using (var data = await BenchData.OpenAsync(folder.Path, postgres: null, cancellation))
        {
            keys = await data.AddCamerasAsync(cameras, source.Port, cancellation);
        }

        return await MeasureAsync(folder.Path, keys, warmUp, time, cancellation);
    }

    /// <summary>Measures with cameras that are there already.</summary>
    /// <param name="dataDirectory">Where they are.</param>
    /// <param name="keys">Which they are.</param>
    /// <param name="warmUp">How long to record before it counts.</param>
    /// <param name="time">How long it counts.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<RecordingRun> MeasureAsync(
        string dataDirectory, IReadOnlyList<long> keys, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        var clock = TimeProvider.System;
        await Machine.SettleAsync(cancellation);
        DateTimeOffset from, to;
        Usage before, after;
        await using (var server = await ServerProcess.StartAsync(dataDirectory, "/v1/test", cancellation))
        {
            await Task.Delay(warmUp, clock, cancellation);
            (from, before) = (clock.GetUtcNow(), server.Usage);
            await Task.Delay(time, clock, cancellation);
            (to, after) = (clock.GetUtcNow(), server.Usage);
        }

        await using var recorded = await BenchData.OpenAsync(dataDirectory, postgres: null, cancellation);
        return await CountAsync(recorded, keys, from, to, after.Processor - before.Processor, after.MemoryBytes, cancellation);
    }

    /// <summary>Looks what was recorded from a moment to another.</summary>
    public static async Task<RecordingRun> CountAsync(
        BenchData recorded, IReadOnlyList<long> keys, DateTimeOffset from, DateTimeOffset to, TimeSpan processor, long memoryBytes,
        CancellationToken cancellation)
    {
        var (stored, gaps, longest) = (0, 0, TimeSpan.Zero);
        foreach (var key in keys)
        {
            var pictures = await recorded.Index.ListAsync(key, from, to, int.MaxValue, cancellation);
            var steps = pictures.Zip(pictures.Skip(1), (one, next) => next.TakenAt - one.TakenAt).ToList();
            stored += pictures.Count;
            gaps += steps.Count(step => step > Late);
            longest = steps.Append(longest).Max();
        }

        return new(from, keys.Count * (to - from).TotalSeconds, stored, gaps, longest, to - from, processor, memoryBytes);
    }
}
