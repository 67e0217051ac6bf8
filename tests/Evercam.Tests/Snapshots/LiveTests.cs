using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Pictures;
using Evercam.Tests.Recorder;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Snapshots;

/// <summary>A server that shows a picture for a minute, and waits as long for cameras.</summary>
public sealed class LivePictures : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Recorder:LiveRefresh"] = "00:01:00",
        ["Evercam:Cameras:AnswerTimeout"] = "00:01:00",
        ["Evercam:Cameras:Deadline"] = "00:01:00",
    });
}

/// <summary>Pictures straight from cameras: shown (contract 4.3.6) and kept (4.5.2), as 4.9 fetches them.</summary>
public sealed class LiveTests(LivePictures server, ApacheServer apache)
    : IClassFixture<LivePictures>, IClassFixture<ApacheServer>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly FakeCamera other = new("yard") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private EvercamApp App => server.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera, other], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(Behaviour.WrongType)]
    [InlineData(Behaviour.LieAboutType)]
    [InlineData(Behaviour.Redirect)]
    [InlineData(Behaviour.Gigabyte)]
    [InlineData(Behaviour.Endless)]
    [InlineData(Behaviour.Truncate)]
    [InlineData(Behaviour.BreakOff)]
    [InlineData(Behaviour.ServerError)]
    [InlineData(Behaviour.Forbidden)]
    [InlineData(Behaviour.NotFound)]
    [InlineData(Behaviour.CloseWithoutAnswer)]
    [InlineData(Behaviour.EmptyBody)]
    public async Task A_camera_that_gives_no_picture_is_offline_and_nothing_is_kept(Behaviour behaviour)
    {
        var stage = await SetAsync(camera);
        camera.Behaviour = behaviour;
        var both = await Task.WhenAll(PostAsync(stage), stage.GetAsync("snapshot.jpg"));
        Assert.All(both, answer => answer.Refuses(503, "Camera offline"));
        await stage.IsEmptyAsync();

        camera.Behaviour = Behaviour.Normal;
        Assert.Equal(200, (await PostAsync(stage)).Status);
    }

    [Fact]
    public async Task Taking_keeps_the_picture_of_now_with_its_notes()
    {
        var stage = await SetAsync(camera, c => c.Timezone = "Asia/Kolkata");
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["notes"] = "dög" });
        var answer = await stage.AskAsync(HttpMethod.Post, "snapshots.json", stage.Owner, form);
        var second = Assert.Single(answer.Seconds);
        Assert.InRange(second, before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        answer.Is(200, $$"""{"snapshots":[{"camera":"{{stage.Id}}","notes":"dög","created_at":{{second}},"timezone":"Asia/Kolkata"}]}""");
        Assert.Equal(answer.Text, (await stage.GetAsync("snapshots")).Text);

        // The picture that was taken is the one that viewers see.
        Assert.Equal((await stage.GetAsync("snapshots/latest.jpg")).Bytes, (await stage.GetAsync("snapshot.jpg")).Bytes);
        Assert.Equal(1, camera.Requests);
    }

    [Fact]
    public async Task Pictures_taken_within_one_second_are_all_kept()
    {
        var stage = await SetAsync(camera);
        var taken = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => PostAsync(stage)));
        Assert.All(taken, answer => Assert.Equal(200, answer.Status));
        Assert.Equal(10, (await stage.GetAsync("snapshots")).Seconds.Count);
    }

    [Theory]
    [InlineData("basic", "admin", "s3cret", 200)]
    [InlineData("digest", "admin", "s3cret", 200)]
    [InlineData("digest", "comma, equals=", "colon:colon::", 200)]
    [InlineData("basic", "admin", "wrong", 403)]
    [InlineData("digest", "admin", "wrong", 403)]
    [InlineData("digest", null, null, 403)]
    [InlineData("moved", null, null, 503)]
    [InlineData("forbidden", null, null, 503)]
    public async Task A_camera_of_another_maker_is_asked_as_it_wants(string place, string? userName, string? password, int status)
    {
        var stage = await Stage.SetAsync(App, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", apache.Port, Setting.Of($"/{place}/hd.jpg"));
            (c.CamUsername, c.CamPassword) = (userName is null ? null : Setting.Of(userName), password is null ? null : Setting.Of(password));
        });
        var live = await stage.GetAsync("snapshot.jpg");
        var taken = await PostAsync(stage);
        Assert.Equal((status, status), (live.Status, taken.Status));
        if (status == 200)
        {
            var picture = await Photographs.ReadAsync("hd.jpg");
            Assert.Equal(picture, live.Bytes);
            Assert.Equal(picture, (await stage.GetAsync("snapshots/latest.jpg")).Bytes);
            return;
        }

        var message = status == 403 ? "Please check camera username and password" : "Camera offline";
        live.Refuses(status, message);
        taken.Refuses(status, message);
        await stage.IsEmptyAsync();
    }

    [Fact]
    public async Task Without_a_host_or_a_path_there_is_no_endpoint()
    {
        foreach (var stage in new[]
        {
            await Stage.SetAsync(App), await SetAsync(camera, c => c.JpgUrl = null), await SetAsync(camera, c => c.ExternalHost = null),
            await SetAsync(camera, c => c.JpgUrl = Setting.Cleared),
        })
        {
            (await stage.GetAsync("snapshot.jpg")).Refuses(503, "No public endpoint");
            (await PostAsync(stage)).Refuses(503, "No public endpoint");
            await stage.IsEmptyAsync();
        }

        Assert.Equal(0, camera.Requests);
    }

    [Fact]
    public async Task Two_hundred_viewers_cost_the_camera_one_request()
    {
        var stage = await SetAsync(camera);
        var pictures = await Task.WhenAll(Enumerable.Range(0, 200).Select(n => stage.GetAsync($"snapshot.jpg?_={n}")));
        Assert.All(pictures, picture => Assert.Equal((200, "image/jpeg", "no-store"), (picture.Status, picture.Header("Content-Type"), picture.Header("Cache-Control"))));
        Assert.All(pictures, picture => Assert.Equal(pictures[0].Bytes, picture.Bytes));
        foreach (var suffix in new[] { ".json", ".jpg", ".jpeg", ".img" })
        {
            Assert.Equal(pictures[0].Bytes, (await stage.GetAsync($"snapshot.jpg{suffix}")).Bytes);
        }

        Assert.Equal(1, camera.Requests);
        (await stage.GetAsync("snapshots")).Is(200, """{"snapshots":[]}""");
    }

    /// <summary>The contract knows this path and no width: to it, that is one more name that changes nothing (0.3, 4.3.6).</summary>
    [Theory]
    [MemberData(nameof(NoParameters.Queries), MemberType = typeof(NoParameters))]
    public async Task What_the_contract_does_not_know_changes_nothing_of_the_live_picture(string query)
    {
        var stage = await SetAsync(camera);
        var (plain, asked) = (await stage.GetAsync("snapshot.jpg"), await stage.GetAsync($"snapshot.jpg?{query}"));
        Assert.Equal((200, "image/jpeg"), (asked.Status, asked.Header("Content-Type")));
        Assert.Equal(plain.Bytes, asked.Bytes);
    }

    [Fact]
    public async Task A_failure_is_shared_and_new_settings_count_at_once()
    {
        camera.Behaviour = Behaviour.ServerError;
        var stage = await SetAsync(camera);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => stage.GetAsync("snapshot.jpg")));
        Assert.All(answers, answer => answer.Refuses(503, "Camera offline"));
        Assert.Equal(1, camera.Requests);

        await stage.ChangeAsync(c => c.JpgUrl = Setting.Of("/yard/snapshot.jpg"));
        Assert.Equal(200, (await stage.GetAsync("snapshot.jpg")).Status);
        Assert.Equal((1, 1), (camera.Requests, other.Requests));
    }

    [Fact]
    public async Task What_an_earlier_address_still_answers_is_shown_to_nobody_new()
    {
        var stage = await SetAsync(camera);
        (camera.Behaviour, camera.Delay) = (Behaviour.Slow, TimeSpan.FromSeconds(1));
        var early = stage.GetAsync("snapshot.jpg");
        await camera.WaitForRequestsAsync(1, Cancellation);
        await stage.ChangeAsync(c => c.JpgUrl = Setting.Of("/yard/snapshot.jpg"));
        var late = await stage.GetAsync("snapshot.jpg");
        Assert.Equal((200, 1), (late.Status, other.Requests));

        Assert.Equal(200, (await early).Status);
        Assert.Equal(late.Bytes, (await stage.GetAsync("snapshot.jpg")).Bytes);
        Assert.NotEqual((await early).Bytes, late.Bytes);
    }

    [Fact]
    public async Task Everyone_sees_a_public_camera_and_only_those_with_the_right_a_private_one()
    {
        var open = await SetAsync(camera, c => c.IsPublic = true);
        var closed = await SetAsync(camera);
        var stranger = await Stage.AddUserAsync(App);
        var guest = await Stage.AddUserAsync(App);
        var viewer = await Stage.AddUserAsync(App);
        await closed.ShareAsync(guest, CameraRights.Snapshot);
        await closed.ShareAsync(viewer, CameraRights.View);
        foreach (var caller in new[] { null, stranger })
        {
            Assert.Equal(200, (await open.AskAsync(HttpMethod.Get, "snapshot.jpg", caller)).Status);
            Assert.Equal(200, (await open.AskAsync(HttpMethod.Head, "snapshot.jpg", caller)).Status);
            (await closed.AskAsync(HttpMethod.Get, "snapshot.jpg", caller)).Refuses(403, "Unauthorized");
            (await Stage.AskAsync(App, HttpMethod.Get, "cameras/nowhere/snapshot.jpg", caller)).Refuses(404, "Camera does not exist");
        }

        Assert.Equal(200, (await closed.AskAsync(HttpMethod.Get, "snapshot.jpg", guest)).Status);
        (await closed.AskAsync(HttpMethod.Get, "snapshot.jpg", viewer)).Refuses(403, "Unauthorized");
        (await open.AskAsync(HttpMethod.Post, "snapshots", stranger)).Refuses(403, "Unauthorized");
        (await open.AskAsync(HttpMethod.Post, "snapshots", null)).Refuses(401, "Unauthenticated");

        await open.ChangeAsync(c => c.IsPublic = false);
        (await open.AskAsync(HttpMethod.Get, "snapshot.jpg", null)).Refuses(403, "Unauthorized");
    }

    [Fact]
    public async Task The_live_picture_also_comes_inside_json_to_callers()
    {
        var open = await SetAsync(camera, c => (c.IsPublic, c.Timezone) = (true, "Asia/Kolkata"));
        var closed = await SetAsync(camera);
        var stranger = await Stage.AddUserAsync(App);
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var live = await open.AskAsync(HttpMethod.Get, "live", stranger);
        var second = (long)JsonNode.Parse(live.Text)!["created_at"]!;
        Assert.InRange(second, before, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var picture = Convert.ToBase64String((await open.GetAsync("snapshot.jpg")).Bytes);
        live.Is(
            200,
            $$"""{"camera":"{{open.Id}}","created_at":{{second}},"timezone":"Asia/Kolkata","data":"data:image/jpeg;base64,{{picture}}"}""");
        Assert.Equal(live.Text, (await open.GetAsync("live.json")).Text);
        Assert.Equal(1, camera.Requests);

        (await open.AskAsync(HttpMethod.Get, "live", null)).Refuses(401, "Unauthenticated");
        (await closed.AskAsync(HttpMethod.Get, "live", stranger)).Refuses(403, "Unauthorized");
        (await Stage.AskAsync(App, HttpMethod.Get, "cameras/nowhere/live", stranger)).Refuses(404, "Camera does not exist");
        (await (await Stage.SetAsync(App)).GetAsync("live")).Refuses(503, "No public endpoint");
        camera.Behaviour = Behaviour.ServerError;
        (await (await SetAsync(camera)).GetAsync("live")).Refuses(503, "Camera offline");
    }

    [Theory]
    [InlineData("POST", "snapshots")]
    [InlineData("GET", "live")]
    public async Task A_picture_is_of_when_it_arrived_and_not_of_when_it_was_asked_for(string method, string path)
    {
        var (clock, cameras) = (new SteppingClock(), new FakeTimeProvider());
        var slow = new FakeCamera("slow") { Width = 160, Height = 120, Behaviour = Behaviour.Slow };
        await using var slowHost = await FakeCameraHost.StartAsync([slow], 0, cameras, Cancellation);
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" }, clock);
        var stage = await Stage.SetAsync(app, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", slowHost.Port, Setting.Of("/slow/snapshot.jpg")));
        var asked = stage.AskAsync(new(method), path, stage.Owner);
        await slow.WaitForRequestsAsync(1, Cancellation);

        // The camera answers when its own clock goes on, and by then an hour has passed on the server's.
        clock.Step(TimeSpan.FromHours(1));
        var stepped = clock.GetUtcNow().ToUnixTimeSeconds();
        await Eventually.IsTrueAsync(() =>
        {
            cameras.Advance(slow.Delay);
            return asked.IsCompleted;
        });
        var answer = await asked;
        Assert.Equal(200, answer.Status);
        var told = JsonNode.Parse(answer.Text)!;
        Assert.InRange((long)(told["snapshots"]?[0] ?? told)["created_at"]!, stepped, clock.GetUtcNow().ToUnixTimeSeconds());
    }

    private static Task<Reply> PostAsync(Stage stage) => stage.AskAsync(HttpMethod.Post, "snapshots", stage.Owner);

    private Task<Stage> SetAsync(FakeCamera shown, Action<Camera>? adjust = null) => Stage.SetAsync(App, c =>
    {
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(shown).AbsolutePath));
        adjust?.Invoke(c);
    });
}
