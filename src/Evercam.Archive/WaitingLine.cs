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
            pending.JoinedAt = clock.GetTimestamp();
            pending.IsUrgent = urgent;
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
            foreach (var pending in arrived.Where(p => p.Snapshot.CameraKey == cameraKey))
            {
                pending.IsUrgent = true;
            }

            return Task.WhenAll(arrived.Concat(flushed).Where(p => p.Snapshot.CameraKey == cameraKey).Select(p => p.Gone).ToList());
        }
    }

    /// <summary>Those of a camera are given up; they leave when their turn comes.</summary>
    public void GiveUp(long cameraKey, IOException reason)
    {
        List<PendingSnapshot> givenUp;
        lock (state)
        {
            givenUp = [.. arrived.Concat(flushed).Where(p => p.Snapshot.CameraKey == cameraKey)];
        }

        givenUp.ForEach(pending => pending.GiveUp(reason));
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

    /// <summary>Hands out those in whose packs somebody is in a hurry, or has waited for so long; the others go on waiting.</summary>
    public List<PendingSnapshot> TakeDue(TimeSpan company)
    {
        lock (state)
        {
            var due = arrived.Where(p => p.IsUrgent || clock.GetElapsedTime(p.JoinedAt) >= company)
                .Select(p => p.Snapshot.Address.Pack).ToHashSet();
            var waiting = arrived;
            arrived = waiting.FindAll(p => !due.Contains(p.Snapshot.Address.Pack));
            hurry = NewSignal();
            if (arrived.Count == 0)
            {
                work = NewSignal();
            }

            var batch = waiting.FindAll(p => due.Contains(p.Snapshot.Address.Pack));
            flushed.AddRange(batch);
            return batch;
        }
    }

    /// <summary>The bytes of some could not be put on stable storage now: they wait again, before the others.</summary>
    public void PutBack(List<PendingSnapshot> waiting)
    {
        var again = waiting.ToHashSet();
        lock (state)
        {
            flushed.RemoveAll(again.Contains);
            arrived.InsertRange(0, waiting);
            work.TrySetResult();
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
