using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>Gives up old pictures: by age and by bytes for each camera, and the oldest of all before the disk runs full. Always
/// whole packs, oldest first, never the pack of the hour that is running. A pack that cannot be deleted is passed over.</summary>
/// <param name="archive">The archive.</param>
/// <param name="packs">The packs, asked for the space that is left.</param>
/// <param name="index">The index, asked for its counters.</param>
/// <param name="options">How much space to leave.</param>
/// <param name="clock">Tells which hour is running.</param>
/// <param name="log">Told what is deleted, and what cannot be.</param>
public sealed partial class ArchiveRetention(
    SnapshotArchive archive,
    IPackStore packs,
    ISnapshotIndex index,
    SnapshotArchiveOptions options,
    TimeProvider clock,
    ILogger<ArchiveRetention> log)
{
    private const int Batch = 64;

    private readonly SpaceForecast forecast = new(options.MinimumFreeBytes, clock);

    /// <summary>A pack that the disk did not let go of.</summary>
    private PackName? refused;

    /// <summary>Applies a camera's bounds.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="keepFor">How long pictures are kept after they were taken; <see langword="null"/> for ever.</param>
    /// <param name="keepBytes">How many bytes of packs are kept; <see langword="null"/> for no bound.</param>
    /// <param name="cancellation">Stops between two packs.</param>
    /// <returns>The packs that were deleted, oldest first.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task<IReadOnlyList<PackSummary>> ApplyAsync(
        long cameraKey, TimeSpan? keepFor, long? keepBytes, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var deleted = new List<PackSummary>();
        var total = keepBytes is null ? 0 : (await index.SumAsync(cameraKey, cancellation)).Bytes;
        var from = DateTimeOffset.MinValue;
        while (true)
        {
            var oldest = await index.ListPacksAsync(cameraKey, from, Batch, cancellation);
            foreach (var summary in oldest)
            {
                if (!IsPast(summary.Pack, now) || !IsDue(summary))
                {
                    return deleted;
                }

                if (await TryDeleteAsync(summary, "beyond the camera's retention", cancellation))
                {
                    deleted.Add(summary);
                    total -= summary.Bytes;
                }
            }

            if (oldest.Count < Batch)
            {
                return deleted;
            }

            from = oldest[^1].Pack.End;
        }

        bool IsDue(PackSummary summary) =>
            (keepFor is { } age && ArchiveTime.Add(summary.Pack.End, age) <= now) || total > (keepBytes ?? long.MaxValue);
    }

    /// <summary>Looks at the free space, and deletes the oldest packs of all cameras if it will soon be less than
    /// <see cref="SnapshotArchiveOptions.MinimumFreeBytes"/>. To be called about every second.</summary>
    /// <returns>The packs that were deleted, oldest first; empty if there was room.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task<IReadOnlyList<PackSummary>> MakeRoomAsync(CancellationToken cancellation)
    {
        var before = packs.FreeBytes;
        var missing = forecast.Missing(before);
        if (missing <= 0 || await RefusesAsync(cancellation))
        {
            return [];
        }

        var deleted = new List<PackSummary>();
        while (await DeleteOldestAsync(deleted, missing, before, cancellation))
        {
            // More packs are needed than one look at the index shows.
        }

        forecast.Deleted(deleted.Sum(p => p.Bytes), packs.FreeBytes);
        return deleted;
    }

    /// <summary>Whether the disk refuses to delete. Then no more rows go for nothing.</summary>
    private async Task<bool> RefusesAsync(CancellationToken cancellation)
    {
        if (refused is { } pack && (await packs.ListPartsAsync(pack, cancellation)).Count == 0)
        {
            refused = null;
        }

        return refused is not null;
    }

    private static bool IsPast(PackName pack, DateTimeOffset now) => pack.End <= now;

    /// <returns>Whether there may be more to delete.</returns>
    private async Task<bool> DeleteOldestAsync(
        List<PackSummary> deleted, long missing, long before, CancellationToken cancellation)
    {
        var deletedBefore = deleted.Count;
        foreach (var summary in await index.ListOldestPacksAsync(Batch, cancellation))
        {
            // Where the disk frees late, what was deleted counts as free.
            var freed = Math.Max(packs.FreeBytes - before, deleted.Sum(p => p.Bytes));
            if (freed >= missing || refused is not null || !IsPast(summary.Pack, clock.GetUtcNow()))
            {
                return false;
            }

            if (await TryDeleteAsync(summary, "to make room on the disk", cancellation))
            {
                deleted.Add(summary);
            }
        }

        return deleted.Count > deletedBefore;
    }

    private async Task<bool> TryDeleteAsync(PackSummary summary, string reason, CancellationToken cancellation)
    {
        try
        {
            if (!await archive.DeletePackAsync(summary.Pack, cancellation))
            {
                refused = summary.Pack;
                return false;
            }

            LogDeleted(summary.Pack, summary.Pictures, summary.Bytes, reason);
            return true;
        }
#pragma warning disable CA1031 // One pack in trouble must not keep the others.
        catch (Exception failure) when (failure is not (OperationCanceledException or IndexUnavailableException))
#pragma warning restore CA1031
        {
            LogNotDeleted(summary.Pack, failure);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted pack {Pack} of {Pictures} pictures, {Bytes} bytes, {Reason}")]
    private partial void LogDeleted(PackName pack, int pictures, long bytes, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack} could not be deleted; it will be tried again")]
    private partial void LogNotDeleted(PackName pack, Exception reason);
}
