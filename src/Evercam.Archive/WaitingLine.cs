namespace Evercam.Archive;

/// <summary>The pictures that wait to be committed: those whose bytes are still to be put on stable storage, and, once they were handed
/// out for that, those whose rows are to be added.</summary>
internal sealed class WaitingLine(TimeProvider clock)
{
    private readonly Lock state = new();
    private readonly List<PendingSnapshot> flushed = [];
    private List<PendingSnapshot> arrived = [];
    private TaskCompletionSource work = NewSignal();
    private TaskCompletionSource hurry = NewSignal();
    private bool isClosed;
    private int count;

    /// <summary>How many pictures wait.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Those whose rows are to be added, in the order in which they came. Only for the one that commits.</summary>
    public IReadOnlyList<PendingSnapshot> Flushed => flushed;

    /// <summary>Queues up.</summary>
    /// <param name="pending">The picture.</param>
    /// <param name="urgent">Whether a caller waits.</param>
    /// <returns><see langword="false"/> if nothing is committed any more.</returns>
    public bool TryJoin(PendingSnapshot pending, bool urgent)
    {
        lock (state)
        {
            if (isClosed)
            {
                return false;
            }

            count++;
            arrived.Add(pending);
            work.TrySetResult();
            if (urgent)
            {
                hurry.TrySetResult();
            }

            return true;
        }
    }

    /// <summary>Hurries up, and tells when those of a camera that wait now have left.</summary>
    public Task HurryAsync(long cameraKey)
    {
        lock (state)
        {
            hurry.TrySetResult();
            return Task.WhenAll(arrived.Concat(flushed).Where(p => p.Snapshot.CameraKey == cameraKey).Select(p => p.Gone).ToList());
        }
    }

    /// <summary>Waits for the first picture, then for company or for someone in a hurry.</summary>
    /// <param name="company">How long the first one waits for others.</param>
    /// <param name="retry">How long until those that stayed are tried again.</param>
    /// <param name="stopping">Ends the wait.</param>
    public async Task NextAsync(TimeSpan company, TimeSpan retry, CancellationToken stopping)
    {
        Task first, hurried;
        lock (state)
        {
            first = flushed.Count > 0 ? Task.Delay(retry, clock, stopping) : work.Task;
            hurried = hurry.Task;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, clock, enough.Token);
        await Task.WhenAny(first, hurried, stopped);
        await Task.WhenAny(hurried, Task.Delay(company, clock, enough.Token));
        await enough.CancelAsync();
    }

    /// <summary>Hands out those that have arrived; from here on they are among <see cref="Flushed"/>.</summary>
    public List<PendingSnapshot> TakeArrived()
    {
        lock (state)
        {
            var batch = arrived;
            arrived = [];
            work = NewSignal();
            hurry = NewSignal();
            flushed.AddRange(batch);
            return batch;
        }
    }

    /// <summary>Some go. Those who wait for that are told when the rest is done, by <see cref="PendingSnapshot.LetGo"/>.</summary>
    public void Remove(List<PendingSnapshot> leaving)
    {
        var gone = leaving.ToHashSet();
        lock (state)
        {
            count -= flushed.RemoveAll(gone.Contains);
        }
    }

    /// <summary>Nobody may join any more.</summary>
    public void Close()
    {
        lock (state)
        {
            isClosed = true;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
