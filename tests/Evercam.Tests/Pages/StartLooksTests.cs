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
    public async Task The_wall_renews_itself_a_few_pictures_at_a_time_and_rests_when_nobody_looks()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        await using var host = await FakeCameraHost.StartAsync([new("a") { Title = "Building Site", Scene = Scene.BuildingSite }], Cancellation);
        var keys = new List<long>();
        foreach (var number in Enumerable.Range(0, 9))
        {
            keys.Add(await AddAsync(joe, "a", $"Camera {number}", host.Port, true));
        }

        await using var window = await chromium.OpenAsync(new() { ViewportSize = new() { Width = 1280, Height = 2_000 } });
        var page = await window.NewPageAsync();
        var asked = new System.Collections.Concurrent.ConcurrentQueue<IRoute>();
        await page.RouteAsync("**/snapshot.jpg?*&_=*", asked.Enqueue);
        await page.AddInitScriptAsync("window.looks = false; Object.defineProperty(document, 'hidden', { get: () => !window.looks });");
        await page.Clock.InstallAsync();
        await LogInAsync(page, joe);
        await page.Clock.RunForAsync(60_000);
        Assert.Empty(asked);

        await page.EvaluateAsync("window.looks = true");
        await Eventually.IsTrueAsync(() => asked.Count == 4);
        await page.Clock.RunForAsync(60_000);
        Assert.Equal(4, asked.Count);
        while (asked.TryDequeue(out var one))
        {
            await one.ContinueAsync();
        }

        // The others come next.
        await Eventually.IsTrueAsync(async () =>
        {
            await page.Clock.RunForAsync(500);
            return asked.Count == 4;
        });
        Assert.Equal(4, asked.Select(one => one.Request.Url.Split('?')[0]).Distinct().Count());
        await page.UnrouteAllAsync(new() { Behavior = UnrouteBehavior.IgnoreErrors });
    }

    [Fact]
    public async Task The_words_below_the_pictures_follow_and_so_does_the_end_of_the_log_in()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        var key = await AddAsync(joe, null, "Yard", 80, true);
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await page.Clock.InstallAsync();
        await LogInAsync(page, joe);
        await page.GetByText("online", new() { Exact = true }).WaitForAsync();
        await shared.App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.IsOnline, false), Cancellation));
        await page.Clock.FastForwardAsync(20_000);
        await page.GetByText("offline since 13 May 2014").WaitForAsync();
        await window.ClearCookiesAsync();
        await page.Clock.FastForwardAsync(20_000);
        await page.GetByRole(AriaRole.Link, new() { Name = "Sign up" }).First.WaitForAsync();
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
