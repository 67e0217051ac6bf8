namespace Evercam.Archive;

/// <summary>Gives up old pictures: by age and by bytes for each camera, and the oldest of all when the disk runs full. Always
/// whole packs, oldest first, never the pack of the hour that is running.</summary>
/// <param name="archive">The archive.</param>
/// <param name="packs">The packs, asked for the space that is left.</param>
/// <param name="index">The index, asked for its counters.</param>
/// <param name="options">How much space to leave.</param>
/// <param name="clock">Tells which hour is running.</param>
public sealed class ArchiveRetention(
    SnapshotArchive archive, IPackStore packs, ISnapshotIndex index, SnapshotArchiveOptions options, TimeProvider clock)
{
    private const int Batch = 64;

    /// <summary>Applies a camera's bounds.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="keepFor">How long pictures are kept after they were taken; <see langword="null"/> for ever.</param>
    /// <param name="keepBytes">How many bytes of packs are kept; <see langword="null"/> for no bound.</param>
    /// <param name="cancellation">Stops between two packs.</param>
    /// <returns>The packs that were deleted, oldest first.</returns>
    public async Task<IReadOnlyList<PackSummary>> ApplyAsync(
        long cameraKey, TimeSpan? keepFor, long? keepBytes, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var deleted = new List<PackSummary>();
        var total = keepBytes is null ? 0 : (await index.SumAsync(cameraKey, cancellation)).Bytes;
        while (true)
        {
            var oldest = await index.ListPacksAsync(cameraKey, DateTimeOffset.MinValue, Batch, cancellation);
            var due = oldest.TakeWhile(p => IsPast(p.Pack, now) && IsDue(p)).ToList();
            foreach (var summary in due)
            {
                await archive.DeletePackAsync(summary.Pack, cancellation);
                deleted.Add(summary);
            }

            if (due.Count < Batch)
            {
                return deleted;
            }
        }

        bool IsDue(PackSummary summary)
        {
            var tooOld = keepFor is { } age && ArchiveTime.Add(summary.Pack.End, age) <= now;
            var tooMuch = total > (keepBytes ?? long.MaxValue);
            total -= summary.Bytes;
            return tooOld || tooMuch;
        }
    }

    /// <summary>While less than <see cref="SnapshotArchiveOptions.MinimumFreeBytes"/> is free, deletes the oldest packs of all cameras.</summary>
    /// <returns>The packs that were deleted, oldest first; empty if there was room.</returns>
    public async Task<IReadOnlyList<PackSummary>> MakeRoomAsync(CancellationToken cancellation)
    {
        var deleted = new List<PackSummary>();
        while (packs.FreeBytes < options.MinimumFreeBytes)
        {
            var oldest = await index.ListOldestPacksAsync(1, cancellation);
            if (oldest.Count == 0 || !IsPast(oldest[0].Pack, clock.GetUtcNow()))
            {
                break;
            }

            await archive.DeletePackAsync(oldest[0].Pack, cancellation);
            deleted.Add(oldest[0]);
        }

        return deleted;
    }

    private static bool IsPast(PackName pack, DateTimeOffset now) => pack.End <= now;
}
