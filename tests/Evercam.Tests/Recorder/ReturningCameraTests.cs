using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

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
        var stage = await FailAsync(app);

        // Set back, the clock makes of a short pause one that the recorder sleeps through for ever.
        clock.Step(TimeSpan.FromMinutes(-30));
        var (last, same) = (-1L, 0);
        await Eventually.IsTrueAsync(() =>
        {
            same = camera.Requests == last ? same + 1 : 0;
            last = camera.Requests;
            return same >= 150;
        });
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

        public void Step(TimeSpan by) => clock.Step(by);

        public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new SleepyTimer(System.CreateTimer(callback, state, Shorten(dueTime), period));

        private static TimeSpan Shorten(TimeSpan dueTime) => dueTime > Longest ? Timeout.InfiniteTimeSpan : dueTime;

        private sealed class SleepyTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Shorten(dueTime), period);

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
