using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The calendar of kept pictures, in a real browser that is somewhere else than the camera.</summary>
public sealed class CalendarLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Europe/Dublin", "1", "Sunday, 1 June 2014", "00:00", "1 Jun 2014, 00:30:00", "2")]
    [InlineData("America/New_York", "31", "Saturday, 31 May 2014", "19:00", "31 May 2014, 19:30:00", "1")]
    public async Task Days_and_hours_are_those_of_the_cameras_clock(string zone, string day, string name, string hour, string taken, string dayOfGaps)
    {
        var (joe, id) = (await shared.App.AddUserAsync(CatalogRows.Fresh("joe")), CatalogRows.Fresh("front-door-"));
        var key = await shared.App.AddCameraAsync(id, joe);
        var moment = new DateTimeOffset(2014, 5, 31, 23, 30, 0, TimeSpan.Zero);
        var since = moment.AddHours(1).ToUnixTimeSeconds();
        await shared.App.StoreAsync(db => db.Cameras.Where(c => c.Key == key)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Timezone, zone), Cancellation));
        await shared.App.CoverAsync(key, (since, CoverageStatus.Recorded), (since + 60, CoverageStatus.Deleted));
        await shared.App.Services.GetRequiredService<SnapshotArchive>().SaveAsync(
            new NewSnapshot(key, moment, PictureType.Jpeg, await Photographs.ReadAsync("small.jpg")), Cancellation);

        await using var window = await chromium.OpenAsync(new() { TimezoneId = "Pacific/Auckland" });
        var page = await window.NewPageAsync();
        await page.GotoAsync($"{Address}/login?rt=/cameras/{id}/pictures");
        await page.GetByLabel("User name or email").FillAsync(joe.Name);
        await page.GetByLabel("Password").FillAsync(joe.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText(taken).WaitForAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = name }).WaitForAsync();
        var calendar = page.Locator(".calendar");
        Assert.Equal(day, await calendar.Locator("[aria-current=date]").InnerTextAsync());
        Assert.Equal(hour, (await page.Locator(".hours [aria-current=time]").InnerTextAsync()).Trim());
        await Eventually.IsTrueAsync(() => page.Locator(".hours img").EvaluateAsync<bool>("image => image.naturalWidth > 0"));

        if (dayOfGaps == "1")
        {
            await page.GetByText("June 2014 ›").ClickAsync();
        }

        await calendar.GetByRole(AriaRole.Link, new() { Name = $"{dayOfGaps}, no pictures", Exact = true }).ClickAsync();
        await page.Locator(".strip li").GetByText("the pictures were deleted").WaitForAsync();
    }
}
