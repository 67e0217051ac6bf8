using Microsoft.Extensions.Logging;

namespace Evercam.Archive.Pack;

/// <summary>Brings the end of a pack in order before it is written to again: adopts whole pictures that have no row, erases
/// what is damaged between them, and cuts off the rest.</summary>
internal sealed partial class PackRecovery(IPackStore packs, ISnapshotIndex index, ILogger log)
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public async Task RecoverAsync(PackName pack, CancellationToken cancellation)
    {
        var last = await LastRowAsync(pack, cancellation);
        var start = last?.Address.End ?? 0;
        if (await packs.ReadAsync(pack, 0, start, new byte[1], cancellation) == 0)
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

        if (adopted.Count > 0)
        {
            var taken = await index.AddAsync(adopted, cancellation);
            refused.AddRange(taken.Select(s => s.Address));
        }

        await packs.EraseAsync(refused, cancellation);
        await packs.TruncateAsync(pack, end, cancellation);
        if (adopted.Count + refused.Count + torn.Count > 0)
        {
            LogRecovered(pack, adopted.Count, refused.Count, torn.Sum(t => t.End - t.Offset));
        }
    }

    private static PackAddress Region(PackName pack, PackItem item) => item.Snapshot?.Address
        ?? new PackAddress(pack, 0, item.Offset, TarEntry.BlockLength, (int)(item.End - item.Offset - TarEntry.BlockLength));

    /// <summary>The row of the pack's latest moment: mostly its last entry. Entries added later for earlier moments are known to
    /// the index and passed over.</summary>
    private async Task<Snapshot?> LastRowAsync(PackName pack, CancellationToken cancellation)
    {
        var latest = await index.FindAtOrBeforeAsync(
            pack.CameraKey, pack.Hour.AddTicks(Hour.Ticks - TimeSpan.TicksPerMicrosecond), cancellation);
        return latest?.Address.Pack == pack && latest.Address.Part == 0 ? latest : null;
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
        Level = LogLevel.Warning,
        Message = "Pack {Pack}: adopted {Adopted} pictures, erased {Refused} entries, cut off {TornBytes} bytes")]
    private partial void LogRecovered(PackName pack, int adopted, int refused, long tornBytes);
}
