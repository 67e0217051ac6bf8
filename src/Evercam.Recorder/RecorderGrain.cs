using Evercam.Archive;
using Evercam.CameraClient;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Evercam.Recorder;

/// <summary>Fetches, shares, keeps and deletes the pictures of one camera.</summary>
/// <remarks>Reentrant, so that a camera that hangs does not hold up an upload; state changes only between awaits, on the grain's
/// own scheduler. The fetch itself and the archive run outside of it, where an await costs no turn of the grain.</remarks>
[Reentrant]
internal sealed partial class RecorderGrain(
    CameraFetcher fetcher,
    SnapshotArchive archive,
    CameraSettingsReader settingsReader,
    CameraStates states,
    NoticeBoard notices,
    CoverageBook book,
    DeletionTrace trace,
    CameraTenures tenures,
    WaitingRecorders waiting,
    OwnerRoom room,
    IEnumerable<IDeletionNews> listeners,
    IEnumerable<ILiveNews> lookers,
    RecorderMetrics metrics,
    IOptions<RecorderOptions> options,
    IOptions<CameraClientOptions> cameras,
    TimeProvider clock,
    ILogger<RecorderGrain> log) : Grain, IRecorder
{
    /// <summary>Until the next tick, when planning it failed.</summary>
    private static readonly TimeSpan AWhile = TimeSpan.FromMinutes(1);

    private readonly Agenda agenda = new(options.Value);
    private readonly Keeper keeper = new(archive, room, listeners, log);
    private CameraSettings? settings;
    private Task loading = Task.CompletedTask;
    private IGrainTimer? timer;
    private IGrainTimer? retrying;
    private CameraView? view;
    private CameraCoverage? coverage;
    private CameraRecording? recording;
    private LeftCamera? left;
    private bool isElsewhere;
    private bool isStopped;

    private long Key => this.GetPrimaryKeyLong();

    private CameraView View => view ??= new CameraView(
        Key, fetcher, states, agenda, lookers, metrics, clock, log, LetRun, () => TickAsync().Ignore());

    private CameraCoverage Coverage => coverage ??= new CameraCoverage(
        (status, from) => book.Tell(Key, status, from), Longer(cameras.Value.Deadline, options.Value.LongestPause));

    private CameraRecording Recording =>
        recording ??= new CameraRecording(Key, View, keeper, Coverage, notices, metrics, clock, LetRun);

    public async Task<LiveResult> LiveAsync(TimeSpan? refresh = null)
    {
        if (View.Live.Look(clock.GetUtcNow(), refresh ?? options.Value.LiveRefresh) is { } last)
        {
            return last;
        }

        await BeLoadedAsync();
        if (settings?.Endpoint is null)
        {
            return new LiveResult(null, CameraFault.NoEndpoint);
        }

        var fetch = View.JoinFetch(settings, settings.Endpoint);
        try
        {
            var picture = await fetch.Picture;
            return View.KeepLive(fetch, picture);
        }
        catch (CameraException reason)
        {
            return View.KeepLive(fetch, new LiveResult(null, reason.Fault), clock.GetUtcNow());
        }
        finally
        {
            fetch.Leave();
        }
    }

    public async Task<SaveResult> TakeAsync(string? notes)
    {
        await BeLoadedAsync();
        if (settings is null)
        {
            return new SaveResult(SaveOutcome.CameraDeleted);
        }

        if (settings.Endpoint is not { } endpoint)
        {
            return new SaveResult(SaveOutcome.NoPicture, Fault: CameraFault.NoEndpoint);
        }

        // A picture of now: not one whose fetch began before the request.
        var fetch = View.StartFetch(settings, endpoint);
        try
        {
            var picture = await fetch.Picture;
            View.KeepLive(fetch, picture);
            return await keeper.SaveAsync(picture.ToOnDemand(Key, clock.GetUtcNow(), notes));
        }
        catch (CameraException reason)
        {
            return new SaveResult(SaveOutcome.NoPicture, Fault: reason.Fault);
        }
        finally
        {
            fetch.Leave();
        }
    }

    public Task<SaveResult> SaveAsync(BroughtPicture picture)
    {
        var type = PictureTypes.FromMediaType(picture.MediaType)
            ?? throw new ArgumentException("Not a picture type.", nameof(picture));
        return keeper.SaveAsync(new NewSnapshot(Key, picture.Second, type, picture.Bytes, picture.Notes, OwnsSecond: true));
    }

    public async Task<int?> DeleteAsync(DateTimeOffset from, DateTimeOffset to, long? by)
    {
        var isOwed = await keeper.TryAsync(Key, () => trace.IsOwedAsync(Key, from, to));
        var deleted = isOwed is null ? null : await keeper.DeleteAsync(Key, from, to);
        if (deleted > 0 && isOwed == true)
        {
            LetRun(trace.TellAsync(Key, from, to, settings?.Schedule, by));
        }

        return deleted;
    }

    public Task<int?> MarkAsync(DateTimeOffset from, DateTimeOffset to, bool keep) => keeper.MarkAsync(Key, from, to, keep);

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    /// <summary>Acts on what is due and arms the timer for the next moment, whatever the camera does meanwhile.</summary>
    private Task TickAsync()
    {
        try
        {
            Act();
            Plan();
        }
#pragma warning disable CA1031 // A tick that fails must not be the last one.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogBug(Key, reason);
            timer?.Change(AWhile, Timeout.InfiniteTimeSpan);
        }

        return Task.CompletedTask;
    }

    private void Act()
    {
        if (settings is not null && !tenures.Has(Key))
        {
            // Another server has it, until this one is asked again.
            isElsewhere = true;
            Stop();
            return;
        }

        var now = clock.GetUtcNow();
        View.Live.ForgetUnwatched(now);
        Coverage.Look(now);
        var duty = agenda.Due(now, Recording.IsBusy);
        if (duty == Duty.Record && settings is { Endpoint: { } endpoint } current)
        {
            LetRun(RecordAsync(current, endpoint, agenda.DueAt));
        }
        else if (duty == Duty.Check && settings?.CheckEndpoint is { } host)
        {
            LetRun(View.CheckAsync(host));
        }
    }

    /// <summary>Arms the timer for what comes next. While something does, the recorder stays, however long nobody asks it for
    /// anything.</summary>
    private void Plan()
    {
        if (isStopped)
        {
            return;
        }

        var wait = settings is null ? null : agenda.Plan(clock.GetUtcNow(), settings, Recording.IsBusy);
        DelayDeactivation(wait is null ? TimeSpan.Zero : Timeout.InfiniteTimeSpan);
        if (wait is null)
        {
            timer?.Dispose();
            timer = null;
        }
        else if (timer is null)
        {
            timer = this.RegisterGrainTimer(
                _ => TickAsync(), new GrainTimerCreationOptions(wait.Value, Timeout.InfiniteTimeSpan) { Interleave = true });
        }
        else
        {
            timer.Change(wait.Value, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The camera is gone, or another server's. Whoever deletes it says so, and so does the archive to what is under way: the second
    /// one finds a recorder that is gone, too.</summary>
    private void Stop()
    {
        settings = null;
        View.Begin(null);
        Recording.Begin(null);
        Plan();
        if (!isStopped)
        {
            isStopped = true;
            DeactivateOnIdle();
        }
    }

    private void LetRun(Task work) => WatchAsync(work).Ignore();

    /// <summary>Something runs that nobody waits for: what nobody foresaw is told here.</summary>
    private async Task WatchAsync(Task work)
    {
        try
        {
            await work;
        }
#pragma warning disable CA1031 // The edge: the tick that began it is over.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogBug(Key, reason);
        }
    }

    private async Task RecordAsync(CameraSettings current, CameraEndpoint endpoint, DateTimeOffset dueAt)
    {
        if (!await Recording.RecordAsync(current, endpoint, dueAt))
        {
            Stop();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Something failed for camera {Camera} that should not: this is a bug")]
    private partial void LogBug(long camera, Exception reason);
}
