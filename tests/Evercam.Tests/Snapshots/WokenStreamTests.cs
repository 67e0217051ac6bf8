using Evercam.FakeCameras;
using Evercam.Server.Live;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Snapshots;

/// <summary>Streams whose time stands still: nothing but news of the camera makes one go on that has failed.</summary>
public sealed class WokenStreamTests : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LiveStreams Streams => app.Services.GetRequiredService<LiveStreams>();

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([camera], Cancellation);
        app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:Recorder:OnlineCheck"] = "false",
                ["Evercam:Recorder:LongestPause"] = "00:00:01",
            },
            adjust: builder => builder.Services.AddSingleton(services => new LiveStreams(
                services.GetRequiredService<IGrainFactory>(), new FakeTimeProvider(), NullLogger<LiveStreams>.Instance)));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_goes_on_when_the_recorder_or_another_viewer_is_given_a_picture(bool isRecorded)
    {
        camera.Behaviour = Behaviour.ServerError;
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            c.Recording.Status = isRecorded ? RecordingStatus.On : RecordingStatus.Off;
        });
        var viewer = Streams.Join(stage.Key, Minute);
        await camera.WaitForRequestsAsync(isRecorded ? 3 : 1, Cancellation);

        // What the viewer was told is not told it again.
        await Eventually.IsTrueAsync(async () => (await stage.Recorder.LiveAsync(Minute)).Fault is not null);
        camera.Behaviour = Behaviour.Normal;
        if (!isRecorded)
        {
            Assert.NotNull((await stage.Recorder.LiveAsync(TimeSpan.Zero)).Picture);
        }

        Assert.NotNull(await viewer.NextAsync(Minute, TimeProvider.System, Cancellation));
        Streams.Leave(stage.Key, viewer);
    }

    [Fact]
    public async Task A_stream_that_begins_before_anything_else_is_done_is_watched_already()
    {
        var stage = await Stage.SetAsync(app, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg")));
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new AtOnce());
        var viewer = Streams.Join(stage.Key, Minute);
        SynchronizationContext.SetSynchronizationContext(before);
        Assert.NotNull(await viewer.NextAsync(Minute, TimeProvider.System, Cancellation));
        Streams.Leave(stage.Key, viewer);
    }

    /// <summary>As if there were always a thread that has nothing to do.</summary>
    private sealed class AtOnce : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}
