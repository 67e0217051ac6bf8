using System.Collections.Concurrent;

namespace Evercam.Archive;

/// <summary>Lets the writers of one camera take turns, and those of different cameras not wait for each other.</summary>
internal sealed class CameraWriters
{
    private readonly ConcurrentDictionary<long, CameraWriter> writers = new();
    private int abandoned;
    private bool isClosed;

    /// <summary>How many pictures are to be taken back.</summary>
    public int Abandoned => Volatile.Read(ref abandoned);

    /// <summary>The cameras with something left to be done.</summary>
    public IReadOnlyList<long> InDebt => [.. writers.Values.Where(w => w.IsInDebt).Select(w => w.CameraKey)];

    public CameraWriter Of(long cameraKey) => writers.GetOrAdd(cameraKey, key => new CameraWriter(key));

    /// <summary>Does something as the only one who writes to a camera.</summary>
    /// <exception cref="IOException">The archive is closed; nothing was done.</exception>
    public async Task<T> HoldAsync<T>(long cameraKey, Func<CameraWriter, Task<T>> work, CancellationToken cancellation)
    {
        var writer = Of(cameraKey);
        await writer.Gate.WaitAsync(cancellation);
        try
        {
            return Volatile.Read(ref isClosed) ? throw new IOException("The archive is closed.") : await work(writer);
        }
        finally
        {
            writer.Gate.Release();
        }
    }

    public Task HoldAsync(long cameraKey, Func<CameraWriter, Task> work, CancellationToken cancellation) => HoldAsync(
        cameraKey,
        async writer =>
        {
            await work(writer);
            return true;
        },
        cancellation);

    /// <summary>A picture waits no longer for its row: see <see cref="CameraWriter.Release"/>.</summary>
    public void Release(Snapshot snapshot, bool mustBeTakenBack)
    {
        Interlocked.Add(ref abandoned, mustBeTakenBack ? 1 : 0);
        Of(snapshot.CameraKey).Release(snapshot, mustBeTakenBack);
    }

    /// <summary>Pictures of a camera were taken back, or went with their pack.</summary>
    public void Forget(CameraWriter writer, IReadOnlyList<Snapshot> takenBack)
    {
        writer.Forget(takenBack);
        Interlocked.Add(ref abandoned, -takenBack.Count);
    }

    /// <summary>Lets nobody begin any more, and ends when all have ended who had begun: also those that nobody waits for.</summary>
    /// <exception cref="OperationCanceledException">Somebody has not ended.</exception>
    public async Task CloseAsync(CancellationToken cancellation)
    {
        Volatile.Write(ref isClosed, true);
        foreach (var writer in writers.Values)
        {
            await writer.Gate.WaitAsync(cancellation);
            writer.Gate.Release();
        }
    }
}
