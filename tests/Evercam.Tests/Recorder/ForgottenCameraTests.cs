using Evercam.Archive;
using Evercam.CameraClient;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Recorder;

/// <summary>A camera that is deleted takes along what the server remembers of it, however long the server runs.</summary>
public sealed class ForgottenCameraTests : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly FakeTimeProvider cameraClock = new();
    private readonly LogShelf shelf = new();
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([camera], 0, cameraClock, Cancellation);
        app = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
        shelf.Dispose();
    }

    [Fact]
    public async Task Nothing_is_remembered_of_a_camera_that_is_deleted_while_it_is_recorded()
    {
        var (states, notices) = (app.Services.GetRequiredService<CameraStates>(), app.Services.GetRequiredService<NoticeBoard>());
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
        });
        await Eventually.IsTrueAsync(() => states.Followed == 1 && notices.Followed == 1);
        await stage.DeleteAsync();
        await Eventually.IsTrueAsync(() => states.Followed == 0 && notices.Followed == 0);

        // What is left is that it is gone.
        await Assert.ThrowsAsync<CameraDeletedException>(() => stage.RecordAsync(TimeProvider.System.GetUtcNow()));
        Assert.False(Directory.Exists(stage.Folder));
    }

    [Fact]
    public async Task A_picture_that_comes_after_the_camera_was_deleted_is_no_bug()
    {
        camera.Behaviour = Behaviour.Slow;
        await using (var ending = await StartAsync())
        {
            var stage = await Stage.SetAsync(ending, c =>
            {
                (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
                (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
            });
            await camera.WaitForRequestsAsync(1, Cancellation);
            await stage.DeleteAsync();
            await Eventually.IsTrueAsync(() =>
            {
                cameraClock.Advance(TimeSpan.FromSeconds(1));
                return camera.Pictures == 1;
            });
        }

        // Whoever ends the server waits for what is under way.
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("this is a bug", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_camera_was_deleted_is_not_remembered()
    {
        using var notices = ActivatorUtilities.CreateInstance<NoticeBoard>(app.Services);
        using var states = ActivatorUtilities.CreateInstance<CameraStates>(app.Services, notices);
        var (view, endpoint) = (ViewOf(states), EndpointOf(host));
        view.Begin(new(endpoint, endpoint, null));
        camera.Behaviour = Behaviour.Slow;
        var check = view.CheckAsync(endpoint);
        view.Begin(null);
        await Eventually.IsTrueAsync(() =>
        {
            cameraClock.Advance(TimeSpan.FromSeconds(1));
            return check.IsCompleted;
        });
        Assert.Equal((0, 0), (states.Followed, notices.Followed));
    }

    [Fact]
    public async Task A_picture_that_still_fails_after_the_camera_was_deleted_is_not_remembered()
    {
        using var notices = ActivatorUtilities.CreateInstance<NoticeBoard>(app.Services);
        using var states = ActivatorUtilities.CreateInstance<CameraStates>(app.Services, notices);
        var hung = new FakeCamera("gate") { Behaviour = Behaviour.Hang };
        var others = await FakeCameraHost.StartAsync([hung], Cancellation);
        var (view, endpoint) = (ViewOf(states), EndpointOf(others));
        var settings = new CameraSettings(endpoint, endpoint, null);
        var keeper = new Keeper(
            app.Services.GetRequiredService<SnapshotArchive>(), app.Services.GetRequiredService<OwnerRoom>(), [], NullLogger.Instance);
        var recording = new CameraRecording(
            1, view, keeper, new((_, _) => { }, TimeSpan.FromSeconds(10)), notices, app.Services.GetRequiredService<RecorderMetrics>(), TimeProvider.System, _ => { });
        view.Begin(settings);
        recording.Begin(settings);
        var recorded = recording.RecordAsync(settings, endpoint, TimeProvider.System.GetUtcNow());
        await hung.WaitForRequestsAsync(1, Cancellation);
        view.Begin(null);
        recording.Begin(null);
        await others.DisposeAsync();
        await recorded;
        Assert.Equal((0, 0), (states.Followed, notices.Followed));
    }

    private CameraView ViewOf(CameraStates states) => new(
        1, app.Services.GetRequiredService<CameraFetcher>(), states, new(new()), [], app.Services.GetRequiredService<RecorderMetrics>(),
        TimeProvider.System, NullLogger.Instance, _ => { }, () => { });

    private static CameraEndpoint EndpointOf(FakeCameraHost cameras) =>
        CameraEndpoint.FromHost("127.0.0.1", cameras.Port, "/gate/snapshot.jpg", null)!;

    private Task<EvercamApp> StartAsync() => EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
        adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf));
}
