using Evercam.Archive;

namespace Evercam.Recorder;

/// <summary>Told of what the lack of space costs: for those who keep logs of cameras, or send notices.</summary>
public interface ISpaceNews
{
    /// <summary>To make room on the disk, the oldest pictures went. Called when it begins, and as long as it lasts about once a
    /// minute.</summary>
    /// <param name="gone">What went since the last call, by packs; a pack whose hour is running may be there several times.</param>
    void GaveUp(IReadOnlyList<GivenUp> gone);
}
