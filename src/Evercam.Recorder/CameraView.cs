using System.Diagnostics;
using Evercam.CameraClient;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>What a recorder sees of its camera: fetches that several share, the last live picture, and what every attempt tells of
/// the camera. For the recorder's own scheduler alone; the fetches themselves run outside of it.</summary>
/// <param name="key">The camera.</param>
/// <param name="fetcher">Asks cameras.</param>
/// <param name="states">Told whether the camera is online.</param>
/// <param name="agenda">Told what was learnt, for the next attempt.</param>
/// <param name="lookers">Told of each picture.</param>
/// <param name="metrics">Told how long cameras take.</param>
/// <param name="clock">Tells time.</param>
/// <param name="log">Told why there is no picture.</param>
/// <param name="watch">Takes what nobody waits for.</param>
/// <param name="back">Told when a camera that was left alone gives a picture: there may be something to do.</param>
internal sealed partial class CameraView(
    long key,
    CameraFetcher fetcher,
    CameraStates states,
    Agenda agenda,
    IEnumerable<ILiveNews> lookers,
    RecorderMetrics metrics,
    TimeProvider clock,
    ILogger log,
    Action<Task> watch,
    Action back)
{
    /// <summary>Costs nothing while nobody collects traces.</summary>
    private static readonly ActivitySource Traces = new("Evercam.Recorder");

    private CameraSettings? settings;
    private SharedFetch? fetching;

    /// <summary>The last live picture.</summary>
    public LastLive Live { get; } = new();

    /// <summary>The camera is set up anew, or gone: what was learnt before is no longer about it, unless it is asked as ever.</summary>
    public void Begin(CameraSettings? now)
    {
        var (isAskedAsEver, hadAddress) = (now?.AskAs(settings) == true, settings?.CheckEndpoint is not null);
        settings = now;
        if (isAskedAsEver)
        {
            return;
        }

        fetching = null;
        Live.Forget();
        if (now is null)
        {
            states.Forget(key);
        }
        else if (hadAddress && now.CheckEndpoint is null)
        {
            states.Lost(key, clock.GetUtcNow());
        }
    }

    /// <summary>The fetch that is under way, or one that begins now. Whoever asks is one of those who wait for it.</summary>
    public SharedFetch JoinFetch(CameraSettings current, CameraEndpoint endpoint) => fetching?.Join() ?? StartFetch(current, endpoint);

    /// <summary>Asks the camera whether it is there.</summary>
    public async Task CheckAsync(CameraEndpoint endpoint)
    {
        var asked = settings;
        agenda.Asked(clock.GetUtcNow());
        var answers = await Task.Run(() => fetcher.AnswersAsync(endpoint, CancellationToken.None));
        if (asked?.AskAs(settings) == true)
        {
            states.Polled(key, answers, clock.GetUtcNow());
        }
    }

    /// <summary>A picture that was due did not come: the recorder leaves the camera alone for a while. Whoever else asks in vain makes that
    /// no longer.</summary>
    public void LeaveAlone(SharedFetch fetch)
    {
        if (IsOfNow(fetch))
        {
#pragma warning disable CA5394 // Spreads retries; not a secret.
            agenda.Failed(clock.GetUtcNow(), Random.Shared.NextDouble());
#pragma warning restore CA5394
        }
    }

    /// <summary>Begins a fetch that others may join until it ends. Whoever asks is the first of those who wait for it.</summary>
    public SharedFetch StartFetch(CameraSettings current, CameraEndpoint endpoint)
    {
        var fetch = new SharedFetch(current, Task.Run(() => fetcher.FetchAsync(endpoint, CancellationToken.None)));
        fetching = fetch;
        watch(EndFetchAsync(fetch, clock.GetTimestamp()));
        return fetch;
    }

    private async Task EndFetchAsync(SharedFetch fetch, long begun)
    {
        using var trace = Traces.StartActivity("fetch");
        trace?.SetTag("evercam.camera", key);
        try
        {
            await fetch.Join().Picture;
            metrics.Fetched(clock.GetElapsedTime(begun), null);
            if (IsOfNow(fetch))
            {
                TellWorks();
            }
        }
        catch (CameraException reason)
        {
            metrics.Fetched(clock.GetElapsedTime(begun), reason.Fault);
            trace?.SetStatus(ActivityStatusCode.Error, reason.Message);
            LogNoPicture(key, reason.Fault, reason.Message);
            if (IsOfNow(fetch))
            {
                Polled(reason.Answered);
            }
        }
        finally
        {
            fetch.Leave();
            fetching = ReferenceEquals(fetching, fetch) ? null : fetching;
        }
    }

    private void TellWorks()
    {
        var wasLeftAlone = agenda.Succeeded();
        Polled(online: true);
        Live.ForgetFailure();
        foreach (var looker in lookers)
        {
            looker.Fetched(key);
        }

        if (wasLeftAlone)
        {
            back();
        }
    }

    /// <summary>A fetch tells as much as an online check, so that the next check can wait.</summary>
    private void Polled(bool online)
    {
        var now = clock.GetUtcNow();
        agenda.Asked(now);
        states.Polled(key, online, now);
    }

    /// <summary>Whether what a fetch learnt is about the camera as it is set up now.</summary>
    private bool IsOfNow(SharedFetch fetch) => fetch.Settings.AskAs(settings);

    /// <summary>Keeps a picture for whoever looks next.</summary>
    public LiveResult KeepLive(SharedFetch fetch, CameraPicture picture)
    {
        var given = fetch.ToLive(picture, clock.GetUtcNow());
        return KeepLive(fetch, new LiveResult(given, null), given.FetchedAt);
    }

    /// <summary>Keeps a picture, or why there is none, for whoever looks next.</summary>
    public LiveResult KeepLive(SharedFetch fetch, LiveResult result, DateTimeOffset at)
    {
        if (IsOfNow(fetch))
        {
            Live.Keep(result, at);
        }

        return result;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Camera {Camera} gave no picture: {Fault}, {Reason}")]
    private partial void LogNoPicture(long camera, CameraFault fault, string reason);
}
