using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraCreationTests(SqliteApp shared) : CameraCreationTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraCreationTests(PostgresApp shared) : CameraCreationTests(shared), IClassFixture<PostgresApp>;

/// <summary><c>POST /cameras</c> (contract 4.3.3).</summary>
public abstract class CameraCreationTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => joe = await App.SignUpAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_camera_is_answered_in_full()
    {
        var owner = await App.SignUpAsync("joeyb");
        var golden =
            """
            {"cameras":[{"id":"front-door","name":"Front Door","owner":"joeyb","external_host":"89.101.225.158","internal_host":"192.168.1.101","external_http_port":8105,"internal_http_port":80,"external_rtsp_port":554,"internal_rtsp_port":null,"jpg_url":"/onvif/snapshot","cam_username":"admin","cam_password":"s3cret","mac_address":null,"vendor":null,"model":null,"created_at":0,"updated_at":0,"last_polled_at":null,"last_online_at":null,"timezone":"Etc/UTC","is_online":null,"is_public":false,"location":null,"discoverable":false}]}
            """;
        var created = await App.AskAsync(
            "POST", "cameras", owner,
            ("id", "front-door"), ("name", "Front Door"), ("is_public", "False"), ("external_host", "89.101.225.158"),
            ("internal_host", "192.168.1.101"), ("external_http_port", "8105"), ("internal_http_port", "80"),
            ("external_rtsp_port", "554"), ("jpg_url", "onvif/snapshot"), ("cam_username", "admin"), ("cam_password", "s3cret"),
            ("created_at", "1"), ("owner", "ann"), ("is_online", ""), ("unknown", "x"));
        Assert.Equal((201, golden), created.Timeless());
        Assert.Equal((200, created.Body), await App.AskAsync("GET", "cameras/front-door", owner));
    }

    [Fact]
    public async Task A_camera_may_say_everything()
    {
        var id = CatalogRows.Fresh("full_");
        var camera = (await App.AskAsync("POST", "cameras", joe, new JsonObject
        {
            ["id"] = id,
            ["name"] = "Hühner \"Ost\" <b>",
            ["is_public"] = 1,
            ["external_host"] = "cam-1.example.org",
            ["external_http_port"] = 65535,
            ["external_rtsp_port"] = "1",
            ["jpg_url"] = "/a.jpg?x=1&y=[2]",
            ["timezone"] = "Europe/Dublin",
            ["mac_address"] = "A4-11-62-00-0F-aa",
            ["vendor"] = "YCam",
            ["model"] = "YCW005",
            ["discoverable"] = "on",
            ["location_lng"] = -6.26,
            ["location_lat"] = "53.35",
            ["internal_host"] = null,
            ["cam_username"] = null,
        })).One();
        foreach (var (field, value) in new (string, JsonNode?)[]
        {
            ("name", "Hühner \"Ost\" <b>"), ("is_public", true), ("external_host", "cam-1.example.org"),
            ("external_http_port", 65535), ("external_rtsp_port", 1), ("jpg_url", "/a.jpg?x=1&y=[2]"),
            ("timezone", "Europe/Dublin"), ("mac_address", "a4:11:62:00:0f:aa"), ("vendor", "ycam"), ("model", "YCW005"),
            ("discoverable", true), ("internal_host", null), ("cam_username", "admin"), ("cam_password", "1234"),
        })
        {
            Assert.Equal(value?.ToJsonString(), camera[field]?.ToJsonString());
        }

        Assert.Equal("""{"lng":-6.26,"lat":53.35}""", camera["location"]!.ToJsonString());
    }

    [Theory]
    [InlineData("location_lng=-6.26&location_lat=53.35")]
    [InlineData("location[lng]=-6.26&location[lat]=53.35")]
    [InlineData("location%5Blng%5D=-6.26&location%5Blat%5D=53.35")]
    public async Task A_location_may_be_written_in_two_ways(string location)
    {
        var form = new StringContent(
            $"id={CatalogRows.Fresh("at")}&name=x&is_public=true&{location}", Encoding.UTF8, "application/x-www-form-urlencoded");
        var camera = (await App.AskAsync("POST", "cameras", joe, form)).One();
        Assert.Equal("""{"lng":-6.26,"lat":53.35}""", camera["location"]!.ToJsonString());
    }

    [Fact]
    public async Task What_is_missing_or_of_a_wrong_type_is_named_in_order()
    {
        Assert.Equal(
            Refusal(400, "id is missing, name is missing, is_public is missing"), await App.AskAsync("POST", "cameras", joe));
        Assert.Equal(
            Refusal(400, "id is missing, name is invalid, is_public is invalid, external_http_port is invalid"),
            await App.AskAsync("POST", "cameras", joe, new JsonObject
            {
                ["name"] = new JsonObject(),
                ["is_public"] = "",
                ["external_http_port"] = "eighty",
            }));
    }

    [Theory]
    [InlineData("external_http_port", "")]
    [InlineData("external_http_port", "8e1")]
    [InlineData("internal_http_port", "80a")]
    [InlineData("external_rtsp_port", "true")]
    [InlineData("internal_rtsp_port", " ")]
    [InlineData("discoverable", "")]
    [InlineData("discoverable", "maybe")]
    [InlineData("location_lng", "")]
    [InlineData("location_lat", "north")]
    public async Task A_value_of_a_wrong_type_is_refused(string field, string value) => Assert.Equal(
        Refusal(400, $"{field} is invalid"), await CreateAsync((field, value)));

    [Theory]
    [InlineData("id", "", "id can't be blank")]
    [InlineData("id", "Front", Letters)]
    [InlineData("id", "front door", Letters)]
    [InlineData("id", "front.door", Letters)]
    [InlineData("id", "front/door", Letters)]
    [InlineData("id", "front\n", Letters)]
    [InlineData("id", "front\ndoor", Letters)]
    [InlineData("id", "café", Letters)]
    [InlineData("id", "test", Letters)]
    [InlineData("id", "share", Letters)]
    [InlineData("name", "", "name can't be blank")]
    [InlineData("name", " \t", "name can't be blank")]
    [InlineData("external_host", "http://1.2.3.4", "external url is invalid")]
    [InlineData("external_host", "1.2.3.4:80", "external url is invalid")]
    [InlineData("external_host", "1.2.3.256", "external url is invalid")]
    [InlineData("external_host", "1.2.3", "external url is invalid")]
    [InlineData("external_host", "2130706433", "external url is invalid")]
    [InlineData("external_host", "::1", "external url is invalid")]
    [InlineData("external_host", "-cam.example.org", "external url is invalid")]
    [InlineData("external_host", "cam..example.org", "external url is invalid")]
    [InlineData("external_host", "cam.example.org\n", "external url is invalid")]
    [InlineData("external_host", "cam.example.org/x", "external url is invalid")]
    [InlineData("internal_host", "joe@cam.example.org", "internal url is invalid")]
    [InlineData("external_http_port", "0", "external_http_port is invalid")]
    [InlineData("internal_http_port", "65536", "internal_http_port is invalid")]
    [InlineData("external_rtsp_port", "-1", "external_rtsp_port is invalid")]
    [InlineData("internal_rtsp_port", "9223372036854775807", "internal_rtsp_port is invalid")]
    [InlineData("external_host", "", "external host can't be blank")]
    [InlineData("internal_host", "", "internal host can't be blank")]
    [InlineData("jpg_url", "", "jpg url can't be blank")]
    [InlineData("cam_username", "", "cam username can't be blank")]
    [InlineData("cam_password", "", "cam password can't be blank")]
    [InlineData("timezone", "", "timezone can't be blank")]
    [InlineData("timezone", "Dublin", "timezone does not exist or is invalid")]
    [InlineData("timezone", "UTC+05:00", "timezone does not exist or is invalid")]
    [InlineData("mac_address", "", "mac address can't be blank")]
    [InlineData("mac_address", "aa:bb:cc", "mac address is invalid")]
    [InlineData("mac_address", "aa:bb:cc:dd:ee:fg", "mac address is invalid")]
    [InlineData("mac_address", "aa:bb:cc:dd:ee:ff\n", "mac address is invalid")]
    [InlineData("vendor", "", "vendor can't be blank")]
    [InlineData("vendor", "nobody", "vendor does not exist")]
    [InlineData("vendor", "arlo", "no default model for this vendor")]
    [InlineData("model", "", "model can't be blank")]
    [InlineData("model", "YCW005", "if you provide model you must also provide vendor")]
    [InlineData("location_lng", "1", "must provide both location coordinates")]
    [InlineData("location_lat", "1", "must provide both location coordinates")]
    public async Task A_camera_that_breaks_a_rule_is_refused(string field, string value, string message) =>
        Assert.Equal(Broken(message), await CreateAsync((field, value)));

    [Fact]
    public async Task Rules_may_concern_two_fields()
    {
        Assert.Equal(Broken("model does not exist"), await CreateAsync(("vendor", "ycam"), ("model", "nothing")));
        Assert.Equal(Broken("vendor does not exist"), await CreateAsync(("vendor", "nobody"), ("model", "nothing")));
        Assert.Equal(
            Broken("location_lng is invalid", "location_lat is invalid"),
            await CreateAsync(("location_lng", "180.1"), ("location_lat", "-90.1")));
        Assert.Equal(
            Broken("location_lng is invalid", "location_lat is invalid"),
            await CreateAsync(("location_lng", "-180.1"), ("location_lat", "90.1")));
        Assert.Equal(201, (await CreateAsync(("location_lng", "-180"), ("location_lat", "90"))).Status);
    }

    [Fact]
    public async Task All_broken_rules_are_told_together()
    {
        var taken = await App.AddCameraAsync(joe);
        Assert.Equal(
            Broken(
                "name can't be blank", "is public can't be blank", "external url is invalid", "external_http_port is invalid",
                "cam password can't be blank", "mac address is invalid", "vendor does not exist", "camera already exists"),
            await App.AskAsync("POST", "cameras", joe, new JsonObject
            {
                ["id"] = taken,
                ["name"] = "",
                ["is_public"] = null,
                ["external_host"] = "x:1",
                ["external_http_port"] = 0,
                ["cam_password"] = "",
                ["mac_address"] = "x",
                ["vendor"] = "nobody",
            }));
    }

    [Fact]
    public async Task Names_and_ids_have_a_length()
    {
        Assert.Equal(201, (await CreateAsync(("id", new string('a', 100)), ("name", new string('b', 255)))).Status);
        Assert.Equal(
            Broken(Letters, "name is invalid"), await CreateAsync(("id", new string('a', 101)), ("name", new string('b', 256))));
    }

    [Fact]
    public async Task An_id_is_taken_by_whoever_has_it()
    {
        var taken = await App.AddCameraAsync(joe);
        Assert.Equal(Broken("camera already exists"), await CreateAsync(("id", taken)));
        joe = await App.SignUpAsync();
        Assert.Equal(Broken("camera already exists"), await CreateAsync(("id", taken)));
    }

    [Fact]
    public async Task Of_many_simultaneous_registrations_one_succeeds()
    {
        var id = CatalogRows.Fresh("race");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => CreateAsync(("id", id))));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(Broken("camera already exists"), answer));
    }

    [Fact]
    public async Task Only_a_user_owns_cameras()
    {
        var client = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All);
        var body = new JsonObject { ["id"] = "x", ["name"] = "x", ["is_public"] = false };
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("POST", "cameras"));
        Assert.Equal(Refusal(400, "Requester is not a user."), await App.AskAsync("POST", "cameras", client, body));
        Assert.Equal(Refusal(400, "id is missing"), await App.AskAsync("POST", "cameras", client, new JsonObject
        {
            ["name"] = "x",
            ["is_public"] = false,
        }));
    }

    [Fact]
    public async Task The_model_brings_what_the_camera_does_not_say()
    {
        var camera = (await CreateAsync(("vendor", "ycam"), ("cam_username", "me"))).One();
        Assert.Equal(("ycam", "*"), ((string?)camera["vendor"], (string?)camera["model"]));
        Assert.Equal(
            ("/snapshot.jpg", "me", "1234"),
            ((string?)camera["jpg_url"], (string?)camera["cam_username"], (string?)camera["cam_password"]));
        Assert.Equal("YCW005", (string?)(await CreateAsync(("vendor", "ycam"), ("model", "ycw005"))).One()["model"]);
        Assert.Equal("Bullet", (string?)(await CreateAsync(("vendor", "ycam"), ("model", "YCBL03"))).One()["model"]);
    }

    [Theory]
    [InlineData("TP-Link", "tplink")]
    [InlineData("tplink", "tplink")]
    [InlineData("d-link", "dlink")]
    [InlineData("Y-cam", "ycam")]
    public async Task A_vendor_may_be_spelled_in_two_ways(string spelled, string vendor) =>
        Assert.Equal(vendor, (string?)(await CreateAsync(("vendor", spelled))).One()["vendor"]);

    [Fact]
    public async Task The_mac_address_brings_the_vendors_default_model()
    {
        var known = (await CreateAsync(("mac_address", "00:0D:F0:12:34:56"))).One();
        Assert.Equal(
            ("ycam", "*", "/snapshot.jpg", "admin"),
            ((string?)known["vendor"], (string?)known["model"], (string?)known["jpg_url"], (string?)known["cam_username"]));
        var unsupported = (await CreateAsync(("mac_address", "FC-9C-98-12-34-56"))).One();
        Assert.Equal((null, null), ((string?)unsupported["vendor"], (string?)unsupported["model"]));
    }

    [Fact]
    public async Task A_card_beside_the_packs_says_which_camera_it_is()
    {
        var id = await App.AddCameraAsync(joe);
        var key = await App.StoreAsync(db => db.Cameras.Where(camera => camera.Id == id).Select(camera => camera.Key).SingleAsync(Cancellation));
        Assert.Equal(
            $$"""{"key":{{key}},"id":"{{id}}","name":"Front Door","owner":"{{joe.Name}}","timezone":"Etc/UTC"}""",
            await CardAsync(key));

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Back Door"), ("timezone", "Europe/Dublin"));
        var name = CatalogRows.Fresh("renamed");
        await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("username", name));
        Assert.Equal(
            $$"""{"key":{{key}},"id":"{{id}}","name":"Back Door","owner":"{{name}}","timezone":"Europe/Dublin"}""",
            await CardAsync(key));
    }

    private const string Letters = "it can only contain lower case letters, numbers, hyphens and underscore";

    /// <summary>A camera with a fresh id, where the form says no other.</summary>
    private Task<(int Status, string Body)> CreateAsync(params (string Name, string Value)[] fields)
    {
        var form = new Dictionary<string, string> { ["id"] = CatalogRows.Fresh("new"), ["name"] = "New", ["is_public"] = "true" };
        foreach (var (name, value) in fields)
        {
            form[name] = value;
        }

        return App.AskAsync("POST", "cameras", joe, new FormUrlEncodedContent(form));
    }

    private async Task<string> CardAsync(long key)
    {
        var card = await App.Services.GetRequiredService<IPackStore>().ReadCardAsync(key, Cancellation);
        return JsonNode.Parse(card!)!.ToJsonString();
    }
}
