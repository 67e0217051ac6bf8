using System.Diagnostics.Metrics;
using Evercam.CameraClient;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Recorder;

/// <summary>Cameras that failed and are back, and what viewers have to do with that.</summary>
public sealed class ReturningCameraTests : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_camera_that_gives_somebody_a_picture_is_recorded_again_at_once()
    {
        var clock = new SleepyClock();
        await using var app = await StartAsync(clock);
        var failures = 0L;
        using var told = new MeterListener();
        told.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "evercam.pictures.failed" && ReferenceEquals(instrument.Meter.Scope, app.Services.GetRequiredService<IMeterFactory>()))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        told.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref failures, value));
        told.Start();
        var stage = await FailAsync(app);

        // Known to have failed four times, it is left alone for four seconds and more. Set back, the clock makes of that a pause which the
        // recorder sleeps through for ever.
        await Eventually.IsTrueAsync(() => Interlocked.Read(ref failures) >= 4);
        var naps = clock.Naps;
        clock.Step(TimeSpan.FromMinutes(-30));
        await Eventually.IsTrueAsync(() => clock.Naps > naps);
        camera.Behaviour = Behaviour.Normal;
        Assert.NotNull((await stage.Recorder.LiveAsync(TimeSpan.Zero)).Picture);
        await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
    }

    [Fact]
    public async Task Whoever_asks_a_camera_in_vain_makes_the_recorders_pause_no_longer()
    {
        await using var app = await StartAsync(TimeProvider.System);
        var stage = await FailAsync(app);
        for (var attempt = 0; attempt < 12; attempt++)
        {
            Assert.Equal(503, (await stage.AskAsync(HttpMethod.Post, "snapshots", stage.Owner)).Status);
        }

        camera.Behaviour = Behaviour.Normal;
        await Eventually.IsTrueAsync(() => camera.Pictures >= 3);
    }

    [Fact]
    public async Task Whoever_hears_that_a_camera_works_is_told_no_more_why_it_did_not()
    {
        await using var app = await StartAsync(TimeProvider.System);
        using var notices = ActivatorUtilities.CreateInstance<NoticeBoard>(app.Services);
        using var states = ActivatorUtilities.CreateInstance<CameraStates>(app.Services, notices);
        var looker = new Looker();
        var view = new CameraView(
            1, app.Services.GetRequiredService<CameraFetcher>(), states, new(new()), [looker], app.Services.GetRequiredService<RecorderMetrics>(),
            TimeProvider.System, NullLogger.Instance, _ => { }, () => { });
        looker.Sees = () => view.Live.Look(TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(1));
        var endpoint = CameraEndpoint.FromHost("127.0.0.1", host.Port, "/gate/snapshot.jpg", null)!;
        var settings = new CameraSettings(endpoint, endpoint, null);
        view.Begin(settings);
        view.Live.Keep(new LiveResult(null, CameraFault.Offline), TimeProvider.System.GetUtcNow());
        var fetch = view.StartFetch(settings, endpoint);
        Assert.Null(await looker.Seen.Task.WaitAsync(TimeSpan.FromMinutes(3), Cancellation));
        fetch.Leave();
    }

    private static Task<EvercamApp> StartAsync(TimeProvider clock) => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Recorder:LongestPause"] = "01:00:00",
        },
        clock);

    /// <summary>A camera that is to be recorded, and has failed.</summary>
    private async Task<Stage> FailAsync(EvercamApp app)
    {
        camera.Behaviour = Behaviour.ServerError;
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
        });
        await camera.WaitForRequestsAsync(1, Cancellation);
        return stage;
    }

    /// <summary>A clock that somebody sets, and whose timers never go off if they are set for later than in half a minute.</summary>
    private sealed class SleepyClock : TimeProvider
    {
        private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
        private readonly SteppingClock clock = new();
        private int naps;

        /// <summary>How often somebody has lain down for as long as the recorder sleeps at most.</summary>
        public int Naps => Volatile.Read(ref naps);

        public void Step(TimeSpan by) => clock.Step(by);

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new SleepyTimer(System.CreateTimer(callback, state, Shorten(dueTime), period), Shorten);

        private TimeSpan Shorten(TimeSpan dueTime)
        {
            if (dueTime == TimeSpan.FromMinutes(1))
            {
                Interlocked.Increment(ref naps);
            }

            return dueTime > Longest ? Timeout.InfiniteTimeSpan : dueTime;
        }

        private sealed class SleepyTimer(ITimer timer, Func<TimeSpan, TimeSpan> shorten) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(shorten(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }

    private sealed class Looker : ILiveNews
    {
        public TaskCompletionSource<LiveResult?> Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Func<LiveResult?> Sees { get; set; } = () => null;

        public void Fetched(long cameraKey) => Seen.TrySetResult(Sees());
    }
}
