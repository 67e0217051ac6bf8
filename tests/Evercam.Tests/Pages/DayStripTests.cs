using Evercam.Server.Snapshots;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>A day of a camera's recording, as its page draws and tells it.</summary>
public sealed class DayStripTests(SqliteApp shared) : JoesCamera(shared.App), IClassFixture<SqliteApp>
{
    private string Pictures => $"/cameras/{Id}/pictures";

    [Fact]
    public async Task A_day_tells_what_was_recorded_and_each_gap_with_its_reason()
    {
        var day = DateTimeOffset.Parse("2014-06-01T00:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        (int Minute, CoverageStatus Status)[] facts =
        [
            (-60, CoverageStatus.NotScheduled), (480, CoverageStatus.Recorded), (600, CoverageStatus.Offline), (605, CoverageStatus.Recorded),
            (700, CoverageStatus.Unauthorized), (701, CoverageStatus.ServerDown), (821, CoverageStatus.Recorded), (1_140, CoverageStatus.NoRoom),
            (1_200, CoverageStatus.Off), (1_500, CoverageStatus.Recorded),
        ];
        await App.CoverAsync(Key, [.. facts.Select(fact => (day + (60 * fact.Minute), fact.Status))]);

        var page = await Surfer.GetAsync($"{Pictures}/2014/6/1");
        foreach (var line in new[]
        {
            "Recorded: 8 h 54 min.",
            "00:00 to 08:00, 8 h: not in the week that is recorded",
            "10:00 to 10:05, 5 min: the camera gave no picture",
            "11:40 to 11:41, 60 s: the camera refused its user name and password",
            "11:41 to 13:41, 2 h: the server did not run, or could keep nothing",
            "19:00 to 20:00, 60 min: the owner's cameras had no room left",
            "20:00 to 24:00, 4 h: recording was off",
        })
        {
            Assert.Contains(line, page.Text, StringComparison.Ordinal);
        }

        Assert.Equal(9, System.Text.RegularExpressions.Regex.Count(page.Body, "<rect "));
        Assert.Contains("<title>08:00 to 10:00, 2 h: recorded</title>", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Recording on this day", (await Surfer.GetAsync($"{Pictures}/9998/6/1")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Time_of_which_nothing_is_known_is_told_from_time_before_the_camera_was_added()
    {
        await App.CoverAsync(Key, (DateTimeOffset.UnixEpoch.AddYears(50).ToUnixTimeSeconds(), CoverageStatus.Off));
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Key == Key)
            .ExecuteUpdateAsync(set => set.SetProperty(camera => camera.CreatedAt, DateTimeOffset.UnixEpoch.AddYears(40).ToUnixTimeSeconds())));
        Assert.Contains("nobody wrote down what was", (await Surfer.GetAsync($"{Pictures}/2014/5/1")).Text, StringComparison.Ordinal);
        Assert.Contains("the camera was not added yet", (await Surfer.GetAsync($"{Pictures}/2009/5/1")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_with_thousands_of_gaps_is_told_to_its_end()
    {
        var day = DateTimeOffset.Parse("2014-06-01T00:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        await App.CoverAsync(Key, [
            .. Enumerable.Range(0, 1_440).Select(minute => (day + (60 * minute), CoverageStatus.Offline)),
            .. Enumerable.Range(0, 1_440).Select(minute => (day + (60 * minute) + (minute < 1_380 ? 6 : 40), CoverageStatus.Recorded)),
            (day + 86_400, CoverageStatus.Off)]);
        var page = await Surfer.GetAsync($"{Pictures}/2014/6/1");
        Assert.Contains("Recorded: 21 h 2 min.", page.Text, StringComparison.Ordinal);
        Assert.Contains("And more gaps: 1416. The strip shows of each minute what most of it was.", page.Text, StringComparison.Ordinal);
        Assert.Equal(
            [("recorded", 0, 82_800), ("trouble", 82_800, 3_600)],
            System.Text.RegularExpressions.Regex.Matches(page.Body, "<rect [^>]*url\\(#(\\w+)\\)\"? x=\"?(\\d+)\"? y=\"?0\"? width=\"?(\\d+)")
                .Select(span => (span.Groups[1].Value, int.Parse(span.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture), int.Parse(span.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture))));
        Assert.Contains("<title>Mostly: 00:00 to 23:00, 23 h: recorded</title>", page.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("America/New_York", "2026-11-01T05:50:00Z", "2026-11-01T06:10:00Z", "01:50 to 01:10 again, 20 min")]
    [InlineData("America/New_York", "2026-11-01T06:10:00Z", "2026-11-01T07:10:00Z", "01:10 again to 02:10, 60 min")]
    [InlineData("America/New_York", "2026-11-01T04:50:00Z", "2026-11-01T05:10:00Z", "00:50 to 01:10, 20 min")]
    [InlineData("Australia/Lord_Howe", "2026-04-04T14:50:00Z", "2026-04-04T15:10:00Z", "01:50 to 01:40 again, 20 min")]
    public void A_gap_over_the_hour_that_the_clock_shows_twice_says_which_time_is_meant(string zone, string from, string to, string told)
    {
        var gap = new CoverageSpan(UnixOf(from), UnixOf(to), CoverageStatus.Offline, null);
        var day = new DayCoverage(gap.From - 3_600, gap.To + 7_200, [gap], NodaTime.DateTimeZoneProviders.Tzdb[zone], Added: 0);
        Assert.Equal($"{told}: the camera gave no picture", day.Tell(gap));
    }

    [Fact]
    public async Task Given_up_and_deleted_pictures_look_different_also_without_colours()
    {
        var day = DateTimeOffset.Parse("2014-06-01T00:00:00+01:00", System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
        await App.CoverAsync(
            Key,
            (day, CoverageStatus.Retention), (day + 3_600, CoverageStatus.Deleted),
            (day + 7_200, CoverageStatus.Offline), (day + 10_800, CoverageStatus.Off));
        var page = await Surfer.GetAsync($"{Pictures}/2014/6/1");
        var shapes = new[] { "retention", "deleted", "trouble" }.Select(kind => System.Text.RegularExpressions.Regex.Match(
            page.Body, $"<pattern id=\"{kind}\"[^>]*><path class=\"{kind}\" d=\"([^\"]+)\"").Groups[1].Value).ToList();
        Assert.Equal(3, shapes.Where(shape => shape.Length > 0).Distinct().Count());
        foreach (var kind in new[] { "retention", "deleted", "trouble", "unrecorded" })
        {
            Assert.Contains($"<li class=\"{kind}\">", page.Body, StringComparison.Ordinal);
            Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Body, $"<rect [^>]*fill=\"url\\(#{kind}\\)\""));
        }
    }

    private static long UnixOf(string moment) =>
        DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
