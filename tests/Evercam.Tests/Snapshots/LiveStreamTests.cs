using System.Globalization;
using System.Text;
using Evercam.FakeCameras;
using Evercam.Server.Live;
using Evercam.Storage.Catalog;
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
        using var stream = await WatchAsync(stage, stage.Owner);
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
    public async Task Many_viewers_cost_the_camera_no_more_than_one()
    {
        var stage = await SetAsync();
        var viewers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => WatchAsync(stage, stage.Owner)));
        var before = camera.Requests;
        await Task.WhenAll(viewers.Select(async viewer =>
        {
            for (var picture = 0; picture < 5; picture++)
            {
                await viewer.NextAsync();
            }
        }));

        // Whoever reads late skips some, and those that read last see some more; a few lay ready when the counting began.
        Assert.InRange(camera.Requests - before, 1, 50);
        Array.ForEach(viewers, viewer => viewer.Dispose());
        await QuietAsync();
    }

    [Fact]
    public async Task A_viewer_that_stops_reading_holds_up_nobody()
    {
        var stage = await SetAsync();
        using var stuck = await WatchAsync(stage, stage.Owner);
        using var eager = await WatchAsync(stage, stage.Owner);
        for (var picture = 0; picture < 20; picture++)
        {
            await eager.NextAsync();
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
        using var his = await WatchAsync(stage, friend);
        using var mine = await WatchAsync(stage, stage.Owner);
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
        var key = await app.AddCameraAsync("gate", joe);
        await app.StoreAsync(async db =>
        {
            var row = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
            (row.ExternalHost, row.ExternalHttpPort, row.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            await db.SaveChangesAsync(Cancellation);
        });
        using var surfer = new Surfer(app);
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync("/v1/cameras/gate")).Status);

        using var request = new HttpRequestMessage(HttpMethod.Get, "cameras/gate/live.mjpeg?fps=10");
        request.Headers.Add("Cookie", $"evercam_session={surfer.CookieOf("evercam_session")}");
        var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var stream = new Stream(answer, await answer.Content.ReadAsStreamAsync(Cancellation));
        for (var picture = 0; picture < 15; picture++)
        {
            await stream.NextAsync();
        }

        await surfer.PostAsync("/logout");
        await stream.EndAsync();
    }

    [Fact]
    public async Task A_stream_ends_with_its_camera()
    {
        var stage = await SetAsync();
        using var stream = await WatchAsync(stage, stage.Owner);
        await stream.NextAsync();
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, "", stage.Owner)).Status);
        await stream.EndAsync();
    }

    [Fact]
    public async Task A_camera_that_fails_for_a_while_is_seen_again_in_the_same_stream()
    {
        var stage = await SetAsync();
        using var stream = await WatchAsync(stage, stage.Owner);
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
        using (var stream = await WatchAsync(stage, stage.Owner))
        {
            var refused = await stage.GetAsync("live.mjpeg");
            refused.Refuses(status, message);
            Assert.Equal("10", refused.Header("Retry-After"));
        }

        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                (await WatchAsync(stage, stage.Owner)).Dispose();
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

    private Task<Stage> SetAsync() => SetAsync(server.App);

    private Task<Stage> SetAsync(EvercamApp app) => Stage.SetAsync(app, c =>
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of($"/{camera.Name}/snapshot.jpg")));

    /// <summary>Nobody asks the camera any more.</summary>
    private async Task QuietAsync()
    {
        var (seen, since) = (camera.Requests, TimeProvider.System.GetTimestamp());
        await Eventually.IsTrueAsync(() =>
        {
            if (camera.Requests != seen)
            {
                (seen, since) = (camera.Requests, TimeProvider.System.GetTimestamp());
            }

            return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(1);
        });
    }

    private static async Task<Stream> WatchAsync(Stage stage, User caller)
    {
        var keys = $"api_id={caller.Credential!.ApiId}&api_key={caller.Credential.ApiKey}";
        var answer = await stage.App.Client.GetAsync(
            $"cameras/{stage.Id}/live.mjpeg?fps=10&{keys}", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        answer.EnsureSuccessStatusCode();
        return new Stream(answer, await answer.Content.ReadAsStreamAsync(Cancellation));
    }

    /// <summary>A stream as a browser reads it.</summary>
    private sealed class Stream(HttpResponseMessage answer, System.IO.Stream body) : IDisposable
    {
        private readonly StringBuilder head = new();

        public string ContentType => answer.Content.Headers.GetValues("Content-Type").Single();

        public async Task<(string MediaType, byte[] Bytes)> NextAsync()
        {
            var lines = new List<string>();
            while (lines is not [.., ""])
            {
                lines.Add(await LineAsync() ?? throw new EndOfStreamException());
            }

            Assert.Equal("--evercam-picture", lines.First(line => line.Length > 0));
            var bytes = new byte[int.Parse(ValueOf("Content-Length"), CultureInfo.InvariantCulture)];
            await body.ReadExactlyAsync(bytes, Cancellation);
            Assert.Equal("", await LineAsync());
            return (ValueOf("Content-Type"), bytes);

            string ValueOf(string name) => Assert.Single(lines, line => line.StartsWith(name, StringComparison.Ordinal))[(name.Length + 2)..];
        }

        /// <summary>Reads until nothing comes any more.</summary>
        public async Task EndAsync()
        {
            var buffer = new byte[4096];
            while (await body.ReadAsync(buffer, Cancellation) > 0)
            {
                // What was on its way.
            }
        }

        public void Dispose() => answer.Dispose();

        private async Task<string?> LineAsync()
        {
            head.Clear();
            var octet = new byte[1];
            while (await body.ReadAsync(octet, Cancellation) == 1)
            {
                if (octet[0] == '\n')
                {
                    return head.ToString().TrimEnd('\r');
                }

                head.Append((char)octet[0]);
            }

            return null;
        }
    }
}
