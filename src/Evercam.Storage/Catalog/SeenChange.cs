namespace Evercam.Storage.Catalog;

/// <summary>What was seen of a camera, and may be worth a notice.</summary>
/// <param name="CameraKey">The camera.</param>
/// <param name="Is">Whether it is online, or recorded.</param>
/// <param name="At">Since when.</param>
public abstract record SeenChange(long CameraKey, bool Is, DateTimeOffset At)
{
    /// <summary>Whether something else was told before. That a camera works is no news the first time; that it does not is.</summary>
    internal abstract bool IsNews(LastTold last);

    /// <summary>When something was told of this last, Unix seconds.</summary>
    internal abstract long ToldAt(LastTold last);

    /// <summary>How many pauses there are at least between what was told of this last and this.</summary>
    internal virtual int PausesAfter(LastTold last) => 1;

    /// <summary>Keeps it as what was told.</summary>
    /// <returns>The notice; <see langword="null"/> if it is nothing new.</returns>
    internal abstract CameraNotice? Tell(LastTold last);
}

/// <summary>A camera went away, or came back.</summary>
public sealed record SeenOnline(long CameraKey, bool Is, DateTimeOffset At) : SeenChange(CameraKey, Is, At)
{
    internal override bool IsNews(LastTold last) => (last.IsOnline ?? true) != Is;

    internal override long ToldAt(LastTold last) => last.OnlineToldAt;

    internal override CameraNotice? Tell(LastTold last)
    {
        var isNews = IsNews(last);
        last.IsOnline = Is;
        if (!isNews)
        {
            return null;
        }

        last.OnlineToldAt = At.ToUnixTimeSeconds();
        return new()
        {
            Kind = Is ? NoticeKind.CameraOnline : NoticeKind.CameraOffline,
            CameraKey = CameraKey,
            HappenedAt = At.ToUnixTimeSeconds(),
        };
    }
}

/// <summary>Recording stopped, or goes on.</summary>
public sealed record SeenRecording(long CameraKey, StopReason? Stopped, DateTimeOffset At)
    : SeenChange(CameraKey, Stopped is null, At)
{
    private const int PausesToAnotherReason = 20;

    /// <summary>Whether somebody chose that, by switching recording off or taking the camera's address away, and nothing was tried in
    /// vain: then what never was recorded has not stopped.</summary>
    public bool IsChosen { get; init; } = Stopped == StopReason.Off;

    /// <summary>Whether pictures failed for the same reason twice in a row: only then it is believed to be another one.</summary>
    public bool IsReasonSeenTwice { get; init; } = true;

    internal override bool IsNews(LastTold last) => last.IsRecorded switch
    {
        null => Is ? last.IsToldToBeOff : !IsChosen,
        true => !Is,
        false => Is || IsOtherReason(last),
    };

    /// <summary>Whether it fails for something else than was told. Where nobody knows any more what was, that is told rather once more than
    /// never.</summary>
    private bool IsOtherReason(LastTold last) => !IsChosen && IsReasonSeenTwice && last.Reason != Stopped;

    internal override long ToldAt(LastTold last) => last.RecordedToldAt;

    /// <summary>That it fails is known, and what for may change again and again.</summary>
    internal override int PausesAfter(LastTold last) => last.IsRecorded == false && !Is ? PausesToAnotherReason : 1;

    internal override CameraNotice? Tell(LastTold last)
    {
        var isNews = IsNews(last);
        last.IsRecorded = Is || !IsChosen ? Is : null;
        if (!isNews)
        {
            return null;
        }

        last.RecordedToldAt = At.ToUnixTimeSeconds();
        return new()
        {
            Kind = Is ? NoticeKind.RecordingResumed : NoticeKind.RecordingStopped,
            CameraKey = CameraKey,
            HappenedAt = At.ToUnixTimeSeconds(),
            Reason = Stopped,
        };
    }
}
