namespace Evercam.Archive;

/// <summary>What the archive remembers of one camera that is written to: who writes now, which moments are taken but not yet in the
/// index, and what is left to be done.</summary>
#pragma warning disable CA1001 // A semaphore whose wait handle nobody asks for has nothing to let go of.
internal sealed class CameraWriter(long cameraKey)
#pragma warning restore CA1001
{
    private const int MostTold = 10;

    private readonly HashSet<long> pending = [];
    private readonly List<Snapshot> abandoned = [];
    private readonly HashSet<string> told = [];
    private readonly Lock state = new();

    public long CameraKey => cameraKey;

    /// <summary>Held by the one that writes or deletes.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Set once, when the camera is deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>The newest moment known to be taken; <see langword="null"/> until someone looked.</summary>
    public DateTimeOffset? Newest { get; set; }

    /// <summary>The newest moment of what was recorded by this process: uploads may lie far ahead of it.</summary>
    public DateTimeOffset? NewestRecorded { get; private set; }

    /// <summary>Whether the index may hold erasures of this camera that were not carried out. Nobody knows until someone has looked: the
    /// process before this one may have left them, and they may be on their way still. Only for the holder of the gate.</summary>
    public bool OwesErasures { get; set; } = true;

    /// <summary>Packs whose tail was looked at since they were opened. Only for the holder of the gate.</summary>
    public HashSet<DateTimeOffset> ReadyHours { get; } = [];

    /// <summary>What was deleted in open packs, where several servers write to them one after the other.</summary>
    public DeletedRanges Deleted { get; } = new();

    /// <summary>How many pictures wait for their rows, or to be taken back.</summary>
    public int Waiting
    {
        get
        {
            lock (state)
            {
                return pending.Count + abandoned.Count;
            }
        }
    }

    public bool IsInDebt
    {
        get
        {
            lock (state)
            {
                return OwesErasures || abandoned.Count > 0;
            }
        }
    }

    /// <summary>A moment is taken.</summary>
    /// <param name="takenAt">The moment.</param>
    /// <param name="isRecorded">Whether it is the camera's own time, and none that somebody said.</param>
    public void Claim(DateTimeOffset takenAt, bool isRecorded)
    {
        lock (state)
        {
            pending.Add(takenAt.ToUnixMicroseconds());
        }

        // Only if someone looked: an old upload says nothing of what is newer.
        Newest = Newest < takenAt ? takenAt : Newest;
        NewestRecorded = isRecorded && !(NewestRecorded > takenAt) ? takenAt : NewestRecorded;
    }

    public bool HasClaim(DateTimeOffset from, DateTimeOffset to)
    {
        var (first, last) = (from.ToUnixMicroseconds(), to.ToUnixMicroseconds());
        lock (state)
        {
            foreach (var moment in pending)
            {
                if (moment >= first && moment < last)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>A picture waits no longer for its row.</summary>
    /// <param name="snapshot">The picture.</param>
    /// <param name="mustBeTakenBack">Whether it was given up: its bytes are in the pack, and its row may be in the index.</param>
    public void Release(Snapshot snapshot, bool mustBeTakenBack)
    {
        lock (state)
        {
            pending.Remove(snapshot.TakenAt.ToUnixMicroseconds());
            if (mustBeTakenBack)
            {
                abandoned.Add(snapshot);
            }
        }
    }

    /// <summary>The pictures that are to be taken back.</summary>
    /// <param name="pack">Only those in this pack; <see langword="null"/> for all.</param>
    public IReadOnlyList<Snapshot> Abandoned(PackName? pack)
    {
        lock (state)
        {
            return [.. abandoned.Where(s => pack is null || s.Address.Pack == pack)];
        }
    }

    /// <summary>Pictures were taken back, or went with their pack.</summary>
    public void Forget(IReadOnlyList<Snapshot> takenBack)
    {
        lock (state)
        {
            abandoned.RemoveAll(takenBack.Contains);
        }
    }

    /// <summary>Whether it is the first time that this is said of what is left to be done. Of a camera that fails in ever new ways, the first
    /// ones are enough.</summary>
    public bool IsNews(string failure)
    {
        lock (state)
        {
            return told.Count < MostTold && told.Add(failure);
        }
    }

    /// <summary>Nothing is left to be done: what was said of it is no news any more, and counts as such when it is said again.</summary>
    /// <returns>Whether anything was said.</returns>
    public bool IsEndOfNews()
    {
        lock (state)
        {
            var any = told.Count > 0;
            told.Clear();
            return any;
        }
    }

    /// <summary>What another server has done meanwhile is not known. Only for the holder of the gate, when nothing waits.</summary>
    public void BeginAnew()
    {
        (Newest, NewestRecorded, OwesErasures, IsDeleted) = (null, null, true, false);
        ReadyHours.Clear();
        Deleted.Clear();
    }
}
