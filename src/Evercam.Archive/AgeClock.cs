namespace Evercam.Archive;

/// <summary>The time by which pictures grow old. A clock that is suddenly ahead, such as one that somebody set or that lost its battery,
/// makes no picture old at once: more than a day ahead of what was to be expected, it is believed only when it has stayed so for a
/// day.</summary>
internal sealed class AgeClock(TimeProvider clock)
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromDays(1);
    private static readonly TimeSpan Proof = TimeSpan.FromDays(1);

    private DateTimeOffset? believed;
    private long believedAt;
    private long? aheadSince;
    private TimeSpan aheadBefore;

    /// <summary>Whether <see cref="Start"/> is still to be called.</summary>
    public bool IsNew => believed is null;

    /// <summary>Whether the clock is ahead and not believed.</summary>
    public bool IsDoubted => aheadSince is not null;

    /// <summary>For how long it has been so.</summary>
    public TimeSpan Ahead => aheadSince is { } since ? aheadBefore + clock.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Tells what is to be expected.</summary>
    /// <param name="expected">What was believed before, or what pictures say; <see langword="null"/> if nothing does.</param>
    /// <param name="ahead">For how long the clock had been ahead by then.</param>
    public void Start(DateTimeOffset? expected, TimeSpan ahead)
    {
        believed = expected ?? clock.GetUtcNow();
        believedAt = clock.GetTimestamp();
        aheadBefore = ahead;
    }

    /// <summary>The time, as far as it is believed.</summary>
    public DateTimeOffset Look()
    {
        var now = clock.GetUtcNow();
        var expected = ArchiveTime.Add(believed!.Value, clock.GetElapsedTime(believedAt));
        if (now - expected > Tolerance)
        {
            aheadSince ??= clock.GetTimestamp();
            if (Ahead < Proof)
            {
                return expected;
            }
        }

        (believed, believedAt, aheadSince, aheadBefore) = (now, clock.GetTimestamp(), null, TimeSpan.Zero);
        return now;
    }
}
