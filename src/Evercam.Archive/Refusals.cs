using System.Collections.Concurrent;

namespace Evercam.Archive;

/// <summary>What the disk does not let go of: the packs of a day lie in one folder, which may be damaged or belong to somebody else. It
/// is passed over, so that no rows go for nothing. Where several in a row refuse, it is about the disk.
/// Thread-safe.</summary>
/// <param name="packs">Asked whether it lets go.</param>
/// <param name="clock">Tells when to try once more.</param>
internal sealed class Refusals(IPackStore packs, TimeProvider clock)
{
    private const int TooMany = 3;

    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(long CameraKey, DateTime Day), PackName> folders = new();
    private readonly ConcurrentDictionary<(long CameraKey, DateTime Day), bool> told = new();
    private int inARow;
    private long lastAt;

    /// <summary>Whether it is about the disk. Then one more pack is tried every ten minutes.</summary>
    public bool AreOfTheDisk => Volatile.Read(ref inARow) >= TooMany && clock.GetElapsedTime(Volatile.Read(ref lastAt)) < Rest;

    /// <summary>Whether a pack is not worth a trial.</summary>
    public bool Hold(PackName pack) => folders.ContainsKey(FolderOf(pack)) || !packs.MayDelete(pack);

    /// <summary>Whether it is the first time that this is asked about a pack of its folder.</summary>
    public bool IsNews(PackName pack) => told.TryAdd(FolderOf(pack), true);

    /// <summary>The rows of a pack went, and the disk did not let go of it.</summary>
    public void Add(PackName pack)
    {
        folders[FolderOf(pack)] = pack;
        Volatile.Write(ref lastAt, clock.GetTimestamp());
        Interlocked.Increment(ref inARow);
    }

    /// <summary>The disk let go of a pack.</summary>
    public void Deleted() => Volatile.Write(ref inARow, 0);

    /// <summary>Forgets what has gone meanwhile.</summary>
    public async Task LookAgainAsync(CancellationToken cancellation)
    {
        foreach (var (folder, pack) in folders)
        {
            if (await IsGoneAsync(pack, cancellation))
            {
                folders.TryRemove(folder, out _);
                Deleted();
            }
        }
    }

    private async Task<bool> IsGoneAsync(PackName pack, CancellationToken cancellation)
    {
        try
        {
            return (await packs.ListPartsAsync(pack, cancellation)).Count == 0;
        }
        catch (Exception unknown) when (UnreadablePack.IsMeantBy(unknown))
        {
            return false;
        }
    }

    private static (long CameraKey, DateTime Day) FolderOf(PackName pack) => (pack.CameraKey, pack.Hour.UtcDateTime.Date);
}
