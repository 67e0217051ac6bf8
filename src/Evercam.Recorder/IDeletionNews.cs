namespace Evercam.Recorder;

/// <summary>Told of pictures that somebody deletes: for those who have made something of them.</summary>
public interface IDeletionNews
{
    /// <summary>What was taken from a moment (included) to a moment (excluded) is gone. Called before the one who deletes it is told.</summary>
    /// <exception cref="IOException">What was made of it cannot be deleted now; to be called again.</exception>
    void Deleted(long cameraKey, DateTimeOffset from, DateTimeOffset to);
}
