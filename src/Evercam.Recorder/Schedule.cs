using NodaTime;

namespace Evercam.Recorder;

/// <summary>When the next picture of a camera is due. Counted from the wall clock, never from the last picture, so that a slow
/// camera does not stretch the interval.</summary>
/// <remarks>Due moments are the multiples of the interval since 1970, moved by a phase of less than a second that differs from
/// camera to camera: a thousand cameras at one picture per second are asked all through the second.</remarks>
public sealed class Schedule
{
    private const long LargestPhaseTicks = TimeSpan.TicksPerSecond;

    private readonly long intervalTicks;
    private readonly long phaseTicks;
    private readonly WeeklySchedule? week;
    private readonly DateTimeZone zone;

    /// <summary>Makes a schedule.</summary>
    /// <param name="cameraKey">Gives the phase.</param>
    /// <param name="picturesPerMinute">1 to 600.</param>
    /// <param name="week">When to record; <see langword="null"/> means always.</param>
    /// <param name="zone">The zone that the week is meant in.</param>
    public Schedule(long cameraKey, int picturesPerMinute, WeeklySchedule? week, DateTimeZone zone)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(picturesPerMinute, 1);
        intervalTicks = TimeSpan.TicksPerMinute / picturesPerMinute;
        phaseTicks = (long)(Spread(cameraKey) * Math.Min(intervalTicks, LargestPhaseTicks));
        this.week = week;
        this.zone = zone;
    }

    /// <summary>The next moment to act on, later than <paramref name="now"/>.</summary>
    /// <returns>The moment, and whether a picture is due then; if not, only ask again.</returns>
    public (DateTimeOffset At, bool Record) Next(DateTimeOffset now)
    {
        var next = After(now, intervalTicks);
        return IsActive(next) ? (next, true) : (After(now, Math.Max(intervalTicks, TimeSpan.TicksPerMinute)), false);
    }

    /// <summary>Whether pictures are recorded at a moment.</summary>
    public bool IsActive(DateTimeOffset moment)
    {
        if (week is null)
        {
            return true;
        }

        // The phase belongs to the due moment, not to the wall clock that people plan with.
        var planned = Instant.FromDateTimeOffset(moment.AddTicks(-phaseTicks));
        return week.Covers(planned.InZone(zone).LocalDateTime);
    }

    private DateTimeOffset After(DateTimeOffset now, long stepTicks)
    {
        var sinceEpoch = now.UtcTicks - DateTime.UnixEpoch.Ticks - phaseTicks;
        var next = ((sinceEpoch / stepTicks) + 1) * stepTicks;
        return new DateTimeOffset(DateTime.UnixEpoch.Ticks + next + phaseTicks, TimeSpan.Zero);
    }

    /// <summary>A number from 0 to below 1 that neighbouring keys do not share (Knuth's multiplicative hash).</summary>
    private static double Spread(long key) => (ulong)(key * unchecked((long)0x9E3779B97F4A7C15UL)) / (ulong.MaxValue + 1.0);
}
