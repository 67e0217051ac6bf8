using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>The packs that this process knows something of: those that it writes to, and those that were looked at last. Thread-safe.</summary>
internal sealed class BucketPacks(BucketShelf shelf)
{
    private const int MaxLookedAt = 1024;

    private readonly Dictionary<PackName, BucketPack> known = [];

    /// <summary>Packs that another server writes to by now, though this one has them open still: only to read.</summary>
    private readonly Dictionary<PackName, BucketPack> others = [];
    private readonly Lock state = new();
    private long uses;

    /// <summary>One to read, or to erase something of.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="offset">Where in it.</param>
    public BucketPack Get(PackName pack, long offset = 0)
    {
        lock (state)
        {
            var found = GetOrAdd(pack);
            return found.IsOpen && found.IsOfOthers(offset) ? GetOrAddOther(pack) : found;
        }
    }

    /// <summary>One to write to: it stays until <see cref="Close"/>.</summary>
    public BucketPack Open(PackName pack)
    {
        lock (state)
        {
            var opened = GetOrAdd(pack);
            opened.IsOpen = true;
            opened.Openings++;
            return opened;
        }
    }

    /// <summary>Those that may be written to.</summary>
    /// <param name="cameraKey">Of this camera; <see langword="null"/> for all.</param>
    public IReadOnlyList<BucketPack> ListOpen(long? cameraKey = null)
    {
        lock (state)
        {
            return [.. known.Values.Where(p => p.IsOpen && (cameraKey is null || p.Name.CameraKey == cameraKey))];
        }
    }

    /// <summary>Forgets those of a camera.</summary>
    /// <returns>Those that were known.</returns>
    public IReadOnlyList<BucketPack> Drop(long cameraKey)
    {
        lock (state)
        {
            List<BucketPack> dropped = [.. known.Values.Where(p => p.Name.CameraKey == cameraKey)];
            foreach (var pack in dropped)
            {
                pack.IsOpen = false;
                known.Remove(pack.Name);
                others.Remove(pack.Name);
            }

            return dropped;
        }
    }

    /// <summary>The one that is known; <see langword="null"/> if nothing of it can wait in memory.</summary>
    public BucketPack? Find(PackName pack)
    {
        lock (state)
        {
            return known.GetValueOrDefault(pack);
        }
    }

    /// <summary>Nobody writes to it any more, unless it was opened since.</summary>
    public void Close(BucketPack pack, int openings)
    {
        lock (state)
        {
            if (pack.Openings == openings && pack.IsStored)
            {
                pack.IsOpen = false;
            }
        }
    }

    private BucketPack GetOrAdd(PackName pack)
    {
        if (!known.TryGetValue(pack, out var found))
        {
            Trim();
            known[pack] = found = new BucketPack(pack, shelf);
        }

        found.LastUse = ++uses;
        return found;
    }

    private BucketPack GetOrAddOther(PackName pack)
    {
        if (!others.TryGetValue(pack, out var found))
        {
            if (others.Count >= MaxLookedAt)
            {
                others.Clear();
            }

            others[pack] = found = new BucketPack(pack, shelf);
        }

        return found;
    }

    /// <summary>Forgets the quarter that nobody has looked at for longest.</summary>
    private void Trim()
    {
        if (known.Count < MaxLookedAt)
        {
            return;
        }

        List<BucketPack> idle = [.. known.Values.Where(p => !p.IsOpen)];
        if (idle.Count >= MaxLookedAt)
        {
            foreach (var pack in idle.OrderBy(p => p.LastUse).Take(MaxLookedAt / 4))
            {
                known.Remove(pack.Name);
            }
        }
    }
}
