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
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<RecorderGrain> log) : Grain, IRecorder
{
    /// <summary>How long after the last viewer recorded pictures are still copied for viewers.</summary>
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(1);

    private readonly BackOff backOff = new(options.Value.LongestPause);
    private CameraSettings? settings;
    private Task loading = Task.CompletedTask;
    private IGrainTimer? timer;
    private SharedFetch? fetching;
    private LiveResult? lastLive;
    private DateTimeOffset lastLiveAt = DateTimeOffset.MinValue;
    private DateTimeOffset lastViewedAt = DateTimeOffset.MinValue;
    private DateTimeOffset nextCheck;
    private DateTimeOffset dueAt = DateTimeOffset.MinValue;
    private bool recordNext;
    private CameraSettings? recordingBy;

    private long Key => this.GetPrimaryKeyLong();

    /// <summary>Whether a picture is being recorded. One that is still awaited by settings that are no more does not count.</summary>
    private bool IsRecording => recordingBy is not null && ReferenceEquals(recordingBy, settings);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => LoadAsync();

    public async Task ReloadAsync()
    {
        // One after the other: what was read first must not be what holds in the end.
        await (loading = LoadAfterAsync(loading));
        if (settings is null)
        {
            await Task.Run(() => archive.DeleteCameraAsync(Key, CancellationToken.None));
            DeactivateOnIdle();
        }
    }

    public async Task<LiveResult> LiveAsync()
    {
        lastViewedAt = clock.GetUtcNow();
        if (lastLive is { } last && lastViewedAt - lastLiveAt < options.Value.LiveRefresh)
        {
            return last;
        }

        if (settings?.Endpoint is null)
        {
            return new LiveResult(null, CameraFault.NoEndpoint);
        }

        var fetch = fetching ?? StartFetch(settings, settings.Endpoint);
        try
        {
            var picture = await fetch.JoinAsync();
            return KeepLive(fetch, picture);
        }
        catch (CameraException reason)
        {
            return KeepLive(fetch, new LiveResult(null, reason.Fault), clock.GetUtcNow());
        }
        finally
        {
            fetch.Leave();
        }
    }

    public async Task<SaveResult> TakeAsync(string? notes)
    {
        if (settings is null)
        {
            return new SaveResult(SaveOutcome.CameraDeleted);
        }

        if (settings.Endpoint is not { } endpoint)
        {
            return new SaveResult(SaveOutcome.NoPicture, Fault: CameraFault.NoEndpoint);
        }

        // A picture of now: not one whose fetch began before the request.
        var fetch = StartFetch(settings, endpoint);
        try
        {
            var picture = await fetch.JoinAsync();
            KeepLive(fetch, picture);
            return await KeepAsync(new NewSnapshot(Key, clock.GetUtcNow(), TypeOf(picture), picture.Bytes, notes));
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
        return KeepAsync(new NewSnapshot(Key, picture.Second, type, picture.Bytes, picture.Notes, OwnsSecond: true));
    }

    public async Task<int?> DeleteAsync(DateTimeOffset from, DateTimeOffset to)
    {
        try
        {
            return await Task.Run(() => archive.DeleteAsync(Key, from, to, CancellationToken.None));
        }
        catch (IOException reason)
        {
            LogArchiveUnavailable(Key, reason);
            return null;
        }
    }

    private static PictureType TypeOf(CameraPicture picture) =>
        PictureTypes.FromMediaType(picture.MediaType) ?? throw new InvalidOperationException("Not a picture type.");

    private async Task LoadAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        settings = await Task.Run(() => settingsReader.ReadAsync(Key, CancellationToken.None));
        backOff.Succeeded();
        (lastLive, fetching) = (null, null);
        (nextCheck, dueAt) = (clock.GetUtcNow(), DateTimeOffset.MinValue);
        if (settings is null)
        {
            timer?.Dispose();
            timer = null;
            return;
        }

        var due = NextTick(clock.GetUtcNow());
        if (timer is null)
        {
            timer = this.RegisterGrainTimer(
                _ => TickAsync(),
                new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true, KeepAlive = true });
        }
        else
        {
            timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Acts on what is due and arms the timer for the next moment, whatever the camera does meanwhile.</summary>
    private Task TickAsync()
    {
        // A timer may fire a little early; the moment it was set for must not come a second time.
        var now = Later(clock.GetUtcNow(), dueAt);
        if (now - lastLiveAt > Watched)
        {
            // Nobody looks any more: no reason to keep the picture.
            lastLive = null;
        }

        if (!IsRecording && now >= backOff.NotBefore)
        {
            if (recordNext && settings is { Endpoint: { } endpoint } current)
            {
                RecordAsync(current, endpoint).Ignore();
            }
            else if (options.Value.OnlineCheck && now >= nextCheck && settings?.CheckEndpoint is { } host)
            {
                CheckAsync(host).Ignore();
            }
        }

        timer?.Change(NextTick(now), Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    /// <summary>How long until something is due: a picture, or the online check.</summary>
    private TimeSpan NextTick(DateTimeOffset now)
    {
        var earliest = Later(now, backOff.NotBefore);
        var next = DateTimeOffset.MaxValue;
        recordNext = false;
        if (settings?.Schedule is { } schedule && settings.Endpoint is not null)
        {
            (next, recordNext) = schedule.Next(earliest);
        }

        if (options.Value.OnlineCheck && settings?.CheckEndpoint is not null)
        {
            var check = Later(nextCheck, IsRecording ? now + AMoment : earliest);
            (next, recordNext) = check < next ? (check, false) : (next, recordNext);
        }

        if (next == DateTimeOffset.MaxValue)
        {
            return Timeout.InfiniteTimeSpan;
        }

        dueAt = next;
        var wait = next - clock.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private async Task RecordAsync(CameraSettings current, CameraEndpoint endpoint)
    {
        recordingBy = current;
        var fetch = fetching ?? StartFetch(current, endpoint);
        try
        {
            var picture = await fetch.JoinAsync();
            if (clock.GetUtcNow() - lastViewedAt < Watched)
            {
                KeepLive(fetch, picture);
            }

            var snapshot = new NewSnapshot(Key, clock.GetUtcNow(), TypeOf(picture), picture.Bytes);
            var appended = await Task.Run(() => archive.AppendAsync(snapshot, CancellationToken.None));
            ObserveAsync(appended.Durable).Ignore();
        }
        catch (CameraException)
        {
            // Told by StartFetch, which also makes the pause until the next attempt.
        }
        catch (Exception reason) when (reason is IOException or CameraDeletedException)
        {
            LogNotRecorded(Key, reason);
        }
        finally
        {
            fetch.Leave();
            recordingBy = ReferenceEquals(recordingBy, current) ? null : recordingBy;
        }
    }

    /// <summary>A recorded picture that the caller does not wait for: failing later is told, too.</summary>
    private async Task ObserveAsync(Task durable)
    {
        try
        {
            await durable;
        }
        catch (Exception reason) when (reason is IOException or SecondOccupiedException)
        {
            LogNotRecorded(Key, reason);
        }
    }

    private async Task CheckAsync(CameraEndpoint endpoint)
    {
        nextCheck = clock.GetUtcNow() + options.Value.OnlineCheckInterval;
        states.Polled(Key, await Task.Run(() => fetcher.AnswersAsync(endpoint, CancellationToken.None)), clock.GetUtcNow());
    }

    /// <summary>Begins a fetch that others may join until it ends.</summary>
    private SharedFetch StartFetch(CameraSettings current, CameraEndpoint endpoint)
    {
        var fetch = new SharedFetch(current, Task.Run(() => fetcher.FetchAsync(endpoint, CancellationToken.None)));
        fetching = fetch;
        EndFetchAsync(fetch).Ignore();
        return fetch;
    }

    private async Task EndFetchAsync(SharedFetch fetch)
    {
        try
        {
            await fetch.JoinAsync();
            if (IsOfNow(fetch))
            {
                backOff.Succeeded();
                Polled(online: true);
            }
        }
        catch (CameraException reason)
        {
            LogNoPicture(Key, reason.Fault, reason.Message);
            if (IsOfNow(fetch))
            {
#pragma warning disable CA5394 // Spreads retries; not a secret.
                backOff.Failed(clock.GetUtcNow(), Random.Shared.NextDouble());
#pragma warning restore CA5394
                Polled(reason.Answered);
            }
        }
        finally
        {
            fetch.Leave();
            fetching = ReferenceEquals(fetching, fetch) ? null : fetching;
        }
    }

    /// <summary>A fetch tells as much as an online check, so that the next check can wait.</summary>
    private void Polled(bool online)
    {
        var now = clock.GetUtcNow();
        nextCheck = now + options.Value.OnlineCheckInterval;
        states.Polled(Key, online, now);
    }

    private async Task<SaveResult> KeepAsync(NewSnapshot snapshot)
    {
        try
        {
            var saved = await Task.Run(() => archive.SaveAsync(snapshot, CancellationToken.None));
            return new SaveResult(SaveOutcome.Saved, saved.TakenAt);
        }
        catch (SecondOccupiedException)
        {
            return new SaveResult(SaveOutcome.SecondOccupied);
        }
        catch (CameraDeletedException)
        {
            return new SaveResult(SaveOutcome.CameraDeleted);
        }
        catch (IOException reason)
        {
            LogArchiveUnavailable(Key, reason);
            return new SaveResult(SaveOutcome.ArchiveUnavailable);
        }
    }

    /// <summary>Whether what a fetch learnt is about the camera as it is set up now.</summary>
    private bool IsOfNow(SharedFetch fetch) => ReferenceEquals(fetch.Settings, settings);

    private LiveResult KeepLive(SharedFetch fetch, CameraPicture picture)
    {
        var live = fetch.ToLive(picture, clock.GetUtcNow());
        return KeepLive(fetch, new LiveResult(live, null), live.FetchedAt);
    }

    private LiveResult KeepLive(SharedFetch fetch, LiveResult result, DateTimeOffset at)
    {
        if (IsOfNow(fetch))
        {
            (lastLive, lastLiveAt) = (result, at);
        }

        return result;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera} gave no picture: {Fault}, {Reason}")]
    private partial void LogNoPicture(long camera, CameraFault fault, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A picture of camera {Camera} was not recorded")]
    private partial void LogNotRecorded(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive cannot be changed for camera {Camera}")]
    private partial void LogArchiveUnavailable(long camera, Exception reason);
}
