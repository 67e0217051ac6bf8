using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>Makes appended pictures durable together: the bytes of all packs, then one transaction with all rows.</summary>
/// <remarks>If the database does not answer, pictures wait for it, unless whoever brought them gave them up meanwhile. Since the
/// database may have taken a row without saying so, and may do so late, such a picture must be taken back like a deleted
/// one. What only looks like an outage, since a few cameras' rows meet a damaged page, holds up only those.</remarks>
/// <param name="packs">Where the bytes are.</param>
/// <param name="index">Where the rows go.</param>
/// <param name="options">How long pictures wait for each other.</param>
/// <param name="clock">Tells time.</param>
/// <param name="log">Told what fails.</param>
/// <param name="leave">Called with each picture of which no row will be added any more, and whether it must be taken back.</param>
internal sealed partial class SnapshotCommitter(
    IPackStore packs,
    ISnapshotIndex index,
    SnapshotArchiveOptions options,
    TimeProvider clock,
    ILogger log,
    Action<Snapshot, bool> leave) : IAsyncDisposable
{
    private const int MaxRowsPerTransaction = 5_000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly TimeSpan? gathersFor = packs.GathersFor;
    private readonly CancellationTokenSource stopping = new();
    private readonly WaitingLine line = new(clock);
    private readonly CamerasInTrouble inTrouble = new();
    private Task loop = Task.CompletedTask;
    private int rowsAtOnce = MaxRowsPerTransaction;
    private bool arePacksAway;

    /// <summary>How many pictures wait.</summary>
    public int Count => line.Count;

    /// <summary>Whether nothing could be put where the packs are when that was last tried.</summary>
    public bool ArePacksAway => Volatile.Read(ref arePacksAway);

    /// <summary>How long the first picture waits for others; where packs are flushed one by one, how exactly that is done.</summary>
    private TimeSpan Company => gathersFor is { } gathers ? gathers / 20 : options.CommitInterval;

    public void Start() => loop = Task.Run(RunAsync);

    /// <summary>Takes an appended picture.</summary>
    /// <param name="snapshot">The picture.</param>
    /// <param name="urgent">Whether a caller waits, so that it is committed now.</param>
    public PendingSnapshot Add(Snapshot snapshot, bool urgent)
    {
        var pending = new PendingSnapshot(snapshot);
        if (!line.TryJoin(pending, urgent))
        {
            Stop([pending]);
        }

        return pending;
    }

    /// <summary>Ends when of everything that was added for a camera no row will be added any more.</summary>
    /// <exception cref="ArchiveBusyException">The database does not answer.</exception>
    public async Task SettleAsync(long cameraKey, CancellationToken cancellation)
    {
        try
        {
            await line.HurryAsync(cameraKey).WaitAsync(options.GiveUpAfter + RetryPause, clock, cancellation);
        }
        catch (TimeoutException)
        {
            throw new ArchiveBusyException();
        }
    }

    /// <summary>No row is added any more of what waits of a camera, unless the database does so at this moment.</summary>
    public void GiveUp(long cameraKey, IOException reason) => line.GiveUp(cameraKey, reason);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await loop.WaitAsync(options.GiveUpAfter, clock);
            stopping.Dispose();
        }
        catch (TimeoutException reason)
        {
            LogNotClosed(Count, reason);
        }
    }

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            await line.NextAsync(arePacksAway ? RetryPause : Company, RetryPause, stopping.Token);
            await CommitAsync();
        }

        line.Close();
        await CommitAsync();
        Stop([.. line.Flushed]);
    }

    private async Task CommitAsync()
    {
        if (TakeArrived() is { Count: > 0 } batch)
        {
            await FlushAsync(batch);
        }

        await AddRowsAsync();
    }

    private async Task FlushAsync(List<PendingSnapshot> batch)
    {
        try
        {
            await packs.FlushAsync(batch.Select(p => p.Snapshot.Address.Pack).ToHashSet(), CancellationToken.None);
        }
        catch (PacksNotDurableException some)
        {
            var failed = batch.Where(p => some.Reasons.ContainsKey(p.Snapshot.Address.Pack)).ToLookup(p => p.Snapshot.Address.Pack);
            var lost = failed.Where(pack => !MayTryAgain(some.Reasons[pack.Key])).ToList();
            TryAgain([.. failed.Except(lost).SelectMany(pack => pack)], some);
            foreach (var pack in lost.Where(pack => some.Reasons[pack.Key] is CameraElsewhereException).ToList())
            {
                // Whoever has the camera has nothing to take back of it.
                GiveUp([.. pack], some.Reasons[pack.Key]);
                lost.Remove(pack);
            }

            if (lost.Count > 0)
            {
                LogFlushFailed(lost.Sum(pack => pack.Count()), some);
            }

            foreach (var pack in lost)
            {
                Fail([.. pack], some.Reasons[pack.Key]);
            }

            return;
        }
#pragma warning disable CA1031 // Whatever it is, those who wait must be told, and the next pictures committed.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogFlushFailed(batch.Count, reason);
            Fail(batch, reason);
        }

        if (arePacksAway)
        {
            arePacksAway = false;
            LogPacksBack();
        }
    }

    /// <summary>All that has arrived; where each flush costs a request, only what must not wait.</summary>
    private List<PendingSnapshot> TakeArrived() =>
        gathersFor is { } gathers && !stopping.IsCancellationRequested ? line.TakeDue(gathers - Company) : line.TakeArrived();

    /// <summary>Where they gather, the bytes are in memory, and nothing is lost while the packs are away.</summary>
    private bool MayTryAgain(IOException reason) =>
        gathersFor is not null && reason is PacksUnavailableException && !stopping.IsCancellationRequested;

    private void TryAgain(List<PendingSnapshot> waiting, Exception reason)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        Leave([.. waiting.Where(p => p.IsGivenUp)], _ => true);
        line.PutBack([.. waiting.Where(p => !p.IsGivenUp)]);
        if (!arePacksAway)
        {
            arePacksAway = true;
            LogPacksAway(reason);
        }
    }

    private async Task AddRowsAsync()
    {
        var failed = new HashSet<long>();
        while (Next() is { Count: > 0 } rows && !failed.Contains(rows[0].Snapshot.CameraKey))
        {
            try
            {
                var refused = await index.AddAsync([.. rows.Select(p => p.Snapshot)], CancellationToken.None);
                Keep(rows, refused);
                inTrouble.Succeeded(rows);
                failed.Clear();
                rowsAtOnce = Math.Min(2 * rowsAtOnce, MaxRowsPerTransaction);
            }
            catch (CameraElsewhereException elsewhere)
            {
                // Whoever has the camera finds what is whole, as after a crash.
                GiveUp([.. rows.Where(p => elsewhere.CameraKeys.Contains(p.Snapshot.CameraKey))], elsewhere);
            }
            catch (IOException) when (rows.Count > 1)
            {
                // It may have been too much at once, or about one of these.
                rowsAtOnce = rows.Count / 2;
            }
            catch (IOException reason)
            {
                if (reason is not IndexUnavailableException { IsTold: true })
                {
                    LogIndexFailed(rows[0].Snapshot.CameraKey, line.Flushed.Count, reason);
                }

                inTrouble.Failed(rows[0].Snapshot.CameraKey);
                failed.Add(rows[0].Snapshot.CameraKey);
                if (failed.Count == CamerasInTrouble.TooMany)
                {
                    return;
                }
            }
#pragma warning disable CA1031 // The database is there and cannot bear one of these: find it, so that it takes no other along.
            catch (Exception) when (rows.Count > 1)
            {
                rowsAtOnce = rows.Count / 2;
            }
            catch (Exception reason)
#pragma warning restore CA1031
            {
                LogNotIndexed(rows[0].Snapshot.CameraKey, rows[0].Snapshot.TakenAt, reason);
                Fail(rows, reason);
            }
        }
    }

    /// <summary>The first pictures that still wait; those that were given up leave.</summary>
    private List<PendingSnapshot> Next()
    {
        Leave([.. line.Flushed.Where(p => p.IsGivenUp)], _ => true);
        return inTrouble.FirstOf(line.Flushed, rowsAtOnce);
    }

    private void Keep(List<PendingSnapshot> rows, IReadOnlyList<Snapshot> refused)
    {
        var taken = refused.ToHashSet(ReferenceEqualityComparer.Instance);
        Leave(rows, pending =>
        {
            if (!taken.Contains(pending.Snapshot))
            {
                return !pending.TryKeep();
            }

            LogRefused(pending.Snapshot.CameraKey, pending.Snapshot.TakenAt);
            pending.Refuse(new SecondOccupiedException());
            return true;
        });
    }

    private void Fail(List<PendingSnapshot> failed, Exception reason) => Leave(failed, pending =>
    {
        pending.Refuse(reason as IOException ?? new IOException("The picture could not be kept.", reason));
        return true;
    });

    /// <summary>Nothing is taken back now: the next start adopts what is whole.</summary>
    private void Stop(List<PendingSnapshot> left) => GiveUp(left, new IOException("The archive was closed before the picture was kept."));

    private void GiveUp(List<PendingSnapshot> left, IOException reason) => Leave(left, pending =>
    {
        pending.Refuse(reason);
        return false;
    });

    /// <summary>Those who wait are told last: what they do next finds their moment free, and their pack ready to be closed.</summary>
    private void Leave(List<PendingSnapshot> leaving, Func<PendingSnapshot, bool> mustBeTakenBack)
    {
        foreach (var pending in leaving)
        {
            leave(pending.Snapshot, mustBeTakenBack(pending));
        }

        line.Remove(leaving);
        leaving.ForEach(pending => pending.LetGo());
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} pictures could not be put on stable storage and are lost")]
    private partial void LogFlushFailed(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pictures cannot be put where the packs are; they wait in memory")]
    private partial void LogPacksAway(Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Pictures can be put where the packs are again")]
    private partial void LogPacksBack();

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database takes no picture of camera {Camera} now; {Count} pictures wait")]
    private partial void LogIndexFailed(long camera, int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot take the picture of camera {Camera} of {TakenAt}")]
    private partial void LogNotIndexed(long camera, DateTimeOffset takenAt, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database does not answer; {Count} pictures are left for the next start")]
    private partial void LogNotClosed(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} has another picture of {TakenAt} already: refused")]
    private partial void LogRefused(long camera, DateTimeOffset takenAt);
}
