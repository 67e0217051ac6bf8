namespace Evercam.Archive;

/// <summary>Which cameras this server writes to. Where several servers share an archive, each camera belongs to one of them at a time: to
/// whoever began last.</summary>
public interface ITenures
{
    /// <summary>Whether other servers may write to other cameras, or have written to these before.</summary>
    bool AreShared { get; }

    /// <summary>The number of this server's tenure of a camera, higher than all before, as far as this server knows; 0 where servers share
    /// nothing. <see langword="null"/> if the camera is another server's, or nobody's.</summary>
    long? Of(long cameraKey);

    /// <summary>A pack has something of a later tenure than this server believes to have, which may add nothing before it. Either another
    /// server has the camera, or the database is older than the pack and gives numbers out again: whoever keeps the tenures finds out which,
    /// and takes a later one if the camera is this server's.</summary>
    void WasSurpassed(long cameraKey, long number);

    /// <summary>For whoever is about to change something of a camera.</summary>
    /// <exception cref="CameraElsewhereException">This server has not got it.</exception>
    void Demand(long cameraKey)
    {
        if (Of(cameraKey) is null)
        {
            throw new CameraElsewhereException([cameraKey]);
        }
    }
}

/// <summary>The one server that there is.</summary>
public sealed class AloneTenures : ITenures
{
    /// <inheritdoc/>
    public bool AreShared => false;

    /// <inheritdoc/>
    public long? Of(long cameraKey) => 0;

    /// <inheritdoc/>
    public void WasSurpassed(long cameraKey, long number)
    {
        // Everything is this server's, whoever put it there.
    }
}

/// <summary>Another server writes to these cameras now, and nothing was changed.</summary>
/// <param name="cameraKeys">The cameras.</param>
public sealed class CameraElsewhereException(IReadOnlyCollection<long> cameraKeys)
    : IOException($"Another server writes to camera {string.Join(", ", cameraKeys.Take(10))} now.")
{
    /// <summary>The cameras.</summary>
    public IReadOnlyCollection<long> CameraKeys => cameraKeys;
}
