using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>What is recorded of a camera, set in a real browser.</summary>
public sealed class RecordingLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private long key;

    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        key = await shared.App.AddCameraAsync(id, joe);
        await shared.App.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
            (camera.Name, camera.Timezone) = ("Front Door", "Europe/Dublin");
            camera.Recording.Schedule = """{"Tuesday":["08:15-12:00","13:00-18:30"],"Friday":["22:00-02:00"]}""";
            await db.SaveChangesAsync(Cancellation);
        });
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_recording_page_is_fit_for_everyone()
    {
        await chromium.LookAsync("recording", GoThereAsync);
        await chromium.LookAsync("recording-wrong", async page =>
        {
            await GoThereAsync(page);
            await page.GetByLabel("Pictures per minute").FillAsync("0");
            await page.GetByLabel("Record", new() { Exact = true }).SelectOptionAsync("scheduled");
            await SaveAsync(page);
            await page.GetByText("Please give a number from 1 to 600.").WaitForAsync();
        });
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        await shared.App.ShareAsync(key, joe, ann, CameraRights.View);
        await chromium.LookAsync("recording-seen", page => GoThereAsync(page, ann));
    }

    [Fact]
    public async Task Hours_are_ticked_by_the_mouse_dragged_over_them_and_others_by_keys()
    {
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await GoThereAsync(page);
        await Hour(page, "Monday", 8).HoverAsync();
        await page.Mouse.DownAsync();
        foreach (var hour in new[] { 9, 10, 11, 10 })
        {
            await Hour(page, "Monday", hour).HoverAsync();
        }

        await Hour(page, "Wednesday", 11).HoverAsync();
        await page.Mouse.UpAsync();
        await Hour(page, "Friday", 22).ClickAsync();
        await Hour(page, "Sunday", 5).ClickAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        Assert.True(await Hour(page, "Sunday", 5).EvaluateAsync<bool>("hour => hour === document.activeElement"));
        await page.Keyboard.PressAsync("Shift+ArrowRight");
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("Space");
        await page.GetByLabel("Record", new() { Exact = true }).SelectOptionAsync("scheduled");
        await SaveAsync(page);
        await page.GetByText("It is saved.").WaitForAsync();
        Assert.Equal(
            """{"Monday":["08:00-12:00"],"Tuesday":["08:15-12:00","13:00-18:30"],"Wednesday":["11:00-12:00"],"Friday":["23:00-24:00"],"Saturday":["00:00-02:00","06:00-07:00"],"Sunday":["05:00-07:00"]}""",
            await ScheduleAsync());
    }

    [Fact]
    public async Task Without_scripts_hours_are_ticked_one_by_one_also_by_keys()
    {
        await using var window = await chromium.OpenAsync(new() { JavaScriptEnabled = false, ViewportSize = new() { Width = 360, Height = 740 } });
        var page = await window.NewPageAsync();
        await GoThereAsync(page);
        await Hour(page, "Monday", 8).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Space");
        await SaveAsync(page);
        await page.GetByText("It is saved.").WaitForAsync();
        Assert.StartsWith("""{"Monday":["08:00-10:00"],"Tuesday":["08:15-12:00","13:00-18:30"]""", await ScheduleAsync(), StringComparison.Ordinal);
    }

    private static ILocator Hour(IPage page, string day, int hour) => page.GetByLabel($"{day}, {hour:00}:00");

    private static Task SaveAsync(IPage page) => page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

    private Task<string?> ScheduleAsync() => shared.App.StoreAsync(
        db => db.Cameras.Where(c => c.Key == key).Select(c => c.Recording.Schedule).SingleAsync(Cancellation));

    private Task GoThereAsync(IPage page) => GoThereAsync(page, joe);

    private async Task GoThereAsync(IPage page, TestUser user)
    {
        await page.GotoAsync($"{Address}/login?rt=/cameras/{id}/recording");
        await page.GetByLabel("User name or email").FillAsync(user.Name);
        await page.GetByLabel("Password").FillAsync(user.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Recording", Exact = true }).WaitForAsync();

        // The week's script comes after its words.
        await page.WaitForLoadStateAsync();
    }
}
