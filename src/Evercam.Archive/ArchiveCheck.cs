using System.Runtime.CompilerServices;
using Evercam.Archive.Pack;

namespace Evercam.Archive;

/// <summary>Something that the archive promises and that is not so.</summary>
/// <param name="Kind">Which promise.</param>
/// <param name="Pack">Where.</param>
/// <param name="TakenAt">The picture, if it is about one.</param>
/// <param name="Detail">One sentence for a person.</param>
public sealed record ArchiveFinding(ArchiveFindingKind Kind, PackName Pack, DateTimeOffset? TakenAt, string Detail)
{
    /// <inheritdoc/>
    public override string ToString() => TakenAt is { } moment
        ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Pack} {moment:O} {Kind}: {Detail}")
        : $"{Pack} {Kind}: {Detail}";
}

/// <summary>The promises of the archive, by how they can be broken.</summary>
public enum ArchiveFindingKind
{
    /// <summary>A row points to bytes that are not there.</summary>
    BytesMissing = 1,

    /// <summary>The bytes are there, but not those that were saved.</summary>
    BytesAltered = 2,

    /// <summary>A pack holds a whole picture that no row points to.</summary>
    RowMissing = 3,

    /// <summary>A place of a pack is no TAR entry.</summary>
    PackDamaged = 4,

    /// <summary>A counter does not match the rows it counts.</summary>
    CounterWrong = 5,
}

/// <summary>Proves what the archive promises: the bytes of every row exist and match its hash, every picture in a pack has its
/// row, and the counters count. Reads everything, changes nothing.</summary>
/// <param name="packs">The packs.</param>
/// <param name="index">The index.</param>
public sealed class ArchiveCheck(IPackStore packs, ISnapshotIndex index)
{
    /// <summary>How many pictures the last run has read.</summary>
    public long Pictures { get; private set; }

    /// <summary>How many packs the last run has read.</summary>
    public long Packs { get; private set; }

    /// <summary>Checks the whole archive. Pictures that are being saved meanwhile may show as <see cref="ArchiveFindingKind.RowMissing"/>;
    /// so each finding is looked at a second time by the caller, or the server is stopped.</summary>
    public async IAsyncEnumerable<ArchiveFinding> RunAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        (Pictures, Packs) = (0, 0);
        var seen = new HashSet<PackName>();
        await foreach (var pack in packs.ListAsync(cancellation))
        {
            seen.Add(pack);
            foreach (var finding in await CheckPackAsync(pack, cancellation))
            {
                yield return finding;
            }
        }

        await foreach (var summary in index.AllPacksAsync(cancellation))
        {
            if (!seen.Contains(summary.Pack))
            {
                yield return new ArchiveFinding(
                    ArchiveFindingKind.BytesMissing, summary.Pack, null, $"The pack of {summary.Pictures} pictures is gone.");
            }
        }
    }

    /// <summary>Checks one pack and the rows that point into it.</summary>
    public async Task<IReadOnlyList<ArchiveFinding>> CheckPackAsync(PackName pack, CancellationToken cancellation)
    {
        Packs++;
        var findings = new List<ArchiveFinding>();
        var rows = await RowsAsync(pack, cancellation);
        var counted = await CountedAsync(pack, cancellation);
        var (pictures, bytes) = (rows.Count, rows.Values.Sum(r => r.Address.EntryLength));
        foreach (var part in await packs.ListPartsAsync(pack, cancellation))
        {
            await foreach (var item in PackScanner.ScanAsync(packs, pack, part, 0, verify: true, cancellation))
            {
                Judge(pack, item, rows, findings);
            }
        }

        findings.AddRange(rows.Values.Select(row => new ArchiveFinding(
            ArchiveFindingKind.BytesMissing, pack, row.TakenAt, $"No whole entry at offset {row.Address.Offset}.")));
        if ((counted?.Pictures ?? 0) != pictures || (counted?.Bytes ?? 0) != bytes)
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.CounterWrong, pack, null,
                $"Counted {counted?.Pictures ?? 0} pictures of {counted?.Bytes ?? 0} bytes; the rows are {pictures} of {bytes}."));
        }

        return findings;
    }

    private void Judge(PackName pack, PackItem item, Dictionary<PackAddress, Snapshot> rows, List<ArchiveFinding> findings)
    {
        if (item.Kind == PackItemKind.Damage)
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.PackDamaged, pack, null, $"Bytes {item.Offset} to {item.End} are no entry."));
        }

        if (item.Snapshot is not { } found)
        {
            return;
        }

        Pictures++;
        if (!rows.Remove(found.Address, out var row))
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.RowMissing, pack, found.TakenAt, $"The entry at offset {item.Offset} has no row."));
        }
        else if (item.Kind == PackItemKind.Altered || row.Hash != found.Hash || row.TakenAt != found.TakenAt)
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.BytesAltered, pack, row.TakenAt, $"The entry at offset {item.Offset} is not what was saved."));
        }
    }

    private async Task<Dictionary<PackAddress, Snapshot>> RowsAsync(PackName pack, CancellationToken cancellation)
    {
        var rows = await index.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        return rows.ToDictionary(r => r.Address);
    }

    private async Task<PackSummary?> CountedAsync(PackName pack, CancellationToken cancellation)
    {
        var counted = await index.ListPacksAsync(pack.CameraKey, pack.Hour, 1, cancellation);
        return counted.Count == 1 && counted[0].Pack == pack ? counted[0] : null;
    }
}
