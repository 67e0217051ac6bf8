using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
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

    private async Task LogInAsync(IPage page)
    {
        await page.GotoAsync($"{Address}/login");
        await page.GetByLabel("User name or email").FillAsync(joe.Name);
        await page.GetByLabel("Password").FillAsync(joe.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Log out").WaitForAsync();
    }
}
