using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>Making time-lapses with a browser that has no scripts.</summary>
public sealed class TimelapsePageTests(SqliteApp shared, Chromium chromium) : JoesCamera(shared.App), IClassFixture<SqliteApp>
{
    private string Timelapses => $"/cameras/{Id}/timelapses";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var archive = App.Services.GetRequiredService<SnapshotArchive>();
        var small = await Photographs.ReadAsync("small.jpg");
        foreach (var day in new[] { 29, 30, 31 })
        {
            await archive.SaveAsync(
                new NewSnapshot(Key, new(2014, 5, day, 11, 0, 0, TimeSpan.Zero), PictureType.Jpeg, small), Cancellation);
        }
    }

    [Fact]
    public async Task A_time_lapse_is_ordered_watched_and_deleted()
    {
        Assert.Contains($"href=\"{Timelapses}\"", (await Surfer.GetAsync($"/cameras/{Id}/pictures/2014/5")).Body, StringComparison.Ordinal);
        var empty = await Surfer.GetAsync(Timelapses);
        Assert.Equal(("2014-05-25", "2014-05-31"), (empty.FieldOf("first"), empty.FieldOf("last")));
        Assert.Equal((302, Timelapses), (await OrderAsync()).Ends);
        var page = empty;
        await Eventually.IsTrueAsync(async () =>
            (page = await Surfer.GetAsync(Timelapses)).Text.Contains("3 pictures, 0.1 MB", StringComparison.Ordinal));
        Assert.Contains("29 May 2014 to 31 May 2014, every day, at 12:00", page.Text, StringComparison.Ordinal);
        var video = System.Text.RegularExpressions.Regex.Match(page.Body, "href=\"(/v1/[^\"]+\\.mp4)\"").Groups[1].Value;
        Assert.Equal((200, "video/mp4"), (await Surfer.GetAsync(video)) is var seen ? (seen.Status, seen.Header("Content-Type")) : default);
        var made = System.Text.RegularExpressions.Regex.Match(page.Body, "name=\"delete\" value=\"([^\"]+)\"").Groups[1].Value;
        Assert.Equal((302, Timelapses), (await Surfer.PostAsync(Timelapses, ("delete", made))).Ends);
        Assert.DoesNotContain("every day", (await Surfer.GetAsync(Timelapses)).Text.Split("Make a time-lapse")[0], StringComparison.Ordinal);
        Assert.Equal(404, (await Surfer.GetAsync(video)).Status);
        Assert.Equal((302, Timelapses), (await Surfer.PostAsync(Timelapses, ("delete", made))).Ends);
    }

    [Fact]
    public async Task An_hour_is_downloaded_from_its_page()
    {
        var page = await Surfer.GetAsync($"/cameras/{Id}/pictures/2014/5/31/12");
        var hour = $"/v1/cameras/{Id}/snapshots/2014/5/31/12.tar";
        Assert.Contains($"href=\"{hour}\"", page.Body, StringComparison.Ordinal);
        Assert.Equal("application/x-tar", (await Surfer.GetAsync(hour)).Header("Content-Type"));
    }

    [Theory]
    [InlineData("first", "", "Please choose a day, such as 2026-05-31.")]
    [InlineData("last", "31 May", "Please choose a day, such as 2026-05-31.")]
    [InlineData("last", "2014-05-28", "The last day comes before the first.")]
    [InlineData("last", "9999-12-31", "Those would be too many pictures: please choose fewer days, or a longer time from picture to picture.", "every")]
    [InlineData("first", "0001-01-01", "Those would be too many pictures: please choose fewer days, or a longer time from picture to picture.", "every")]
    [InlineData("every", "", "Please choose how often.")]
    [InlineData("every", "<b>", "Please choose how often.")]
    [InlineData("at", "noon", "Please give a time, such as 12:00.")]
    [InlineData("fps", "", "Please give a number from 1 to 60.")]
    [InlineData("fps", "61", "Please give a number from 1 to 60.")]
    public async Task What_is_wrong_is_said_at_its_field(string field, string value, string sentence, string? at = null)
    {
        var refused = await OrderAsync((field, value));
        Assert.Equal((400, sentence), (refused.Status, refused.ProblemAt(at ?? field)));
        Assert.DoesNotContain("<b>", refused.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whom_the_archive_is_open_to_makes_their_own()
    {
        Assert.Equal(302, (await OrderAsync()).Status);
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(Key, Joe, ann, CameraRights.View);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        Assert.Contains("You have made none", (await hers.GetAsync(Timelapses)).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await OrderAsync(hers)).Status);
        Assert.DoesNotContain("ordered by", (await hers.GetAsync(Timelapses)).Text, StringComparison.Ordinal);
        Assert.Contains($"ordered by {ann.Name}", (await Surfer.GetAsync(Timelapses)).Text, StringComparison.Ordinal);
        var bob = await App.AddUserAsync(CatalogRows.Fresh("bob"));
        await App.ShareAsync(Key, Joe, bob, CameraRights.List | CameraRights.Snapshot | CameraRights.Edit);
        using var his = new Surfer(App);
        await his.LogInAsync(bob);
        Assert.Equal(403, (await his.GetAsync(Timelapses)).Status);
        Assert.Equal(403, (await his.PostAsync(Timelapses, ("first", "2014-05-31"))).Status);
    }

    [Fact]
    public async Task The_page_is_fit_for_everyone()
    {
        await OrderAsync();
        await OrderAsync(("first", "2013-05-29"), ("last", "2013-05-29"));
        await Eventually.IsTrueAsync(async () => (await Surfer.GetAsync(Timelapses)).Text is var text
            && text.Contains("3 pictures", StringComparison.Ordinal) && text.Contains("Failed. No picture was kept", StringComparison.Ordinal));
        await chromium.LookAsync("camera-timelapses", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync(App.Address.GetLeftPart(UriPartial.Authority) + Timelapses);
            await page.GetByText("Watch").WaitForAsync();
        });
        await chromium.LookAsync("camera-timelapses-wrong", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync(App.Address.GetLeftPart(UriPartial.Authority) + Timelapses);
            await page.GetByLabel("Pictures per second").FillAsync("99");
            await page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
            await page.GetByText("Please give a number from 1 to 60.").WaitForAsync();
        });
    }

    private async Task LogInAsync(IPage page)
    {
        await page.GotoAsync(App.Address.GetLeftPart(UriPartial.Authority) + "/login");
        await page.GetByLabel("User name or email").FillAsync(Joe.Name);
        await page.GetByLabel("Password").FillAsync(Joe.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Log out").WaitForAsync();
    }

    private Task<Sight> OrderAsync(params (string Name, string Value)[] changes) => OrderAsync(Surfer, changes);

    private Task<Sight> OrderAsync(Surfer who, params (string Name, string Value)[] changes)
    {
        var form = new Dictionary<string, string>
        {
            ["first"] = "2014-05-29",
            ["last"] = "2014-05-31",
            ["every"] = "1d",
            ["at"] = "12:00",
            ["fps"] = "24",
        };
        foreach (var (name, value) in changes)
        {
            form[name] = value;
        }

        return who.PostAsync(Timelapses, [.. form.Select(field => (field.Key, field.Value))]);
    }
}
