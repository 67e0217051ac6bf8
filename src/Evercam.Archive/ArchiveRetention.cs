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

    private readonly CameraRounds rounds = new(clock);
    private readonly AgeClock age = new(clock);

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
        var now = keepFor is null ? clock.GetUtcNow() : await TellAgeAsync(cancellation);
        var deleted = new List<PackSummary>();
        var total = keepBytes is null ? 0 : (await index.SumAsync(cameraKey, cancellation)).Bytes;
        var from = DateTimeOffset.MinValue;
        while (true)
        {
            var oldest = await index.ListPacksAsync(cameraKey, from, Batch, cancellation);
            foreach (var summary in oldest)
            {
                if (!IsPast(summary.Pack, clock.GetUtcNow()) || !IsDue(summary) || rounds.IsHeldUp(cameraKey))
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
            (keepFor is { } longest && ArchiveTime.Add(summary.Pack.End, longest) <= now) || total > (keepBytes ?? long.MaxValue);
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

        var (deleted, tried) = (new List<PackSummary>(), new HashSet<PackName>());
        for (var looked = Batch; await DeleteOldestAsync(deleted, tried, looked, missing, before, cancellation); looked *= 2)
        {
            // More packs are needed than one look at the index shows, or those that it shows are passed over.
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

    /// <summary>The time by which pictures are old; at first it is compared with the newest picture.</summary>
    private async Task<DateTimeOffset> TellAgeAsync(CancellationToken cancellation)
    {
        if (age.IsNew)
        {
            age.Start(await FindNewestAsync(cancellation));
        }

        var (wasDoubted, now) = (age.IsDoubted, age.Look());
        if (age.IsDoubted && !wasDoubted)
        {
            LogDoubted(clock.GetUtcNow(), now);
        }

        return now;
    }

    private async Task<DateTimeOffset?> FindNewestAsync(CancellationToken cancellation)
    {
        DateTimeOffset? newest = null;
        var now = clock.GetUtcNow();
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            var latest = (await index.FindAtOrBeforeAsync(camera, now, cancellation))?.TakenAt;
            newest = newest is null || latest > newest ? latest : newest;
            if (now - newest < TimeSpan.FromHours(1))
            {
                break;
            }
        }

        return newest;
    }

    /// <returns>Whether there may be more to delete.</returns>
    private async Task<bool> DeleteOldestAsync(
        List<PackSummary> deleted, HashSet<PackName> tried, int looked, long missing, long before, CancellationToken cancellation)
    {
        var oldest = await index.ListOldestPacksAsync(looked, cancellation);
        foreach (var summary in oldest)
        {
            // Where the disk frees late, what was deleted counts as free.
            var freed = Math.Max(packs.FreeBytes - before, deleted.Sum(p => p.Bytes));
            if (freed >= missing || refused is not null || !IsPast(summary.Pack, clock.GetUtcNow()))
            {
                return false;
            }

            if (tried.Add(summary.Pack) && await TryDeleteAsync(summary, "to make room on the disk", cancellation))
            {
                deleted.Add(summary);
            }
        }

        return oldest.Count == looked;
    }

    private async Task<bool> TryDeleteAsync(PackSummary summary, string reason, CancellationToken cancellation)
    {
        try
        {
            var isGone = await rounds.TryAsync(
                summary.Pack.CameraKey, () => archive.DeletePackAsync(summary.Pack, cancellation), cancellation);
            refused = isGone == false ? summary.Pack : refused;
            if (isGone == true)
            {
                LogDeleted(summary.Pack, summary.Pictures, summary.Bytes, reason);
            }

            return isGone == true;
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

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The clock says {Now}, far ahead of {Expected}: for a day no picture is given up for its age by that")]
    private partial void LogDoubted(DateTimeOffset now, DateTimeOffset expected);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack} could not be deleted; it will be tried again")]
    private partial void LogNotDeleted(PackName pack, Exception reason);
}
