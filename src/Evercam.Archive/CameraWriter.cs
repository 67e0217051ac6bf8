namespace Evercam.Archive;

/// <summary>What the archive remembers of one camera that is written to: who writes now, and which moments are taken but not
/// yet in the index.</summary>
internal sealed class CameraWriter : IDisposable
{
    private readonly HashSet<long> pending = [];
    private readonly Lock state = new();

    /// <summary>Held by the one that writes or deletes.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Set once, when the camera is deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>The newest moment known to be taken; <see langword="null"/> until someone looked.</summary>
    public DateTimeOffset? Newest { get; set; }

    /// <summary>Erasures that the disk refused: to be carried out before the next write. Only for the holder of the gate.</summary>
    public List<Erasure> Unfinished { get; } = [];

    /// <summary>Packs whose tail was looked at since they were opened. Only for the holder of the gate.</summary>
    public HashSet<DateTimeOffset> ReadyHours { get; } = [];

    public void Claim(DateTimeOffset takenAt)
    {
        lock (state)
        {
            pending.Add(takenAt.ToUnixMicroseconds());
        }
    }

    public void Release(DateTimeOffset takenAt)
    {
        lock (state)
        {
            pending.Remove(takenAt.ToUnixMicroseconds());
        }
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

    public void Dispose() => Gate.Dispose();
}
