using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Pages;

/// <summary>Looking through kept pictures with a browser.</summary>
public sealed class PicturesPageTests(SqliteApp shared) : JoesCamera(shared.App), IClassFixture<SqliteApp>
{
    private string Pictures => $"/cameras/{Id}/pictures";

    [Fact]
    public async Task Pictures_are_found_by_month_day_and_hour_of_the_cameras_clock()
    {
        await KeepAsync("2014-05-31T23:30:00Z", "2014-06-01T11:00:00Z", "2014-06-01T11:07:30Z");
        Assert.Equal((302, $"{Pictures}/2014/6/1/12"), (await Surfer.GetAsync(Pictures)).Ends);

        var month = await Surfer.GetAsync($"{Pictures}/2014/6");
        Assert.Contains($"href=\"{Pictures}/2014/6/1\"", month.Body, StringComparison.Ordinal);
        Assert.DoesNotContain($"href=\"{Pictures}/2014/6/2\"", month.Body, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Pictures}/2014/5\"", month.Body, StringComparison.Ordinal);
        Assert.Contains("No picture was kept in this month.", (await Surfer.GetAsync($"{Pictures}/2014/5")).Text, StringComparison.Ordinal);

        var day = await Surfer.GetAsync($"{Pictures}/2014/6/1");
        Assert.Contains($"href=\"{Pictures}/2014/6/1/0\"", day.Body, StringComparison.Ordinal);
        Assert.Contains($"href=\"{Pictures}/2014/6/1/12\"", day.Body, StringComparison.Ordinal);
        Assert.Contains("Sunday, 1 June 2014", day.Text, StringComparison.Ordinal);

        var hour = await Surfer.GetAsync($"{Pictures}/2014/6/1/12");
        Assert.Contains("1 Jun 2014, 12:00:00", hour.Text, StringComparison.Ordinal);
        Assert.Contains("1 Jun 2014, 12:07:30", hour.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"/v1/cameras/{Id}/snapshots/1401620850.jpg\"", hour.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await Surfer.GetAsync($"/v1/cameras/{Id}/snapshots/1401620850.jpg")).Status);
        var later = await Surfer.GetAsync($"{Pictures}/2014/6/1/12?minute=5");
        Assert.DoesNotContain("12:00:00", later.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_hour_with_many_pictures_is_shown_page_by_page()
    {
        var start = DateTimeOffset.Parse("2015-01-01T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(n => KeepAsync(start.AddSeconds(60 * n))));
        var (seen, path) = (0, (string?)$"{Pictures}/2015/1/1/10");
        for (var pages = 0; path is not null; pages++)
        {
            Assert.True(pages < 3);
            var page = await Surfer.GetAsync(path);
            seen += System.Text.RegularExpressions.Regex.Count(page.Body, "<img [^>]*width=320");
            var next = System.Text.RegularExpressions.Regex.Match(page.Body, "href=\"([^\"]+\\?after=[^\"]+)\"");
            path = next.Success ? next.Groups[1].Value : null;
        }

        Assert.Equal(50, seen);
    }

    [Fact]
    public async Task However_many_pictures_a_second_has_each_page_is_full_and_each_second_shown_once()
    {
        var start = DateTimeOffset.Parse("2015-01-01T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        await Task.WhenAll(Enumerable.Range(0, 90).Select(n => KeepAsync(start.AddSeconds(n / 3).AddMilliseconds(n % 3 * 300))));
        await App.Services.GetRequiredService<SnapshotArchive>().MarkAsync(
            Key, start.AddSeconds(23.5), start.AddSeconds(24), keep: true, Cancellation);
        var first = await Surfer.GetAsync($"{Pictures}/2015/1/1/10");
        Assert.Equal(Enumerable.Range(0, 24), SecondsOf(first));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(first.Text, "★ Kept"));
        var next = System.Text.RegularExpressions.Regex.Match(first.Body, "href=\"([^\"]+\\?after=[^\"]+)\"").Groups[1].Value;
        var second = await Surfer.GetAsync(next);
        Assert.Equal(Enumerable.Range(24, 6), SecondsOf(second));
        Assert.DoesNotContain("Later ›", second.Text, StringComparison.Ordinal);

        IEnumerable<int> SecondsOf(Sight page) => System.Text.RegularExpressions.Regex.Matches(page.Body, "id=\"at-(\\d+)\"")
            .Select(at => (int)(long.Parse(at.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture) - start.ToUnixTimeSeconds()));
    }

    [Theory]
    [InlineData("2014/13")]
    [InlineData("2014/0")]
    [InlineData("0/1")]
    [InlineData("10000/1")]
    [InlineData("2014/2/30")]
    [InlineData("2014/2/1/24")]
    [InlineData("2014/2/1/-1")]
    [InlineData("x/y")]
    [InlineData("%3Cb%3E/1")]
    public async Task A_day_that_is_none_has_no_page(string path) => Assert.Equal(404, (await Surfer.GetAsync($"{Pictures}/{path}")).Status);

    [Theory]
    [InlineData("1/1")]
    [InlineData("1/1/1/0")]
    [InlineData("9999/12")]
    [InlineData("9999/12/31/23")]
    [InlineData("2026/10/25/1")]
    [InlineData("2026/3/29/1")]
    [InlineData("2014/6/1/12?minute=99&after=x")]
    [InlineData("2014/6/1/12?after=99999999999999")]
    [InlineData("2014/6/1/12?minute=-1&after=-99999999999999")]
    public async Task Every_day_that_there_is_has_a_page(string path) => Assert.Equal(200, (await Surfer.GetAsync($"{Pictures}/{path}")).Status);

    [Fact]
    public async Task A_camera_without_pictures_says_so() =>
        Assert.Contains("No picture of this camera was kept yet.", (await Surfer.GetAsync(Pictures)).Text, StringComparison.Ordinal);

    [Fact]
    public async Task A_day_that_has_only_gaps_leads_to_their_reasons()
    {
        await KeepAsync("2014-06-03T11:00:00Z");
        var first = DateTimeOffset.Parse("2014-06-02T22:30:00+01:00", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        await App.CoverAsync(Key, (first, CoverageStatus.Retention), (first + 7_200, CoverageStatus.Off));
        var month = await Surfer.GetAsync($"{Pictures}/2014/6");
        Assert.DoesNotContain($"href=\"{Pictures}/2014/6/1\"", month.Body, StringComparison.Ordinal);
        Assert.Contains($"<a class=\"gap\" href=\"{Pictures}/2014/6/2\"", month.Body, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"{Pictures}/2014/6/3\"", month.Body, StringComparison.Ordinal);
        Assert.Contains("aria-label=\"2, no pictures\"", month.Body, StringComparison.Ordinal);
        Assert.Contains("given up", (await Surfer.GetAsync($"{Pictures}/2014/6/2")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"gap\"", (await Surfer.GetAsync($"{Pictures}/9998/6")).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"gap\"", (await Surfer.GetAsync($"{Pictures}/2014/5")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_hour_shows_its_first_picture_and_a_day_leads_to_its_time_lapse()
    {
        await KeepAsync("2014-06-01T11:00:10Z", "2014-06-01T11:07:30Z", "2014-06-01T12:30:00Z");
        var day = await Surfer.GetAsync($"{Pictures}/2014/6/1");
        Assert.Equal(
            [("12", "1401620410"), ("13", "1401625800")],
            System.Text.RegularExpressions.Regex.Matches(day.Body, "href=\"[^\"]+/2014/6/1/(\\d+)\"[^>]*>\\s*<img src=\"[^\"]+/snapshots/(\\d+)\\.jpg\\?width=160\"")
                .Select(hour => (hour.Groups[1].Value, hour.Groups[2].Value)));
        Assert.Contains($"href=\"/cameras/{Id}/timelapses?day=2014-06-01\"", day.Body, StringComparison.Ordinal);
        var timelapse = await Surfer.GetAsync($"/cameras/{Id}/timelapses?day=2014-06-01");
        Assert.Equal(("2014-06-01", "2014-06-01"), (timelapse.FieldOf("first"), timelapse.FieldOf("last")));
        Assert.Equal(200, (await Surfer.GetAsync($"/cameras/{Id}/timelapses?day=x")).Status);
    }

    [Theory]
    [InlineData("2014-06-30T23:30:00Z", "Europe/Dublin", "2014/7", 1, 0)]
    [InlineData("2014-06-30T23:30:00Z", "America/New_York", "2014/6", 30, 19)]
    [InlineData("2014-06-30T23:30:00Z", "Asia/Kathmandu", "2014/7", 1, 5)]
    public async Task The_calendar_is_that_of_the_cameras_time_zone(string moment, string zone, string month, int day, int hour)
    {
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == Key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Timezone, zone), Cancellation));
        await KeepAsync(moment);
        Assert.Equal((302, $"{Pictures}/{month}/{day}/{hour}"), (await Surfer.GetAsync(Pictures)).Ends);
        var links = System.Text.RegularExpressions.Regex.Matches((await Surfer.GetAsync($"{Pictures}/{month}")).Body, "<a href=\"[^\"]+/pictures/\\d+/\\d+/(\\d+)\"");
        Assert.Equal([$"{day}"], links.Select(link => link.Groups[1].Value));
    }

    [Theory]
    [InlineData("America/New_York", "2026/11/1/1", "2026-11-01T05:02:00Z", "2026-11-01T06:07:30Z", "0 01:00", "65 01:05 again")]
    [InlineData("Australia/Lord_Howe", "2026/4/5/1", "2026-04-04T14:58:00Z", "2026-04-04T15:07:30Z", "55 01:55", "65 01:35 again")]
    public async Task In_an_hour_that_the_clock_shows_twice_one_can_jump_into_both(
        string zone, string path, string first, string second, params string[] links)
    {
        await App.StoreAsync(db => db.Cameras.Where(c => c.Key == Key).ExecuteUpdateAsync(
            set => set.SetProperty(c => c.Timezone, zone), Cancellation));
        await KeepAsync(first, second);
        var page = await Surfer.GetAsync($"{Pictures}/{path}");
        Assert.Equal(
            links,
            System.Text.RegularExpressions.Regex.Matches(page.Body, "<a href=\"?[^\" >]+\\?minute=(\\d+)\"?>([^<]+)</a>")
                .Select(link => $"{link.Groups[1].Value} {link.Groups[2].Value}"));
        var (early, late) = (UnixOf(first), UnixOf(second));
        var jumped = await Surfer.GetAsync($"{Pictures}/{path}?minute={links[1].Split(' ')[0]}");
        Assert.DoesNotContain($"/snapshots/{early}.jpg\"", jumped.Body[jumped.Body.IndexOf("<ul class=\"pictures\"", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains($"/snapshots/{late}.jpg\"", jumped.Body, StringComparison.Ordinal);

        static long UnixOf(string moment) =>
            DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
    }

    [Theory]
    [InlineData(CameraRights.View, 200)]
    [InlineData(CameraRights.List | CameraRights.Snapshot | CameraRights.Edit, 403)]
    public async Task Whom_the_archive_is_open_to_looks_through_it(CameraRights rights, int status)
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(Key, Joe, ann, rights);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        Assert.Equal(status, (await hers.GetAsync($"{Pictures}/2014/6")).Status);
        Assert.Equal(
            status == 200, (await hers.GetAsync($"/cameras/{Id}")).Body.Contains($"href=\"{Pictures}\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_picture_is_kept_and_let_go_with_a_button()
    {
        await KeepAsync("2014-06-01T11:00:00Z", "2014-06-01T11:07:30Z");
        var hour = $"{Pictures}/2014/6/1/12?minute=0";
        Assert.DoesNotContain("★", (await Surfer.GetAsync(hour)).Text, StringComparison.Ordinal);
        var kept = await Surfer.PostAsync(hour, ("second", "1401620850"), ("action", "keep"));
        Assert.Equal((302, $"{hour}#at-1401620850"), kept.Ends);
        var page = await Surfer.GetAsync(hour);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Text, "★ Kept"));
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Text, "☆ Keep"));
        Assert.Contains("id=\"at-1401620850\"", page.Body, StringComparison.Ordinal);
        Assert.Single(await App.Services.GetRequiredService<SnapshotArchive>().ListKeptAsync(
            Key, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 9, Cancellation));

        await Surfer.PostAsync(hour, ("second", "1401620850"), ("action", "release"));
        Assert.DoesNotContain("★", (await Surfer.GetAsync(hour)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await Surfer.PostAsync(hour, ("second", "1"), ("action", "keep"))).Status);
        Assert.Equal(400, (await Surfer.PostAsync(hour, ("second", "x"), ("action", "keep"))).Status);
        Assert.Equal(400, (await Surfer.PostAsync(hour, ("second", "1401620850"), ("action", "burn"))).Status);
    }

    [Fact]
    public async Task Who_may_only_look_sees_what_is_kept_and_has_no_button()
    {
        await KeepAsync("2014-06-01T11:07:30Z");
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(Key, Joe, ann, CameraRights.View | CameraRights.Edit);
        var hour = $"{Pictures}/2014/6/1/12";
        await Surfer.PostAsync(hour, ("second", "1401620850"), ("action", "keep"));
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        var page = await hers.GetAsync(hour);
        Assert.Contains("★ Kept", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("class=\"keep\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(403, (await hers.PostAsync(hour, ("second", "1401620850"), ("action", "release"))).Status);
    }

    private async Task KeepAsync(params string[] moments)
    {
        foreach (var moment in moments)
        {
            await KeepAsync(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture));
        }
    }

    private Task<Snapshot> KeepAsync(DateTimeOffset moment) => App.Services.GetRequiredService<SnapshotArchive>()
        .SaveAsync(new NewSnapshot(Key, moment, PictureType.Jpeg, Stage.Jpeg), Cancellation);
}
