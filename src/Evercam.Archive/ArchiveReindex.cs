using Evercam.Archive.Pack;

namespace Evercam.Archive;

/// <summary>Rebuilds the index from the packs alone: the rows of every pack are replaced by what the pack holds, and those of packs
/// that are gone are dropped.</summary>
/// <param name="packs">The packs. Nothing may write to them meanwhile.</param>
/// <param name="index">The index.</param>
public sealed class ArchiveReindex(IPackStore packs, ISnapshotIndex index)
{
    /// <summary>How many pictures the last run has found.</summary>
    public long Pictures { get; private set; }

    /// <summary>Runs over all packs and tells each one when it is done. Pictures whose bytes do not match their hash are left out;
    /// deleted ones do not come back, because their bytes are gone. May be repeated, also after it was interrupted.</summary>
    /// <param name="progress">Called with each finished pack and how many pictures it holds.</param>
    /// <param name="cancellation">Stops after the pack at hand.</param>
    public async Task RunAsync(Action<PackName, int> progress, CancellationToken cancellation)
    {
        Pictures = 0;
        var seen = new HashSet<PackName>();
        await foreach (var pack in packs.ListAsync(cancellation))
        {
            seen.Add(pack);
            var rows = await ReadAsync(pack, cancellation);
            await index.ReplacePackAsync(pack, [.. rows.Values], cancellation);
            Pictures += rows.Count;
            progress(pack, rows.Count);
        }

        await foreach (var lost in index.AllPacksAsync(cancellation))
        {
            if (!seen.Contains(lost.Pack))
            {
                await index.ReplacePackAsync(lost.Pack, [], cancellation);
                progress(lost.Pack, 0);
            }
        }
    }

    private async Task<Dictionary<DateTimeOffset, Snapshot>> ReadAsync(PackName pack, CancellationToken cancellation)
    {
        var rows = new Dictionary<DateTimeOffset, Snapshot>();
        foreach (var part in await packs.ListPartsAsync(pack, cancellation))
        {
            await foreach (var item in PackScanner.ScanAsync(packs, pack, part, 0, verify: true, cancellation))
            {
                // Two whole entries of one moment: the first was acknowledged, the second was refused.
                if (item is { Kind: PackItemKind.Picture, Snapshot: { } snapshot })
                {
                    rows.TryAdd(snapshot.TakenAt, snapshot);
                }
            }
        }

        return rows;
    }
}
