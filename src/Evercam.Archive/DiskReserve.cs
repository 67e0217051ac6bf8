namespace Evercam.Archive;

/// <summary>The last of the space that is to be left, which is for the database: pictures stop before it is touched.</summary>
/// <param name="floor">How many bytes are to stay free; 0 for no matter how many.</param>
internal sealed class DiskReserve(long floor)
{
    private bool isFull;

    /// <summary>How many bytes they are.</summary>
    public long Bytes => floor / 2;

    /// <summary>Whether pictures must be refused. Once they are, some room more is asked for, so that they do not begin and stop every
    /// second.</summary>
    /// <param name="free">How many bytes are free.</param>
    /// <param name="mayGo">Whether anything could be given up now.</param>
    public bool IsFull(long free, bool mayGo) => isFull = !mayGo && free < (isFull ? Bytes + (Bytes / 2) : Bytes);
}
