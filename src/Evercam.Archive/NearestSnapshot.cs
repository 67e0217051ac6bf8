namespace Evercam.Archive;

/// <summary>Which picture is nearest to a second: at most three probes.</summary>
internal static class NearestSnapshot
{
    public static async Task<Snapshot?> FindNearestAsync(
        this ISnapshotIndex index, long cameraKey, DateTimeOffset second, TimeSpan? within, CancellationToken cancellation)
    {
        var before = await index.FindAtOrBeforeAsync(cameraKey, LastOf(second), cancellation);
        if (before is not null && ArchiveTime.SecondOf(before.TakenAt) == second)
        {
            return before;
        }

        var after = await index.FindAtOrAfterAsync(cameraKey, second, cancellation);
        var toBefore = before is null ? TimeSpan.MaxValue : second - ArchiveTime.SecondOf(before.TakenAt);
        var toAfter = after is null ? TimeSpan.MaxValue : ArchiveTime.SecondOf(after.TakenAt) - second;
        if (TimeSpan.FromTicks(Math.Min(toBefore.Ticks, toAfter.Ticks)) > (within ?? TimeSpan.MaxValue))
        {
            return null;
        }

        return toAfter <= toBefore && after is not null
            ? await index.FindAtOrBeforeAsync(cameraKey, LastOf(ArchiveTime.SecondOf(after.TakenAt)), cancellation)
            : before;
    }

    private static DateTimeOffset LastOf(DateTimeOffset second) =>
        second.AddTicks(TimeSpan.TicksPerSecond - TimeSpan.TicksPerMicrosecond);
}
