using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Server.Series;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Series;

/// <summary>Videos that are made in the background.</summary>
public sealed class TimelapseTests(SqlitePictures server) : IClassFixture<SqlitePictures>
{
    private const long First = 1_400_000_000;

    private static readonly string Order = $"from={First}&to={First + 36_000}&every=1h&fps=2";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_time_lapse_is_ordered_made_fetched_in_parts_and_deleted()
    {
        var stage = await FilledAsync(server.App);
        var ordered = await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}&width=100", stage.Owner);
        var id = (string)One(ordered)["id"]!;
        Assert.Equal((201, $"/v1/cameras/{stage.Id}/timelapses/{id}"), (ordered.Status, ordered.Header("Location")));
        var made = await WhenEndedAsync(stage, id);
        Assert.Equal(
            (stage.Id, "done", 1.0, null, First, "1h", null, 2, 100, 4),
            ((string)made["camera_id"]!, (string)made["status"]!, (double)made["progress"]!, (string?)made["reason"], (long)made["from"]!,
                (string)made["every"]!, (string?)made["at"], (int)made["fps"]!, (int)made["width"]!, (int)made["frames"]!));

        var video = await stage.GetAsync($"timelapses/{id}.mp4");
        Assert.Equal((200, "video/mp4", "bytes"), (video.Status, video.Header("Content-Type"), video.Header("Accept-Ranges")));
        Assert.Equal((long)made["bytes"]!, video.Bytes.Length);
        Assert.Equal(("h264", 100, 74, 4, 2.0), await Tools.ProbeAsync(video.Bytes));
        var part = await stage.AskAsync(
            HttpMethod.Get, $"timelapses/{id}.mp4", stage.Owner, adjust: request => request.Headers.Add("Range", "bytes=4-7"));
        Assert.Equal((206, "ftyp"), (part.Status, part.Text));
        Assert.Contains(id, (await stage.GetAsync("timelapses")).Text, StringComparison.Ordinal);

        (await stage.AskAsync(HttpMethod.Delete, $"timelapses/{id}", stage.Owner)).Is(200, "{}");
        (await stage.GetAsync($"timelapses/{id}.mp4")).Refuses(404, "Time-lapse does not exist");
        (await stage.GetAsync("timelapses")).Is(200, """{"timelapses":[]}""");
        Assert.Empty(FilesOf(server.App, id));
    }

    [Fact]
    public async Task Who_ordered_a_time_lapse_sees_it_while_the_right_to_its_pictures_lasts_and_no_other_guest_does()
    {
        var stage = await FilledAsync(server.App);
        var (friend, stranger) = (await Stage.AddUserAsync(server.App), await Stage.AddUserAsync(server.App));
        await stage.ShareAsync(friend, CameraRights.View);
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", friend))["id"]!;
        var guest = await FilledAsync(server.App, stranger);
        await guest.ShareAsync(friend, CameraRights.View);
        (await guest.AskAsync(HttpMethod.Get, $"timelapses/{id}", stranger)).Refuses(404, "Time-lapse does not exist");
        var other = await FilledAsync(server.App, friend);
        (await other.AskAsync(HttpMethod.Get, $"timelapses/{id}", friend)).Refuses(404, "Time-lapse does not exist");

        await Eventually.IsTrueAsync(async () => (await stage.AskAsync(HttpMethod.Get, $"timelapses/{id}.mp4", friend)).Status == 200);
        var share = JsonNode.Parse((await stage.GetAsync("shares")).Text)!["shares"]![0]!["id"];
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        (await stage.AskAsync(HttpMethod.Get, $"timelapses/{id}.mp4", friend)).Refuses(403, "Unauthorized");
    }

    [Fact]
    public async Task The_owner_of_a_camera_sees_and_deletes_all_that_show_it_and_a_guest_only_the_own()
    {
        var stage = await FilledAsync(server.App);
        var (friend, guest) = (await Stage.AddUserAsync(server.App), await Stage.AddUserAsync(server.App));
        await stage.ShareAsync(friend, CameraRights.View);
        await stage.ShareAsync(guest, CameraRights.View | CameraRights.Delete);
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", friend))["id"]!;
        (await stage.AskAsync(HttpMethod.Get, "timelapses", guest)).Is(200, """{"timelapses":[]}""");
        (await stage.AskAsync(HttpMethod.Get, $"timelapses/{id}", guest)).Refuses(404, "Time-lapse does not exist");
        (await stage.AskAsync(HttpMethod.Delete, $"timelapses/{id}", guest)).Refuses(404, "Time-lapse does not exist");

        await WhenEndedAsync(stage, id);
        Assert.Equal((id, friend.UserName), One(await stage.GetAsync("timelapses")) is var seen ? ((string)seen["id"]!, (string)seen["user_id"]!) : default);
        Assert.Equal(200, (await stage.GetAsync($"timelapses/{id}.mp4")).Status);
        (await stage.AskAsync(HttpMethod.Delete, $"timelapses/{id}", stage.Owner)).Is(200, "{}");
        (await stage.AskAsync(HttpMethod.Get, $"timelapses/{id}", friend)).Refuses(404, "Time-lapse does not exist");
        Assert.Empty(FilesOf(server.App, id));
    }

    [Fact]
    public async Task A_time_lapse_goes_with_a_picture_that_it_shows_whoever_ordered_it()
    {
        var stage = await FilledAsync(server.App);
        var friend = await Stage.AddUserAsync(server.App);
        await stage.ShareAsync(friend, CameraRights.View);
        var (shows, other) = (await MadeAsync("from=1400000000&to=1400007200&every=1h"), await MadeAsync("from=1400000000&to=1400007200&every=2h"));
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{First + 3_600}", stage.Owner)).Status);

        var gone = One(await stage.AskAsync(HttpMethod.Get, $"timelapses/{shows}", friend));
        Assert.Equal(("failed", "Pictures that it showed were deleted"), ((string)gone["status"]!, (string)gone["reason"]!));
        (await stage.AskAsync(HttpMethod.Get, $"timelapses/{shows}.mp4", friend)).Refuses(404, "Time-lapse is not made yet");
        Assert.EndsWith(".json", Assert.Single(FilesOf(server.App, shows)), StringComparison.Ordinal);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Get, $"timelapses/{other}.mp4", friend)).Status);

        async Task<string> MadeAsync(string order)
        {
            var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{order}&fps=2", friend))["id"]!;
            Assert.Equal("done", (string)(await WhenEndedAsync(stage, id))["status"]!);
            return id;
        }
    }

    [Fact]
    public async Task What_is_being_made_ends_with_a_picture_that_it_shows()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path));
        var stage = await FilledAsync(app);
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner))["id"]!;
        await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{First}", stage.Owner)).Status);
        var failed = await WhenEndedAsync(stage, id);
        Assert.Equal(("failed", "Pictures that it showed were deleted"), ((string)failed["status"]!, (string)failed["reason"]!));
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0 && FilesOf(app, id).Count() == 1);
    }

    [Fact]
    public async Task A_long_list_is_asked_for_in_pages()
    {
        var stage = await FilledAsync(server.App);
        var ids = new List<string>();
        for (var order = 0; order < 3; order++)
        {
            ids.Add((string)One(await stage.AskAsync(HttpMethod.Post, "timelapses?from=1&to=2&every=1h", stage.Owner))["id"]!);
        }

        foreach (var (page, seen) in new[]
        {
            ("", "210"), ("?limit=2", "21"), ("?limit=2&offset=2", "0"), ("?offset=1", "10"), ("?offset=3", ""), ("?limit=0&offset=-1", "210"),
            ("?limit=99999999999&offset=99999999999", ""),
        })
        {
            var listed = JsonNode.Parse((await stage.GetAsync($"timelapses{page}")).Text)!["timelapses"]!.AsArray();
            Assert.Equal((page, seen), (page, string.Concat(listed.Select(one => ids.IndexOf((string)one!["id"]!)))));
        }

        (await stage.GetAsync("timelapses?limit=x&offset=y")).Refuses(400, "limit is invalid, offset is invalid");
    }

    [Fact]
    public async Task What_cannot_be_made_says_why()
    {
        var stage = await FilledAsync(server.App);
        (await stage.AskAsync(HttpMethod.Post, "timelapses?from=1&to=2&every=1x&fps=99", stage.Owner)).Breaks("every is invalid", "fps is invalid");
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, "timelapses?from=1&to=2&every=1h", stage.Owner))["id"]!;
        var failed = await WhenEndedAsync(stage, id);
        Assert.Equal(("failed", "No picture was kept near any of its moments"), ((string)failed["status"]!, (string)failed["reason"]!));
        (await stage.GetAsync($"timelapses/{id}.mp4")).Refuses(404, "Time-lapse is not made yet");

        await using var app = await EvercamApp.StartAsync(Settings("/nowhere/ffmpeg"));
        var without = await FilledAsync(app);
        (await without.AskAsync(HttpMethod.Post, $"timelapses?{Order}", without.Owner))
            .Refuses(503, "Videos need ffmpeg, which is not installed on this server");
    }

    [Fact]
    public async Task While_the_database_is_away_what_was_ordered_waits_and_is_made_afterwards()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(First + 100_000));
        var (isAway, asked) = (false, 0);
        await using var app = await EvercamApp.StartAsync(Settings("ffmpeg"), clock, adjust: builder => builder.InterposeIndex(call =>
        {
            if (!Volatile.Read(ref isAway) || call.Method is not ("FindAtOrBeforeAsync" or "FindAtOrAfterAsync"))
            {
                return call.GoThrough();
            }

            Interlocked.Increment(ref asked);
            throw new IndexUnavailableException("It is away.", new IOException());
        }));
        var stage = await FilledAsync(app);
        Volatile.Write(ref isAway, true);
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner))["id"]!;
        await Eventually.IsTrueAsync(async () =>
            Volatile.Read(ref asked) > 0 && (string)One(await stage.GetAsync($"timelapses/{id}"))["status"]! != "running");
        Assert.Equal("waiting", (string)One(await stage.GetAsync($"timelapses/{id}"))["status"]!);
        Volatile.Write(ref isAway, false);
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return (string)One(await stage.GetAsync($"timelapses/{id}"))["status"]! == "done";
        });
    }

    [Fact]
    public async Task What_is_refused_while_the_database_is_away_is_not_ordered()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        await using var postgres = await PostgresInstance.StartAsync();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>(Settings("ffmpeg"))
            {
                ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync("evercam"),
                ["Evercam:Http:RememberCallers"] = "00:01:00",
                ["Evercam:Http:RememberCameras"] = "00:01:00",
            },
            new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(First + 100_000)));
        var stage = await FilledAsync(app);
        Assert.Equal(200, (await stage.GetAsync("timelapses")).Status);
        await using (await postgres.ShutDownAsync())
        {
            Assert.Equal(503, (await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner)).Status);
        }

        Assert.Empty(app.Services.GetRequiredService<Timelapses>().ListAll());
    }

    [Fact]
    public async Task One_is_made_at_a_time_and_ends_when_it_is_deleted()
    {
        using var endless = new EndlessFfmpeg();
        await using var app = await EvercamApp.StartAsync(Settings(endless.Path));
        var stage = await FilledAsync(app);
        var ids = new List<string>();
        for (var order = 0; order < 10; order++)
        {
            ids.Add((string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner))["id"]!);
        }

        var refused = await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner);
        Assert.Equal((429, "60"), (refused.Status, refused.Header("Retry-After")));
        await Eventually.IsTrueAsync(() => endless.Running.Count == 1);
        var (first, second) = (One(await stage.GetAsync($"timelapses/{ids[0]}")), One(await stage.GetAsync($"timelapses/{ids[1]}")));
        Assert.Equal(("running", "waiting", 0), ((string)first["status"]!, (string)second["status"]!, (double)second["progress"]!));
        var before = endless.Running[0];
        foreach (var id in ids[2..].Append(ids[0]))
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"timelapses/{id}", stage.Owner)).Status);
        }

        await Eventually.IsTrueAsync(() => endless.Running is [var next] && next != before);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"timelapses/{ids[1]}", stage.Owner)).Status);
        await Eventually.IsTrueAsync(() => endless.Running.Count == 0 && ids.TrueForAll(id => !FilesOf(app, id).Any()));
    }

    [Fact]
    public async Task Time_lapses_go_when_they_are_old_and_with_their_camera()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(First + 100_000));
        await using var app = await EvercamApp.StartAsync(Settings("ffmpeg"), clock);
        var (stage, other) = (await FilledAsync(app), await FilledAsync(app));
        var id = (string)One(await stage.AskAsync(HttpMethod.Post, $"timelapses?{Order}", stage.Owner))["id"]!;
        var otherId = (string)One(await other.AskAsync(HttpMethod.Post, $"timelapses?{Order}", other.Owner))["id"]!;
        await WhenEndedAsync(stage, id);
        await WhenEndedAsync(other, otherId);
        var upkeep = app.Services.GetRequiredService<TimelapseUpkeep>();
        await upkeep.RunAsync(Cancellation);
        Assert.Equal(3, FilesOf(app, id).Count());
        await other.DeleteAsync();
        await upkeep.RunAsync(Cancellation);
        Assert.Empty(FilesOf(app, otherId));
        Assert.Equal(3, FilesOf(app, id).Count());
        clock.Advance(TimeSpan.FromDays(7.1));
        await upkeep.RunAsync(Cancellation);

        // The server's own upkeep is at it, too.
        await Eventually.IsTrueAsync(() => !FilesOf(app, id).Any());
    }

    internal static async Task<Stage> FilledAsync(EvercamApp app, User? owner = null)
    {
        var stage = await Stage.SetAsync(app, owner: owner);
        var small = await Photographs.ReadAsync("small.jpg");
        for (var hour = 0; hour < 4; hour++)
        {
            await stage.Archive.SaveAsync(
                new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(First + (3_600 * hour)), PictureType.Jpeg, small), Cancellation);
        }

        return stage;
    }

    private static Dictionary<string, string?> Settings(string ffmpeg) =>
        new() { ["Evercam:Series:Ffmpeg"] = ffmpeg, ["Evercam:Recorder:OnlineCheck"] = "false" };

    private static async Task<JsonNode> WhenEndedAsync(Stage stage, string id)
    {
        JsonNode? timelapse = null;
        await Eventually.IsTrueAsync(async () =>
        {
            timelapse = One(await stage.GetAsync($"timelapses/{id}"));
            return timelapse["ended_at"] is not null;
        });
        return timelapse!;
    }

    private static JsonNode One(Reply reply)
    {
        Assert.True(reply.Status is 200 or 201, reply.Text);
        return Assert.Single(JsonNode.Parse(reply.Text)!["timelapses"]!.AsArray())!;
    }

    private static IEnumerable<string> FilesOf(EvercamApp app, string id) =>
        Directory.EnumerateFiles(Path.Combine(app.Folder, "timelapses"), $"{id}*");
}
