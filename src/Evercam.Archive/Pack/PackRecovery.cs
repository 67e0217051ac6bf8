using Microsoft.Extensions.Logging;

namespace Evercam.Archive.Pack;

/// <summary>Brings a pack in order before it is written to again: adopts whole pictures that have no row, erases what is damaged
/// between those at its end, and cuts off the rest.</summary>
internal sealed partial class PackRecovery(IPackStore packs, ISnapshotIndex index, ILogger log)
{
    /// <summary>Looks at what has no row, in the order of the pack: what has a row is never touched, whatever has become of its
    /// bytes.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="mayHaveRows">Whether rows may point into it; if not, the index is not asked where the last one ends.
    /// <see langword="null"/> if nobody knows: then they may, if there is such a pack.</param>
    /// <param name="deleted">What is not adopted any more.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task RecoverAsync(PackName pack, bool? mayHaveRows, DeletedRanges deleted, CancellationToken cancellation)
    {
        // Opened first, and measured where it will be written: whatever was read of it before may be another file's, such as that of
        // a pack that somebody has put back since.
        var length = await packs.OpenAsync(pack, cancellation);
        var start = mayHaveRows ?? length > 0 ? await index.FindEndAsync(pack, part: 0, cancellation) : 0;
        if (length < start)
        {
            await KeepPlacesAsync(pack, cancellation);
        }

        var (adopted, refused) = (new List<Snapshot>(), new List<PackAddress>());
        if (start > 0)
        {
            await LookBetweenAsync(pack, start, adopted, refused, cancellation);
        }

        var torn = length > start ? await LookBehindAsync(pack, start, length, adopted, refused, cancellation) : 0;
        refused.AddRange(adopted.Where(deleted.Cover).Select(late => late.Address));
        adopted.RemoveAll(deleted.Cover);
        if (adopted.Count > 0)
        {
            // The process that wrote them may have ended before they were on stable storage.
            await packs.FlushAsync([pack], cancellation);
            var taken = await index.AddAsync(adopted, cancellation);
            refused.AddRange(taken.Select(s => s.Address));
        }

        if (refused.Count > 0)
        {
            await index.DemandTenureAsync(pack.CameraKey, cancellation);
            await packs.EraseAsync(refused, cancellation);
        }

        if (adopted.Count + refused.Count + torn > 0)
        {
            LogRecovered(pack, adopted.Count, refused.Count, torn);
        }
    }

    private static PackAddress Region(PackName pack, PackItem item) => item.Snapshot?.Address
        ?? new PackAddress(pack, 0, item.Offset, TarEntry.BlockLength, (int)(item.End - item.Offset - TarEntry.BlockLength));

    /// <summary>Looks for whole pictures between those that have rows: they were given up, and the process ended before it had taken
    /// them back. Whoever brought one may bring it again, and `reindex` must not find two. If the entries that have rows fill the
    /// pack, nothing is read.</summary>
    private async Task LookBetweenAsync(
        PackName pack, long end, List<Snapshot> adopted, List<PackAddress> refused, CancellationToken cancellation)
    {
        var counted = await index.ListPacksAsync(pack.CameraKey, pack.Hour, 1, cancellation);
        if (counted.Any(summary => summary.Pack == pack && summary.Bytes == end))
        {
            return;
        }

        var from = 0L;
        foreach (var place in await ListPlacesAsync(pack, cancellation))
        {
            if (place.Offset > from)
            {
                await LookBetweenAsync(pack, from, place.Offset, adopted, refused, cancellation);
            }

            from = Math.Max(from, place.End);
        }
    }

    /// <summary>Damage stays as it is here, for the check to tell: the rows behind it say nothing of what it was.</summary>
    private async Task LookBetweenAsync(
        PackName pack, long from, long end, List<Snapshot> adopted, List<PackAddress> refused, CancellationToken cancellation)
    {
        try
        {
            await foreach (var item in PackScanner.ScanAsync(packs, pack, 0, from, end, verify: true, cancellation))
            {
                // What reaches into the place of another row is no entry of this pack, such as a part of a picture that looks like one.
                if (item.End > end)
                {
                    break;
                }

                if (item is { Kind: PackItemKind.Picture, Snapshot: { } snapshot })
                {
                    await SortAsync(snapshot, adopted, refused, cancellation);
                }
            }
        }
        catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
        {
            // A place that nobody will write to again holds up no recording.
            LogUnread(pack, from, end, reason);
        }
    }

    /// <summary>Looks at what lies behind the last entry that has a row, and cuts off what lies behind the last whole one.</summary>
    /// <returns>How many bytes were cut off.</returns>
    private async Task<long> LookBehindAsync(
        PackName pack, long start, long length, List<Snapshot> adopted, List<PackAddress> refused, CancellationToken cancellation)
    {
        var (end, torn) = (start, new List<PackItem>());
        await foreach (var item in PackScanner.ScanAsync(packs, pack, 0, start, verify: true, cancellation))
        {
            if (item.Kind is PackItemKind.Damage or PackItemKind.Altered)
            {
                torn.Add(item);
                continue;
            }

            // A whole entry stands behind it, so it cannot be cut off.
            refused.AddRange(torn.Select(t => Region(pack, t)));
            torn.Clear();
            end = item.End;
            if (item.Snapshot is { } snapshot)
            {
                await SortAsync(snapshot, adopted, refused, cancellation);
            }
        }

        if (end < length)
        {
            await index.DemandTenureAsync(pack.CameraKey, cancellation);
        }

        await packs.TruncateAsync(pack, end, cancellation);
        return torn.Sum(t => t.End - t.Offset);
    }

    /// <summary>Rows point behind the end of the pack: it was cut, or lost, by someone else. They stay, for the check to tell, and
    /// what comes next must not take their places.</summary>
    private async Task KeepPlacesAsync(PackName pack, CancellationToken cancellation)
    {
        var places = await ListPlacesAsync(pack, cancellation);
        await index.DemandTenureAsync(pack.CameraKey, cancellation);
        if (await packs.HoldPlacesAsync(pack, places, cancellation) is > 0 and var lost)
        {
            LogCut(pack, lost);
        }
    }

    /// <summary>Where the entries lie that have rows, in the order of the pack.</summary>
    private async Task<List<PackAddress>> ListPlacesAsync(PackName pack, CancellationToken cancellation)
    {
        var rows = await index.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        return [.. rows.Select(row => row.Address).Where(address => address.Part == 0).OrderBy(address => address.Offset)];
    }

    /// <summary>A picture whose moment another one has was refused, or was given up and brought again: it goes. But only if the other
    /// one's bytes are there; else nobody knows which of the two was acknowledged, and it stays for `reindex`.</summary>
    private async Task SortAsync(
        Snapshot snapshot, List<Snapshot> adopted, List<PackAddress> refused, CancellationToken cancellation)
    {
        var row = await index.FindAtOrAfterAsync(snapshot.CameraKey, snapshot.TakenAt, cancellation);
        if (row?.TakenAt != snapshot.TakenAt)
        {
            // Of two without rows the later one is the one that was brought again.
            if (adopted.FindIndex(other => other.TakenAt == snapshot.TakenAt) is >= 0 and var earlier)
            {
                refused.Add(adopted[earlier].Address);
                adopted.RemoveAt(earlier);
            }

            adopted.Add(snapshot);
        }
        else if (row.Address != snapshot.Address && await IsWholeAsync(row, cancellation))
        {
            refused.Add(snapshot.Address);
        }
    }

    private async Task<bool> IsWholeAsync(Snapshot row, CancellationToken cancellation)
    {
        try
        {
            return await PackScanner.HashAsync(packs, row.Address, cancellation) == row.Hash;
        }
        catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
        {
            LogUnreadPicture(row.Address.Pack, row.TakenAt, reason);
            return false;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Pack {Pack} was cut: {Lost} pictures are lost; restore it, or run 'evercam reindex' to accept the loss")]
    private partial void LogCut(PackName pack, int lost);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack}: bytes {From} to {End}, which have no row, cannot be read")]
    private partial void LogUnread(PackName pack, long from, long end, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack}: the picture of {TakenAt} cannot be read, and another one has its moment; both stay")]
    private partial void LogUnreadPicture(PackName pack, DateTimeOffset takenAt, Exception reason);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Pack {Pack}: adopted {Adopted} pictures, erased {Refused} entries, cut off {TornBytes} bytes")]
    private partial void LogRecovered(PackName pack, int adopted, int refused, long tornBytes);
}
