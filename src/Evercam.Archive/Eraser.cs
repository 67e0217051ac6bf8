namespace Evercam.Archive;

/// <summary>Carries out erasures that are noted in the index, and forgets them.</summary>
internal sealed class Eraser(IPackStore packs, ISnapshotIndex index)
{
    private readonly KeptMarks marks = new(packs, index);

    /// <summary>Carries out what can be carried out: a pack that refuses holds up no other.</summary>
    /// <exception cref="CameraElsewhereException">Another server has one of the cameras, finds its notes, and carries them out.</exception>
    /// <exception cref="IOException">Not all was; the notes of the rest stay.</exception>
    public async Task CarryOutAsync(IReadOnlyList<Erasure> erasures)
    {
        Exception? failure = null;

        // Whole cameras first: what lies in their packs needs no more care.
        foreach (var pack in erasures.GroupBy(e => (e.CameraKey, e.Pack)).OrderBy(group => group.Key.Pack is not null))
        {
            try
            {
                await CarryOutAsync(pack.Key.CameraKey, pack.Key.Pack, [.. pack]);
            }
#pragma warning disable CA1031 // The others go on, and the caller is told at the end.
            catch (Exception reason) when (reason is not (IndexUnavailableException or CameraElsewhereException))
#pragma warning restore CA1031
            {
                failure ??= reason;
            }
        }

        if (failure is not null)
        {
            throw new IOException($"Deleted pictures could not be erased: {failure.Message}", failure);
        }
    }

    private async Task CarryOutAsync(long cameraKey, PackName? pack, List<Erasure> erasures)
    {
        if (pack is null)
        {
            // A note that was written when the camera's own row went says nothing about the rows of its pictures.
            await index.RemoveRowsAsync(cameraKey, CancellationToken.None);
            await index.DemandTenureAsync(cameraKey, CancellationToken.None);
            await packs.DeleteCameraAsync(cameraKey, CancellationToken.None);
        }
        else if (erasures.Exists(e => e.Entry is null))
        {
            await index.DemandTenureAsync(cameraKey, CancellationToken.None);
            await packs.DeleteAsync(pack.Value, CancellationToken.None);
        }
        else
        {
            PackAddress[] entries = [.. erasures.Select(e => e.Entry!.Value)];
            await marks.ForgetAsync(pack.Value, entries);
            await index.DemandTenureAsync(cameraKey, CancellationToken.None);
            await packs.EraseAsync(entries, CancellationToken.None);
        }

        await index.ForgetErasuresAsync(erasures, CancellationToken.None);
    }
}

/// <summary>What erasures cover: it has no row, and must not get one.</summary>
internal sealed class ErasedPlaces(IReadOnlyList<Erasure> erasures)
{
    private readonly HashSet<long> cameras = [.. erasures.Where(e => e.Pack is null).Select(e => e.CameraKey)];
    private readonly HashSet<PackName> packs = [.. erasures.Where(e => e.Entry is null).Select(e => e.Pack).OfType<PackName>()];
    private readonly HashSet<PackAddress> entries = [.. erasures.Select(e => e.Entry).OfType<PackAddress>()];

    public bool Cover(PackName pack) => cameras.Contains(pack.CameraKey) || packs.Contains(pack);

    public bool Cover(PackAddress entry) => Cover(entry.Pack) || entries.Contains(entry);
}
