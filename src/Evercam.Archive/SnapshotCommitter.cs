using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>Makes appended pictures durable together: the bytes of all packs, then one transaction with all rows.</summary>
/// <remarks>
/// If the database does not answer, recorded pictures wait for it. Pictures that a caller waits for are given up after
/// <see cref="SnapshotArchiveOptions.GiveUpAfter"/>; since the database may have taken their rows without saying so, they are then
/// removed like deleted ones as soon as it answers again.
/// </remarks>
internal sealed partial class SnapshotCommitter : IAsyncDisposable
{
    private const int MaxRowsPerTransaction = 5_000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly IPackStore packs;
    private readonly ISnapshotIndex index;
    private readonly SnapshotArchiveOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock state = new();
    private readonly Task loop;
    private List<Pending> waiting = [];
    private readonly List<Pending> flushed = [];
    private readonly List<Snapshot> abandoned = [];
    private TaskCompletionSource work = NewSignal();
    private TaskCompletionSource hurry = NewSignal();
    private int pendingCount;

    public SnapshotCommitter(
        IPackStore packs, ISnapshotIndex index, SnapshotArchiveOptions options, TimeProvider clock, ILogger log)
    {
        this.packs = packs;
        this.index = index;
        this.options = options;
        this.clock = clock;
        this.log = log;
        loop = Task.Run(RunAsync);
    }

    /// <summary>Whether one more picture may wait.</summary>
    public bool HasRoom => Volatile.Read(ref pendingCount) < options.MaxPending;

    /// <summary>Takes an appended picture; the task ends when it is durable.</summary>
    /// <param name="snapshot">The picture.</param>
    /// <param name="urgent">Whether a caller waits, so that it is committed now.</param>
    /// <param name="ended">Called when the picture is in the index, or will never be.</param>
    public Task AddAsync(Snapshot snapshot, bool urgent, Action<Snapshot> ended)
    {
        var pending = new Pending(snapshot, urgent, clock.GetTimestamp(), ended);
        Interlocked.Increment(ref pendingCount);
        lock (state)
        {
            waiting.Add(pending);
            work.TrySetResult();
            if (urgent)
            {
                hurry.TrySetResult();
            }
        }

        return pending.Durable.Task;
    }

    /// <summary>Ends when everything that was added for a camera is durable or has failed.</summary>
    /// <exception cref="IOException">The database does not answer.</exception>
    public async Task SettleAsync(long cameraKey, CancellationToken cancellation)
    {
        Task[] tasks;
        lock (state)
        {
            tasks = [.. waiting.Concat(flushed).Where(p => p.Snapshot.CameraKey == cameraKey).Select(p => p.Durable.Task)];
            hurry.TrySetResult();
        }

        var settled = Task.WhenAll(tasks);
        var patience = Task.Delay(options.GiveUpAfter + RetryPause, clock, cancellation);
        if (tasks.Length > 0 && await Task.WhenAny(settled, patience) == patience)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new ArchiveBusyException();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await NextBatchAsync();
            await CommitAsync();
        }

        await CommitAsync();
        GiveUp(TimeSpan.Zero, onlyUrgent: false, new IOException("The server stopped before the database answered."));
    }

    /// <summary>Waits for the first picture, then for the interval to pass or for someone in a hurry.</summary>
    private async Task NextBatchAsync()
    {
        Task first, hurried;
        lock (state)
        {
            first = flushed.Count + abandoned.Count > 0
                ? Task.Delay(RetryPause, clock, stopping.Token)
                : work.Task;
            hurried = hurry.Task;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var stopped = Task.Delay(Timeout.InfiniteTimeSpan, clock, enough.Token);
        await Task.WhenAny(first, hurried, stopped);
        await Task.WhenAny(hurried, Task.Delay(options.CommitInterval, clock, enough.Token));
        await enough.CancelAsync();
    }

    private async Task CommitAsync()
    {
        List<Pending> batch;
        lock (state)
        {
            (batch, waiting) = (waiting, []);
            work = NewSignal();
            hurry = NewSignal();
            flushed.AddRange(batch);
        }

        await FlushAsync(batch);
        await AddRowsAsync();
        await RemoveAbandonedAsync();
    }

    private async Task FlushAsync(List<Pending> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        try
        {
            await packs.FlushAsync(batch.Select(p => p.Snapshot.Address.Pack).ToHashSet(), CancellationToken.None);
        }
        catch (IOException reason)
        {
            LogFlushFailed(batch.Count, reason);
            Fail(batch, reason);
        }
    }

    private async Task AddRowsAsync()
    {
        try
        {
            while (flushed.Count > 0)
            {
                var rows = flushed.Take(MaxRowsPerTransaction).ToList();
                var refused = await index.AddAsync([.. rows.Select(p => p.Snapshot)], CancellationToken.None);
                lock (state)
                {
                    flushed.RemoveRange(0, rows.Count);
                }

                End(rows, refused);
            }
        }
        catch (IOException reason)
        {
            LogIndexFailed(flushed.Count, reason);
            GiveUp(options.GiveUpAfter, onlyUrgent: true, reason);
        }
    }

    private void End(List<Pending> done, IReadOnlyList<Snapshot> refused)
    {
        var taken = refused.Count == 0 ? null : refused.ToHashSet(ReferenceEqualityComparer.Instance);
        Interlocked.Add(ref pendingCount, -done.Count);
        foreach (var pending in done)
        {
            pending.Ended(pending.Snapshot);
            if (taken?.Contains(pending.Snapshot) == true)
            {
                LogRefused(pending.Snapshot.CameraKey, pending.Snapshot.TakenAt);
                pending.Durable.TrySetException(new SecondOccupiedException());
            }
            else
            {
                pending.Durable.TrySetResult();
            }
        }
    }

    private void GiveUp(TimeSpan after, bool onlyUrgent, IOException reason)
    {
        List<Pending> late;
        lock (state)
        {
            late = [.. flushed.Where(p => (p.Urgent || !onlyUrgent) && clock.GetElapsedTime(p.AddedAt) >= after)];
        }

        Fail(late, reason);
    }

    private void Fail(List<Pending> failed, IOException reason)
    {
        if (failed.Count == 0)
        {
            return;
        }

        var gone = failed.ToHashSet();
        lock (state)
        {
            flushed.RemoveAll(gone.Contains);
            abandoned.AddRange(failed.Select(p => p.Snapshot));
        }

        Interlocked.Add(ref pendingCount, -failed.Count);
        foreach (var pending in failed)
        {
            pending.Ended(pending.Snapshot);
            pending.Durable.TrySetException(reason);
        }
    }

    /// <summary>Takes back what was given up: its row, should the database have taken it, and its bytes.</summary>
    private async Task RemoveAbandonedAsync()
    {
        if (abandoned.Count == 0)
        {
            return;
        }

        try
        {
            foreach (var snapshot in abandoned.ToList())
            {
                var end = snapshot.TakenAt.AddMicroseconds(1);
                var found = await index.FindAtOrAfterAsync(snapshot.CameraKey, snapshot.TakenAt, CancellationToken.None);
                var erasures = found?.TakenAt == snapshot.TakenAt && found.Address == snapshot.Address
                    ? await index.RemoveAsync(snapshot.CameraKey, snapshot.TakenAt, end, CancellationToken.None)
                    : [];
                await packs.EraseAsync([snapshot.Address], CancellationToken.None);
                await index.ForgetErasuresAsync(erasures, CancellationToken.None);
                abandoned.Remove(snapshot);
            }
        }
        catch (IOException reason)
        {
            LogIndexFailed(abandoned.Count, reason);
        }
    }

    private sealed record Pending(Snapshot Snapshot, bool Urgent, long AddedAt, Action<Snapshot> Ended)
    {
        public TaskCompletionSource Durable { get; } = NewSignal();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} pictures could not be put on stable storage and are lost")]
    private partial void LogFlushFailed(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} pictures wait for the database")]
    private partial void LogIndexFailed(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} has another picture of {TakenAt} already: refused")]
    private partial void LogRefused(long camera, DateTimeOffset takenAt);
}
