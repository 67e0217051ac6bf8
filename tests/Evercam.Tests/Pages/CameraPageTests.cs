using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>The page of a camera: everyone sees on it what a program is told, and no more.</summary>
public sealed partial class CameraPageTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private static readonly string[] Secrets = ["192.0.2.7", "8105", "/secret/path", "cam-user", "s3cret", "00:0d:f0:12:34:56"];

    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private Surfer surfer = null!;
    private long key;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        key = await App.AddCameraAsync(id, joe);
        await ChangeAsync(camera =>
        {
            camera.Name = "Front <b>Door</b> & \"Yard\"";
            (camera.ExternalHost, camera.ExternalHttpPort) = ("192.0.2.7", 8105);
            camera.JpgUrl = Setting.Of("/secret/path");
            (camera.CamUsername, camera.CamPassword) = (Setting.Of("cam-user"), Setting.Of("s3cret"));
            camera.MacAddress = "00:0d:f0:12:34:56";
            camera.Timezone = "Europe/Dublin";
        });
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_camera_called_new_has_all_its_pages_beside_the_one_to_add_cameras()
    {
        await surfer.LogInAsync(joe);
        await App.AddCameraAsync("new", joe);
        Assert.Contains("Add a camera", (await surfer.GetAsync("/cameras/new")).Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/cameras/new/overview\"", (await surfer.GetAsync("/")).Body, StringComparison.Ordinal);
        var page = await surfer.GetAsync("/cameras/new/overview");
        Assert.Equal(200, page.Status);
        Assert.Contains("src=\"/v1/cameras/new/snapshot.jpg\"", page.Body, StringComparison.Ordinal);
        foreach (var way in WaysOf(page))
        {
            var there = await surfer.GetAsync(way);
            Assert.True(there.Status == 200, way);
            Assert.Contains("href=\"/cameras/new/overview\"", there.Body, StringComparison.Ordinal);
        }

        var settings = await surfer.GetAsync("/cameras/new/settings");
        Assert.Equal((302, "/cameras/new/overview"), (await surfer.PostAsync("/cameras/new/settings", settings.Fill(("action", "save")))).Ends);

        static IEnumerable<string> WaysOf(Sight page)
        {
            var ways = Regex.Matches(page.Body, "href=\"(/cameras/new[^\"]*)\"").Select(match => match.Groups[1].Value).Distinct().ToList();
            Assert.True(ways.Count >= 5);
            return ways;
        }
    }

    [Fact]
    public async Task The_owner_sees_everything_but_the_password()
    {
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync($"/cameras/{id}");
        Assert.Equal(200, page.Status);
        Assert.Contains($"src=\"/v1/cameras/{id}/snapshot.jpg\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("Front <b>Door</b> & \"Yard\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.All(Secrets.Except(["s3cret"]), secret => Assert.Contains(secret, page.Text, StringComparison.Ordinal));
        Assert.DoesNotContain("s3cret", page.Body, StringComparison.Ordinal);
        Assert.Contains("Password set", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CameraRights.List, false, false)]
    [InlineData(CameraRights.List | CameraRights.Snapshot, true, false)]
    [InlineData(CameraRights.View, false, true)]
    [InlineData(CameraRights.Edit | CameraRights.Delete | CameraRights.List, false, false)]
    public async Task Whom_it_is_shared_with_sees_what_the_share_says(CameraRights rights, bool isLive, bool isWhole)
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(key, joe, ann, rights);
        await surfer.LogInAsync(ann);
        var page = await surfer.GetAsync($"/cameras/{id}");
        Assert.Equal((200, isLive, isWhole), (page.Status, ShowsLive(page), page.Text.Contains("192.0.2.7", StringComparison.Ordinal)));
        Assert.All(isWhole ? [] : Secrets, secret => Assert.DoesNotContain(secret, page.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stranger_finds_nothing_and_nobody_is_asked_to_log_in()
    {
        foreach (var path in new[] { $"/cameras/{id}", $"/cameras/{CatalogRows.Fresh("nothing-")}", "/cameras/%3Cb%3E" })
        {
            var nobody = await surfer.GetAsync(path);
            Assert.Equal((302, LogIn(path)), nobody.Ends);
        }

        await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("bob")));
        var hidden = await surfer.GetAsync($"/cameras/{id}", ("Accept", "text/html"));
        var absent = await surfer.GetAsync("/cameras/no-such-camera", ("Accept", "text/html"));
        Assert.Equal((404, 404, absent.WithoutNumbers()), (hidden.Status, absent.Status, hidden.WithoutNumbers()));
        Assert.Contains("Page not found", hidden.Text, StringComparison.Ordinal);

        static string LogIn(string path) => $"/login?rt={Uri.EscapeDataString(path)}";
    }

    [Fact]
    public async Task Everyone_sees_a_public_camera_live_and_nothing_else()
    {
        await ChangeAsync(camera => (camera.IsPublic, camera.IsOnline) = (true, true));
        foreach (var _ in new[] { "nobody", "a stranger" })
        {
            var page = await surfer.GetAsync($"/cameras/{id}");
            Assert.Equal((200, true), (page.Status, ShowsLive(page)));
            Assert.Contains("State online", page.Text, StringComparison.Ordinal);
            Assert.All(Secrets.Append("Last kept").Append(joe.Name), word => Assert.DoesNotContain(word, page.Body, StringComparison.Ordinal));
            await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("bob")));
        }
    }

    [Theory]
    [InlineData(null, null, "not asked yet")]
    [InlineData(true, 1_400_000_000L, "online")]
    [InlineData(false, 1_400_000_000L, "offline since 13 May 2014, 17:53")]
    [InlineData(false, null, "offline; it has never answered")]
    public async Task The_page_says_whether_the_camera_answers(bool? isOnline, long? lastOnlineAt, string words)
    {
        await ChangeAsync(camera => (camera.IsOnline, camera.LastOnlineAt) = (isOnline, lastOnlineAt));
        await surfer.LogInAsync(joe);
        Assert.Contains($"State {words} Id", (await surfer.GetAsync($"/cameras/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_pages_own_script_may_run_and_only_there()
    {
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync($"/cameras/{id}");
        var script = Assert.Single(Script().Matches(page.Body));
        Assert.Contains($"script-src 'nonce-{script.Groups[1].Value}'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        var again = Script().Match((await surfer.GetAsync($"/cameras/{id}")).Body).Groups[1].Value;
        Assert.NotEqual(again, script.Groups[1].Value);
        Assert.DoesNotContain("script-src", (await surfer.GetAsync($"/cameras/{id}/sharing")).Header("Content-Security-Policy"), StringComparison.Ordinal);
    }

    private static bool ShowsLive(Sight page) => page.Body.Contains("/snapshot.jpg\"", StringComparison.Ordinal);

    private Task ChangeAsync(Action<Camera> change) => App.StoreAsync(async db =>
    {
        change(await db.Cameras.SingleAsync(camera => camera.Key == key, Cancellation));
        await db.SaveChangesAsync(Cancellation);
    });

    [GeneratedRegex("<script src=\"/files/[^\"]+/live.js\" nonce=\"([^\"]+)\"")]
    private static partial Regex Script();
}
