using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The pages of a camera, in a real browser.</summary>
public sealed class CameraLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private readonly FakeCamera yard = new("yard")
    {
        Title = "Building Site",
        Scene = Scene.BuildingSite,
        Auth = CameraAuth.DigestMd5,
        UserName = "admin",
        Password = "s3cret: ü",
    };

    private readonly string id = CatalogRows.Fresh("building-site-");
    private FakeCameraHost host = null!;
    private TestUser joe = null!;
    private long key;

    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([yard], Cancellation);
        joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        key = await shared.App.AddCameraAsync(id, joe);
        await shared.App.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
            camera.Name = "Building Site";
            (camera.ExternalHost, camera.ExternalHttpPort) = ("127.0.0.1", host.Port);
            camera.JpgUrl = Setting.Of("/yard/snapshot.jpg");
            (camera.CamUsername, camera.CamPassword) = (Setting.Of("admin"), Setting.Of("s3cret: ü"));
            (camera.Timezone, camera.IsOnline, camera.LastOnlineAt) = ("Europe/Dublin", true, 1_400_000_000);
            (camera.Longitude, camera.Latitude) = (-6.26, 53.35);
            await db.SaveChangesAsync(Cancellation);
        });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task The_camera_is_seen_live_and_goes_on_by_itself()
    {
        await chromium.LookAsync("camera", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}");
            var before = yard.Pictures;
            await Eventually.IsTrueAsync(() => yard.Pictures > before);
            await page.GetByText("Live: a new picture every two seconds.").WaitForAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
            await page.GetByText("The picture stands still.").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_picture_that_stands_still_is_not_said_to_fail()
    {
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await LogInAsync(page);
        var (asked, failed) = (new ConcurrentQueue<IRoute>(), new ConcurrentQueue<string>());
        await page.RouteAsync(new Regex(@"/snapshot\.jpg\?_="), asked.Enqueue);
        page.RequestFailed += (_, request) => failed.Enqueue(request.Url);
        await page.GotoAsync($"{Address}/cameras/{id}");
        await Eventually.IsTrueAsync(() => !asked.IsEmpty);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await page.GetByText("The picture stands still.").WaitForAsync();
        await asked.Single().AbortAsync();
        await Eventually.IsTrueAsync(() => failed.Contains(asked.Single().Request.Url));

        // By now the page has heard of it, too.
        await page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))");
        Assert.Equal("The picture stands still.", await page.Locator("#live-words").InnerTextAsync());
    }

    [Fact]
    public async Task A_camera_that_gives_no_picture_leaves_a_page_that_is_fit_for_everyone()
    {
        yard.Behaviour = Behaviour.NotFound;
        await chromium.LookAsync("camera-offline", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}");
            await page.GetByText("The camera gives no picture just now.").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_camera_is_added_tested_shared_seen_changed_and_deleted_by_hand()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var name = CatalogRows.Fresh("Front Door ");
        await using var window = await chromium.OpenAsync(new() { JavaScriptEnabled = false });
        var page = await window.NewPageAsync();
        await LogInAsync(page);
        await page.GotoAsync($"{Address}/cameras/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name);
        await FillPlaceAsync(page, "wrong");
        await PressAsync(page, "Test");
        await page.GetByText("The camera refuses this user name and password.").WaitForAsync();
        await page.GetByLabel("Password on the camera").FillAsync(yard.Password);
        await PressAsync(page, "Test");
        await page.GetByText("The camera answers with this picture").WaitForAsync();
        await PressAsync(page, "Save the camera");
        await page.GetByRole(AriaRole.Heading, new() { Name = name }).WaitForAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Sharing" }).ClickAsync();
        await page.GetByLabel("Email").FillAsync(ann.Email);
        await PressAsync(page, "Share");
        await page.GetByText($"The camera is shared with {ann.Email}.").WaitForAsync();

        await using var her = await chromium.OpenAsync(new() { JavaScriptEnabled = false });
        var hers = await her.NewPageAsync();
        await LogInAsync(hers, ann);
        await hers.GotoAsync(page.Url.Replace("/sharing", "", StringComparison.Ordinal));
        await hers.GetByRole(AriaRole.Heading, new() { Name = name }).WaitForAsync();
        await Eventually.IsTrueAsync(() => hers.Locator("#live").EvaluateAsync<bool>("image => image.complete"));
        Assert.True(await hers.Locator("#live").EvaluateAsync<bool>("image => image.naturalWidth > 0"));
        Assert.Equal(0, await hers.GetByRole(AriaRole.Link, new() { Name = "Settings" }).CountAsync());
        Assert.Equal(0, await hers.GetByText("127.0.0.1").CountAsync());

        await page.GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync(name + " B");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = name + " B" }).WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Delete" }).ClickAsync();
        await PressAsync(page, "Delete it all");
        await Eventually.IsTrueAsync(() => shared.App.StoreAsync(async db =>
            !await db.Cameras.AnyAsync(camera => camera.Name.StartsWith(name), Cancellation)));
        Assert.Equal(404, (await hers.ReloadAsync())!.Status);
    }

    [Fact]
    public async Task The_form_of_a_camera_is_fit_for_everyone()
    {
        await chromium.LookAsync("camera-new", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/new");
        });
        await chromium.LookAsync("camera-new-tested", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/new");
            await page.GetByLabel("Maker", new() { Exact = true }).SelectOptionAsync("axis");
            await PressAsync(page, "Show models");
            await FillPlaceAsync(page, yard.Password);
            await PressAsync(page, "Test");
            await page.GetByText("The camera answers with this picture").WaitForAsync();
        });
        await chromium.LookAsync("camera-new-wrong", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/new");
            await page.GetByLabel("Host", new() { Exact = true }).FillAsync("http://x");
            await PressAsync(page, "Save the camera");
            await page.GetByText("Please give the camera a name.").WaitForAsync();
        });
        await chromium.LookAsync("camera-settings", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}/settings");
        });
    }

    [Fact]
    public async Task Sharing_pictures_and_deleting_are_fit_for_everyone()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann-with-a-rather-long-user-name"));
        await shared.App.ShareAsync(key, joe, ann, CameraRights.Snapshot | CameraRights.List);
        var archive = shared.App.Services.GetRequiredService<SnapshotArchive>();
        var noon = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        foreach (var minute in Enumerable.Range(0, 30))
        {
            var moment = noon.AddMinutes(2 * minute);
            await archive.SaveAsync(new NewSnapshot(key, moment, PictureType.Jpeg, yard.TakeJpeg(moment)), Cancellation);
        }

        var begins = noon.AddHours(-12).ToUnixTimeSeconds();
        (int Hour, CoverageStatus Status)[] facts =
        [
            (0, CoverageStatus.Off), (7, CoverageStatus.Retention), (9, CoverageStatus.Recorded), (14, CoverageStatus.Offline),
            (15, CoverageStatus.Recorded), (16, CoverageStatus.Deleted), (17, CoverageStatus.Recorded), (22, CoverageStatus.NotScheduled),
        ];
        await shared.App.CoverAsync(key, [.. facts.Select(fact => (begins + (3_600 * fact.Hour), fact.Status))]);
        await chromium.LookAsync("camera-sharing", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}/sharing");
            await page.GetByText("Change").First.ClickAsync();
        });
        await chromium.LookAsync("camera-pictures", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}/pictures");
            await page.GetByText("23 Nov 2026, 12:00:00").WaitForAsync();
        });
        await chromium.LookAsync("camera-delete", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}/delete");
        });
        await chromium.LookAsync("camera-whole", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}/cameras/{id}");
        });
    }

    private async Task FillPlaceAsync(IPage page, string password)
    {
        await page.GetByLabel("Host", new() { Exact = true }).FillAsync("127.0.0.1");
        await page.GetByLabel("Port", new() { Exact = true }).FillAsync($"{host.Port}");
        await page.GetByLabel("Path of the picture").FillAsync("/yard/snapshot.jpg");
        await page.GetByLabel("User name on the camera").FillAsync("admin");
        await page.GetByLabel("Password on the camera").FillAsync(password);
    }

    private static Task PressAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private async Task LogInAsync(IPage page, TestUser? user = null)
    {
        var joe = user ?? this.joe;
        await page.GotoAsync($"{Address}/login");
        await page.GetByLabel("User name or email").FillAsync(joe.Name);
        await page.GetByLabel("Password").FillAsync(joe.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Log out").WaitForAsync();
    }
}
