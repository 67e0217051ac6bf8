using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>Who may change the pack, and where.</summary>
internal sealed partial class BucketPack
{
    /// <summary>Whether it is not this server's any more, or what lies at an offset is of a server that had it later than this one believes
    /// to have it.</summary>
    public bool IsOfOthers(long offset) =>
        shelf.Tenures.AreShared && (shelf.Tenures.Of(name.CameraKey) is not { } tenure || offset >> PackRange.Bits > tenure);

    /// <summary>Where what this server adds begins, where others may have added before, and may still do so without knowing that they are
    /// not to: none takes the place of another's bytes.</summary>
    private long RangeStart => Tenure << PackRange.Bits;

    private long Tenure => shelf.Tenures.Of(name.CameraKey) ?? throw new CameraElsewhereException([name.CameraKey]);

    /// <exception cref="CameraElsewhereException">Another server has the camera, or what is known of the pack says that one has had it
    /// since: whatever this one believes, it changes nothing.</exception>
    private void DemandOwn()
    {
        lock (state)
        {
            DemandOwn(layout?.LastTenure ?? 0);
        }
    }

    private void DemandOwn(List<PackObject> listed) => DemandOwn(listed.Count == 0 ? 0 : listed.Max(o => o.Tenure));

    private void DemandOwn(long lastTenure)
    {
        // Whoever is alone has all of it, whoever had it before.
        if (Tenure is > 0 and var own && lastTenure > own)
        {
            shelf.Tenures.WasSurpassed(name.CameraKey, lastTenure);
            throw new CameraElsewhereException([name.CameraKey]);
        }
    }

    /// <summary>What was put in this server's tenure, or before; of a pack that is only read, everything.</summary>
    private IReadOnlyList<PackObject> OwnOf(PackLayout known) =>
        shelf.Tenures.Of(name.CameraKey) is > 0 and var own && known.LastTenure > own ? [.. known.Objects.Where(o => o.Tenure <= own)] : known.Objects;
}
