using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Golden;

public sealed class SqliteGoldenTests : GoldenTests
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresGoldenTests(PostgresServer server) : GoldenTests
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

/// <summary>The exact answers of the API: each data object, and each refusal. Each conversation has a server of its own.</summary>
public abstract class GoldenTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1_397_651_000));
    private Person joe = null!;
    private Person ann = null!;

    private EvercamApp App { get; set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Nobody is asked who is not on this machine.
        var settings = new Dictionary<string, string?>(await SettingsAsync()) { ["Evercam:Recorder:OnlineCheck"] = "false" };
        App = await EvercamApp.StartAsync(settings, clock);
        (joe, ann) = (await App.SignUpAsync("joe"), await App.SignUpAsync("ann"));
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Users()
    {
        var talk = new Conversation(App, "users");
        talk.Say("Signing up");
        await talk.AskAsync(
            "POST", "users", null, ("forename", "Eve"), ("lastname", "O'Neil"), ("username", "Eve"), ("country", "IE"),
            ("email", "Eve@example.org"), ("password", "secret"));
        await talk.AskAsync("POST", "users", null);
        await talk.AskAsync(
            "POST", "users", null, ("forename", ""), ("lastname", " "), ("username", "a b"), ("country", "xx"), ("email", "x"),
            ("password", ""));
        await talk.AskAsync(
            "POST", "users", null, ("forename", "Eve"), ("lastname", "O'Neil"), ("username", "eve"), ("country", "IE"),
            ("email", "eve@EXAMPLE.org"), ("password", "secret"));

        talk.Say("An account");
        await talk.AskAsync("GET", "users/joe", joe);
        await talk.AskAsync("GET", "users/joe", ann);
        await talk.AskAsync("GET", "users/joe", null);
        await talk.AskAsync("GET", "users/nobody", joe);
        clock.Advance(TimeSpan.FromSeconds(60));
        await talk.AskAsync("PATCH", "users/joe", joe, ("forename", "Joseph"), ("country", "GB"));
        await talk.AskAsync("PATCH", "users/joe", joe, ("lastname", ""), ("username", "ann"), ("email", "ann@example.org"));

        talk.Say("Its keys");
        await talk.AskAsync("GET", $"users/joe/credentials?password={Uri.EscapeDataString(joe.Password)}", ann);
        await talk.AskAsync("GET", "users/joe/credentials", ann);
        await talk.AskAsync("GET", "users/joe/credentials?password=wrong", ann);
        await talk.AskAsync("GET", "users/nobody/credentials?password=wrong", ann);

        talk.Say("Its rights");
        await App.AddCameraAsync(joe, "front-door");
        await App.AddCameraAsync(ann, "yard");
        await App.ShareAsync(joe, "front-door", ann, "snapshot,list");
        await App.ShareAsync(ann, "yard", joe, "view,grant~view");
        await talk.AskAsync("GET", "users/joe/rights", joe);
        await talk.AskAsync("GET", "users/joe/rights", ann);

        talk.Say("Its end");
        await talk.AskAsync("DELETE", "users/joe", ann);
        await talk.AskAsync("DELETE", "users/joe", joe);
        await talk.AskAsync("GET", "users/joe", joe);
        await talk.AskAsync("DELETE", "users/joe", ann);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Cameras()
    {
        var talk = new Conversation(App, "cameras");
        talk.Say("A new camera");
        await talk.AskAsync(
            "POST", "cameras", joe, ("id", "front-door"), ("name", "Front Door"), ("is_public", "false"),
            ("external_host", "89.101.225.158"), ("internal_host", "192.168.1.101"), ("external_http_port", "8105"),
            ("internal_http_port", "80"), ("external_rtsp_port", "554"), ("jpg_url", "onvif/snapshot"), ("cam_username", "admin"),
            ("cam_password", "s3cret"));
        await talk.AskAsync("POST", "cameras", joe, ("id", "yard"), ("name", "Yard"), ("is_public", "true"));
        await talk.AskAsync("POST", "cameras", joe);
        await talk.AskAsync("POST", "cameras", joe, ("id", "yard"), ("name", ""), ("is_public", "1"), ("external_host", ""));
        await talk.AskAsync("POST", "cameras", joe, ("id", "Yard"), ("name", "x"), ("is_public", "1"), ("internal_host", "a:80"));
        await talk.AskAsync("POST", "cameras", null, ("id", "x"), ("name", "x"), ("is_public", "1"));
        await talk.AskAsync(
            "POST", "cameras", await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All) with { Name = "client" },
            ("id", "x"), ("name", "x"), ("is_public", "1"));

        talk.Say("As its owner sees it, and others");
        await App.StoreAsync(db => db.Cameras.ExecuteUpdateAsync(
            set => set.SetProperty(c => c.IsOnline, true).SetProperty(c => c.LastPolledAt, 1_397_651_060)
                .SetProperty(c => c.LastOnlineAt, 1_397_651_060).SetProperty(c => c.Longitude, -6.26).SetProperty(c => c.Latitude, 53.35),
            TestContext.Current.CancellationToken));
        await talk.AskAsync("GET", "cameras/yard", joe);
        await talk.AskAsync("GET", "cameras/yard", null);
        await talk.AskAsync("GET", "cameras/front-door", ann);
        await talk.AskAsync("GET", "users/joe/cameras", joe);
        await talk.AskAsync("GET", "users/joe/cameras", ann);
        await talk.AskAsync("GET", "users/ann/cameras", joe);
        await talk.AskAsync("GET", "users/nobody/cameras", joe);

        talk.Say("Changed");
        clock.Advance(TimeSpan.FromSeconds(60));
        await talk.AskAsync(
            "PATCH", "cameras/yard", joe, ("vendor", "ycam"), ("model", "YCW005"), ("timezone", "Europe/Dublin"),
            ("mac_address", "02-11-22-33-44-55"), ("discoverable", "true"), ("external_http_port", ""));
        await talk.AskAsync("PATCH", "cameras/yard", joe, ("external_http_port", "x"), ("name", ""), ("vendor", "nobody"));
        await talk.AskAsync("PATCH", "cameras/yard", joe, ("is_public", "x"));
        await talk.AskAsync("PATCH", "cameras/yard", ann, ("name", "Mine"));
        await talk.AskAsync("PATCH", "cameras/nothing", joe);

        talk.Say("Without a way to it");
        await talk.AskAsync("GET", "cameras/yard/snapshot.jpg", joe);
        await talk.AskAsync("GET", "cameras/front-door/snapshot.jpg", null);
        await talk.AskAsync("GET", "cameras/test", joe);
        await talk.AskAsync("GET", "cameras/test?external_url=2.2.2.2:123&jpg_url=x&cam_username=&cam_password=", joe);

        talk.Say("Gone");
        await talk.AskAsync("DELETE", "cameras/yard", ann);
        await talk.AskAsync("DELETE", "cameras/yard", joe);
        await talk.AskAsync("DELETE", "cameras/yard", joe);
        await talk.AskAsync("PUT", "cameras", joe);
        await talk.AskAsync("GET", "nothing", joe);
        await talk.AskAsync("GET", "cameras/front-door.xml", joe);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Shares()
    {
        await App.AddCameraAsync(joe, "front-door");
        await App.AddCameraAsync(joe, "street", new JsonObject { ["is_public"] = true });
        var talk = new Conversation(App, "shares");
        talk.Say("Sharing");
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "ann@example.org"), ("rights", "list,snapshot"));
        await talk.AskAsync("POST", "cameras/street/share", joe, ("email", "ANN@example.org"), ("rights", "Edit, GRANT~view"));
        await talk.AskAsync("POST", "cameras/street/share", joe, ("email", "ann@example.org"), ("rights", "list"));
        await talk.AskAsync("POST", "cameras/front-door/share", joe);
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", ""), ("rights", "own"));
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "nobody"), ("rights", "list"));
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "joe@example.org"), ("rights", "list"));
        await talk.AskAsync("POST", "cameras/front-door/share", ann, ("email", "ann@example.org"), ("rights", "list"));
        await talk.AskAsync("POST", "cameras/nothing/share", joe, ("email", "x"), ("rights", "x"));

        talk.Say("Looking");
        await talk.AskAsync("GET", "cameras/front-door/shares", joe);
        await talk.AskAsync("GET", "cameras/front-door/shares", ann);
        await talk.AskAsync("GET", "users/ann/shares", ann);
        await talk.AskAsync("GET", "users/joe/shares", joe);
        await talk.AskAsync("GET", "users/joe/shares", ann);

        talk.Say("Changing");
        await talk.AskAsync("PATCH", "cameras/share/1", joe, ("rights", "view"));
        await talk.AskAsync("PATCH", "cameras/share/1", joe, ("rights", "own"));
        await talk.AskAsync("PATCH", "cameras/share/1", ann, ("rights", "view"));
        await talk.AskAsync("PATCH", "cameras/share/3", joe, ("rights", "view"));
        await talk.AskAsync("PATCH", "cameras/share/one", joe);

        talk.Say("Ending");
        await talk.AskAsync("DELETE", "cameras/front-door/share", joe);
        await talk.AskAsync("DELETE", "cameras/front-door/share", joe, ("share_id", "one"));
        await talk.AskAsync("DELETE", "cameras/front-door/share", ann, ("share_id", "1"));
        await talk.AskAsync("DELETE", "cameras/front-door/share", joe, ("share_id", "1"));
        await talk.AskAsync("DELETE", "cameras/front-door/share", joe, ("share_id", "1"));
        await talk.AskAsync("GET", "cameras/front-door/shares", joe);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Invitations()
    {
        await App.AddCameraAsync(joe, "front-door");
        var talk = new Conversation(App, "invitations");
        talk.Say("Inviting");
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "Eve@example.org"), ("rights", "LIST, snapshot"));
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "eve@example.org"), ("rights", "view"));
        await talk.AskAsync("POST", "cameras/front-door/share", joe, ("email", "eve@example"), ("rights", "own"));

        talk.Say("Looking");
        await talk.AskAsync("GET", "cameras/front-door/shares/requests", joe);
        await talk.AskAsync("GET", "shares/requests/front-door?status=PENDING", joe);
        await talk.AskAsync("GET", "shares/requests/front-door?status=USED", joe);
        await talk.AskAsync("GET", "cameras/front-door/shares", joe);
        await talk.AskAsync("GET", "cameras/front-door/shares/requests", ann);
        await talk.AskAsync("GET", "cameras/nothing/shares/requests", ann);

        talk.Say("Changing");
        await talk.AskAsync("PATCH", "cameras/front-door/shares/requests", joe, ("email", "EVE@example.org"), ("rights", "view"));
        await talk.AskAsync("PATCH", "cameras/front-door/shares/requests", joe, ("email", "nobody@example.org"), ("rights", "own"));
        await talk.AskAsync("PATCH", "cameras/front-door/shares/requests", joe);
        await talk.AskAsync("PATCH", "shares/requests/1", joe, ("rights", "edit,grant~edit"));
        await talk.AskAsync("PATCH", "shares/requests/1", joe, ("rights", "own"));
        await talk.AskAsync("PATCH", "shares/requests/1", ann, ("rights", "own"));
        await talk.AskAsync("PATCH", "shares/requests/2", ann, ("rights", "own"));
        await talk.AskAsync("PATCH", "shares/requests/one", joe, ("rights", "edit"));

        talk.Say("Taking back");
        await talk.AskAsync("DELETE", "cameras/front-door/shares/requests", joe);
        await talk.AskAsync("DELETE", "cameras/front-door/shares/requests", ann, ("email", "eve@example.org"));
        await talk.AskAsync("DELETE", "cameras/front-door/shares/requests", joe, ("email", "eve@example.org"));
        await talk.AskAsync("DELETE", "shares/requests/front-door", joe, ("email", "eve@example.org"));
        await talk.AskAsync("GET", "cameras/front-door/shares/requests", joe);

        talk.Say("What the log says of it");
        await talk.AskAsync("GET", "cameras/front-door/logs?types=sent%20invitation,updated%20invitation,withdrew%20invitation", joe);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Vendors()
    {
        var talk = new Conversation(App, "vendors");
        talk.Say("A vendor");
        await talk.AskAsync("GET", "vendors/00:0D:F0", joe);
        await talk.AskAsync("GET", "vendors/fc-9c-98-01-02-03", joe);
        await talk.AskAsync("GET", "vendors/FF:FF:FF", joe);
        await talk.AskAsync("GET", "vendors/ycam", joe);
        await talk.AskAsync("GET", "vendors/00:0D:F0", null);
        await talk.AskAsync("GET", "vendors", null);

        talk.Say("Its models");
        await talk.AskAsync("GET", "models/Y-cam", joe);
        await talk.AskAsync("GET", "models/arlo", joe);
        await talk.AskAsync("GET", "models", null);

        talk.Say("A model");
        await talk.AskAsync("GET", "models/ycam/YCW005", joe);
        await talk.AskAsync("GET", "models/ycam/ycbl03", joe);
        await talk.AskAsync("GET", "models/ycam/evo", joe);
        await talk.AskAsync("GET", "models/tplink/*", joe);
        await talk.AskAsync("GET", "models/tplink/nothing", joe);
        await talk.AskAsync("GET", "models/wyze/*", joe);
        await talk.AskAsync("GET", "models/nobody/*", joe);
        await talk.AskAsync("GET", "models/ycam/*", null);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Snapshots()
    {
        var key = await AddStoredAsync();
        var talk = new Conversation(App, "snapshots");
        talk.Say("Stored pictures");
        await talk.AskAsync("GET", "cameras/yard/snapshots", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/latest", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/latest?with_data=true", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/1397650000", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/range?from=1397649000&to=1397650000&limit=1", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/1397650001?range=0", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/soon?range=x&with_data=maybe", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/range", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots", ann);
        await talk.AskAsync("GET", "cameras/nothing/snapshots", joe);
        await talk.AskAsync("POST", "cameras/yard/snapshots/1397650000", joe);
        await talk.AskAsync("POST", "cameras/yard/snapshots", joe);

        talk.Say("Days and hours");
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/4/days", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/4/16/hours", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/5/days", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/5/1/hours", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/0/13/days", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/4/31/hours", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots/2014/x/days", joe);

        talk.Say("One fewer");
        await talk.AskAsync("DELETE", "cameras/yard/snapshots/1397650000", ann);
        await talk.AskAsync("DELETE", "cameras/yard/snapshots/1397650000", joe);
        await talk.AskAsync("DELETE", "cameras/yard/snapshots/1397650000", joe);

        talk.Say("A picture of now, of a camera that has no address");
        await talk.AskAsync("GET", "cameras/yard/live", joe);
        await talk.AskAsync("GET", "cameras/yard/live", ann);
        await talk.AskAsync("GET", "cameras/nothing/live", joe);

        talk.Say("What the log says of it");
        await App.StoreAsync(async db =>
        {
            await db.Activities.Where(activity => activity.CameraKey == key && activity.Kind != ActivityKind.Created)
                .ExecuteDeleteAsync(TestContext.Current.CancellationToken);
            db.Add(new Activity { CameraKey = key, Kind = ActivityKind.Viewed, DoneAt = 1_397_651_000, Source = "203.0.113.9" });
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        await talk.AskAsync("GET", "cameras/yard/logs?objects=true&types=created,viewed", joe);
        await talk.AskAsync("GET", "cameras/yard/logs?types=created,viewed", joe);
        await talk.AskAsync("GET", "cameras/yard/logs?from=2&to=1", joe);
        await talk.AskAsync("GET", "cameras/yard/logs", ann);
        await talk.EndAsync();
    }

    [Fact]
    public async Task Keys()
    {
        var talk = new Conversation(App, "keys");
        talk.Say("Whether keys are good");
        var (id, key) = await App.KeysAsync(joe);
        await talk.AskAsync("GET", $"test?api_id={id}&api_key={key}", null);
        await talk.AskAsync("GET", "test", null);
        await talk.AskAsync("GET", "test?api_id=x&api_key=y", null);

        talk.Say("An application");
        await talk.AskAsync(
            "POST", "client", joe, ("name", "Site Viewer"), ("user_name", "joe"), ("email", "joe@example.org"),
            ("callback_uris", "https://viewer.example.org/back,viewer.example.org"));
        await talk.AskAsync("POST", "client", joe);
        await talk.AskAsync("POST", "client", null, ("name", "x"), ("user_name", "x"), ("email", "x"), ("callback_uris", "x"));
        await talk.EndAsync();
    }

    [Fact]
    public async Task Refusals()
    {
        var talk = new Conversation(App, "refusals");
        await new RefusalTalk(App, talk, joe).HoldAsync();
        await talk.EndAsync();
    }

    /// <summary>A camera of Joe's with two pictures.</summary>
    private async Task<long> AddStoredAsync()
    {
        await App.AddCameraAsync(joe, "yard");
        var key = await App.StoreAsync(db => db.Cameras.Where(camera => camera.Id == "yard").Select(camera => camera.Key)
            .SingleAsync(TestContext.Current.CancellationToken));
        foreach (var second in new[] { 1_397_649_000L, 1_397_650_000 })
        {
            using var form = Stage.Form("Gate", (Stage.Jpeg, "image/jpeg"));
            using var request = new HttpRequestMessage(HttpMethod.Post, $"cameras/yard/snapshots/{second}") { Content = form };
            request.Headers.Authorization = joe.Authorization;
            using var answer = await App.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(System.Net.HttpStatusCode.OK, answer.StatusCode);
        }

        return key;
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();
}
