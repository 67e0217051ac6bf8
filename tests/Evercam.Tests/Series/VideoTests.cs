using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Series;

/// <summary>Series as videos, while they are made.</summary>
public sealed class VideoTests(SqlitePictures server) : IClassFixture<SqlitePictures>
{
    private const long First = 1_400_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_video_shows_each_picture_of_a_series_once_in_the_size_of_the_first()
    {
        var stage = await Stage.SetAsync(server.App);
        foreach (var (hour, name) in new[] { "hd.jpg", "small.jpg", "picture.png", "picture.gif", "large.jpg", "hd.jpg" }.Index())
        {
            await KeepAsync(stage, hour, await Photographs.ReadAsync(name));
        }

        var reply = await stage.GetAsync($"snapshots/series.mp4?from={First}&to={First + 36_000}&every=1h&fps=2");
        Assert.Equal((200, "video/mp4"), (reply.Status, reply.Header("Content-Type")));
        Assert.Equal(("h264", 1280, 720, 6, 3.0), await Tools.ProbeAsync(reply.Bytes));
        reply = await stage.GetAsync($"snapshots/series.mp4?from={First}&to={First + 14_400}&every=2h&width=320");
        Assert.Equal(("h264", 320, 180, 3, 0.125), await Tools.ProbeAsync(reply.Bytes));
        reply = await stage.GetAsync($"snapshots/series.MP4?from={First + 3_600}&to={First + 3_600}&every=1h&fps=60&width=1920");
        Assert.Equal(("h264", 160, 120, 1), (await Tools.ProbeAsync(reply.Bytes)) is var (codec, width, height, frames, _) ? (codec, width, height, frames) : default);
    }

    [Fact]
    public async Task What_is_no_whole_picture_is_left_out()
    {
        var stage = await Stage.SetAsync(server.App);
        var small = await Photographs.ReadAsync("small.jpg");
        foreach (var (hour, bytes) in new[] { Stage.Jpeg, small[..^300], small, [0xFF, 0xD8, 0xFF], small, Bomb() }.Index())
        {
            await KeepAsync(stage, hour, bytes);
        }

        var reply = await stage.GetAsync($"snapshots/series.mp4?from={First}&to={First + 36_000}&every=1h&fps=1");
        Assert.Equal(("h264", 160, 120, 2, 2.0), await Tools.ProbeAsync(reply.Bytes));
        (await stage.GetAsync($"snapshots/series.mp4?from={First}&to={First + 3_600}&every=1h"))
            .Refuses(400, "None of the pictures can be drawn: they are damaged, or too large");
        (await stage.GetAsync($"snapshots/series.mp4?from=1&to=2&every=1h")).Refuses(404, "Snapshot does not exist");
    }

    [Fact]
    public async Task Without_ffmpeg_the_answer_names_it()
    {
        await using var app = await EvercamApp.StartAsync(Settings("/nowhere/ffmpeg"));
        var stage = await FilledAsync(app);
        (await stage.GetAsync(Query)).Refuses(503, "Videos need ffmpeg, which is not installed on this server");
        await using var broken = await EvercamApp.StartAsync(Settings("/bin/false"));
        stage = await FilledAsync(broken);
        (await stage.GetAsync(Query)).Refuses(503, "The video could not be made: ffmpeg failed");
    }

    [Fact]
    public async Task A_viewer_who_goes_leaves_no_process_and_those_who_wait_have_their_turn()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(
            endless.Path, ("Videos", "2"), ("VideosPerCaller", "4"), ("Waiting", "1"), ("Patience", "00:05:00")));
        var stage = await FilledAsync(app);
        var viewers = new[] { await WatchAsync(stage, stage.Owner), await WatchAsync(stage, stage.Owner) };
        await Eventually.IsTrueAsync(() => endless.Running.Count == 2);

        // Of two more, one may wait.
        Task<HttpResponseMessage>[] late = [WatchAsync(stage, stage.Owner), WatchAsync(stage, stage.Owner)];
        using var refused = await await Task.WhenAny(late);
        Assert.Equal((503, TimeSpan.FromMinutes(5)), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta));
        Assert.Equal("""{"message":"Too many videos are being made"}""", await refused.Content.ReadAsStringAsync(Cancellation));
        Array.ForEach(viewers, viewer => viewer.Dispose());
        using (Array.Find(await Task.WhenAll(late), one => one != refused))
        {
            await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        }

        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
    }

    [Fact]
    public async Task Nobody_takes_the_turns_of_others()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path));
        var stage = await FilledAsync(app);
        var friend = await Stage.AddUserAsync(app);
        await stage.ShareAsync(friend, CameraRights.View);
        using (await WatchAsync(stage, stage.Owner))
        {
            await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
            using var refused = await WatchAsync(stage, stage.Owner);
            Assert.Equal((429, TimeSpan.FromSeconds(10)), ((int)refused.StatusCode, refused.Headers.RetryAfter!.Delta));
            using var other = await WatchAsync(stage, friend);
            await Eventually.IsTrueAsync(() => endless.Running.Count == 2);
        }

        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
        using var again = await WatchAsync(stage, stage.Owner);
        Assert.Equal(200, (int)again.StatusCode);
    }

    [Fact]
    public async Task A_viewer_who_takes_next_to_nothing_is_sent_away()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path, ("SlowestBytesPerSecond", "1000000000")));
        using var answer = await WatchAsync(await FilledAsync(app), owner: null);
        await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.CopyToAsync(System.IO.Stream.Null, Cancellation));
    }

    [Fact]
    public async Task A_video_ends_with_the_right_to_it()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path));
        var stage = await FilledAsync(app);
        var friend = await Stage.AddUserAsync(app);
        await stage.ShareAsync(friend, CameraRights.View);
        using var answer = await WatchAsync(stage, friend);
        await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        var share = JsonNode.Parse((await stage.GetAsync("shares")).Text)!["shares"]![0]!["id"];
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.CopyToAsync(System.IO.Stream.Null, Cancellation));
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
    }

    [Fact]
    public async Task A_video_that_takes_too_long_is_broken_off()
    {
        using var endless = new EndlessFfmpeg();
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(First + 100_000));
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path), clock);
        using var answer = await WatchAsync(await FilledAsync(app), owner: null);
        clock.Advance(TimeSpan.FromMinutes(31));
        await Assert.ThrowsAnyAsync<Exception>(() => answer.Content.CopyToAsync(System.IO.Stream.Null, Cancellation));
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
    }

    [Fact]
    public async Task A_server_that_stops_leaves_no_process()
    {
        using var endless = new EndlessFfmpeg();
        var app = await EvercamApp.StartAsync(Settings(endless.Path));
        var stage = await FilledAsync(app);
        using var answer = await WatchAsync(stage, stage.Owner);
        await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        await app.DisposeAsync();
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0);
    }

    private static string Query => $"snapshots/series.mp4?from={First}&to={First + 36_000}&every=1h";

    private static Dictionary<string, string?> Settings(string ffmpeg, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(setting => $"Evercam:Series:{setting.Name}", setting => (string?)setting.Value);
        settings["Evercam:Series:Ffmpeg"] = ffmpeg;
        settings["Evercam:Recorder:OnlineCheck"] = "false";
        return settings;
    }

    private static async Task<Stage> FilledAsync(EvercamApp app)
    {
        var stage = await Stage.SetAsync(app);
        var small = await Photographs.ReadAsync("small.jpg");
        for (var hour = 0; hour < 4; hour++)
        {
            await KeepAsync(stage, hour, small);
        }

        return stage;
    }

    private static Task<HttpResponseMessage> WatchAsync(Stage stage, User? owner)
    {
        var keys = (owner ?? stage.Owner).Credential!;
        return stage.App.Client.GetAsync(
            $"cameras/{stage.Id}/{Query}&api_id={keys.ApiId}&api_key={keys.ApiKey}", HttpCompletionOption.ResponseHeadersRead, Cancellation);
    }

    private static Task<Snapshot> KeepAsync(Stage stage, int hour, byte[] bytes) =>
        stage.Archive.SaveAsync(
            new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(First + (3_600 * hour)), PictureTypes.FromFirstBytes(bytes) ?? PictureType.Jpeg, bytes),
            Cancellation);

    /// <summary>A PNG of a few bytes that claims to be 16 gigabytes large.</summary>
    private static byte[] Bomb() => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 8, 6, 0, 0, 0, 0x8F, 0x7C, 0x4B, 0x2B];
}
