using Evercam.Archive.Pack;
using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>The pictures of all cameras: kept in packs, found by time.</summary>
/// <remarks>
/// The order that keeps packs and index honest: write bytes, then the row; delete the row, then the bytes. A crash leaves
/// bytes without a row, which <see cref="StartAsync"/> adopts or cuts off, never a row without bytes. All members may be called
/// from any thread; writers of one camera take turns, cameras do not wait for each other. Changes wait until the index has answered
/// <see cref="StartAsync"/>.
/// </remarks>
public sealed partial class SnapshotArchive : IAsyncDisposable
{
    private readonly ISnapshotIndex index;
    private readonly SnapshotArchiveOptions options;
    private readonly TimeProvider clock;
    private readonly ILogger<SnapshotArchive> log;
    private readonly IPackStore packs;
    private readonly ITenures tenures;
    private readonly CameraWriters writers = new();
    private readonly SnapshotCommitter committer;
    private readonly Deletions deletions;
    private readonly Appender appender;
    private readonly Cleaner cleaner;
    private readonly OpenPacks openPacks;
    private readonly PictureReader reader;
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isClosed;
    private bool isFull;

    /// <summary>Opens an archive. Nothing is read or written before <see cref="StartAsync"/> or the first call.</summary>
    public SnapshotArchive(
        IPackStore packs,
        ISnapshotIndex index,
        SnapshotArchiveOptions options,
        TimeProvider clock,
        ILogger<SnapshotArchive> log,
        ITenures? tenures = null)
    {
        this.packs = packs;
        this.tenures = tenures ??= new AloneTenures();
        this.index = index;
        this.options = options;
        this.clock = clock;
        this.log = log;
        committer = new SnapshotCommitter(packs, index, options, clock, log, writers.Release);
        deletions = new Deletions(packs, index, writers, committer, tenures, clock, log);
        appender = new Appender(packs, index, new PackRecovery(packs, index, log), deletions, committer, tenures, clock);
        openPacks = new OpenPacks(packs, writers, tenures, clock, log);
        cleaner = new Cleaner(writers, deletions, tenures, clock);
        reader = new PictureReader(packs);
        committer.Start();
        cleaner.Start();
    }

    /// <summary>Whether pictures are refused, because there is hardly any room on the disk and nothing may go:
    /// <see cref="ArchiveRetention"/> says so. Reading, marking and deleting go on.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref isFull);
        internal set => Volatile.Write(ref isFull, value);
    }

    /// <summary>How many pictures wait to be made durable.</summary>
    public int Waiting => committer.Count;

    /// <summary>Ends when the index has answered <see cref="StartAsync"/>: from then on pictures are kept, except in the packs that
    /// noted erasures are about.</summary>
    public Task Started => started.Task;

    /// <summary>Finishes what a crash interrupted: carries out noted erasures, adopts whole pictures at the ends of packs that were
    /// open, and cuts off what was torn. Saving waits until the notes of its camera are read, and for the erasures in its own pack;
    /// reading waits for nothing. What disk and index refuse for one camera or pack is logged, holds up no other, and is tried again
    /// before the pack is written to, and by <see cref="FinishErasuresAsync"/> and <see cref="SealFinishedAsync"/>.</summary>
    /// <exception cref="IOException">The notes cannot be read, or the packs cannot be listed; may be called again.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var noted = await index.ListErasuresAsync(cancellation);
        started.TrySetResult();
        await CarryOutAsync(noted, cancellation);
        await openPacks.ForEachAsync((writer, pack) => appender.ReadyAsync(writer, pack, cancellation), cancellation);
    }

    /// <summary>Carries out erasures that are noted in the index and left over: those that the disk refused before, and those of
    /// cameras that ended without this archive being told. To be called from time to time.</summary>
    /// <exception cref="IndexUnavailableException">The notes cannot be read.</exception>
    public async Task FinishErasuresAsync(CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        await CarryOutAsync(await index.ListErasuresAsync(cancellation), cancellation);
    }

    /// <summary>Keeps one picture. When this returns, the picture can be found and survives a crash.</summary>
    /// <exception cref="SecondOccupiedException">It claims its second, and the second holds a picture. Nothing was kept.</exception>
    /// <exception cref="CameraDeletedException">The camera was deleted. Nothing was kept.</exception>
    /// <exception cref="IOException">Nothing was kept, or disk and database did not say so within
    /// <see cref="SnapshotArchiveOptions.GiveUpAfter"/>; then the picture is taken back as soon as they answer.</exception>
    public async Task<Snapshot> SaveAsync(NewSnapshot picture, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(options.GiveUpAfter, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var caller = new WaitingCaller();
        var leave = either.Token;
        var appending = Task.Run(() => AppendAsync(picture, caller, leave), CancellationToken.None);
        try
        {
            await appending.WaitAsync(leave);
        }
        catch (OperationCanceledException)
        {
            if (caller.IsFirst())
            {
                cancellation.ThrowIfCancellationRequested();
                throw new ArchiveBusyException();
            }
        }

        var pending = await appending;
        await using (patience.Token.Register(() => pending.GiveUp(new ArchiveBusyException())))
        {
            await pending.Durable;
        }

        return pending.Snapshot;
    }

    /// <summary>Puts one picture into its pack and returns; it becomes durable together with those of other cameras within
    /// <see cref="SnapshotArchiveOptions.CommitInterval"/>. For recording.</summary>
    /// <exception cref="CameraDeletedException">The camera was deleted. Nothing was kept.</exception>
    /// <exception cref="IOException">Nothing was kept.</exception>
    public async Task<AppendedSnapshot> AppendAsync(NewSnapshot picture, CancellationToken cancellation)
    {
        var pending = await AppendAsync(picture, caller: null, cancellation);
        return new AppendedSnapshot(pending.Snapshot, pending.Durable);
    }

    /// <summary>Closes the packs whose hour has ended, and those of other hours that were opened for uploads, of which there may be any
    /// number; of the others, brings those in order that could not be read when the archive started. A pack in trouble is logged and
    /// holds up no other.</summary>
    /// <exception cref="IOException">The packs cannot be listed.</exception>
    public async Task SealFinishedAsync(CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        var now = clock.GetUtcNow();
        var first = ArchiveTime.HourOf(now - options.SealAfter);
        await openPacks.ForEachAsync(
            (writer, pack) => pack.Hour < first || pack.Hour > now
                ? appender.SealAsync(writer, pack, cancellation)
                : appender.ReadyAsync(writer, pack, cancellation),
            cancellation);
    }

    /// <summary>Makes durable what was appended, and stops. What is under way by then, such as an erasure, is waited for, but no longer than
    /// <see cref="SnapshotArchiveOptions.GiveUpAfter"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Interlocked.Exchange(ref isClosed, true))
        {
            using var patience = new CancellationTokenSource(options.GiveUpAfter, clock);
            await cleaner.DisposeAsync();
            await committer.DisposeAsync();
            try
            {
                await writers.CloseAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                LogHeldUp();
            }
        }
    }

    private async Task CarryOutAsync(IReadOnlyList<Erasure> all, CancellationToken cancellation)
    {
        IReadOnlyList<Erasure> noted = [.. all.Where(erasure => tenures.Of(erasure.CameraKey) is not null)];
        await deletions.FinishAsync(noted, cancellation);
        if (noted.Count > 0)
        {
            LogErasures(noted.Count);
        }
    }

    private async Task<PendingSnapshot> AppendAsync(
        NewSnapshot picture, WaitingCaller? caller, CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        tenures.Demand(picture.CameraKey);
        if (IsFull)
        {
            throw new ArchiveFullException();
        }

        // No camera waits with more pictures than there is room left for, so that one in trouble takes no more than half of it.
        var waiting = committer.Count + writers.Abandoned;
        if (waiting + writers.Of(picture.CameraKey).Waiting >= options.MaxPending)
        {
            throw new ArchiveBusyException();
        }

        await appender.AskAheadAsync(writers.Of(picture.CameraKey), picture, cancellation);
        var hash = ContentHash.Of(picture.Bytes.Span);
        return await ChangeAsync(
            picture.CameraKey, writer => appender.AppendAsync(writer, picture, hash, caller, cancellation), cancellation);
    }

    /// <summary>Changes something, but lets its caller go when that takes too long; it may still be done then.</summary>
    private async Task<T> ChangeInTimeAsync<T>(
        long cameraKey, Func<CameraWriter, CancellationToken, Task<T>> change, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(options.GiveUpAfter, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var leave = either.Token;
        var changing = Task.Run(() => ChangeRowsAsync(cameraKey, writer => change(writer, leave), leave), CancellationToken.None);
        try
        {
            return await changing.WaitAsync(leave);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ArchiveBusyException();
        }
    }

    /// <summary>Waits for a database that does not answer before the camera's turn, and not during it: its recording goes on.</summary>
    private async Task<T> ChangeRowsAsync<T>(long cameraKey, Func<CameraWriter, Task<T>> change, CancellationToken cancellation)
    {
        await index.AwaitReadyAsync(cancellation);
        return await ChangeAsync(cameraKey, change, cancellation);
    }

    /// <summary>Changes something as the only one who writes to a camera.</summary>
    private async Task<T> ChangeAsync<T>(long cameraKey, Func<CameraWriter, Task<T>> change, CancellationToken cancellation)
    {
        await started.Task.WaitAsync(cancellation);
        return await writers.HoldAsync(cameraKey, change, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The archive stops while something is still written to it: disk or database do not answer")]
    private partial void LogHeldUp();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} erasures were left over")]
    private partial void LogErasures(int count);
}
