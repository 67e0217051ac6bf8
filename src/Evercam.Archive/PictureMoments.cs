namespace Evercam.Archive;

/// <summary>How a picture came is told by its moment, and by nothing else: one that somebody brought stands at the very beginning of its second,
/// one that was taken on demand a microsecond behind the beginning of its millisecond, and one that was recorded at neither place.</summary>
public static class PictureMoments
{
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>The moment of a picture that is taken on demand.</summary>
    public static DateTimeOffset OnDemand(DateTimeOffset takenAt)
    {
        var utc = takenAt.ToUniversalTime();
        return ArchiveTime.Add(utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMillisecond)), Microsecond);
    }

    /// <summary>The moment of a picture that is recorded.</summary>
    public static DateTimeOffset Recorded(DateTimeOffset takenAt)
    {
        var moment = ArchiveTime.ToMicrosecond(takenAt);
        while (!IsRecorded(moment))
        {
            moment = ArchiveTime.Add(moment, Microsecond);
        }

        return moment;
    }

    /// <summary>Where a picture goes whose moment another one has: to the next that tells the same of it.</summary>
    /// <param name="takenAt">Whole microseconds, and no beginning of a second that somebody's picture owns.</param>
    public static DateTimeOffset Next(DateTimeOffset takenAt) => takenAt == OnDemand(takenAt)
        ? OnDemand(takenAt.AddMilliseconds(1))
        : Recorded(takenAt.AddMicroseconds(1));

    /// <summary>Whether a picture of this moment was recorded.</summary>
    /// <param name="takenAt">Whole microseconds.</param>
    public static bool IsRecorded(DateTimeOffset takenAt) =>
        takenAt != ArchiveTime.SecondOf(takenAt) && takenAt != OnDemand(takenAt);
}
