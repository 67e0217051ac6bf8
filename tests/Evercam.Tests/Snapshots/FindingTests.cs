using Evercam.Tests.Series;

namespace Evercam.Tests.Snapshots;

public sealed class SqliteFindingTests(SqlitePictures server) : FindingTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresFindingTests(PostgresPictures server) : FindingTests(server), IClassFixture<PostgresPictures>;

/// <summary>Finding stored pictures by time (contract 4.5, 7), on each database.</summary>
public abstract class FindingTests(PicturesServer server)
{
    private const long Second = 1_400_000_000;

    private static readonly DateTimeOffset Moment = DateTimeOffset.FromUnixTimeSeconds(Second);

    [Fact]
    public async Task The_nearest_picture_is_found_and_of_two_equally_near_the_later()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([Second, Second + 10, Second + 30]);
        (string Asked, long Found)[] table =
        [
            ($"{Second}", 0), ($"{Second + 4}", 0), ($"{Second + 5}", 10), ($"{Second + 6}", 10), ($"{Second + 20}", 30),
            ($"{Second + 5}.999", 10), ($"{Second + 4}.999", 0), ($"{Second + 5}?range=5", 10), ($"{Second + 10}?range=0", 10),
            ($"{Second - 7}?range=7", 0), ("0", 0), ("-50", 0), ("-1.5", 0), ("-62135596800", 0), ("253402300799", 30),
            ($"{Second}?range=9223372036854775807", 0), ($"{Second}?range=922337203686", 0),
        ];
        foreach (var (asked, found) in table)
        {
            var answer = await stage.GetAsync($"snapshots/{asked}");
            Assert.Equal((asked, 200), (asked, answer.Status));
            Assert.Equal((asked, Second + found), (asked, Assert.Single(answer.Seconds)));
        }
    }

    [Theory]
    [InlineData("1400000005?range=4", 404, "Snapshot does not exist")]
    [InlineData("1400000001?range=0", 404, "Snapshot does not exist")]
    [InlineData("1400000000?range=-1", 400, "range is invalid")]
    [InlineData("1400000000?range=abc", 400, "range is invalid")]
    [InlineData("1400000000?range=9223372036854775808", 400, "range is invalid")]
    [InlineData("1400000000?range=", 400, "range is invalid")]
    [InlineData("abc", 400, "timestamp is invalid")]
    [InlineData("1400000000x", 400, "timestamp is invalid")]
    [InlineData("1e9", 400, "timestamp is invalid")]
    [InlineData("253402300800", 400, "timestamp is invalid")]
    [InlineData("-62135596801", 400, "timestamp is invalid")]
    [InlineData("9223372036854775808", 400, "timestamp is invalid")]
    [InlineData("abc?range=x&with_data=maybe", 400, "timestamp is invalid, with_data is invalid, range is invalid")]
    public async Task What_is_not_near_enough_or_no_time_is_refused(string asked, int status, string message)
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([Second, Second + 10]);
        (await stage.GetAsync($"snapshots/{asked}")).Refuses(status, message);
    }

    [Fact]
    public async Task Distances_are_counted_in_whole_seconds()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(Moment.AddMilliseconds(-100), Stage.Jpeg);
        await stage.RecordAsync(Moment.AddMilliseconds(1_900), Stage.Jpeg);
        Assert.Equal([Second + 1], (await stage.GetAsync($"snapshots/{Second}")).Seconds);
        Assert.Equal([Second + 1], (await stage.GetAsync($"snapshots/{Second}?range=1")).Seconds);
        Assert.Equal([Second - 1], (await stage.GetAsync($"snapshots/{Second - 2}?range=1")).Seconds);
        (await stage.GetAsync($"snapshots/{Second}?range=0")).Refuses(404, "Snapshot does not exist");
    }

    [Fact]
    public async Task Without_pictures_the_lists_are_empty_and_nothing_is_near()
    {
        var stage = await Stage.SetAsync(server.App);
        (await stage.GetAsync("snapshots")).Is(200, """{"snapshots":[]}""");
        (await stage.GetAsync("snapshots/latest")).Is(200, """{"snapshots":[]}""");
        (await stage.GetAsync("snapshots/latest?with_data=true")).Is(200, """{"snapshots":[]}""");
        (await stage.GetAsync("snapshots/range?from=0&to=9999999999")).Is(200, """{"snapshots":[]}""");
        (await stage.GetAsync("snapshots/2014/5/days")).Is(200, """{"days":[]}""");
        (await stage.GetAsync("snapshots/2014/5/13/hours")).Is(200, """{"hours":[]}""");
        (await stage.GetAsync("snapshots/1400000000")).Refuses(404, "Snapshot does not exist");
        (await stage.GetAsync("snapshots/latest.jpg")).Refuses(404, "Snapshot does not exist");
    }

    [Fact]
    public async Task The_latest_may_lie_in_the_future()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([-62_135_596_800, Second, 253_402_300_799]);
        Assert.Equal([253_402_300_799], (await stage.GetAsync("snapshots/latest")).Seconds);
        Assert.Equal([-62_135_596_800, Second, 253_402_300_799], (await stage.GetAsync("snapshots")).Seconds);
        Assert.Equal(
            [-62_135_596_800, Second, 253_402_300_799],
            (await stage.GetAsync("snapshots/range?from=-62135596800&to=253402300799")).Seconds);
        Assert.Equal([253_402_300_799], (await stage.GetAsync("snapshots/range?from=253402300799&to=253402300799")).Seconds);
        Assert.Empty((await stage.GetAsync("snapshots/range?from=0&to=253402300799&after=253402300799.9999999")).Seconds);
    }

    [Fact]
    public async Task A_range_is_paged_by_number_or_by_moment()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(Enumerable.Range(1, 150).Select(n => (long)n));
        (string Query, long First, long Last)[] table =
        [
            ("from=1&to=2", 1, 2), ("from=1.9&to=2.9", 1, 2), ("from=2&to=2", 2, 2), ("from=3&to=2", 0, -1), ("from=151&to=999", 0, -1),
            ("from=0&to=999", 1, 100), ("from=0&to=999&page=1", 1, 100), ("from=0&to=999&page=2", 101, 150), ("from=0&to=999&page=3", 0, -1),
            ("from=0&to=999&page=0", 1, 100), ("from=0&to=999&page=-7", 1, 100), ("from=0&to=999&page=9223372036854775807", 0, -1),
            ("from=0&to=999&page=92233720368547759", 0, -1),
            ("from=0&to=999&limit=0", 1, 100), ("from=0&to=999&limit=-1", 1, 100), ("from=0&to=999&limit=7&page=3", 15, 21),
            ("from=0&to=999&limit=5000", 1, 150), ("from=0&to=999&limit=9223372036854775807", 1, 150),
            ("from=0&to=999&with_data=true", 1, 10), ("from=0&to=999&with_data=1&page=2", 11, 20),
            ("from=0&to=999&with_data=true&limit=5000", 1, 100), ("from=0&to=999&with_data=False", 1, 100),
            ("from=0&to=999&after=49", 50, 149), ("from=0&to=999&after=48.5", 49, 148), ("from=0&to=999&after=48.999999&limit=1", 49, 49),
            ("from=60&to=62&after=10", 60, 62), ("from=0&to=999&after=149&page=9", 150, 150), ("from=0&to=999&after=150", 0, -1),
            ("from=0&to=999&after=-1.5&limit=2", 1, 2), ("from=0&to=999&after=1e2&limit=2", 101, 102),
        ];
        foreach (var (query, first, last) in table)
        {
            var answer = await stage.GetAsync($"snapshots/range?{query}");
            Assert.Equal((query, 200), (query, answer.Status));
            Assert.Equal(Enumerable.Range((int)first, (int)(last - first + 1)).Select(n => (long)n), answer.Seconds);
        }
    }

    [Theory]
    [InlineData("", "from is missing, to is missing")]
    [InlineData("from=&to=x", "from is invalid, to is invalid")]
    [InlineData("from=1&to=2&limit=x&page=y&after=z&with_data=", "with_data is invalid, limit is invalid, page is invalid, after is invalid")]
    [InlineData("from=1&to=253402300800", "to is invalid")]
    [InlineData("from=1&to=2&page=9223372036854775808", "page is invalid")]
    public async Task A_range_of_the_wrong_type_is_refused(string query, string message)
    {
        var stage = await Stage.SetAsync(server.App);
        (await stage.GetAsync($"snapshots/range?{query}")).Refuses(400, message);
    }

    [Fact]
    public async Task Pictures_of_one_second_are_all_listed_and_the_newest_stands_for_them()
    {
        var stage = await Stage.SetAsync(server.App);
        foreach (var part in new[] { 0, 250, 500 })
        {
            await stage.RecordAsync(Moment.AddMilliseconds(part), Stage.JpegWith((byte)(part / 10)));
        }

        await stage.RecordAsync([Second + 1]);
        Assert.Equal([Second, Second, Second, Second + 1], (await stage.GetAsync("snapshots")).Seconds);
        Assert.Equal(Stage.JpegWith(50), (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        Assert.Equal(Stage.JpegWith(50), (await stage.GetAsync($"snapshots/{Second - 5}.jpg")).Bytes);

        var walked = new List<long>();
        var query = $"?from={Second}&to={Second + 1}&limit=1";
        while (query is not null)
        {
            var page = await stage.GetAsync($"snapshots/range{query}");
            walked.AddRange(page.Seconds);
            Assert.True(walked.Count < 10);
            query = page.Header("Link")?.Split('<', '>')[1];
        }

        Assert.Equal([Second, Second, Second, Second + 1], walked);
        Assert.Equal([Second, Second, Second], (await stage.GetAsync($"snapshots/range?from={Second}&to={Second}")).Seconds);

        (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Is(200, "{}");
        Assert.Equal([Second + 1], (await stage.GetAsync("snapshots")).Seconds);
        (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Refuses(404, "Snapshot does not exist");
    }

    [Fact]
    public async Task Days_and_hours_are_those_of_the_camera()
    {
        (string Zone, string[] Moments, string Path, string Answer)[] table =
        [
            ("Europe/Dublin", ["2014-05-31T23:30:00Z"], "2014/5/days", "[]"),
            ("Europe/Dublin", ["2014-05-31T23:30:00Z"], "2014/06/days", "[1]"),
            ("Europe/Dublin", ["2014-05-31T23:30:00Z"], "2014/6/1/hours", "[0]"),
            ("Europe/Dublin", ["2014-05-31T23:30:00Z"], "2014/5/31/hours", "[]"),
            ("Etc/UTC", ["2014-05-31T23:30:00Z"], "2014/5/days", "[31]"),
            ("Etc/UTC", ["1970-01-01T00:00:00Z", "1970-01-17T17:30:00Z", "1970-01-17T18:00:00Z"], "1970/01/days", "[1,17]"),
            ("Etc/UTC", ["1970-01-01T00:00:00Z", "1970-01-17T17:30:00Z", "1970-01-17T18:00:00Z"], "1970/01/17/hours", "[17,18]"),
            ("Etc/UTC", ["2016-02-29T23:59:59Z"], "2016/2/29/hours", "[23]"),
            ("Asia/Kolkata", ["2014-01-01T18:29:59Z", "2014-01-01T18:30:00Z"], "2014/1/days", "[1,2]"),
            ("Asia/Kolkata", ["2014-01-01T18:29:59Z", "2014-01-01T17:29:59Z"], "2014/1/1/hours", "[22,23]"),
            ("Asia/Kathmandu", ["2014-01-01T18:15:00Z"], "2014/1/2/hours", "[0]"),
            // 23 hours: 01:00 becomes 02:00.
            ("Europe/Dublin", ["2014-03-30T00:59:59Z", "2014-03-30T01:00:00Z", "2014-03-30T22:59:59Z", "2014-03-30T23:00:00Z"], "2014/3/30/hours", "[0,2,23]"),
            // 25 hours: 01:00 comes twice.
            ("Europe/Dublin", ["2014-10-26T00:30:00Z", "2014-10-26T01:30:00Z", "2014-10-26T23:59:59Z"], "2014/10/26/hours", "[1,23]"),
            ("Europe/Dublin", ["2014-10-25T22:59:59Z", "2014-10-27T00:00:00Z"], "2014/10/26/hours", "[]"),
            // Half an hour is skipped and repeated.
            ("Australia/Lord_Howe", ["2014-04-05T14:45:00Z", "2014-04-05T15:15:00Z"], "2014/4/6/hours", "[1]"),
            ("Australia/Lord_Howe", ["2014-10-04T15:29:59Z", "2014-10-04T15:30:00Z"], "2014/10/5/hours", "[1,2]"),
            // No midnight on that day.
            ("America/Sao_Paulo", ["2014-10-19T02:59:59Z", "2014-10-19T03:00:00Z"], "2014/10/19/hours", "[1]"),
            ("America/Sao_Paulo", ["2014-10-19T02:59:59Z", "2014-10-19T03:00:00Z"], "2014/10/days", "[18,19]"),
            // Samoa had no 30 December 2011.
            ("Pacific/Apia", ["2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"], "2011/12/days", "[29,31]"),
            ("Pacific/Apia", ["2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"], "2011/12/30/hours", "[]"),
            // The ends of time.
            ("Etc/UTC", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], "0001/1/days", "[1]"),
            ("Etc/UTC", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], "9999/12/31/hours", "[23]"),
            ("America/New_York", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], "9999/12/31/hours", "[18]"),
            ("America/New_York", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"], "1/1/1/hours", "[0]"),
            ("Europe/Dublin", ["9999-12-31T23:59:59Z"], "9999/12/31/hours", "[23]"),
            ("Pacific/Auckland", ["9999-12-31T10:59:59Z", "9999-12-31T23:59:59Z"], "9999/12/31/hours", "[23]"),
            ("Pacific/Auckland", ["9999-12-31T10:59:59Z", "9999-12-31T23:59:59Z"], "9999/12/days", "[31]"),
            ("Pacific/Auckland", ["0001-01-01T00:00:00Z"], "1/1/1/hours", "[11]"),
            ("Pacific/Kiritimati", ["9999-12-31T23:59:59Z"], "9999/12/31/hours", "[23]"),
        ];
        foreach (var cameras in table.GroupBy(row => $"{row.Zone} {string.Join(' ', row.Moments)}"))
        {
            var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = cameras.First().Zone);
            await Task.WhenAll(cameras.First().Moments.Select(moment => stage.RecordAsync(DateTimeOffset.Parse(moment, null))));
            foreach (var (_, _, path, answer) in cameras)
            {
                var name = path.EndsWith("days", StringComparison.Ordinal) ? "days" : "hours";
                var got = await stage.GetAsync($"snapshots/{path}");
                Assert.Equal((cameras.Key, path, $$"""{"{{name}}":{{answer}}}"""), (cameras.Key, path, got.Text));
            }
        }
    }

    /// <summary>In St John's the clock went from 00:01 on 7 November 2010 back to 23:01 on the 6th.</summary>
    [Fact]
    public async Task An_evening_that_comes_again_belongs_to_the_day_that_the_clock_shows()
    {
        const long again = 1_289_098_800;
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = "America/St_Johns");
        await stage.RecordAsync([again]);
        (await stage.GetAsync("snapshots/2010/11/days")).Is(200, """{"days":[6]}""");
        (await stage.GetAsync("snapshots/2010/11/6/hours")).Is(200, """{"hours":[23]}""");
        (await stage.GetAsync("snapshots/2010/11/7/hours")).Is(200, """{"hours":[]}""");
        Assert.Equal(["2010-11-07T03-00-00"], await PackedAsync("6/23"));
        (await stage.GetAsync("snapshots/2010/11/7/23.tar")).Refuses(404, "Snapshot does not exist");

        // Half a minute past midnight, before the clock is set back, and half an hour past the second midnight.
        await stage.RecordAsync([again - 1_770, again + 3_600]);
        (await stage.GetAsync("snapshots/2010/11/days")).Is(200, """{"days":[6,7]}""");
        (await stage.GetAsync("snapshots/2010/11/6/hours")).Is(200, """{"hours":[23]}""");
        (await stage.GetAsync("snapshots/2010/11/7/hours")).Is(200, """{"hours":[0]}""");
        Assert.Equal(["2010-11-07T02-30-30", "2010-11-07T04-00-00"], await PackedAsync("7/0"));

        async Task<IEnumerable<string>> PackedAsync(string hour)
        {
            var packed = await stage.GetAsync($"snapshots/2010/11/{hour}.tar");
            Assert.Equal(200, packed.Status);
            using var folder = new TempFolder();
            return (await Tools.UnpackAsync(packed.Bytes, folder.Path)).Select(name => name[..19]);
        }
    }

    [Fact]
    public async Task A_change_of_the_zone_regroups_at_once()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(DateTimeOffset.Parse("2014-05-31T23:30:00Z", null));
        (await stage.GetAsync("snapshots/2014/5/days")).Is(200, """{"days":[31]}""");
        await stage.ChangeAsync(camera => camera.Timezone = "Europe/Dublin");
        (await stage.GetAsync("snapshots/2014/5/days")).Is(200, """{"days":[]}""");
        (await stage.GetAsync("snapshots/2014/6/1/hours")).Is(200, """{"hours":[0]}""");
        Assert.Contains("\"timezone\":\"Europe/Dublin\"", (await stage.GetAsync("snapshots/latest")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2014/13/days", "Invalid month value")]
    [InlineData("2014/0/days", "Invalid month value")]
    [InlineData("2014/-1/days", "Invalid month value")]
    [InlineData("0/1/days", "Invalid year value")]
    [InlineData("10000/1/days", "Invalid year value")]
    [InlineData("abc/1/days", "year is invalid")]
    [InlineData("2014/x/days", "month is invalid")]
    [InlineData("99999999999999999999/1/days", "year is invalid")]
    [InlineData("0/13/days", "Invalid year value, Invalid month value")]
    [InlineData("2014/4/31/hours", "Invalid day value")]
    [InlineData("2015/2/29/hours", "Invalid day value")]
    [InlineData("2014/1/0/hours", "Invalid day value")]
    [InlineData("2014/1/32/hours", "Invalid day value")]
    [InlineData("2014/1/x/hours", "day is invalid")]
    [InlineData("2014/13/1/hours", "Invalid month value")]
    public async Task A_day_that_does_not_exist_is_refused(string path, string message)
    {
        var stage = await Stage.SetAsync(server.App);
        (await stage.GetAsync($"snapshots/{path}")).Refuses(400, message);
    }

    [Fact]
    public async Task Deleting_never_touches_a_neighbour()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([Second - 1, Second + 1]);
        await stage.RecordAsync(Moment.AddTicks(-10));
        (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Refuses(404, "Snapshot does not exist");
        Assert.Equal([Second - 1, Second - 1, Second + 1], (await stage.GetAsync("snapshots")).Seconds);
        (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second - 1}.json", stage.Owner)).Is(200, "{}");
        Assert.Equal([Second + 1], (await stage.GetAsync("snapshots")).Seconds);
    }

    [Fact]
    public async Task Of_many_uploads_of_one_second_exactly_one_is_kept()
    {
        var stage = await Stage.SetAsync(server.App);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => stage.UploadAsync(Second, Stage.JpegWith((byte)n))));
        var kept = Assert.Single(answers.Index(), answer => answer.Item.Status == 200);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => answer.Breaks("snapshot for this timestamp already exists"));
        Assert.Equal(Stage.JpegWith((byte)kept.Index), (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        Assert.Equal([Second], (await stage.GetAsync("snapshots")).Seconds);
    }

    [Fact]
    public async Task A_long_list_is_sent_while_it_is_read()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(Enumerable.Range(0, 2_000).Select(n => Second + n));
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"cameras/{stage.Id}/snapshots?api_id={stage.Owner.Credential!.ApiId}&api_key={stage.Owner.Credential.ApiKey}");
        using var answer = await server.App.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

        // A length could only be known by whoever has made the whole list before.
        Assert.Null(answer.Content.Headers.ContentLength);
        Assert.Equal(2_000, (await stage.GetAsync("snapshots")).Seconds.Distinct().Count());
    }
}
