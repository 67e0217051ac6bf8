using NodaTime;

namespace Evercam.Recorder;

/// <summary>When the next picture of a camera is due. Counted from the wall clock, never from the last picture, so that a slow
/// camera does not stretch the interval.</summary>
/// <remarks>Due moments are the multiples of the interval since 1970, moved by a phase of less than a second that differs from
/// camera to camera: a thousand cameras at one picture per second are asked all through the second. Phases come in steps, so that
/// several cameras are asked in one moment: to wake threads for each alone took a third of the processor time of recording.</remarks>
public sealed class Schedule : IEquatable<Schedule>
{
    private const long LargestPhaseTicks = TimeSpan.TicksPerSecond;
    private const long PhaseStepTicks = 50 * TimeSpan.TicksPerMillisecond;

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
        phaseTicks = (long)(Spread(cameraKey) * Math.Min(intervalTicks, LargestPhaseTicks)) / PhaseStepTicks * PhaseStepTicks;
        this.week = week;
        this.zone = zone;
    }

    /// <summary>From one due picture to the next.</summary>
    public TimeSpan Interval => TimeSpan.FromTicks(intervalTicks);

    /// <summary>The next moment to act on, later than <paramref name="now"/>.</summary>
    /// <returns>The moment, and whether a picture is due then; if not, only ask again.</returns>
    public (DateTimeOffset At, bool Record) Next(DateTimeOffset now)
    {
        var next = After(now, intervalTicks);
        return IsActive(next) ? (next, true) : (After(now, Math.Max(intervalTicks, TimeSpan.TicksPerMinute)), false);
    }

    /// <summary>When to see, later than <paramref name="now"/>, whether the plan begins or ends; <see langword="null"/> if it never does.</summary>
    public DateTimeOffset? NextLook(DateTimeOffset now) => week is null ? null : After(now, TimeSpan.TicksPerMinute);

    /// <summary>Whether a picture that is due at a moment is recorded. The phase belongs to the due moment, not to the wall clock that
    /// people plan with.</summary>
    public bool IsActive(DateTimeOffset moment) => IsPlanned(moment.AddTicks(-phaseTicks));

    /// <summary>Whether a moment lies in the spans that people planned.</summary>
    public bool IsPlanned(DateTimeOffset moment) => week is null || Covers(week, Instant.FromDateTimeOffset(moment));

    /// <summary>When the plan begins and ends to cover the time, after a moment and up to another one (included), ascending.</summary>
    public IEnumerable<(DateTimeOffset At, bool IsPlanned)> Turns(DateTimeOffset after, DateTimeOffset until)
    {
        if (week is null || until <= after)
        {
            yield break;
        }

        var (first, last) = (Instant.FromDateTimeOffset(after), Instant.FromDateTimeOffset(until));
        var isPlanned = Covers(week, first);
        var edges = week.Edges(first.InZone(zone).Date.PlusDays(-1), last.InZone(zone).Date).SelectMany(InstantsOf)
            .Concat(zone.GetZoneIntervals(first, last).Where(interval => interval.HasStart).Select(interval => interval.Start));
        foreach (var edge in edges.Where(edge => edge > first && edge <= last).Order())
        {
            if (Covers(week, edge) != isPlanned)
            {
                isPlanned = !isPlanned;
                yield return (edge.ToDateTimeOffset(), isPlanned);
            }
        }
    }

    /// <summary>Whether the same pictures are due by the other one.</summary>
    public bool Equals(Schedule? other) => other is not null && intervalTicks == other.intervalTicks && phaseTicks == other.phaseTicks
        && zone.Equals(other.zone) && week?.ToString() == other.week?.ToString();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Schedule);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(intervalTicks, phaseTicks, zone, week?.ToString());

    private bool Covers(WeeklySchedule planned, Instant moment) => planned.Covers(moment.InZone(zone).LocalDateTime);

    /// <summary>None where the clock skips it, two where it shows it twice.</summary>
    private IEnumerable<Instant> InstantsOf(LocalDateTime local)
    {
        var mapping = zone.MapLocal(local);
        return mapping.Count == 0 ? [] : [mapping.First().ToInstant(), mapping.Last().ToInstant()];
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
