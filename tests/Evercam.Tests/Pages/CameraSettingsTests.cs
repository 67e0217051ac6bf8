using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>Changing and deleting a camera with a browser that has no scripts.</summary>
public sealed class CameraSettingsTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private Surfer surfer = null!;
    private long key;

    private EvercamApp App => shared.App;

    private string Settings => $"/cameras/{id}/settings";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        key = await App.AddCameraAsync(id, joe);
        await App.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
            (camera.ExternalHost, camera.ExternalHttpPort) = ("192.0.2.7", 8105);
            (camera.CamUsername, camera.CamPassword) = (Setting.Of("cam-user"), Setting.Of("s3cret"));
            (camera.Longitude, camera.Latitude) = (-6.26, 53.35);
            await db.SaveChangesAsync(Cancellation);
        });
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_changed_is_changed_and_all_else_stays()
    {
        var before = await ReadAsync();
        var form = await surfer.GetAsync(Settings);
        Assert.Equal(("192.0.2.7", "8105", "cam-user", "", "53.35"), (form.FieldOf("external_host"), form.FieldOf("external_http_port"),
            form.FieldOf("cam_username"), form.FieldOf("cam_password"), form.FieldOf("location_lat")));
        Assert.DoesNotContain("s3cret", form.Body, StringComparison.Ordinal);
        var saved = await surfer.PostAsync(Settings, form.Fill(
            ("name", "Back Door"), ("external_http_port", ""), ("is_public", "true"), ("timezone", "Europe/Dublin"), ("action", "save")));
        Assert.Equal((302, $"/cameras/{id}"), saved.Ends);
        (before["name"], before["external_http_port"], before["is_public"], before["timezone"]) = ("Back Door", null, true, "Europe/Dublin");
        var now = await ReadAsync();
        before["updated_at"] = now["updated_at"]!.DeepClone();
        Assert.Equal(before.ToJsonString(), now.ToJsonString());
    }

    [Fact]
    public async Task A_password_is_replaced_or_taken_away_and_else_it_stays()
    {
        await SaveAsync(("name", "x"));
        Assert.Equal("s3cret", (string?)(await ReadAsync())["cam_password"]);
        await SaveAsync(("cam_password", "n€w"));
        Assert.Equal("n€w", (string?)(await ReadAsync())["cam_password"]);
        await SaveAsync(("no_password", "true"));
        Assert.Null((await ReadAsync())["cam_password"]);
    }

    [Fact]
    public async Task Vendor_model_and_place_are_chosen_and_taken_away()
    {
        var models = await surfer.PostAsync(Settings, (await surfer.GetAsync(Settings)).Fill(("vendor", "ycam"), ("action", "models")));
        Assert.Equal(302, (await surfer.PostAsync(Settings, models.Fill(("model", "YCW005"), ("action", "save")))).Status);
        Assert.Equal("ycam", (string?)(await ReadAsync())["vendor"]);
        await SaveAsync(("vendor", ""), ("location_lat", ""), ("location_lng", ""));
        var camera = await ReadAsync();
        Assert.Equal((null, null), ((string?)camera["vendor"], camera["location"]));
    }

    [Theory]
    [InlineData("name", "", "Please give the camera a name.")]
    [InlineData("external_host", "<b>", "Write a name such as camera.example.org or an address such as 192.168.1.64, without http:// and port.")]
    [InlineData("location_lng", "", "Please give both, or neither.", "location_lat")]
    [InlineData("internal_rtsp_port", "99999", "A port is a number from 1 to 65535.")]
    public async Task A_field_that_is_wrong_changes_nothing(string field, string value, string sentence, string? at = null)
    {
        var before = await ReadAsync();
        var refused = await SaveAsync(("discoverable", "true"), (field, value));
        Assert.Equal((400, value, sentence), (refused.Status, refused.FieldOf(field), refused.ProblemAt(at ?? field)));
        Assert.Equal(before.ToJsonString(), (await ReadAsync()).ToJsonString());
    }

    [Fact]
    public async Task A_name_that_was_good_once_stays_as_long_as_nobody_changes_it()
    {
        const string Old = "Front \u202EDoor";
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(set => set.SetProperty(c => c.Name, Old), Cancellation));
        Assert.Equal(302, (await SaveAsync(("timezone", "Europe/Dublin"))).Status);
        Assert.Equal((Old, "Europe/Dublin"), ((string?)(await ReadAsync())["name"], (string?)(await ReadAsync())["timezone"]));
        Assert.Equal(400, (await SaveAsync(("name", Old + "s"))).Status);
        Assert.Equal(302, (await SaveAsync(("name", "Front Door"))).Status);
    }

    [Fact]
    public async Task Who_is_overtaken_is_told_and_saves_once_more()
    {
        var form = await surfer.GetAsync(Settings);
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.UpdatedAt, c => c.UpdatedAt + 5).SetProperty(c => c.ExternalHost, "192.0.2.8"), Cancellation));
        var told = await surfer.PostAsync(Settings, form.Fill(("name", "Mine"), ("action", "save")));
        Assert.Equal((400, "Mine"), (told.Status, told.FieldOf("name")));
        Assert.Contains("Somebody changed this camera meanwhile.", told.Text, StringComparison.Ordinal);
        Assert.Equal(302, (await surfer.PostAsync(Settings, told.Fill(("action", "save")))).Status);
        Assert.Equal(302, (await surfer.PostAsync(Settings, told.Fill(("action", "save")))).Status);
        Assert.Equal("Mine", (string?)(await ReadAsync())["name"]);
    }

    [Fact]
    public async Task Whoever_may_change_but_not_see_changes_without_seeing()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(key, joe, ann, CameraRights.Edit | CameraRights.List);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        var form = await hers.GetAsync(Settings);
        Assert.DoesNotContain("192.0.2.7", form.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("cam-user", form.Body, StringComparison.Ordinal);
        Assert.Equal(302, (await hers.PostAsync(Settings, form.Fill(("name", "Hers"), ("internal_host", "10.0.0.1"), ("action", "save")))).Status);
        var camera = await ReadAsync();
        Assert.Equal(("Hers", "192.0.2.7", "10.0.0.1", "cam-user"), ((string?)camera["name"], (string?)camera["external_host"],
            (string?)camera["internal_host"], (string?)camera["cam_username"]));

        // The stored password goes nowhere at the wish of someone who may not see it.
        var tested = await hers.PostAsync(Settings, form.Fill(("external_host", "127.0.0.1"), ("action", "test")));
        Assert.DoesNotContain("answers", tested.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_change_it_and_nothing_else_does_so_by_its_address()
    {
        using var hers = new Surfer(App);
        await LetAnnInAsync(hers, CameraRights.Edit);
        var form = await hers.GetAsync(Settings);
        Assert.Equal((200, id, ""), (form.Status, form.FieldOf("name"), form.FieldOf("external_host")));
        Assert.DoesNotContain(">Live<", form.Body, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"/cameras/{id}/recording\"", form.Body, StringComparison.Ordinal);
        Assert.Equal((302, Settings), (await hers.PostAsync(Settings, form.Fill(("name", "Hers"), ("action", "save")))).Ends);
        Assert.Contains("It is saved.", (await hers.GetAsync(Settings)).Text, StringComparison.Ordinal);
        Assert.Equal("Hers", (string?)(await ReadAsync())["name"]);
        foreach (var other in new[] { "", "/recording", "/sharing", "/pictures", "/delete" })
        {
            Assert.Equal((other, 404), (other, (await hers.GetAsync($"/cameras/{id}{other}")).Status));
        }

        Assert.Equal(404, (await hers.PostAsync($"/cameras/{id}/recording", ("status", "on"), ("frequency", "60"))).Status);
        Assert.Equal(
            RecordingStatus.Off,
            await App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).Select(c => c.Recording.Status).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Who_may_delete_it_and_nothing_else_does_so_by_its_address_and_learns_nothing_of_it()
    {
        await SaveAsync(("name", "Side Door"));
        using var hers = new Surfer(App);
        await LetAnnInAsync(hers, CameraRights.Delete);
        var path = $"/cameras/{id}/delete";
        var asked = await hers.GetAsync(path);
        Assert.Contains($"With {id} ( {id} ) go:", asked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Side Door", asked.Body, StringComparison.Ordinal);
        Assert.DoesNotContain($"\"/cameras/{id}\"", asked.Body, StringComparison.Ordinal);
        foreach (var other in new[] { "", "/sharing", "/pictures", "/settings", "/recording" })
        {
            Assert.Equal((other, 404), (other, (await hers.GetAsync($"/cameras/{id}{other}")).Status));
        }

        Assert.Equal((302, "/"), (await hers.PostAsync(path)).Ends);
        Assert.False(await App.StoreAsync(db => db.Cameras.AnyAsync(c => c.Key == key, Cancellation)));
    }

    [Theory]
    [InlineData("settings", CameraRights.View | CameraRights.List)]
    [InlineData("delete", CameraRights.Edit | CameraRights.List)]
    public async Task Who_has_not_the_right_is_told_so(string page, CameraRights rights)
    {
        var path = $"/cameras/{id}/{page}";
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        using var hers = new Surfer(App);
        Assert.Equal((302, $"/login?rt={Uri.EscapeDataString(path)}"), (await hers.GetAsync(path)).Ends);
        Assert.Equal((302, "/login"), (await hers.PostAsync(path, ("action", "save"), ("name", "x"))).Ends);
        await hers.LogInAsync(ann);
        Assert.Equal(404, (await hers.GetAsync(path)).Status);
        Assert.Equal(page == "delete" ? 302 : 404, (await hers.PostAsync(path, ("action", "save"), ("name", "x"))).Status);
        await App.ShareAsync(key, joe, ann, rights);
        Assert.Equal(403, (await hers.GetAsync(path)).Status);
        Assert.Equal(403, (await hers.PostAsync(path, ("action", "save"), ("name", "x"))).Status);
        Assert.Equal(id, (string?)(await ReadAsync())["name"]);
    }

    [Fact]
    public async Task A_form_of_another_site_changes_and_deletes_nothing()
    {
        Assert.Equal(403, (await surfer.PostFromAsync(Settings, "https://evil.example", ("action", "save"), ("name", "x"))).Status);
        Assert.Equal(403, (await surfer.PostFromAsync($"/cameras/{id}/delete", "https://evil.example")).Status);
        Assert.Equal(id, (string?)(await ReadAsync())["name"]);
    }

    [Fact]
    public async Task The_camera_that_the_path_names_is_changed_whatever_the_form_says()
    {
        var other = CatalogRows.Fresh("other-");
        await App.AddCameraAsync(other, await App.AddUserAsync(CatalogRows.Fresh("bob")));
        await SaveAsync(("id", other), ("name", "Mine"));
        Assert.Equal((id, "Mine"), ((string?)(await ReadAsync())["id"], (string?)(await ReadAsync())["name"]));
        Assert.Equal(other, await App.StoreAsync(db => db.Cameras.Where(c => c.Id == other).Select(c => c.Name).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task Deleting_asks_first_names_what_goes_and_is_done_once()
    {
        await App.ShareAsync(key, joe, await App.AddUserAsync(CatalogRows.Fresh("ann")), CameraRights.List);
        var path = $"/cameras/{id}/delete";
        var asked = await surfer.GetAsync(path);
        Assert.Contains($"With {id} ( {id} ) go:", asked.Text, StringComparison.Ordinal);
        Assert.Contains("the share of one person, who loses it", asked.Text, StringComparison.Ordinal);
        Assert.Contains("no kept pictures", asked.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await surfer.GetAsync($"/cameras/{id}")).Status);

        Assert.Equal((302, "/"), (await surfer.PostAsync(path)).Ends);
        Assert.Equal((302, "/"), (await surfer.PostAsync(path)).Ends);
        Assert.Equal(404, (await surfer.GetAsync($"/cameras/{id}")).Status);
        Assert.False(await App.StoreAsync(db => db.Cameras.AnyAsync(c => c.Key == key, Cancellation)));
    }

    /// <summary>Logs somebody in with whom the camera is shared.</summary>
    private async Task LetAnnInAsync(Surfer hers, CameraRights rights)
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(key, joe, ann, rights);
        await hers.LogInAsync(ann);
    }

    private async Task<Sight> SaveAsync(params (string Name, string? Value)[] typed) =>
        await surfer.PostAsync(Settings, (await surfer.GetAsync(Settings)).Fill([.. typed, ("action", "save")]));

    private async Task<JsonObject> ReadAsync() =>
        JsonNode.Parse((await surfer.GetAsync($"/v1/cameras/{id}")).Body)!["cameras"]![0]!.AsObject();
}
