namespace Evercam.Archive;

/// <summary>The last of the space that is to be left, which is for the database: pictures stop before it is touched.</summary>
internal sealed class DiskReserve
{
    private bool isFull;

    /// <summary>Whether pictures must be refused. Once they are, some room more is asked for, so that they do not begin and stop every
    /// second.</summary>
    /// <param name="reserve">How many bytes are for the database.</param>
    /// <param name="free">How many bytes are free.</param>
    /// <param name="soonFree">How many are free, or will soon be. Of those that are not yet, the database has nothing: half of the reserve is
    /// really free.</param>
    /// <param name="mayGo">Whether anything could be given up now.</param>
    public bool IsFull(long reserve, long free, long soonFree, bool mayGo)
    {
        var wanted = isFull ? reserve + (reserve / 2) : reserve;
        return isFull = !mayGo && (soonFree < wanted || free < wanted / 2);
    }
}
