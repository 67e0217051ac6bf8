using Evercam.Recorder;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Cluster;

/// <summary>What the recorded pictures of a camera say of its servers, by the schedule that all of them know.</summary>
internal static class Cadence
{
    /// <summary>A timer may fire so much before its time.</summary>
    private static readonly TimeSpan EarlyTimer = TimeSpan.FromMilliseconds(20);

    /// <summary>How often a picture was recorded before it was due: then two servers recorded the camera.</summary>
    /// <remarks>How long after one picture the next one comes says little: one that was late may be followed at once by one that is not. But
    /// between any two that one server records lies a moment at which one is due, since it plans the next when it has the last; and
    /// so it is at a takeover: what the one before has in the index was taken before the other one had the camera, which then waits
    /// until a picture is due. What a frozen server put into the bucket is not looked at: it has no row before its hour is over.</remarks>
    /// <param name="schedule">When pictures are due.</param>
    /// <param name="pictures">When they were taken, ascending.</param>
    public static int CountDoubles(Schedule schedule, IReadOnlyList<DateTimeOffset> pictures) =>
        pictures.Zip(pictures.Skip(1)).Count(pair => pair.Second + EarlyTimer < schedule.Next(pair.First).At);

    /// <summary>How many pauses are gaps by what is promised, and are not told by one span, from the second behind the last picture, or an
    /// interval earlier or later, to that of the next one, that the server was down.</summary>
    /// <param name="schedule">When pictures are due.</param>
    /// <param name="pictures">When they were taken, ascending.</param>
    /// <param name="facts">What is told, ascending.</param>
    public static int CountUnexplained(
        Schedule schedule, IReadOnlyList<DateTimeOffset> pictures, IReadOnlyList<(long Since, CoverageStatus Status)> facts) =>
        pictures.Zip(pictures.Skip(1)).Count(pair => pair.Second - pair.First > CameraCoverage.Tolerance(schedule)
            && !facts.Zip(facts.Skip(1)).Any(span => span.First.Status == CoverageStatus.ServerDown
                && IsNear(span.First.Since, pair.First + schedule.Interval, schedule) && IsNear(span.Second.Since, pair.Second, schedule)));

    private static bool IsNear(long second, DateTimeOffset moment, Schedule schedule) =>
        Math.Abs(second - moment.ToUnixTimeSeconds()) <= schedule.Interval.TotalSeconds;
}
