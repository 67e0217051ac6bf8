using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The start page of users, in a real browser.</summary>
public sealed class StartLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cameras_are_seen_side_by_side_also_those_that_give_nothing()
    {
        var (joe, ann) = (await shared.App.AddUserAsync(CatalogRows.Fresh("joe")), await shared.App.AddUserAsync(CatalogRows.Fresh("ann")));
        FakeCamera[] cameras =
        [
            new("a") { Title = "Building Site", Scene = Scene.BuildingSite },
            new("b") { Title = "Harbour", Scene = Scene.Harbour },
            new("c") { Title = "Yard", Behaviour = Behaviour.NotFound },
        ];
        await using var host = await FakeCameraHost.StartAsync(cameras, Cancellation);
        await AddAsync(joe, "a", "Building Site", host.Port, true);
        await AddAsync(joe, "b", "Harbour with a name that is rather long, longer than its tile is wide", host.Port, true);
        await AddAsync(joe, "c", "Yard", host.Port, false);
        await AddAsync(joe, null, "Not set up", host.Port, null);
        await shared.App.ShareAsync(await AddAsync(ann, "a", "Ann's site", host.Port, true), ann, joe, CameraRights.List);

        await chromium.LookAsync("cameras", async page =>
        {
            await LogInAsync(page, joe);
            await Eventually.IsTrueAsync(() => page.GetByAltText("What Building Site shows now").EvaluateAsync<bool>("image => image.naturalWidth > 0"));
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            await page.GetByRole(AriaRole.Link, new() { Name = "Building Site" }).FocusAsync();
        });
    }

    [Fact]
    public async Task A_new_user_sees_what_to_do_first()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        await chromium.LookAsync("cameras-none", page => LogInAsync(page, joe));
    }

    [Fact]
    public async Task Many_cameras_have_pages()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        for (var number = 0; number < 49; number++)
        {
            await shared.App.AddCameraAsync(CatalogRows.Fresh("camera-"), joe);
        }

        await chromium.LookAsync("cameras-many", async page =>
        {
            await LogInAsync(page, joe);
            await page.GetByText("Next page").ClickAsync();
            await page.GetByText("Page 2 of 3").WaitForAsync();
        });
    }

    private async Task<long> AddAsync(TestUser owner, string? path, string name, int port, bool? isOnline)
    {
        var key = await shared.App.AddCameraAsync(CatalogRows.Fresh("camera-"), owner);
        await shared.App.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
            (camera.Name, camera.IsOnline, camera.LastOnlineAt) = (name, isOnline, isOnline is null ? null : 1_400_000_000);
            if (path is not null)
            {
                (camera.ExternalHost, camera.ExternalHttpPort, camera.JpgUrl) = ("127.0.0.1", port, Setting.Of($"/{path}/snapshot.jpg"));
            }

            await db.SaveChangesAsync(Cancellation);
        });
        return key;
    }

    private async Task LogInAsync(IPage page, TestUser user)
    {
        await page.GotoAsync($"{Address}/login");
        await page.GetByLabel("User name or email").FillAsync(user.Name);
        await page.GetByLabel("Password").FillAsync(user.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Log out").WaitForAsync();
    }
}
