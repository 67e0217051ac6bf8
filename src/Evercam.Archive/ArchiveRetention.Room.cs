using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>The guard of the disk's space: the oldest packs of all cameras go before the disk runs full.</summary>
public sealed partial class ArchiveRetention
{
    /// <summary>How many packs are passed over until no more are looked for.</summary>
    private const int MostInVain = 10_000;

    private readonly SpaceForecast forecast = new(clock);
    private readonly FreeFloor floor = new(packs, index, options.MinimumFreeBytes, clock, log);
    private readonly DiskReserve reserve = new();
    private readonly RunningHours running = new(index, clock);

    /// <summary>Looks at the free space, and gives up the oldest packs of all cameras if it will soon be less than
    /// <see cref="SnapshotArchiveOptions.MinimumFreeBytes"/>. Where half of that is gone and nothing more may go, no picture is taken in
    /// any more (<see cref="SnapshotArchive.IsFull"/>), so that the database has room. To be called about every second.</summary>
    /// <param name="cancellation">Stops between two packs; what went until then is answered.</param>
    /// <returns>What was given up, by packs, oldest first; empty if there was room.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task<IReadOnlyList<GivenUp>> MakeRoomAsync(CancellationToken cancellation)
    {
        var before = packs.FreeBytes;
        var soonFree = forecast.Look(before);
        var (wanted, last) = await floor.FindAsync(soonFree, cancellation);
        var missing = forecast.Missing(wanted, soonFree);
        var (deleted, tried) = (new List<GivenUp>(), new HashSet<PackName>());
        if (missing > 0)
        {
            await refusals.LookAgainAsync(cancellation);
            try
            {
                await GiveUpOldestAsync();
            }
            catch (OperationCanceledException) when (deleted.Count > 0)
            {
                // What went is gone, and told.
            }

            foreach (var part in deleted.Where(part => part.Pack.End > clock.GetUtcNow()))
            {
                LogDeleted(part.Pack, part.Pictures, part.Bytes, "of the running hour, since the disk is nearly full");
            }

            forecast.Deleted(deleted.Sum(p => p.Bytes), packs.FreeBytes);
        }

        // As above: what was deleted before, and is not free yet, is no reason to refuse pictures either.
        Judge(before, reserve.IsFull(last, packs.FreeBytes, soonFree, mayGo: deleted.Count > 0), isHeld: tried.Count > deleted.Count);
        return deleted;

        async Task GiveUpOldestAsync()
        {
            for (var looked = Batch; await DeleteOldestAsync(deleted, tried, looked, () => IsFreed(missing), cancellation); looked *= 2)
            {
                // More packs are needed than one look at the index shows, or those that it shows are passed over.
            }

            // What will soon be free is no reason to give up pictures that were just taken.
            if (!IsFreed(missing) && !IsFreed(last - soonFree))
            {
                await running.ShortenAsync(
                    () => IsFreed(last - soonFree),
                    (pack, until) => GiveUpAsync(pack, until, deleted, tried, cancellation),
                    cancellation);
            }
        }

        // Where the disk frees late, what was deleted counts as free.
        bool IsFreed(long bytes) => Math.Max(packs.FreeBytes - before, deleted.Sum(p => p.Bytes)) >= bytes
            || refusals.AreOfTheDisk || tried.Count - deleted.Count > MostInVain;
    }

    /// <summary>Deletes packs whose hour is over.</summary>
    /// <returns>Whether there may be more to delete.</returns>
    private async Task<bool> DeleteOldestAsync(
        List<GivenUp> deleted, HashSet<PackName> tried, int looked, Func<bool> isEnough, CancellationToken cancellation)
    {
        var oldest = await index.ListOldestPacksAsync(looked, cancellation);
        foreach (var summary in oldest)
        {
            if (isEnough() || !IsPast(summary.Pack, clock.GetUtcNow()))
            {
                return false;
            }

            cancellation.ThrowIfCancellationRequested();
            if (tried.Add(summary.Pack) && !IsHeld(summary.Pack)
                && await TryDeleteAsync(summary, "to make room on the disk", CancellationToken.None) is { } gone)
            {
                deleted.Add(GivenUp.OfHour(gone));
            }
        }

        return oldest.Count == looked;
    }

    /// <summary>Gives up the oldest pictures of a pack whose hour is running.</summary>
    private async Task<ShortenedPack?> GiveUpAsync(
        PackName pack, DateTimeOffset until, List<GivenUp> deleted, HashSet<PackName> tried, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        tried.Add(pack);
        if (await TryAsync(pack, () => ShortenAsync(pack, until, CancellationToken.None), CancellationToken.None) is not { IsErased: true } shortened)
        {
            return null;
        }

        var earlier = deleted.FindIndex(part => part.Pack == pack);
        if (earlier < 0)
        {
            deleted.Add(shortened.Gone);
        }
        else
        {
            deleted[earlier] = deleted[earlier].And(shortened.Gone);
        }

        return shortened;
    }

    /// <summary>What went is told up to the last picture that did; of the next one's second, nothing is.</summary>
    private async Task<ShortenedPack?> ShortenAsync(PackName pack, DateTimeOffset until, CancellationToken cancellation)
    {
        var shortened = await archive.GiveUpOldestAsync(pack, until, cancellation);
        if (shortened is not null)
        {
            var end = ArchiveTime.Add(shortened.Gone.To, TimeSpan.FromSeconds(1));
            GaveUp(pack.CameraKey, pack.Hour, shortened.Next < end ? shortened.Next.Value : end);
        }

        return shortened;
    }

    private void Judge(long free, bool isFull, bool isHeld)
    {
        var wasFull = archive.IsFull;
        archive.IsFull = isFull;
        if (archive.IsFull && !wasFull)
        {
            LogFull(
                free, options.MinimumFreeBytes, isHeld ? "what may go cannot be deleted" : "nothing may go that is not marked to be kept");
        }
        else if (wasFull && !archive.IsFull)
        {
            LogNotFull(free);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The disk is full: {Free} bytes are free of the {Floor} to be left, and {Reason}. "
            + "No picture is recorded or taken in until there is room")]
    private partial void LogFull(long free, long floor, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is room on the disk again, {Free} bytes: pictures are recorded and taken in")]
    private partial void LogNotFull(long free);
}
