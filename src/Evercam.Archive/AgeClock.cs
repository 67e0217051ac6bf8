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

    /// <summary>Whether <see cref="Start"/> is still to be called.</summary>
    public bool IsNew => believed is null;

    /// <summary>Whether the clock is ahead and not believed.</summary>
    public bool IsDoubted => aheadSince is not null;

    /// <summary>Tells what is to be expected.</summary>
    /// <param name="expected">What pictures say; <see langword="null"/> if there are none.</param>
    public void Start(DateTimeOffset? expected)
    {
        believed = expected ?? clock.GetUtcNow();
        believedAt = clock.GetTimestamp();
    }

    /// <summary>The time, as far as it is believed.</summary>
    public DateTimeOffset Look()
    {
        var now = clock.GetUtcNow();
        var expected = ArchiveTime.Add(believed!.Value, clock.GetElapsedTime(believedAt));
        if (now - expected > Tolerance)
        {
            aheadSince ??= clock.GetTimestamp();
            if (clock.GetElapsedTime(aheadSince.Value) < Proof)
            {
                return expected;
            }
        }

        (believed, believedAt, aheadSince) = (now, clock.GetTimestamp(), null);
        return now;
    }
}
