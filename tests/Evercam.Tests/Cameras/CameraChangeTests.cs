using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraChangeTests(SqliteApp shared) : CameraChangeTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraChangeTests(PostgresApp shared) : CameraChangeTests(shared), IClassFixture<PostgresApp>;

/// <summary><c>PATCH /cameras/{id}</c> (contract 4.3.4, 3.6).</summary>
public abstract class CameraChangeTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;
    private string id = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        id = await App.AddCameraAsync(joe, fields: new JsonObject
        {
            ["is_public"] = true,
            ["external_host"] = "89.101.225.158",
            ["internal_host"] = "192.168.1.101",
            ["external_http_port"] = 8105,
            ["internal_http_port"] = 80,
            ["external_rtsp_port"] = 554,
            ["internal_rtsp_port"] = 554,
            ["jpg_url"] = "/onvif/snapshot",
            ["cam_username"] = "admin",
            ["cam_password"] = "s3cret",
            ["discoverable"] = true,
            ["timezone"] = "Europe/Dublin",
            ["mac_address"] = "02:11:22:33:44:55",
            ["vendor"] = "ycam",
            ["model"] = "YCW005",
            ["location_lng"] = -6.26,
            ["location_lat"] = 53.35,
        });
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("external_host", "attacker.example.org")]
    [InlineData("external_http_port", "8106")]
    public async Task Who_may_not_see_the_cameras_account_does_not_send_it_elsewhere(string field, string value)
    {
        await App.ShareAsync(joe, id, ann, "edit");
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", ann, (field, value))).Status);
        Assert.Equal((null, null), await LoginAsync());

        // What is said along with the place goes there; and a place that stays leaves the account as it is.
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("cam_username", "admin"), ("cam_password", "s3cret"));
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", ann, (field, value), ("name", "Gate"))).Status);
        Assert.Equal(("admin", "s3cret"), await LoginAsync());
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_http_port", "9000"), ("cam_username", "a"), ("cam_password", "b"));
        Assert.Equal(("a", "b"), await LoginAsync());
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("external_http_port", "9001"));
        Assert.Equal(("a", "b"), await LoginAsync());
    }

    [Theory]
    [InlineData("/snap.cgi?usr=admin&pwd=s3cret")]
    [InlineData("/user=admin_password=s3cret.jpg")]
    public async Task Nor_a_path_that_may_hold_it(string path)
    {
        await App.ShareAsync(joe, id, ann, "edit");
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "one.example.org"));
        Assert.Equal("/onvif/snapshot", await PathAsync());

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("jpg_url", path));
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("external_host", "two.example.org"));
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "two.example.org"));
        Assert.Equal(path, await PathAsync());

        // Nor is the same address another one that is written in another way.
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("external_http_port", ""));
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "TWO.example.org"), ("external_http_port", "80"));
        Assert.Equal(path, await PathAsync());
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "three.example.org"));
        Assert.Null(await PathAsync());

        // What is sent along goes there.
        await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "four.example.org"), ("jpg_url", path));
        Assert.Equal(path, await PathAsync());

        async Task<string?> PathAsync() => (string?)(await App.AskAsync("GET", $"cameras/{id}", joe)).One()["jpg_url"];
    }

    [Fact]
    public async Task Nor_the_one_that_is_typed_in_at_the_same_time()
    {
        await App.ShareAsync(joe, id, ann, "edit");
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("cam_username", ""), ("cam_password", ""));
        shared.Meanwhile.BeforeItWrites($"PATCH /v1/cameras/{id}", async () => Assert.Equal(
            200, (await App.AskAsync("PATCH", $"cameras/{id}", joe, ("cam_username", "admin"), ("cam_password", "s3cret"))).Status));
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", ann, ("external_host", "attacker.example.org"))).Status);
        Assert.True(shared.Meanwhile.HasHappened);
        Assert.Equal((null, null), await LoginAsync());
    }

    [Theory]
    [InlineData("name", "Back Door", "\"Back Door\"")]
    [InlineData("is_public", "F", "false")]
    [InlineData("external_host", "cam.example.org", "\"cam.example.org\"")]
    [InlineData("external_host", "front_door", "\"front_door\"")]
    [InlineData("external_host", "Cam_1.my_house.lan", "\"Cam_1.my_house.lan\"")]
    [InlineData("internal_host", "cam_", "\"cam_\"")]
    [InlineData("internal_host", "localhost", "\"localhost\"")]
    [InlineData("external_http_port", "81", "81")]
    [InlineData("internal_http_port", "1", "1")]
    [InlineData("external_rtsp_port", "65535", "65535")]
    [InlineData("internal_rtsp_port", " 555 ", "555")]
    [InlineData("jpg_url", "image.jpg", "\"/image.jpg\"")]
    [InlineData("jpg_url", "/image.jpg", "\"/image.jpg\"")]
    [InlineData("cam_username", "root", "\"root\"")]
    [InlineData("cam_password", "a:b ü", "\"a:b ü\"")]
    [InlineData("timezone", "America/New_York", "\"America/New_York\"")]
    [InlineData("mac_address", "02-FF-22-33-44-55", "\"02:ff:22:33:44:55\"")]
    [InlineData("discoverable", "no", "false")]
    [InlineData("external_host", "", "null")]
    [InlineData("internal_host", "", "null")]
    [InlineData("external_http_port", "", "null")]
    [InlineData("internal_http_port", "", "null")]
    [InlineData("external_rtsp_port", "", "null")]
    [InlineData("internal_rtsp_port", "", "null")]
    [InlineData("jpg_url", "", "null")]
    [InlineData("cam_username", "", "null")]
    [InlineData("cam_password", "", "null")]
    [InlineData("mac_address", "", "null")]
    [InlineData("location", "", "null")]
    [InlineData("location_lng", "", "null", "location")]
    [InlineData("location[lat]", "", "null", "location")]
    [InlineData("timezone", "", "\"Etc/UTC\"")]
    [InlineData("discoverable", "", "true")]
    [InlineData("discoverable", "  ", "true")]
    [InlineData("external_host", "  ", "null")]
    [InlineData("external_http_port", "  ", "null")]
    [InlineData("location", " ", "null")]
    [InlineData("location_lng", " ", "null", "location")]
    public async Task Only_what_is_sent_changes(string field, string value, string kept, string? shown = null)
    {
        var before = (await App.AskAsync("GET", $"cameras/{id}", joe)).One();
        var after = (await App.AskAsync("PATCH", $"cameras/{id}", joe, (field, value))).One();
        before[shown ?? field] = JsonNode.Parse(kept);
        before["updated_at"] = after["updated_at"]?.DeepClone();
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Assert.Equal(after.ToJsonString(), (await App.AskAsync("GET", $"cameras/{id}", joe)).One().ToJsonString());
    }

    [Theory]
    [InlineData("vendor", "TPLink", null, null, "tplink", "*")]
    [InlineData("vendor", "TP-Link", null, null, "tplink", "*")]
    [InlineData("vendor", "ycam", "model", "*", "ycam", "*")]
    [InlineData("vendor", "", null, null, null, null)]
    [InlineData("model", "", null, null, null, null)]
    [InlineData("vendor", "ycam", "model", "", null, null)]
    public async Task The_model_changes_with_its_vendor(
        string field, string value, string? other, string? otherValue, string? vendor, string? model)
    {
        (string, string)[] form = other is null ? [(field, value)] : [(field, value), (other, otherValue!)];
        var after = (await App.AskAsync("PATCH", $"cameras/{id}", joe, form)).One();
        Assert.Equal((vendor, model), ((string?)after["vendor"], (string?)after["model"]));
    }

    [Fact]
    public async Task What_is_cleared_does_not_fall_back_to_the_model()
    {
        var bare = await App.AddCameraAsync(joe, fields: new JsonObject { ["vendor"] = "ycam" });
        var path = $"cameras/{bare}";
        Assert.Equal("/snapshot.jpg", (string?)(await App.AskAsync("GET", path, joe)).One()["jpg_url"]);
        var cleared = (await App.AskAsync("PATCH", path, joe, ("jpg_url", ""), ("cam_password", ""))).One();
        Assert.Null(cleared["jpg_url"]);
        Assert.Null(cleared["cam_password"]);
        Assert.Equal("admin", (string?)cleared["cam_username"]);
    }

    [Theory]
    [InlineData("name", "", "name can't be blank")]
    [InlineData("name", "a\u001bb", "name is invalid")]
    [InlineData("name", "a\nb", "name is invalid")]
    [InlineData("name", "a\u202Eb", "name is invalid")]
    [InlineData("name", "a\u2029b", "name is invalid")]
    [InlineData("external_host", "http://x", "external host is invalid")]
    [InlineData("external_host", "my_cam.1", "external host is invalid")]
    [InlineData("external_host", "my_cam@x", "external host is invalid")]
    [InlineData("external_host", "_cam", "external host is invalid")]
    [InlineData("internal_host", "x:80", "internal host is invalid")]
    [InlineData("external_http_port", "eighty", "external_http_port is invalid")]
    [InlineData("external_http_port", "8e1", "external_http_port is invalid")]
    [InlineData("internal_http_port", "65536", "internal_http_port is invalid")]
    [InlineData("external_rtsp_port", "0", "external_rtsp_port is invalid")]
    [InlineData("internal_rtsp_port", "true", "internal_rtsp_port is invalid")]
    [InlineData("timezone", "Dublin", "timezone does not exist or is invalid")]
    [InlineData("mac_address", "x", "mac address is invalid")]
    [InlineData("vendor", "nobody", "vendor does not exist")]
    [InlineData("vendor", "arlo", "no default model for this vendor")]
    [InlineData("model", "YCW005", "if you provide model you must also provide vendor")]
    [InlineData("location_lng", "1", "must provide both location coordinates")]
    public async Task A_change_that_breaks_a_rule_changes_nothing(string field, string value, string message)
    {
        var before = await App.AskAsync("GET", $"cameras/{id}", joe);
        Assert.Equal(
            Broken(message), await App.AskAsync("PATCH", $"cameras/{id}", joe, ("cam_username", "other"), (field, value)));
        Assert.Equal(before, await App.AskAsync("GET", $"cameras/{id}", joe));
    }

    [Fact]
    public async Task What_was_stored_before_there_was_a_rule_may_be_sent_back_as_it_is()
    {
        await App.StoreAsync(db => db.Cameras.Where(c => c.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Name, "Front\ndoor").SetProperty(c => c.InternalHost, "cam.1"), Cancellation));
        var whole = (await App.AskAsync("GET", $"cameras/{id}", joe)).One();
        whole["cam_username"] = "other";
        var changed = (await App.AskAsync("PATCH", $"cameras/{id}", joe, whole)).One();
        Assert.Equal(
            ("Front\ndoor", "cam.1", "other"),
            ((string?)changed["name"], (string?)changed["internal_host"], (string?)changed["cam_username"]));
        Assert.Equal(
            Broken("name is invalid"), await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Front\ndoor\n")));
    }

    [Theory]
    [InlineData("is_public", "")]
    [InlineData("is_public", "maybe")]
    [InlineData("discoverable", "maybe")]
    [InlineData("location_lng", "east")]
    public async Task A_value_of_a_wrong_type_is_refused(string field, string value) =>
        Assert.Equal(Refusal(400, $"{field} is invalid"), await App.AskAsync("PATCH", $"cameras/{id}", joe, (field, value)));

    [Fact]
    public async Task All_broken_rules_are_told_together() => Assert.Equal(
        Broken("name can't be blank", "external host is invalid", "external_http_port is invalid", "vendor does not exist"),
        await App.AskAsync("PATCH", $"cameras/{id}", joe, new JsonObject
        {
            ["vendor"] = "nobody",
            ["external_http_port"] = 70000,
            ["external_host"] = "a b",
            ["name"] = null,
        }));

    [Theory]
    [InlineData("80", 80)]
    [InlineData("8e1", 80)]
    [InlineData("80.9", 80)]
    [InlineData("\"80\"", 80)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    public async Task A_port_is_a_number_or_digits_in_a_text_or_nothing(string json, int? port)
    {
        var body = JsonNode.Parse($$"""{"external_http_port":{{json}}}""");
        Assert.Equal(port, (int?)(await App.AskAsync("PATCH", $"cameras/{id}", joe, body)).One()["external_http_port"]);
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("8e9")]
    [InlineData("true")]
    [InlineData("\"8e1\"")]
    public async Task A_port_that_is_none_is_told_with_the_other_broken_rules(string json)
    {
        var body = new StringContent($$"""{"name":"","external_http_port":{{json}}}""", System.Text.Encoding.UTF8, "application/json");
        Assert.Equal(
            Broken("name can't be blank", "external_http_port is invalid"),
            await App.AskAsync("PATCH", $"cameras/{id}", joe, body));
    }

    [Fact]
    public async Task A_change_without_content_changes_nothing()
    {
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(camera => camera.UpdatedAt, CatalogRows.Now), Cancellation));
        var before = await App.AskAsync("GET", $"cameras/{id}", joe);
        Assert.Equal(before, await App.AskAsync("PATCH", $"cameras/{id}", joe));
        Assert.Equal(before, await App.AskAsync(
            "PATCH", $"cameras/{id}", joe,
            ("id", "other"), ("owner", ann.Name), ("username", ann.Name), ("created_at", "1"), ("is_online", ""), ("rights", "x")));
        Assert.NotEqual(
            CatalogRows.Now, (long?)(await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "New"))).One()["updated_at"]);
    }

    [Fact]
    public async Task A_camera_may_be_sent_back_whole()
    {
        var whole = (await App.AskAsync("GET", $"cameras/{id}", joe)).One();
        var after = (await App.AskAsync("PATCH", $"cameras/{id}", joe, whole)).One();
        after["updated_at"] = whole["updated_at"]?.DeepClone();
        Assert.Equal(whole.ToJsonString(), after.ToJsonString());

        var bare = await App.AddCameraAsync(joe);
        var nulls = (await App.AskAsync("GET", $"cameras/{bare}", joe)).One();
        var form = nulls.Select(field => (field.Key, field.Value?.ToString() ?? "")).ToArray();
        foreach (var answer in new[]
        {
            await App.AskAsync("PATCH", $"cameras/{bare}", joe, nulls), await App.AskAsync("PATCH", $"cameras/{bare}", joe, form),
        })
        {
            var same = answer.One();
            same["updated_at"] = nulls["updated_at"]?.DeepClone();
            Assert.Equal(nulls.ToJsonString(), same.ToJsonString());
        }
    }

    [Fact]
    public async Task Who_makes_a_camera_private_ends_its_public_shares()
    {
        var eve = await App.SignUpAsync();
        await App.ShareAsync(id, ann, CameraRights.View, ShareKind.Public);
        await App.ShareAsync(id, eve, CameraRights.View, ShareKind.Private);
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Still public"));
        Assert.True((await App.AskAsync("GET", $"cameras/{id}", ann)).One().ContainsKey("owner"));

        Assert.Equal(400, (await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "false"), ("name", ""))).Status);
        Assert.True((await App.AskAsync("GET", $"cameras/{id}", ann)).One().ContainsKey("owner"));

        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "false"))).Status);
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", ann));
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}"));
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{id}", eve)).Status);

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"));
        Assert.False((await App.AskAsync("GET", $"cameras/{id}", ann)).One().ContainsKey("owner"));
    }

    [Fact]
    public async Task Only_those_with_the_right_change_and_delete()
    {
        var viewer = await App.SignUpAsync();
        await App.ShareAsync(id, viewer, CameraRights.View | CameraRights.Snapshot | CameraRights.List);
        foreach (var method in new[] { "PATCH", "DELETE" })
        {
            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync(method, $"cameras/{id}"));
            Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync(method, "cameras/nothing", joe));
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, $"cameras/{id}", viewer));
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync(method, $"cameras/{id}", ann));
        }

        // Types before the camera, rights before rules.
        Assert.Equal(Refusal(400, "is_public is invalid"), await App.AskAsync("PATCH", "cameras/nothing", ann, ("is_public", "x")));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("PATCH", $"cameras/{id}", ann, ("name", "")));
    }

    [Fact]
    public async Task Who_may_change_but_not_view_gets_the_minimal_form()
    {
        await App.ShareAsync(id, ann, CameraRights.Edit);
        var camera = (await App.AskAsync("PATCH", $"cameras/{id}", ann, ("name", "By Ann"))).One();
        Assert.Equal("By Ann", (string?)camera["name"]);
        Assert.False(camera.ContainsKey("cam_password"));
    }

    [Fact]
    public async Task Simultaneous_changes_of_different_fields_all_count()
    {
        string[] fields = ["external_host", "internal_host", "cam_username", "cam_password", "name"];
        var answers = await Task.WhenAll(fields.Select(field => App.AskAsync("PATCH", $"cameras/{id}", joe, (field, "changed"))));
        Assert.All(answers, answer => Assert.Equal(200, answer.Status));
        var after = (await App.AskAsync("GET", $"cameras/{id}", joe)).One();
        Assert.All(fields, field => Assert.Equal("changed", (string?)after[field]));
    }

    /// <summary>The camera's account, as its owner sees it.</summary>
    private async Task<(string? Name, string? Password)> LoginAsync()
    {
        var camera = (await App.AskAsync("GET", $"cameras/{id}", joe)).One();
        return ((string?)camera["cam_username"], (string?)camera["cam_password"]);
    }
}
