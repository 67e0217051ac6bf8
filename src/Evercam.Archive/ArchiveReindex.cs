using Evercam.Archive.Pack;

namespace Evercam.Archive;

/// <summary>Rebuilds the index from the packs and their lists alone: the rows of every pack are replaced by what the pack holds, and
/// those of packs that are gone are dropped. Deletions that were interrupted are finished first, so that nothing deleted comes back.</summary>
/// <param name="packs">The packs. Nothing may write to them meanwhile.</param>
/// <param name="index">The index.</param>
public sealed class ArchiveReindex(IPackStore packs, ISnapshotIndex index)
{
    private readonly KeptMarks marks = new(packs, index);
    private readonly List<UnreadablePack> unreadable = [];

    /// <summary>How many pictures the last run has found.</summary>
    public long Pictures { get; private set; }

    /// <summary>How many erasures the disk refused in the last run. What they cover has no rows; the server tries them again.</summary>
    public int Refused { get; private set; }

    /// <summary>What could not be read in the last run. The rows of these packs are as they were.</summary>
    public IReadOnlyList<UnreadablePack> Unreadable => unreadable;

    /// <summary>Runs over all packs and tells each one when it is done. Pictures whose bytes do not match their hash are left out;
    /// deleted ones do not come back, because their bytes are gone. A pack that cannot be read holds up no other. May be repeated, also
    /// after it was interrupted.</summary>
    /// <param name="progress">Called with each finished pack and how many pictures it holds.</param>
    /// <param name="cancellation">Stops after the pack at hand.</param>
    /// <exception cref="IOException">The index does not answer, or all packs are away.</exception>
    public Task RunAsync(Action<PackName, int> progress, CancellationToken cancellation) => RunAsync(progress, _ => { }, cancellation);

    /// <inheritdoc cref="RunAsync(Action{PackName, int}, CancellationToken)"/>
    /// <param name="progress">Called with each finished pack and how many pictures it holds.</param>
    /// <param name="tell">Told the share that is done, from 0 to 1, of the packs that are there, whether they can be read or not.</param>
    /// <param name="cancellation">Stops after the pack at hand.</param>
    public async Task RunAsync(Action<PackName, int> progress, Action<double> tell, CancellationToken cancellation)
    {
        Pictures = 0;
        unreadable.Clear();
        await FinishErasuresAsync(cancellation);
        var listed = await packs.ListAsync(refused => unreadable.Add(new(null, refused.Message)), cancellation).ToListAsync(cancellation);
        for (var at = 0; at < listed.Count; at++)
        {
            await TryRebuildAsync(listed[at], progress, cancellation);
            tell((at + 1.0) / listed.Count);
        }

        // Gone, or in a folder that was not listed: each is looked for by itself.
        var seen = listed.ToHashSet();
        await foreach (var lost in index.AllPacksAsync(cancellation))
        {
            if (!seen.Contains(lost.Pack))
            {
                await TryRebuildAsync(lost.Pack, progress, cancellation);
            }
        }
    }

    private async Task TryRebuildAsync(PackName pack, Action<PackName, int> progress, CancellationToken cancellation)
    {
        try
        {
            await RebuildAsync(pack, progress, cancellation);
        }
        catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
        {
            unreadable.Add(new(pack, reason.Message));
        }
    }

    private async Task RebuildAsync(PackName pack, Action<PackName, int> progress, CancellationToken cancellation)
    {
        // A removal may still be on its way from the server that was stopped: this waits for it.
        var erased = new ErasedPlaces(await index.ListErasuresAsync(pack.CameraKey, cancellation));
        if (erased.Cover(pack))
        {
            return;
        }

        var rows = await ReadAsync(pack, erased, cancellation);
        await index.ReplacePackAsync(pack, [.. rows.Values], cancellation);
        await marks.AgreeAsync(pack, cancellation);
        Pictures += rows.Count;
        progress(pack, rows.Count);
    }

    private async Task FinishErasuresAsync(CancellationToken cancellation)
    {
        try
        {
            await new Eraser(packs, index).CarryOutAsync(await index.ListErasuresAsync(cancellation));
        }
        catch (IOException refused) when (refused is not IndexUnavailableException)
        {
            // Counted below.
        }

        Refused = (await index.ListErasuresAsync(cancellation)).Count;
    }

    private async Task<Dictionary<DateTimeOffset, Snapshot>> ReadAsync(
        PackName pack, ErasedPlaces erased, CancellationToken cancellation)
    {
        var rows = new Dictionary<DateTimeOffset, Snapshot>();
        var before = await index.ListAsync(pack.CameraKey, pack.Hour, pack.End, int.MaxValue, cancellation);
        var acknowledged = before.Select(row => (row.Address, row.Hash)).ToHashSet();
        foreach (var part in await packs.ListPartsAsync(pack, cancellation))
        {
            await foreach (var item in PackScanner.ScanAsync(packs, pack, part, 0, verify: true, cancellation))
            {
                // Of two whole entries of one moment the one that has the row was acknowledged. If neither has one, the first was given
                // up, and the later one is what was brought again.
                if (item is { Kind: PackItemKind.Picture, Snapshot: { } snapshot } && !erased.Cover(snapshot.Address)
                    && !(rows.TryGetValue(snapshot.TakenAt, out var first) && acknowledged.Contains((first.Address, first.Hash))))
                {
                    rows[snapshot.TakenAt] = snapshot;
                }
            }
        }

        return rows;
    }
}
