using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Series;

public sealed class SqliteSeriesTests(SqlitePictures server) : SeriesTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresSeriesTests(PostgresPictures server) : SeriesTests(server), IClassFixture<PostgresPictures>;

/// <summary>One picture for each step of time, as JSON and as a TAR file; and all of an hour.</summary>
public abstract class SeriesTests(PicturesServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_step_has_the_nearest_picture_or_none()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([1000, 1595, 1610, 1799, 5000]);
        Assert.Equal(
            [(1000, 1000), (1600, 1595), (2200, null), (2800, null)],
            await SeriesAsync(stage, "from=1000&to=3000&every=10m"));
    }

    [Fact]
    public async Task A_picture_stands_for_one_step_only_and_half_a_step_is_near_enough()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([1030]);
        Assert.Equal([(1000, 1030), (1060, null), (1120, null)], await SeriesAsync(stage, "from=1000&to=1120&every=1m"));
        Assert.Equal([(1061, null), (1121, null)], await SeriesAsync(stage, "from=1061&to=1121&every=1m"));
    }

    [Theory]
    [InlineData("Europe/London", "2026-03-27T00:00:00Z", "12:00", "2026-03-27T12:00:00Z 2026-03-28T12:00:00Z 2026-03-29T11:00:00Z 2026-03-30T11:00:00Z")]
    [InlineData("Europe/London", "2026-10-23T23:00:00Z", "1:30", "2026-10-24T00:30:00Z 2026-10-25T00:30:00Z 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-02T00:00:00Z", "2:10", "2026-10-02T15:40:00Z 2026-10-03T15:30:00Z 2026-10-04T15:10:00Z 2026-10-05T15:10:00Z")]
    public async Task Steps_of_days_keep_to_the_cameras_clock_when_it_is_changed(string zone, string from, string at, string wanted)
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = zone);
        var seconds = wanted.Split(' ').Select(Second).ToList();
        foreach (var second in seconds)
        {
            (await stage.UploadAsync(second)).Is(200, (await stage.GetAsync($"snapshots/{second}")).Text);
            Assert.Equal(200, (await stage.UploadAsync(second - 1200)).Status);
        }

        Assert.Equal(
            seconds.Select(second => (second, (long?)second)),
            await SeriesAsync(stage, $"from={Second(from)}&to={Second(from) + (4 * 86_400)}&every=1d&at={at}"));
    }

    [Fact]
    public async Task A_step_tells_of_its_picture_what_a_list_tells()
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = "Europe/Dublin");
        await stage.UploadAsync(1_400_000_000, notes: "A parcel \"came\"");
        (await stage.GetAsync("snapshots/series.json?from=1400000000&to=1400003600&every=1h")).Is(
            200,
            """{"series":[{"wanted_at":1400000000,"snapshot":{"camera":"ID","notes":"A parcel \"came\"","created_at":1400000000,"timezone":"Europe/Dublin"}},"""
                .Replace("ID", stage.Id, StringComparison.Ordinal) + """{"wanted_at":1400003600,"snapshot":null}]}""");
        (await stage.GetAsync("snapshots/series?from=2&to=1&every=1h")).Is(200, """{"series":[]}""");
    }

    [Theory]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Etc/GMT+12")]
    public async Task The_last_and_the_first_day_of_all_have_their_series_too(string zone)
    {
        const long first = -62_135_596_800;
        const long last = 253_402_300_799;
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = zone);
        foreach (var second in new[] { first, last - 3_600, last })
        {
            Assert.Equal(200, (await stage.UploadAsync(second)).Status);
        }

        Assert.Equal(
            [(last - 7_200, null), (last - 3_600, last - 3_600), (last, last)], await SeriesAsync(stage, $"from={last - 7_200}&to={last}&every=1h"));
        Assert.Equal(
            [(last - 86_400, null), (last, last)], await SeriesAsync(stage, $"from={last - 86_400}&to={last}&every=1d"));
        Assert.Equal([(first, first), (first + 86_400, null)], await SeriesAsync(stage, $"from={first}&to={first + 86_400}&every=1d"));
    }

    [Fact]
    public async Task What_cannot_be_a_series_is_refused()
    {
        var stage = await Stage.SetAsync(server.App);
        foreach (var form in new[] { "", ".tar", ".mp4" })
        {
            (await stage.GetAsync($"snapshots/series{form}")).Refuses(400, "from is missing, to is missing, every is missing");
            (await stage.GetAsync($"snapshots/series{form}?from=x&to=99999999999999&every=1d")).Refuses(400, "from is invalid, to is invalid");
            (await stage.GetAsync($"snapshots/series{form}?from=1&to=2&every=")).Breaks("every can't be blank");
            (await stage.GetAsync($"snapshots/series{form}?from=1&to=2&every=1y&at=25:00")).Breaks("every is invalid", "at is invalid");
            (await stage.GetAsync($"snapshots/series{form}?from=1&to=2&every=1h&at=12:00")).Breaks("at is only for steps of days or weeks");
            (await stage.GetAsync($"snapshots/series{form}?from=0&to=600000&every=1m")).Breaks("a series has at most 10000 steps");
        }

        Assert.Equal(10_000, (await SeriesAsync(stage, "from=0&to=599940&every=1m")).Count);
        (await stage.GetAsync("snapshots/series.mp4?from=1&to=2&every=1h&fps=61&width=321")).Breaks("fps is invalid", "width is invalid");
        (await stage.GetAsync("snapshots/series.mp4?from=1&to=2&every=1h&fps=0&width=62")).Breaks("fps is invalid", "width is invalid");
        (await stage.GetAsync("snapshots/series.tar?from=1&to=2&every=1h")).Refuses(404, "Snapshot does not exist");
    }

    [Fact]
    public async Task A_series_as_a_tar_file_holds_its_pictures_as_they_were_kept()
    {
        var stage = await Stage.SetAsync(server.App);
        byte[][] pictures = [Stage.JpegWith(1), Stage.JpegWith([.. new byte[5000], 2]), Stage.JpegWith(3)];
        await stage.RecordAsync(At(1_400_000_000), pictures[0]);
        await stage.RecordAsync(At(1_400_000_010), Stage.JpegWith(9));
        await stage.RecordAsync(At(1_400_003_600), pictures[1]);
        await stage.UploadAsync(1_400_010_900, pictures[2], "image/png", "With words");
        using var folder = new TempFolder();
        var reply = await stage.GetAsync("snapshots/series.tar?from=1400000000&to=1400010900&every=1h");
        Assert.Equal((200, "application/x-tar", $"attachment; filename={stage.Id}.tar"), (reply.Status, reply.Header("Content-Type"), reply.Header("Content-Disposition")));
        var names = await Tools.UnpackAsync(reply.Bytes, folder.Path);
        Assert.Equal(
            ["2014-05-13T16-53-20.000000Z.jpg", "2014-05-13T17-53-20.000000Z.jpg", "2014-05-13T19-55-00.000000Z.png"], names);
        Assert.Equal(pictures, names.Select(name => File.ReadAllBytes(Path.Combine(folder.Path, name))));

        var head = await stage.AskAsync(HttpMethod.Head, "snapshots/series.tar?from=1400000000&to=1400010900&every=1h", stage.Owner);
        Assert.Equal((200, "application/x-tar", ""), (head.Status, head.Header("Content-Type"), head.Text));
    }

    [Fact]
    public async Task An_hour_is_that_of_the_cameras_clock_and_comes_from_as_many_packs_as_it_spans()
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = "Asia/Kolkata");
        foreach (var moment in new[] { "2014-05-13T06:29:59Z", "2014-05-13T06:30:00Z", "2014-05-13T06:59:59Z", "2014-05-13T07:29:59Z", "2014-05-13T07:30:00Z" })
        {
            await stage.RecordAsync(At(Second(moment)));
        }

        Assert.Equal(
            ["2014-05-13T06-30-00.000000Z.jpg", "2014-05-13T06-59-59.000000Z.jpg", "2014-05-13T07-29-59.000000Z.jpg"],
            await HourAsync(stage, "2014/5/13/12.tar"));
        Assert.Equal(["2014-05-13T07-30-00.000000Z.jpg"], await HourAsync(stage, "2014/05/13/013.TAR"));
        (await stage.GetAsync("snapshots/2014/5/13/14.tar")).Refuses(404, "Snapshot does not exist");
        (await stage.GetAsync("snapshots/2014/5/13/24.tar")).Refuses(400, "Invalid hour value");
        (await stage.GetAsync("snapshots/2014/2/30/x.tar")).Refuses(400, "Invalid day value, hour is invalid");
    }

    [Fact]
    public async Task An_hour_that_the_clock_shows_twice_is_whole_and_one_that_it_leaves_out_is_none()
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = "Australia/Lord_Howe");
        foreach (var moment in new[] { "2026-04-04T14:00:00Z", "2026-04-04T14:59:59Z", "2026-04-04T15:00:00Z", "2026-04-04T15:29:59Z", "2026-04-04T15:30:00Z" })
        {
            await stage.RecordAsync(At(Second(moment)));
        }

        // 01:00 to 02:00 in summer time, and 01:30 to 02:00 once more.
        Assert.Equal(4, (await HourAsync(stage, "2026/4/5/1.tar")).Count);
        Assert.Single(await HourAsync(stage, "2026/4/5/2.tar"));

        var london = await Stage.SetAsync(server.App, camera => camera.Timezone = "Europe/London");
        await london.RecordAsync(At(Second("2026-03-29T01:30:00Z")));
        (await london.GetAsync("snapshots/2026/3/29/1.tar")).Refuses(404, "Snapshot does not exist");
        Assert.Single(await HourAsync(london, "2026/3/29/2.tar"));
    }

    [Fact]
    public async Task What_was_deleted_is_in_no_tar_file()
    {
        var stage = await Stage.SetAsync(server.App);
        await Task.WhenAll(Enumerable.Range(0, 450).Select(n => stage.RecordAsync(At(1_400_000_400 + n))));
        for (var second = 1_400_000_400; second < 1_400_000_850; second += 50)
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{second}", stage.Owner)).Status);
        }

        var names = await HourAsync(stage, "2014/5/13/17.tar");
        Assert.Equal(441, names.Count);
        Assert.DoesNotContain("2014-05-13T17-00-00.000000Z.jpg", names);
        Assert.Equal(names.Order(), names);
    }

    [Fact]
    public async Task A_tar_file_is_broken_off_when_the_right_to_it_ends()
    {
        var stage = await Stage.SetAsync(server.App);
        var friend = await Stage.AddUserAsync(server.App);
        await stage.ShareAsync(friend, CameraRights.View);
        var large = Stage.JpegWith(new byte[3_000_000]);
        for (var picture = 0; picture < 20; picture++)
        {
            await stage.RecordAsync(At(1_400_000_400 + picture), large);
        }

        var keys = friend.Credential!;
        using var client = new TcpClient();
        await client.ConnectAsync(server.App.Address.Host, server.App.Address.Port, Cancellation);
        await client.GetStream().WriteAsync(
            Encoding.ASCII.GetBytes(
                $"GET /v1/cameras/{stage.Id}/snapshots/2014/5/13/17.tar?api_id={keys.ApiId}&api_key={keys.ApiKey} HTTP/1.1\r\nHost: x\r\n\r\n"),
            Cancellation);
        var buffer = new byte[64];
        await client.GetStream().ReadExactlyAsync(buffer, Cancellation);
        Assert.StartsWith("HTTP/1.1 200 OK", Encoding.ASCII.GetString(buffer), StringComparison.Ordinal);

        var share = JsonNode.Parse((await stage.GetAsync("shares")).Text)!["shares"]![0]!["id"];
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        await Eventually.IsTrueAsync(() => IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpConnections()
            .All(connection => !connection.LocalEndPoint.Equals(client.Client.LocalEndPoint) || connection.State != TcpState.Established));
    }

    private static async Task<IReadOnlyList<(long Wanted, long? Picture)>> SeriesAsync(Stage stage, string query)
    {
        var reply = await stage.GetAsync($"snapshots/series?{query}");
        Assert.True(reply.Status == 200, reply.Text);
        return [.. JsonNode.Parse(reply.Text)!["series"]!.AsArray().Select(
            step => ((long)step!["wanted_at"]!, (long?)step["snapshot"]?["created_at"]))];
    }

    private static async Task<IReadOnlyList<string>> HourAsync(Stage stage, string path)
    {
        var reply = await stage.GetAsync($"snapshots/{path}");
        Assert.True(reply.Status == 200, reply.Text);
        using var folder = new TempFolder();
        return await Tools.UnpackAsync(reply.Bytes, folder.Path);
    }

    private static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);

    private static long Second(string moment) => DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture).ToUnixTimeSeconds();
}
