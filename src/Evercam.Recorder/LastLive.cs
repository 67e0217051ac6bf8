namespace Evercam.Recorder;

/// <summary>The last live picture, or why there was none, while somebody looks.</summary>
internal sealed class LastLive
{
    /// <summary>How long after the last viewer pictures are still kept for viewers.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    private LiveResult? last;
    private DateTimeOffset keptAt = DateTimeOffset.MinValue;
    private DateTimeOffset viewedAt = DateTimeOffset.MinValue;

    /// <summary>Somebody looks.</summary>
    /// <param name="now">When.</param>
    /// <param name="refresh">How old it may be to be given again.</param>
    /// <returns>What can be given again; <see langword="null"/> if it is time for another one.</returns>
    public LiveResult? Look(DateTimeOffset now, TimeSpan refresh)
    {
        viewedAt = now;
        return IsWithin(refresh, keptAt, now) ? last : null;
    }

    public bool IsWatched(DateTimeOffset now) => IsWithin(Watched, viewedAt, now);

    public void Keep(LiveResult result, DateTimeOffset now) => (last, keptAt) = (result, now);

    public void Forget() => last = null;

    /// <summary>The camera works again: why there was no picture is told nobody any more.</summary>
    public void ForgetFailure() => last = last?.Picture is null ? null : last;

    /// <summary>When nobody looks any more, there is no reason to keep the picture.</summary>
    public void ForgetUnwatched(DateTimeOffset now) => last = IsWithin(Watched, keptAt, now) ? last : null;

    /// <summary>Whether a moment is no longer ago than that. One that lies ahead is not: the clock was set back.</summary>
    private static bool IsWithin(TimeSpan age, DateTimeOffset moment, DateTimeOffset now) => moment <= now && now - moment < age;
}
