using Microsoft.Extensions.Logging;

namespace Evercam.Archive.Pack;

/// <summary>Brings the end of a pack in order before it is written to again: adopts whole pictures that have no row, erases
/// what is damaged between them, and cuts off the rest.</summary>
internal sealed partial class PackRecovery(IPackStore packs, ISnapshotIndex index, ILogger log)
{
    /// <summary>Looks at what lies behind the last entry that has a row, in the order of the pack: what has a row is never touched,
    /// whatever has become of its bytes.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="mayHaveRows">Whether rows may point into it; if not, and there is no such pack, the index is not asked.</param>
    /// <param name="cancellation">Ends the search.</param>
    public async Task RecoverAsync(PackName pack, bool mayHaveRows, CancellationToken cancellation)
    {
        var start = mayHaveRows ? await index.FindEndAsync(pack, part: 0, cancellation) : 0;

        // Opened first, and measured where it will be written: whatever was read of it before may be another file's, such as that of
        // a pack that somebody has put back since.
        var length = await packs.OpenAsync(pack, cancellation);
        if (length < start)
        {
            await KeepPlacesAsync(pack, cancellation);
        }

        if (length <= start)
        {
            return;
        }

        var adopted = new List<Snapshot>();
        var refused = new List<PackAddress>();
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

        await packs.TruncateAsync(pack, end, cancellation);
        if (adopted.Count > 0)
        {
            // The process that wrote them may have ended before they were on stable storage.
            await packs.FlushAsync([pack], cancellation);
            var taken = await index.AddAsync(adopted, cancellation);
            refused.AddRange(taken.Select(s => s.Address));
        }

        await packs.EraseAsync(refused, cancellation);
        if (adopted.Count + refused.Count + torn.Count > 0)
        {
            LogRecovered(pack, adopted.Count, refused.Count, torn.Sum(t => t.End - t.Offset));
        }
    }

    private static PackAddress Region(PackName pack, PackItem item) => item.Snapshot?.Address
        ?? new PackAddress(pack, 0, item.Offset, TarEntry.BlockLength, (int)(item.End - item.Offset - TarEntry.BlockLength));

    /// <summary>Rows point behind the end of the pack: it was cut, or lost, by someone else. They stay, for the check to tell, and
    /// what comes next must not take their places.</summary>
    private async Task KeepPlacesAsync(PackName pack, CancellationToken cancellation)
    {
        var rows = await index.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        var places = rows.Select(row => row.Address).Where(address => address.Part == 0).ToList();
        if (await packs.HoldPlacesAsync(pack, places, cancellation) is > 0 and var lost)
        {
            LogCut(pack, lost);
        }
    }

    private async Task SortAsync(
        Snapshot snapshot, List<Snapshot> adopted, List<PackAddress> refused, CancellationToken cancellation)
    {
        var row = await index.FindAtOrAfterAsync(snapshot.CameraKey, snapshot.TakenAt, cancellation);
        if (row?.TakenAt != snapshot.TakenAt)
        {
            adopted.Add(snapshot);
        }
        else if (row.Address != snapshot.Address)
        {
            refused.Add(snapshot.Address);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Pack {Pack} was cut: {Lost} pictures are lost; restore it, or run 'evercam reindex' to accept the loss")]
    private partial void LogCut(PackName pack, int lost);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Pack {Pack}: adopted {Adopted} pictures, erased {Refused} entries, cut off {TornBytes} bytes")]
    private partial void LogRecovered(PackName pack, int adopted, int refused, long tornBytes);
}
