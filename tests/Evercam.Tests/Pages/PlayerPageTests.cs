using System.Globalization;
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

/// <summary>The pictures of a day, one after the other.</summary>
public sealed class PlayerPageTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    /// <summary>Half past midnight of 1 June, as the clock in Dublin shows it.</summary>
    private static readonly DateTimeOffset Start = new(2014, 5, 31, 23, 30, 0, TimeSpan.Zero);

    /// <summary>Time stands still but for what a page waits for, which is over at once.</summary>
    private const string HurriedTimer =
        """
        let now = 0;
        window.ticks = 0;
        performance.now = () => now;
        window.setTimeout = (then, wait) => {
          now += wait;
          window.ticks++;
          Promise.resolve().then(then);
        };
        """;

    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private Surfer surfer = null!;
    private long key;

    private EvercamApp App => shared.App;

    private string Address => App.Address.GetLeftPart(UriPartial.Authority);

    private string Player => $"/cameras/{id}/pictures/2014/6/1/play";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        key = await App.AddCameraAsync(id, joe);
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Timezone, "Europe/Dublin").SetProperty(c => c.Name, "Front Door"), Cancellation));
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("?at=x&from=y&time=z", 0)]
    [InlineData("?at=0", 0)]
    [InlineData("?at=99999999999", 30)]
    [InlineData("?at=999999999999999", 0)]
    [InlineData("?at=+14", 10)]
    [InlineData("?at=+15", 20)]
    [InlineData("?at=+20", 20)]
    [InlineData("?from=+11", 20)]
    [InlineData("?from=+20", 20)]
    [InlineData("?from=+31", 30)]
    [InlineData("?time=00:30:19", 20)]
    [InlineData("?time=00:31", 30)]
    [InlineData("?time=23:59:59", 30)]
    public async Task The_picture_that_is_wanted_is_shown_of_this_day_alone(string query, int shown)
    {
        await KeepAsync(-3_600, 0, 10, 20, 30, 86_400);
        query = Regex.Replace(query, @"\+(\d+)", second => $"{Start.ToUnixTimeSeconds() + int.Parse(second.Groups[1].Value, CultureInfo.InvariantCulture)}");
        var page = await surfer.GetAsync(Player + query);
        Assert.Equal(200, page.Status);
        Assert.Contains($"src=\"/v1/cameras/{id}/snapshots/{UnixOf(shown)}.jpg\"", page.Body, StringComparison.Ordinal);
        Assert.Contains($"1 Jun 2014, 00:30:{shown:00}", page.Text, StringComparison.Ordinal);
        Assert.Equal(shown > 0 ? $"{Player}?at={UnixOf(shown - 10)}" : null, LinkOf(page, "previous"));
        Assert.Equal(shown < 30 ? $"{Player}?at={UnixOf(shown + 10)}" : null, LinkOf(page, "next"));
    }

    /// <summary>In St John's the clock went from 00:01 on 7 November 2010 back to 23:01 on the 6th: the last of these pictures is of the 7th, and
    /// so is the second one, half a minute past the first midnight.</summary>
    [Fact]
    public async Task A_day_that_comes_in_two_is_played_without_what_lies_between()
    {
        const long again = 1_289_098_800;
        long[] seconds = [again - 3_600, again - 1_770, again, again + 3_600];
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Timezone, "America/St_Johns"), Cancellation));
        await KeepAsync([.. seconds.Select(second => (int)(second - Start.ToUnixTimeSeconds()))]);
        foreach (var (day, first, last) in new[] { (6, 0, 2), (7, 1, 3) })
        {
            var path = $"/cameras/{id}/pictures/2010/11/{day}";
            var begin = await surfer.GetAsync($"{path}/play?at={seconds[first]}");
            Assert.Equal((null, $"{path}/play?at={seconds[last]}"), (LinkOf(begin, "previous"), LinkOf(begin, "next")));
            var end = await surfer.GetAsync($"{path}/play?at={seconds[last]}");
            Assert.Equal(($"{path}/play?at={seconds[first]}", null), (LinkOf(end, "previous"), LinkOf(end, "next")));
            var hour = await surfer.GetAsync($"{path}/{(day == 6 ? 23 : 0)}");
            Assert.Equal(
                [day == 6, day == 7, day == 6, day == 7],
                seconds.Select(second => hour.Body.Contains($"snapshots/{second}.jpg", StringComparison.Ordinal)));
        }
    }

    /// <summary>Dublin's clocks go from 01:00 to 02:00.</summary>
    [Fact]
    public async Task A_time_that_the_clock_leaves_out_is_when_it_goes_on()
    {
        var change = new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero);
        await KeepAsync([.. new[] { 0, 10, 30 }.Select(minute => (int)(change.AddMinutes(minute) - Start).TotalSeconds)]);
        var page = await surfer.GetAsync($"/cameras/{id}/pictures/2026/3/29/play?time=01:30");
        Assert.Contains("29 Mar 2026, 02:00:00", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_without_pictures_says_so_and_one_that_is_none_has_no_page()
    {
        Assert.Contains("No picture was kept on this day.", (await surfer.GetAsync(Player)).Text, StringComparison.Ordinal);
        foreach (var day in new[] { "1/1/1", "9999/12/31", "2026/3/29", "2011/12/30" })
        {
            Assert.Equal(200, (await surfer.GetAsync($"/cameras/{id}/pictures/{day}/play?time=01:30")).Status);
        }

        Assert.Equal(404, (await surfer.GetAsync($"/cameras/{id}/pictures/2014/2/30/play")).Status);
        Assert.Equal(404, (await surfer.GetAsync($"/cameras/{id}/pictures/2014/x/1/play")).Status);
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(key, joe, ann, CameraRights.List | CameraRights.Snapshot);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        Assert.Equal(403, (await hers.GetAsync(Player)).Status);
    }

    [Fact]
    public async Task A_day_and_an_hour_lead_to_the_player()
    {
        await KeepAsync(0, 7_200);
        foreach (var (path, second) in new[] { ("2014/6/1", 0), ("2014/6/1/2", 7_200), ("2014/6/1/5", 0) })
        {
            var page = await surfer.GetAsync($"/cameras/{id}/pictures/{path}");
            Assert.Contains($"href=\"{Player}?at={UnixOf(second)}\"", page.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Without_scripts_links_lead_from_picture_to_picture()
    {
        await KeepAsync(0, 10, 20);
        await using var window = await chromium.OpenAsync(new() { JavaScriptEnabled = false });
        var page = await GoThereAsync(window);
        await page.GetByText("Next ›").ClickAsync();
        await page.GetByText("00:30:10").WaitForAsync();
        await page.GetByText("‹ Previous").ClickAsync();
        await page.GetByText("00:30:00").WaitForAsync();
        await page.GetByLabel("Time", new() { Exact = true }).FillAsync("00:30:19");
        await page.GetByRole(AriaRole.Button, new() { Name = "Jump" }).ClickAsync();
        await page.GetByText("00:30:20").WaitForAsync();
        Assert.False(await page.GetByText("Play", new() { Exact = true }).IsVisibleAsync());
    }

    [Fact]
    public async Task A_day_is_played_to_its_end_with_few_pictures_at_hand()
    {
        await KeepAsync([.. Enumerable.Range(0, 12)]);
        await using var window = await chromium.OpenAsync();
        var page = await GoThereAsync(window);
        await page.GetByRole(AriaRole.Button, new() { Name = "Play" }).ClickAsync();
        await Eventually.IsTrueAsync(async () =>
        {
            // Of all that was fetched, no more than three are still to be shown.
            var early = await page.EvaluateAsync<int>(
                """
                () => {
                  const second = url => Number(/(\d+)\.jpg/.exec(url)[1]);
                  const shown = second(document.getElementById('picture').src);
                  return new Set(performance.getEntriesByType('resource').map(entry => entry.name)
                    .filter(name => name.includes('.jpg') && second(name) > shown)).size;
                }
                """);
            Assert.InRange(early, 0, 3);
            return await page.GetByText("That was the last picture of this day.").IsVisibleAsync();
        });
        Assert.Equal("1 Jun 2014, 00:30:11", await page.Locator("#when").InnerTextAsync());
        Assert.True(await page.Locator("#picture").EvaluateAsync<bool>("image => image.naturalWidth > 0"));
        Assert.True(await page.GetByRole(AriaRole.Button, new() { Name = "Play" }).IsVisibleAsync());
    }

    [Fact]
    public async Task Keys_step_and_play_and_what_is_wanted_stands_in_the_address()
    {
        await KeepAsync(0, 10, 20, 86_300 - 1_800);
        await using var window = await chromium.OpenAsync();
        var page = await GoThereAsync(window);
        await page.Keyboard.PressAsync("ArrowRight");
        await page.GetByText("00:30:10").WaitForAsync();
        await Assertions.Expect(page).ToHaveURLAsync(new Regex($@"\?at={UnixOf(10)}$"), new() { Timeout = 60_000 });
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.GetByText("00:30:00").WaitForAsync();
        await page.GetByLabel("Time", new() { Exact = true }).FillAsync("00:30:16");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("00:30:20").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByText("00:30:20").WaitForAsync();

        // The gap is not waited for.
        await page.GetByLabel("Speed").SelectOptionAsync("1");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Sunday" }).ClickAsync();
        await page.Keyboard.PressAsync("Space");
        await page.GetByText("23:58:20").WaitForAsync();
        await page.GetByText("That was the last picture of this day.").WaitForAsync();
        await page.GetByLabel("Time of day").FocusAsync();
        await page.Keyboard.PressAsync("Home");
        await page.GetByText("00:30:00").WaitForAsync();
        Assert.Null(await page.Locator("#previous").GetAttributeAsync("href"));
    }

    [Fact]
    public async Task The_speed_says_how_many_pictures_are_shown_in_how_much_time()
    {
        await KeepAsync([.. Enumerable.Range(0, 31)]);
        await using var window = await chromium.OpenAsync();
        await window.AddInitScriptAsync(HurriedTimer);
        var page = await GoThereAsync(window);
        foreach (var (speed, pictures, milliseconds) in new[] { ("1", 30, 30_000), ("10", 15, 3_750), ("60", 2, 500) })
        {
            await page.GotoAsync($"{Address}{Player}");
            await page.GetByLabel("Speed").SelectOptionAsync(speed);
            await page.GetByRole(AriaRole.Button, new() { Name = "Play" }).ClickAsync();
            await page.GetByText("That was the last picture of this day.").WaitForAsync();
            Assert.Equal([pictures, milliseconds], await page.EvaluateAsync<int[]>("[window.ticks, Math.round(performance.now())]"));
        }
    }

    [Fact]
    public async Task The_player_is_fit_for_everyone()
    {
        var yard = new FakeCamera("yard") { Title = "Building Site", Scene = Scene.BuildingSite };
        foreach (var second in new[] { 0, 10 })
        {
            await App.Services.GetRequiredService<SnapshotArchive>().SaveAsync(
                new NewSnapshot(key, Start.AddSeconds(second), PictureType.Jpeg, yard.TakeJpeg(Start.AddSeconds(second))), Cancellation);
        }

        await chromium.LookAsync("player", async page =>
        {
            await LogInAsync(page);
            await page.GotoAsync($"{Address}{Player}");
            await Eventually.IsTrueAsync(() => page.Locator("#picture").EvaluateAsync<bool>("image => image.naturalWidth > 0"));
        });
    }

    private static string UnixOf(int second) => Start.AddSeconds(second).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);

    private static string? LinkOf(Sight page, string name) =>
        Regex.Match(page.Body, $"<a id=\"{name}\"[^>]* href=\"([^\"]+)\"") is { Success: true } link ? link.Groups[1].Value : null;

    private async Task KeepAsync(params int[] seconds)
    {
        var small = await Photographs.ReadAsync("small.jpg");
        foreach (var second in seconds)
        {
            await App.Services.GetRequiredService<SnapshotArchive>().SaveAsync(
                new NewSnapshot(key, Start.AddSeconds(second), PictureType.Jpeg, small), Cancellation);
        }
    }

    private async Task<IPage> GoThereAsync(IBrowserContext window)
    {
        var page = await window.NewPageAsync();
        await LogInAsync(page);
        await page.GotoAsync($"{Address}{Player}");
        await page.GetByText("00:30:00").WaitForAsync();
        return page;
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
