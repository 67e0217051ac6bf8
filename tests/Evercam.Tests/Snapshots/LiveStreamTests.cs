using Evercam.FakeCameras;
using Evercam.Server.Live;
using Evercam.Storage.Catalog;
using Evercam.Tests.OAuth;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Snapshots;

/// <summary>Live streams: picture after picture in one answer.</summary>
public sealed class LiveStreamTests(SqlitePictures server) : IClassFixture<SqlitePictures>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_stream_shows_the_camera_as_it_moves()
    {
        var stage = await SetAsync();
        using var stream = await WatchedStream.OpenAsync(stage, stage.Owner);
        Assert.Equal("multipart/x-mixed-replace; boundary=evercam-picture", stream.ContentType);
        var pictures = new HashSet<string>();
        while (pictures.Count < 4)
        {
            var picture = await stream.NextAsync();
            Assert.Equal("image/jpeg", picture.MediaType);
            Assert.Equal((0xFF, 0xD9), (picture.Bytes[0], picture.Bytes[^1]));
            pictures.Add(Convert.ToHexString(picture.Bytes));
        }
    }

    [Fact]
    public async Task A_stream_ends_with_the_share_that_gave_it()
    {
        var stage = await SetAsync();
        var friend = await Stage.AddUserAsync(server.App);
        var form = new Dictionary<string, string> { ["email"] = friend.Email!, ["rights"] = "snapshot" };
        using var shared = new FormUrlEncodedContent(form);
        Assert.Equal(201, (await stage.AskAsync(HttpMethod.Post, "share", stage.Owner, shared)).Status);
        using var his = await WatchedStream.OpenAsync(stage, friend);
        using var mine = await WatchedStream.OpenAsync(stage, stage.Owner);
        await his.NextAsync();

        var share = (await stage.GetAsync("shares")).Text.Split("\"id\":")[1].Split(',')[0];
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        await his.EndAsync();
        await mine.NextAsync();
    }

    [Fact]
    public async Task A_browser_sees_a_stream_until_its_user_logs_out_and_longer_than_it_is_remembered()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Http:RememberCallers"] = "00:00:00.5",
        };
        await using var app = await EvercamApp.StartAsync(settings);
        var joe = await app.AddUserAsync("joe");
        await AimAsync(app, await app.AddCameraAsync("gate", joe));
        using var surfer = new Surfer(app);
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync("/v1/cameras/gate")).Status);

        using var request = new HttpRequestMessage(HttpMethod.Get, "cameras/gate/live.mjpeg?fps=10");
        request.Headers.Add("Cookie", $"evercam_session={surfer.CookieOf("evercam_session")}");
        using var stream = await WatchedStream.OpenAsync(app, request);
        for (var picture = 0; picture < 15; picture++)
        {
            await stream.NextAsync();
        }

        await surfer.PostAsync("/logout");
        await stream.EndAsync();
    }

    [Fact]
    public async Task A_stream_ends_with_the_token_that_gave_it()
    {
        using var stage = await OAuthStage.SetAsync(server.App);
        await AimAsync(server.App, stage.CameraKey);
        var token = await stage.AgreeAsync($"camera:snapshot:{stage.Camera}");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"cameras/{stage.Camera}/live.mjpeg?fps=10")
        {
            Headers = { Authorization = new("Bearer", token) },
        };
        using var stream = await WatchedStream.OpenAsync(server.App, request);
        await stream.NextAsync();
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
        await stream.EndAsync();
    }

    [Fact]
    public async Task A_stream_that_anybody_sees_ends_when_its_camera_is_made_private()
    {
        var stage = await SetAsync();
        using var open = new FormUrlEncodedContent([new("is_public", "true")]);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Patch, "", stage.Owner, open)).Status);
        using var strangers = await WatchedStream.OpenAsync(stage, caller: null);
        using var mine = await WatchedStream.OpenAsync(stage, stage.Owner);
        await strangers.NextAsync();
        using var closed = new FormUrlEncodedContent([new("is_public", "false")]);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Patch, "", stage.Owner, closed)).Status);
        await strangers.EndAsync();
        await mine.NextAsync();
    }

    [Fact]
    public async Task A_stream_ends_with_its_camera()
    {
        var stage = await SetAsync();
        using var stream = await WatchedStream.OpenAsync(stage, stage.Owner);
        await stream.NextAsync();
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, "", stage.Owner)).Status);
        await stream.EndAsync();
    }

    [Fact]
    public async Task A_camera_that_fails_for_a_while_is_seen_again_in_the_same_stream()
    {
        var stage = await SetAsync();
        using var stream = await WatchedStream.OpenAsync(stage, stage.Owner);
        await stream.NextAsync();
        camera.Behaviour = Behaviour.ServerError;
        await camera.WaitForRequestsAsync(camera.Requests + 2, Cancellation);
        camera.Behaviour = Behaviour.Normal;
        var (seen, pictures) = (0, camera.Pictures);
        while (camera.Pictures < pictures + 2)
        {
            await stream.NextAsync();
            seen++;
        }

        Assert.True(seen > 0);
    }

    [Fact]
    public async Task The_pace_is_asked_for_within_bounds()
    {
        var stage = await SetAsync();
        (await stage.GetAsync("live.mjpeg?fps=x")).Refuses(400, "fps is invalid");
        (await stage.GetAsync("live.mjpeg?fps=0")).Breaks("fps is invalid");
        (await stage.GetAsync("live.mjpeg?fps=10.5")).Breaks("fps is invalid");
        (await stage.GetAsync("live.mjpeg?fps=-1")).Breaks("fps is invalid");
    }

    [Fact]
    public async Task Who_cannot_be_shown_anything_is_told_before_the_stream_begins()
    {
        var stage = await SetAsync();
        (await stage.AskAsync(HttpMethod.Get, "live.mjpeg", caller: null)).Refuses(403, "Unauthorized");
        var asked = await stage.AskAsync(HttpMethod.Head, "live.mjpeg", stage.Owner);
        Assert.Equal((200, 0), (asked.Status, asked.Bytes.Length));
        Assert.Equal("multipart/x-mixed-replace; boundary=evercam-picture", asked.Header("Content-Type"));

        camera.Behaviour = Behaviour.ServerError;
        var failing = await SetAsync();
        (await failing.GetAsync("live.mjpeg")).Refuses(503, "Camera offline");
    }

    [Theory]
    [InlineData("Streams", 503, "Too many live streams")]
    [InlineData("StreamsPerCaller", 429, "Too Many Requests")]
    public async Task There_are_no_more_viewers_than_there_may_be_and_the_server_stops_at_once(string bound, int status, string message)
    {
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false", [$"Evercam:Live:{bound}"] = "1" };
        var app = await EvercamApp.StartAsync(settings);
        var stage = await SetAsync(app);
        using (var stream = await WatchedStream.OpenAsync(stage, stage.Owner))
        {
            var refused = await stage.GetAsync("live.mjpeg");
            refused.Refuses(status, message);
            Assert.Equal("10", refused.Header("Retry-After"));
        }

        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                (await WatchedStream.OpenAsync(stage, stage.Owner)).Dispose();
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        await app.DisposeAsync();
    }

    [Theory]
    [InlineData(1_000, 200, 0, 800)]
    [InlineData(1_000, 1_500, 0, 0)]
    [InlineData(100, 0, 1, 1_000)]
    [InlineData(10_000, 0, 1, 10_000)]
    [InlineData(1_000, 9_000, 4, 8_000)]
    [InlineData(1_000, 0, 7, 60_000)]
    [InlineData(1_000, 0, 2_000_000_000, 60_000)]
    public void A_camera_that_fails_is_asked_less_and_less_often(int interval, int spent, int failures, int pause) => Assert.Equal(
        TimeSpan.FromMilliseconds(pause),
        LiveStream.Pause(TimeSpan.FromMilliseconds(interval), TimeSpan.FromMilliseconds(spent), failures));

    /// <summary>Gives a camera that nobody has asked for yet the address of the simulated one.</summary>
    private Task AimAsync(EvercamApp app, long key) => app.StoreAsync(async db =>
    {
        var row = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
        (row.ExternalHost, row.ExternalHttpPort, row.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
        await db.SaveChangesAsync(Cancellation);
    });

    private Task<Stage> SetAsync() => SetAsync(server.App);

    private Task<Stage> SetAsync(EvercamApp app) => Stage.SetAsync(app, c =>
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of($"/{camera.Name}/snapshot.jpg")));
}
