using Evercam.CameraClient;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NodaTime;

namespace Evercam.Tests.Recorder;

/// <summary>A camera that is saved while it is asked: what is under way counts as long as the camera is asked as before.</summary>
public sealed class ResavedCameraTests : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120, Behaviour = Behaviour.Slow };
    private readonly FakeTimeProvider cameraClock = new();
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([camera], 0, cameraClock, Cancellation);
        app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_camera_that_is_saved_as_it_is_is_not_asked_a_second_time_meanwhile()
    {
        var stage = await Stage.SetAsync(app, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg")));
        var first = stage.Recorder.LiveAsync(TimeSpan.FromMinutes(1));
        await camera.WaitForRequestsAsync(1, Cancellation);
        await stage.Recorder.ReloadAsync();
        await stage.ChangeAsync(c => (c.Recording.PicturesPerMinute, c.Recording.Notes) = (7, "Gate 3"));
        var second = stage.Recorder.LiveAsync(TimeSpan.FromMinutes(1));
        await Eventually.IsTrueAsync(() =>
        {
            cameraClock.Advance(TimeSpan.FromSeconds(1));
            return first.IsCompleted && second.IsCompleted;
        });
        Assert.Equal((await first).Picture!.FetchedAt, (await second).Picture!.FetchedAt);
        Assert.Equal(1, camera.Requests);
    }

    [Fact]
    public async Task A_fetch_goes_on_when_more_pictures_are_wanted_and_not_when_they_are_elsewhere()
    {
        using var notices = ActivatorUtilities.CreateInstance<NoticeBoard>(app.Services);
        using var states = ActivatorUtilities.CreateInstance<CameraStates>(app.Services, notices);
        var view = new CameraView(
            1, app.Services.GetRequiredService<CameraFetcher>(), states, new(new()), [], app.Services.GetRequiredService<RecorderMetrics>(),
            TimeProvider.System, NullLogger.Instance, _ => { }, () => { });
        var settings = new CameraSettings(EndpointOf("/gate/snapshot.jpg"), null, new Schedule(1, 60, null, DateTimeZone.Utc));
        view.Begin(settings);
        var fetch = view.JoinFetch(settings, settings.Endpoint!);

        var more = settings with { Schedule = new Schedule(1, 600, null, DateTimeZone.Utc) };
        view.Begin(more);
        Assert.Same(fetch, view.JoinFetch(more, more.Endpoint!));

        var elsewhere = more with { Endpoint = EndpointOf("/gate/other.jpg") };
        view.Begin(elsewhere);
        Assert.NotSame(fetch, view.JoinFetch(elsewhere, elsewhere.Endpoint!));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("frequency", false)]
    [InlineData("week", false)]
    [InlineData("zone", false)]
    [InlineData("camera", false)]
    public void Schedules_are_equal_if_the_same_pictures_are_due(string differs, bool equal)
    {
        var one = Of("");
        Assert.Equal(equal, one.Equals(Of(differs)));
        Assert.Equal(equal, new CameraSettings(null, null, one) == new CameraSettings(null, null, Of(differs)));

        static Schedule Of(string differs)
        {
            Assert.True(WeeklySchedule.TryParse(
                differs == "week" ? """{"Monday":["08:00-18:01"]}""" : """{"Monday":["08:00-18:00"]}""", out var week));
            return new(
                differs == "camera" ? 2 : 1, differs == "frequency" ? 61 : 60, week,
                differs == "zone" ? DateTimeZone.ForOffset(Offset.FromHours(1)) : DateTimeZone.Utc);
        }
    }

    private CameraEndpoint EndpointOf(string path) => CameraEndpoint.FromHost("127.0.0.1", host.Port, path, null)!;
}
