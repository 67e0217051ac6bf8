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
    /// <summary>Where the entry is that has no row, in bytes from the start of the pack.</summary>
    internal long Offset { get; init; }

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

    /// <summary>A place of a pack is no TAR entry, or one whose bytes are not what they should be and that no row points to; or the
    /// pack cannot be read.</summary>
    PackDamaged = 4,

    /// <summary>A counter does not match the rows it counts.</summary>
    CounterWrong = 5,

    /// <summary>A picture is marked to be kept only in the index, or only in the list beside its pack.</summary>
    MarkWrong = 6,
}

/// <summary>Proves what the archive promises: the bytes of every row exist and match its hash, every picture in a pack has its
/// row, the counters count, and marks are where they should be. Reads everything, changes nothing.</summary>
/// <param name="packs">The packs.</param>
/// <param name="index">The index.</param>
public sealed class ArchiveCheck(IPackStore packs, ISnapshotIndex index)
{
    /// <summary>How often rows and counter are read of a pack that changes all the while.</summary>
    private const int Attempts = 3;

    private readonly KeptMarks marks = new(packs, index);
    private readonly List<UnreadablePack> unlisted = [];

    /// <summary>How many pictures the last run has read.</summary>
    public long Pictures { get; private set; }

    /// <summary>How many packs the last run has read.</summary>
    public long Packs { get; private set; }

    /// <summary>The folders that the last run could not list. The packs that the index knows in them were looked for one by one.</summary>
    public IReadOnlyList<UnreadablePack> Unlisted => unlisted;

    /// <summary>Checks the whole archive. Pictures that are being saved meanwhile may show as <see cref="ArchiveFindingKind.RowMissing"/>;
    /// so each finding is looked at a second time (<see cref="LookAgainAsync"/>), or the server is stopped.</summary>
    public IAsyncEnumerable<ArchiveFinding> RunAsync(CancellationToken cancellation) => RunAsync(tell: null, cancellation);

    /// <inheritdoc cref="RunAsync(CancellationToken)"/>
    /// <param name="tell">Told the share that is done, from 0 to 1, after each pack: of the pictures that the index had when it began.</param>
    /// <param name="cancellation">Ends it.</param>
    public async IAsyncEnumerable<ArchiveFinding> RunAsync(Action<double>? tell, [EnumeratorCancellation] CancellationToken cancellation)
    {
        (Pictures, Packs) = (0, 0);
        unlisted.Clear();
        var all = tell is null ? 0 : await CountAsync(cancellation);
        var seen = new HashSet<PackName>();
        await foreach (var pack in packs.ListAsync(refused => unlisted.Add(new(null, refused.Message)), cancellation))
        {
            seen.Add(pack);
            foreach (var finding in await CheckPackAsync(pack, cancellation))
            {
                yield return finding;
            }

            tell?.Invoke(all == 0 ? 1 : Math.Min(1, (double)Pictures / all));
        }

        await foreach (var summary in index.AllPacksAsync(cancellation))
        {
            if (!seen.Contains(summary.Pack))
            {
                foreach (var finding in await CheckPackAsync(summary.Pack, cancellation))
                {
                    yield return finding;
                }
            }
        }
    }

    /// <summary>Of these findings, those that are still so.</summary>
    public async Task<IReadOnlyList<ArchiveFinding>> LookAgainAsync(
        IReadOnlyList<ArchiveFinding> before, CancellationToken cancellation)
    {
        var known = before.Select(f => (f.Kind, f.Pack, f.TakenAt)).ToHashSet();
        var still = new List<ArchiveFinding>();
        foreach (var pack in before.Select(f => f.Pack).Distinct())
        {
            var findings = await CheckPackAsync(pack, cancellation);
            still.AddRange(findings.Where(f => known.Contains((f.Kind, f.Pack, f.TakenAt))));
        }

        return still;
    }

    /// <summary>Checks one pack and the rows that point into it.</summary>
    public async Task<IReadOnlyList<ArchiveFinding>> CheckPackAsync(PackName pack, CancellationToken cancellation)
    {
        var (listed, counted) = await ReadAsync(pack, cancellation);

        // The rows of a camera that is being deleted go by and by, after the note and before its packs.
        var erased = new ErasedPlaces(await index.ListErasuresAsync(pack.CameraKey, cancellation));
        if (erased.Cover(pack))
        {
            return [];
        }

        Packs++;
        List<ArchiveFinding> findings = [.. Count(pack, listed, counted)];
        var rows = listed.DistinctBy(r => r.Address).ToDictionary(r => r.Address);
        try
        {
            var parts = await packs.ListPartsAsync(pack, cancellation);
            if (parts.Count == 0)
            {
                return listed.Count == 0
                    ? findings
                    : [Missing(pack, null, $"The pack of {listed.Count} pictures is gone."), .. findings];
            }

            findings.AddRange(listed.Where(r => !ReferenceEquals(rows[r.Address], r)).Select(
                r => Missing(pack, r.TakenAt, $"The entry at offset {r.Address.Offset} belongs to another row.")));
            findings.AddRange((await marks.FindDisagreementsAsync(pack, listed, cancellation)).Select(takenAt => new ArchiveFinding(
                ArchiveFindingKind.MarkWrong, pack, takenAt, "It is marked to be kept in the index or in the list, not in both.")));
            foreach (var part in parts)
            {
                var (end, range) = (0L, 0L);
                var inPart = new List<ArchiveFinding>();
                await foreach (var item in PackScanner.ScanAsync(packs, pack, part, 0, verify: true, cancellation))
                {
                    // Before what is no damage there is nothing where another server began to add.
                    (range, end) = (item.Offset > end ? item.Offset : range, item.End);
                    Judge(pack, item, rows, erased, inPart);
                }

                findings.AddRange(await LeaveOutLateAsync(pack, inPart, range, cancellation));
            }
        }
        catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
        {
            findings.Add(new ArchiveFinding(ArchiveFindingKind.PackDamaged, pack, null, $"It cannot be read: {reason.Message}"));
            return findings;
        }

        findings.AddRange(rows.Values.Select(
            row => Missing(pack, row.TakenAt, $"No whole entry at offset {row.Address.Offset}.")));
        return findings;
    }

    /// <summary>What a server put late, in front of where the one began that has the camera since, gets its row when the pack is closed:
    /// until then nothing is wrong.</summary>
    private async Task<List<ArchiveFinding>> LeaveOutLateAsync(
        PackName pack, List<ArchiveFinding> findings, long range, CancellationToken cancellation)
    {
        List<ArchiveFinding> others = [.. findings.Where(f => f.Kind != ArchiveFindingKind.RowMissing || f.Offset >= range)];
        return others.Count < findings.Count && (await packs.ListOpenAsync(cancellation)).Contains(pack) ? others : findings;
    }

    private async Task<long> CountAsync(CancellationToken cancellation)
    {
        var pictures = 0L;
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            pictures += (await index.SumAsync(camera, cancellation)).Pictures;
        }

        return pictures;
    }

    private static ArchiveFinding Missing(PackName pack, DateTimeOffset? takenAt, string detail) =>
        new(ArchiveFindingKind.BytesMissing, pack, takenAt, detail);

    private void Judge(
        PackName pack, PackItem item, Dictionary<PackAddress, Snapshot> rows, ErasedPlaces erased, List<ArchiveFinding> findings)
    {
        if (item.Kind == PackItemKind.Damage)
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.PackDamaged, pack, null, $"Bytes {item.Offset} to {item.End} are no entry."));
        }

        // What is deleted and noted, and not erased yet, is nobody's business any more.
        if (item.Snapshot is not { } found || erased.Cover(found.Address))
        {
            return;
        }

        Pictures++;
        if (!rows.Remove(found.Address, out var row))
        {
            findings.Add(item.Kind == PackItemKind.Altered
                ? new ArchiveFinding(
                    ArchiveFindingKind.PackDamaged, pack, null, $"The entry at offset {item.Offset} is altered, and has no row.")
                : new ArchiveFinding(
                    ArchiveFindingKind.RowMissing, pack, found.TakenAt, $"The entry at offset {item.Offset} has no row.")
                {
                    Offset = item.Offset,
                });
        }
        else if (item.Kind == PackItemKind.Altered || row.Hash != found.Hash || row.TakenAt != found.TakenAt)
        {
            findings.Add(new ArchiveFinding(
                ArchiveFindingKind.BytesAltered, pack, row.TakenAt, $"The entry at offset {item.Offset} is not what was saved."));
        }
    }

    /// <summary>The rows of a pack, and what was counted of them. They are two questions, and a server at work changes both between them: only a
    /// counter that was the same before and after says something of these rows.</summary>
    /// <returns>No counter where it changed each time.</returns>
    private async Task<(IReadOnlyList<Snapshot> Rows, PackSummary? Counted)> ReadAsync(PackName pack, CancellationToken cancellation)
    {
        var before = await CounterAsync(pack, cancellation);
        for (var attempt = 1; ; attempt++)
        {
            var rows = await index.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
            var after = await CounterAsync(pack, cancellation);
            if (before == after || attempt == Attempts)
            {
                return (rows, before == after ? after : null);
            }

            before = after;
        }
    }

    private async Task<PackSummary> CounterAsync(PackName pack, CancellationToken cancellation)
    {
        var summaries = await index.ListPacksAsync(pack.CameraKey, pack.Hour, 1, cancellation);
        return summaries.FirstOrDefault(s => s.Pack == pack) ?? new PackSummary(pack, 0, 0);
    }

    private static ArchiveFinding[] Count(PackName pack, IReadOnlyList<Snapshot> rows, PackSummary? counted)
    {
        var bytes = rows.Sum(r => r.Address.EntryLength);
        return counted is null || (counted.Pictures == rows.Count && counted.Bytes == bytes)
            ? []
            : [new ArchiveFinding(
                ArchiveFindingKind.CounterWrong, pack, null,
                $"Counted {counted.Pictures} pictures of {counted.Bytes} bytes; the rows are {rows.Count} of {bytes}.")];
    }
}
