using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>Adding a camera with a browser that has no scripts.</summary>
public sealed class NewCameraPageTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private const string Path = "/cameras/new";
    private const string Password = "s3cret: ü";

    private readonly FakeCamera yard = new("yard") { Auth = CameraAuth.DigestMd5, UserName = "admin", Password = Password };
    private readonly string id = CatalogRows.Fresh("new-camera-");
    private FakeCameraHost host = null!;
    private TestUser joe = null!;
    private Surfer surfer = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        yard.Picture = yard.TakeJpeg(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        host = await FakeCameraHost.StartAsync([yard], Cancellation);
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return host.DisposeAsync();
    }

    [Fact]
    public async Task A_camera_is_tested_and_saved_without_typing_the_password_again()
    {
        var form = await surfer.GetAsync(Path);
        Assert.Equal((200, "Etc/UTC"), (form.Status, form.FieldOf("timezone")));

        var tested = await surfer.PostAsync(Path, form.Fill([.. Filled(), ("action", "test")]));
        Assert.Equal(200, tested.Status);
        Assert.Contains($"src=\"data:image/jpeg;base64,{Convert.ToBase64String(yard.Picture!.Value.Span)}\"", Decode(tested), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Decode(tested), StringComparison.Ordinal);
        Assert.Equal("", tested.FieldOf("cam_password"));
        Assert.Equal("Front <b>Door</b>", tested.FieldOf("name"));

        var saved = await surfer.PostAsync(Path, tested.Fill(("action", "save")));
        Assert.Equal((302, $"/cameras/{id}"), saved.Ends);
        var camera = await ReadAsync(id);
        Assert.Equal(
            ("Front <b>Door</b>", joe.Name, Password, "Europe/Dublin", true, 10),
            ((string)camera["name"]!, (string)camera["owner"]!, (string)camera["cam_password"]!, (string)camera["timezone"]!, (bool)camera["is_public"]!,
                ((string)camera["mac_address"]!).IndexOf('d', StringComparison.Ordinal)));
        var live = await surfer.GetAsync($"/v1/cameras/{id}/snapshot.jpg");
        Assert.True(live.Status == 200, live.Body);
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_camera()
    {
        var form = (await surfer.GetAsync(Path)).Fill([.. Filled(), ("id", ""), ("name", id), ("action", "save")]);
        var answers = await Task.WhenAll(surfer.PostAsync(Path, form), surfer.PostAsync(Path, form));
        Assert.All(answers, answer => Assert.Equal((302, $"/cameras/{id}"), answer.Ends));
        Assert.Equal(1, await App.StoreAsync(db => db.Cameras.CountAsync(camera => camera.OwnerKey == joe.Key, Cancellation)));
    }

    [Fact]
    public async Task An_id_is_made_from_the_name_and_a_free_one_is_proposed()
    {
        var form = await surfer.GetAsync(Path);
        await App.AddCameraAsync(id, await App.AddUserAsync(CatalogRows.Fresh("ann")));
        var refused = await surfer.PostAsync(Path, form.Fill(("name", id.Replace('-', ' ').ToUpperInvariant()), ("action", "save")));
        Assert.Equal((400, $"{id}-2"), (refused.Status, refused.FieldOf("id")));
        Assert.Equal($"There is a camera called {id} already. This id is free.", refused.ProblemAt("id"));
        Assert.Equal((302, $"/cameras/{id}-2"), (await surfer.PostAsync(Path, refused.Fill(("action", "save")))).Ends);

        var chosen = await surfer.PostAsync(Path, form.Fill(("name", "x"), ("id", id), ("action", "save")));
        Assert.Equal((400, id, "There is a camera with this id already. Please choose another."), (chosen.Status, chosen.FieldOf("id"), chosen.ProblemAt("id")));
    }

    [Theory]
    [InlineData("name", "", "Please give the camera a name.")]
    [InlineData("id", "Front Door", "Up to 100 small letters, digits, hyphens and underscores, and neither test nor share.")]
    [InlineData("id", "test", "Up to 100 small letters, digits, hyphens and underscores, and neither test nor share.")]
    [InlineData("external_host", "http://camera.example.org", "Write a name such as camera.example.org or an address such as 192.168.1.64, without http:// and port.")]
    [InlineData("external_host", "<script>alert(1)</script>", "Write a name such as camera.example.org or an address such as 192.168.1.64, without http:// and port.")]
    [InlineData("internal_host", "a b", "Write a name such as camera.example.org or an address such as 192.168.1.64, without http:// and port.")]
    [InlineData("external_http_port", "65536", "A port is a number from 1 to 65535.")]
    [InlineData("external_http_port", "many", "A port is a number from 1 to 65535.")]
    [InlineData("internal_http_port", "0", "A port is a number from 1 to 65535.")]
    [InlineData("external_rtsp_port", "-1", "A port is a number from 1 to 65535.")]
    [InlineData("internal_rtsp_port", "\"><b>", "A port is a number from 1 to 65535.")]
    [InlineData("timezone", "Europe/Nowhere", "Please choose a time zone of the list.")]
    [InlineData("mac_address", "00:0d", "A MAC address is six pairs such as 00:0d:f0:12:34:56.")]
    [InlineData("vendor", "nobody", "Please choose a maker of the list.")]
    [InlineData("location_lat", "91", "Degrees north, from -90 to 90, such as 53.35.")]
    [InlineData("location_lat", "north", "Degrees north, from -90 to 90, such as 53.35.")]
    [InlineData("location_lng", "181", "Degrees east, from -180 to 180, such as -6.26.")]
    [InlineData("name", "a\u0001b", "A name has up to 255 letters, all of them readable.")]
    [InlineData("name", "a\u202Eb", "A name has up to 255 letters, all of them readable.")]
    [InlineData("jpg_url", "/a\nb", "This is too long, or holds what cannot be read.")]
    [InlineData("cam_username", "a\u007fb", "This is too long, or holds what cannot be read.")]
    [InlineData("cam_username", "a\u202Eb", "This is too long, or holds what cannot be read.")]
    public async Task A_field_that_is_wrong_comes_back_as_it_was_typed_with_one_sentence(string field, string value, string sentence)
    {
        var form = await surfer.GetAsync(Path);
        var refused = await surfer.PostAsync(Path, form.Fill([.. Filled(), ("location_lat", "1"), ("location_lng", "1"), (field, value), ("action", "save")]));
        Assert.Equal((400, sentence), (refused.Status, refused.ProblemAt(field)));
        Assert.Equal(value, refused.FieldOf(field));
        Assert.DoesNotContain("<script>alert", refused.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Decode(refused), StringComparison.Ordinal);
        Assert.False(await App.StoreAsync(db => db.Cameras.AnyAsync(camera => camera.OwnerKey == joe.Key, Cancellation)));
    }

    [Fact]
    public async Task Whatever_a_field_holds_the_page_comes_back()
    {
        var form = await surfer.GetAsync(Path);
        foreach (var (field, _) in form.Fill(("cam_password", ""), ("action", "save")))
        {
            foreach (var value in new[] { "", " ", new string('x', 5_000), "</textarea><script>alert(1)</script>", "\u0000", "\r\n", "%", "'; DROP TABLE cameras" })
            {
                var answer = await surfer.PostAsync(Path, form.Fill(("name", "x"), ("id", id + "!"), (field, value)));
                Assert.True(answer.Status is 200 or 400, $"{field}={value}: {answer.Status}");
                Assert.Contains("<form", answer.Body, StringComparison.Ordinal);
                Assert.DoesNotContain("<script>alert", answer.Body, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_tick_that_is_wrong_is_marked()
    {
        var form = await surfer.GetAsync(Path);
        var refused = await surfer.PostAsync(Path, form.Fill([.. Filled(), ("is_public[a]", "1"), ("action", "save")]));
        Assert.Equal((400, "This is too long, or holds what cannot be read."), (refused.Status, refused.ProblemAt("is_public")));
    }

    [Fact]
    public async Task The_maker_is_found_by_the_mac_address_and_what_is_known_is_filled_in()
    {
        var form = await surfer.GetAsync(Path);
        var found = await surfer.PostAsync(Path, form.Fill(("mac_address", "00-0D-F0-12-34-56"), ("action", "maker")));
        Assert.Equal((200, "ycam"), (found.Status, found.FieldOf("vendor")));
        Assert.NotEqual("", found.FieldOf("jpg_url"));
        Assert.Contains("YCW005", found.OptionsOf("model"));

        var begun = await surfer.PostAsync(Path, form.Fill(("mac_address", "00:0d:f0"), ("action", "maker")));
        Assert.Equal((200, "ycam", "00:0d:f0"), (begun.Status, begun.FieldOf("vendor"), begun.FieldOf("mac_address")));

        var other = await surfer.PostAsync(Path, found.Fill(("vendor", "axis"), ("external_host", "192.0.2.1"), ("action", "models")));
        Assert.DoesNotContain("YCW005", other.OptionsOf("model"));
        Assert.Equal(("/axis-cgi/jpg/image.cgi", "192.0.2.1"), (other.FieldOf("jpg_url"), other.FieldOf("external_host")));

        var own = await surfer.PostAsync(Path, other.Fill(("jpg_url", "/mine.jpg"), ("vendor", "ycam"), ("action", "models")));
        Assert.Equal("/mine.jpg", own.FieldOf("jpg_url"));

        var unknown = await surfer.PostAsync(Path, form.Fill(("mac_address", "FF:FF:FF:12:34:56"), ("action", "maker")));
        Assert.Equal("No maker of cameras is known to use this address.", unknown.ProblemAt("mac_address"));
    }

    [Fact]
    public async Task A_camera_of_a_maker_that_only_its_mac_address_tells_shows_its_picture()
    {
        var form = await surfer.GetAsync(Path);
        var tested = await surfer.PostAsync(Path, form.Fill([.. Filled(), ("mac_address", "00:0D:F0:12:34:56"), ("action", "test")]));
        var saved = await surfer.PostAsync(Path, tested.Fill(("action", "save")));
        Assert.Equal((302, $"/cameras/{id}"), saved.Ends);
        Assert.Equal("ycam", (string?)(await ReadAsync(id))["vendor"]);
        var live = await surfer.GetAsync($"/v1/cameras/{id}/snapshot.jpg");
        Assert.True(live.Status == 200, $"{live.Status} {live.Body}");
    }

    [Fact]
    public async Task A_tester_waits_while_too_many_cameras_are_tried()
    {
        yard.Behaviour = Behaviour.Hang;
        var waiting = Enumerable.Range(0, 4).Select(_ => TestAsync()).ToList();
        await Eventually.IsTrueAsync(() => yard.Requests - yard.Unauthorized >= 4);
        var shut = await TestAsync();
        Assert.Equal((429, "1", "Front <b>Door</b>"), (shut.Status, shut.Header("Retry-After"), shut.FieldOf("name")));
        Assert.Contains("Too many cameras are being tried just now.", shut.Text, StringComparison.Ordinal);
        await host.DisposeAsync();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Contains("answers at this address", answer.Text, StringComparison.Ordinal));

        // Each in a window of its own.
        async Task<Sight> TestAsync() => await surfer.PostAsync(Path, (await surfer.GetAsync(Path)).Fill([.. Filled(), ("action", "test")]));
    }

    [Fact]
    public async Task A_test_says_what_is_wrong()
    {
        var form = await surfer.GetAsync(Path);
        Assert.Contains("The camera refuses this user name and password.", (await TestAsync(("cam_password", "wrong"))).Text, StringComparison.Ordinal);
        Assert.Contains("The camera asks for a user name and a password.", (await TestAsync(("cam_username", ""))).Text, StringComparison.Ordinal);
        Assert.Contains("Nothing answers at this address.", (await TestAsync(("external_http_port", "1"))).Text, StringComparison.Ordinal);
        Assert.Contains("This address is refused", (await TestAsync(("external_host", "169.254.169.254"))).Text, StringComparison.Ordinal);
        Assert.Contains("but not with a picture", (await TestAsync(("jpg_url", "/nothing"))).Text, StringComparison.Ordinal);
        Assert.Equal("Please say where the camera is.", (await TestAsync(("external_host", ""))).ProblemAt("external_host"));
        Assert.StartsWith("Please say where on the camera its picture is", (await TestAsync(("jpg_url", ""))).ProblemAt("jpg_url"), StringComparison.Ordinal);
        Assert.StartsWith("Write a name", (await TestAsync(("external_host", "http://x"))).ProblemAt("external_host"), StringComparison.Ordinal);
        Assert.Null((await TestAsync(("name", ""), ("external_host", ""))).ProblemAt("name"));

        Task<Sight> TestAsync(params (string Name, string? Value)[] typed) =>
            surfer.PostAsync(Path, form.Fill([.. Filled(), .. typed, ("action", "test")]));
    }

    [Fact]
    public async Task A_sealed_password_opens_for_its_own_log_in_only()
    {
        var form = await surfer.GetAsync(Path);
        var tested = await surfer.PostAsync(Path, form.Fill([.. Filled(), ("action", "test")]));
        using var ann = new Surfer(App);
        await ann.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("ann")));
        foreach (var kept in new[] { tested.FieldOf("kept_password")!, "CfDJ8x", "x", new string('A', 200) })
        {
            var lost = await ann.PostAsync(Path, tested.Fill(("kept_password", kept), ("action", "test")));
            Assert.Equal("Please type the password again: it was typed too long ago.", lost.ProblemAt("cam_password"));
            Assert.Null(lost.FieldOf("kept_password"));
            var refused = await ann.PostAsync(Path, tested.Fill(("kept_password", kept), ("action", "save")));
            Assert.Equal(400, refused.Status);
        }

        var none = await surfer.PostAsync(Path, tested.Fill(("no_password", "true"), ("action", "save")));
        Assert.Equal(302, none.Status);
        Assert.Null((await ReadAsync(id))["cam_password"]);
    }

    [Fact]
    public async Task A_form_of_another_site_adds_and_tests_nothing()
    {
        var form = (await surfer.GetAsync(Path)).Fill([.. Filled(), ("action", "save")]);
        Assert.Equal(403, (await surfer.PostFromAsync(Path, "https://evil.example", form)).Status);
        Assert.Equal(403, (await surfer.PostFromAsync(Path, "https://evil.example", [.. form.Where(field => field.Name != "action"), ("action", "test")])).Status);
        Assert.Equal(0, yard.Requests);
        using var nobody = new Surfer(App);
        Assert.Equal((302, "/login"), (await nobody.PostAsync(Path, form)).Ends);
        Assert.Equal((302, "/login?rt=%2Fcameras%2Fnew"), (await nobody.GetAsync(Path)).Ends);
    }

    private (string Name, string? Value)[] Filled() =>
    [
        ("name", "Front <b>Door</b>"),
        ("id", id),
        ("external_host", "127.0.0.1"),
        ("external_http_port", $"{host.Port}"),
        ("jpg_url", "/yard/snapshot.jpg"),
        ("cam_username", "admin"),
        ("cam_password", Password),
        ("mac_address", "02:00:00:0D:34:56"),
        ("timezone", "Europe/Dublin"),
        ("is_public", "true"),
    ];

    private async Task<JsonNode> ReadAsync(string camera) =>
        JsonNode.Parse((await surfer.GetAsync($"/v1/cameras/{camera}")).Body)!["cameras"]![0]!;

    private static string Decode(Sight page) => System.Net.WebUtility.HtmlDecode(page.Body);
}
