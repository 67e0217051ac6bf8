using System.Text.Json.Nodes;
using System.Threading.Channels;
using Evercam.Server.Events;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using static Evercam.Tests.People;

namespace Evercam.Tests.Events;

public sealed class SqliteEventsTests(SqliteApp shared) : EventsTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresEventsTests(PostgresApp shared) : EventsTests(shared), IClassFixture<PostgresApp>;

/// <summary>What happens to a caller's cameras, told as it happens.</summary>
public abstract class EventsTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_share_and_its_end_are_told_to_both()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        using var his = await EventStream.OpenAsync(App, joe);
        using var hers = await EventStream.OpenAsync(App, ann);
        Assert.Equal("text/event-stream", his.ContentType);
        var share = (await App.ShareAsync(joe, camera, ann, "list")).One();
        var made = await his.NextAsync();
        Assert.Equal(("share.created", made.Id), (made.Name, (long)made.Data["id"]!));
        made.Data.Remove("id");
        Assert.True((long)made.Data["created_at"]! > 1_700_000_000);
        made.Data.Remove("created_at");
        Assert.Equal(
            $$$"""{"event":"share.created","camera_id":"{{{camera}}}","reason":null,"share":{"user_id":{{{share["user_id"]}}},"email":"{{{ann.Email}}}","rights":"List"}}""",
            made.Data.ToJsonString());
        Assert.Equal(made.Id, (await hers.NextAsync()).Id);

        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe)).Status);
        var ended = await his.NextAsync();
        Assert.Equal(("share.ended", ann.Email), (ended.Name, (string?)ended.Data["share"]!["email"]));
        Assert.Equal(ended.Data.ToJsonString(), (await hers.NextAsync()).Data.ToJsonString());

        // Also to whoever was away, and comes back to what is not shared any more.
        using var again = await EventStream.OpenAsync(App, ann, $"last_event_id={made.Id}");
        Assert.Equal(ended.Id, (await again.NextAsync()).Id);
    }

    [Fact]
    public async Task The_end_of_a_share_that_let_nobody_know_of_the_camera_is_told_to_its_owner_alone()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (camera, own) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        using var hers = await EventStream.OpenAsync(App, ann, "last_event_id=0");
        var share = (await App.ShareAsync(joe, camera, ann, "snapshot")).One();
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe)).Status);
        await App.ShareAsync(ann, own, joe, "view");
        Assert.Equal(("share.created", own), await NextAsync(hers));
    }

    [Fact]
    public async Task Whoever_was_away_is_told_what_happened_meanwhile_once_and_in_order()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        for (var times = 0; times < 3; times++)
        {
            var share = (await App.ShareAsync(joe, camera, ann, "view")).One();
            await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe);
        }

        using var all = await EventStream.OpenAsync(App, joe, "last_event_id=0");
        var ids = new List<long>();
        foreach (var name in new[] { "share.created", "share.ended", "share.created", "share.ended", "share.created", "share.ended" })
        {
            var told = await all.NextAsync();
            Assert.Equal(name, told.Name);
            ids.Add(told.Id);
        }

        Assert.Equal(ids.Order(), ids);
        using var rest = await EventStream.OpenAsync(App, joe, "last_event_id=0", lastId: $"{ids[3]}");
        await App.ShareAsync(joe, camera, ann, "view");
        Assert.Equal(ids[4], (await rest.NextAsync()).Id);
        Assert.Equal(ids[5], (await rest.NextAsync()).Id);
        Assert.True((await rest.NextAsync()).Id > ids[5]);
    }

    [Fact]
    public async Task Whoever_left_before_the_first_event_comes_back_to_it()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        string begin;
        using (var left = await EventStream.OpenAsync(App, joe))
        {
            begin = left.Begin;
        }

        await App.ShareAsync(joe, camera, ann, "list");
        using var back = await EventStream.OpenAsync(App, joe, lastId: begin);
        Assert.Equal((begin, "share.created"), (back.Begin, (await back.NextAsync()).Name));
    }

    [Fact]
    public async Task Nobody_hears_of_what_is_not_theirs_be_it_public()
    {
        var (joe, ann, eve) = (await App.SignUpAsync(), await App.SignUpAsync(), await App.SignUpAsync());
        var open = await App.AddCameraAsync(joe, fields: new() { ["is_public"] = true });
        var own = await App.AddCameraAsync(eve);
        using var hers = await EventStream.OpenAsync(App, eve, "last_event_id=0");
        await App.ShareAsync(joe, open, ann, "view");
        await App.ShareAsync(eve, own, ann, "view");
        Assert.Equal(own, (string?)(await hers.NextAsync()).Data["camera_id"]);

        // Who holds a share without the right to list shares hears nothing of others'.
        var bob = await App.SignUpAsync();
        await App.ShareAsync(joe, open, bob, "snapshot");
        await App.ShareAsync(eve, own, bob, "list");
        using var his = await EventStream.OpenAsync(App, bob, "last_event_id=0");
        Assert.Equal(own, (string?)(await his.NextAsync()).Data["camera_id"]);
    }

    [Fact]
    public async Task A_client_hears_of_the_cameras_that_it_was_allowed()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (camera, other) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        var client = await App.AddClientAsync(joe, GrantedResource.Camera, CameraRights.View | CameraRights.List, camera);
        using var stream = await EventStream.OpenAsync(App, client);
        await App.ShareAsync(joe, other, ann, "view");
        await App.ShareAsync(joe, camera, ann, "view");
        Assert.Equal(camera, (string?)(await stream.NextAsync()).Data["camera_id"]);
    }

    [Fact]
    public async Task A_reader_may_ask_for_some_kinds_and_some_cameras()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (one, two) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        using var ends = await EventStream.OpenAsync(App, joe, "types=SHARE.ended");
        using var second = await EventStream.OpenAsync(App, joe, $"cameras={two}");
        foreach (var camera in new[] { one, two })
        {
            var share = (await App.ShareAsync(joe, camera, ann, "view")).One();
            await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe);
        }

        Assert.Equal(("share.ended", one), await NextAsync(ends));
        Assert.Equal(("share.created", two), await NextAsync(second));

        Assert.Equal(Broken("types is invalid"), await App.AskAsync("GET", "events?types=camera.offline,x", joe));
        Assert.Equal(Refusal(400, "last_event_id is invalid"), await App.AskAsync("GET", "events?last_event_id=x", joe));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", $"events?cameras={one},no-such", joe));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", $"events?cameras={one}", ann));
        Assert.Equal(401, (await App.AskAsync("GET", "events")).Status);
    }

    [Theory]
    [InlineData("cameras=")]
    [InlineData("types=")]
    [InlineData("types=%20,&cameras=%20")]
    public async Task Who_names_no_kind_or_no_camera_hears_of_all(string query)
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        await App.ShareAsync(joe, camera, ann, "view");
        using var stream = await EventStream.OpenAsync(App, joe, $"{query}&last_event_id=0");
        Assert.Equal(("share.created", camera), await NextAsync(stream));
    }

    [Fact]
    public async Task A_stream_about_a_camera_ends_with_the_share_that_gave_it()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var camera = await App.AddCameraAsync(joe);
        var share = (await App.ShareAsync(joe, camera, ann, "view")).One();
        using var hers = await EventStream.OpenAsync(App, ann, $"cameras={camera}");
        using var all = await EventStream.OpenAsync(App, ann);
        await App.AskAsync("DELETE", $"cameras/{camera}/share?share_id={share["id"]}", joe);
        await hers.EndAsync();

        // The other goes on, and ends with the account.
        Assert.Equal(("share.ended", camera), await NextAsync(all));
        var own = await App.AddCameraAsync(ann);
        await App.ShareAsync(ann, own, joe, "view");
        Assert.Equal(("share.created", own), await NextAsync(all));
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", ann)).Status);
        await all.EndAsync();
    }

    [Fact]
    public async Task What_ends_with_an_account_is_told_and_what_is_gone_is_not()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (gone, left) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        await App.ShareAsync(joe, gone, ann, "view");
        await App.ShareAsync(joe, left, ann, "view");
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", ann)).Status);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{gone}", joe)).Status);
        using var stream = await EventStream.OpenAsync(App, joe, "last_event_id=0");
        Assert.Equal(("share.created", left), await NextAsync(stream));
        var ended = await stream.NextAsync();
        Assert.Equal("share.ended", ended.Name);
        Assert.Null(ended.Data["share"]!["email"]);
    }

    [Fact]
    public async Task Of_many_at_once_none_is_missed()
    {
        var joe = await App.SignUpAsync();
        var cameras = new List<string>();
        for (var times = 0; times < 8; times++)
        {
            cameras.Add(await App.AddCameraAsync(joe));
        }

        var friends = new List<Person> { await App.SignUpAsync(), await App.SignUpAsync(), await App.SignUpAsync() };
        using var stream = await EventStream.OpenAsync(App, joe);
        var shares = Task.WhenAll(cameras.SelectMany(camera => friends.Select(friend => App.ShareAsync(joe, camera, friend, "view"))));
        var ids = new List<long>();
        for (var seen = 0; seen < cameras.Count * friends.Count; seen++)
        {
            ids.Add((await stream.NextAsync()).Id);
        }

        Assert.All(await shares, share => Assert.Equal(201, share.Status));
        Assert.Equal(ids.Order(), ids);
    }

    [Fact]
    public async Task A_browser_hears_until_its_user_logs_out()
    {
        var user = await App.AddUserAsync(CatalogRows.Fresh("surfer"));
        using var surfer = new Surfer(App);
        await surfer.LogInAsync(user);
        using var stream = await EventStream.OpenAsync(
            App, "events", request => request.Headers.Add("Cookie", $"evercam_session={surfer.CookieOf("evercam_session")}"));
        await surfer.PostAsync("/logout");
        await stream.EndAsync();
    }

    private static async Task<(string, string?)> NextAsync(EventStream stream)
    {
        var told = await stream.NextAsync();
        return (told.Name, (string?)told.Data["camera_id"]);
    }

    private static (int, string) Broken(string rule) => (400, new JsonObject { ["message"] = new JsonArray(rule) }.ToJsonString());
}

/// <summary>How much readers of events may take up.</summary>
public sealed class EventBoundsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task There_are_no_more_streams_than_there_may_be_and_quiet_ones_show_that_they_are_there()
    {
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Events:Streams"] = "2",
            ["Evercam:Events:PerCaller"] = "1",
            ["Evercam:Events:Heartbeat"] = "00:00:01",
        };
        await using var app = await EvercamApp.StartAsync(settings);
        var (joe, ann, eve) = (await app.SignUpAsync(), await app.SignUpAsync(), await app.SignUpAsync());
        using (var his = await EventStream.OpenAsync(app, joe))
        {
            Assert.Equal(429, (await app.AskAsync("GET", "events", joe)).Status);
            using var hers = await EventStream.OpenAsync(app, ann);
            Assert.Equal(503, (await app.AskAsync("GET", "events", eve)).Status);
            Assert.Equal(":", await his.LineAsync());
        }

        await Eventually.IsTrueAsync(async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, "events");
            request.Headers.Authorization = joe.Authorization;
            using var answer = await app.Client.SendAsync(request, Cancellation);
            return answer.IsSuccessStatusCode;
        });
    }

    [Fact]
    public async Task A_reader_that_falls_too_far_behind_is_dropped()
    {
        var reader = new EventReader(Caller.Anonymous, 0);
        for (var number = 1; number <= 1_000; number++)
        {
            reader.Offer(new(number, NoticeKind.CameraOffline, 0, 1, "gate", "Gate", null, null, null, null, null));
        }

        var read = 0;
        await Assert.ThrowsAsync<ChannelClosedException>(async () =>
        {
            while (true)
            {
                Assert.Equal(++read, (await reader.NextAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation))!.Key);
            }
        });
        Assert.InRange(read, 2, 999);
    }
}
