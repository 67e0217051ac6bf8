namespace Evercam.Recorder;

/// <summary>Tells whether the clock may be believed where it contradicts what was written before: one of the two clocks was wrong, and a
/// wrong one does not stay so for long. Not thread-safe.</summary>
internal sealed class ProvenClock(TimeProvider clock)
{
    /// <summary>A machine that starts with a wrong clock has it set right sooner.</summary>
    private static readonly TimeSpan Proof = TimeSpan.FromHours(1);

    /// <summary>Less is no jump.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private (DateTimeOffset Time, long Stamp) seen = (clock.GetUtcNow(), clock.GetTimestamp());
    private long steadySince = clock.GetTimestamp();

    /// <summary>Whether the clock went on steadily for an hour, and the server with it.</summary>
    public bool IsProven => clock.GetElapsedTime(steadySince) >= Proof;

    /// <summary>Looks at the clock.</summary>
    /// <returns>Whether it was set since the last look.</returns>
    public bool Look()
    {
        var (time, stamp) = (clock.GetUtcNow(), clock.GetTimestamp());
        var jump = time - seen.Time - clock.GetElapsedTime(seen.Stamp, stamp);
        seen = (time, stamp);
        if (jump.Duration() <= Slack)
        {
            return false;
        }

        steadySince = stamp;
        return true;
    }
}
