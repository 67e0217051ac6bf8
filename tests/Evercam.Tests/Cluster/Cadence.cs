using Evercam.Recorder;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Cluster;

/// <summary>What the recorded pictures of a camera say of its servers, by the schedule that all of them know.</summary>
internal static class Cadence
{
    /// <summary>For so long a machine with much to do may keep a camera's answer from its server, which then says that the camera was away.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(10);

    /// <summary>Which pauses are gaps by what is promised, and are not told by one span, from the second behind the last picture, or an
    /// interval earlier or later, to that of the next one, that the server was down.</summary>
    /// <param name="schedule">When pictures are due.</param>
    /// <param name="pictures">When they were taken, ascending.</param>
    /// <param name="facts">What is told, ascending.</param>
    /// <returns>Each of them, and what is told.</returns>
    public static IEnumerable<string> ListUnexplained(
        Schedule schedule, IReadOnlyList<DateTimeOffset> pictures, IReadOnlyList<(long Since, CoverageStatus Status)> facts) =>
        from pair in pictures.Zip(pictures.Skip(1))
        where pair.Second - pair.First > CameraCoverage.Tolerance(schedule)
            && !facts.Zip(facts.Skip(1)).Any(span => IsTold(span.First.Status, pair.Second - pair.First)
                && IsNear(span.First.Since, pair.First + schedule.Interval, schedule) && IsNear(span.Second.Since, pair.Second, schedule))
        select FormattableString.Invariant($"{pair.First:HH:mm:ss.fff} to {pair.Second:HH:mm:ss.fff}: ")
            + string.Join(", ", facts.Select(fact => FormattableString.Invariant($"{fact.Status} from {DateTimeOffset.FromUnixTimeSeconds(fact.Since):HH:mm:ss}")));

    private static bool IsTold(CoverageStatus status, TimeSpan pause) =>
        status == CoverageStatus.ServerDown || (pause <= Busy && status != CoverageStatus.Recorded);

    private static bool IsNear(long second, DateTimeOffset moment, Schedule schedule) =>
        Math.Abs(second - moment.ToUnixTimeSeconds()) <= schedule.Interval.TotalSeconds;
}
