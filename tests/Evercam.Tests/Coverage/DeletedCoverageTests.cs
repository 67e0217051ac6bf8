using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Coverage;

public sealed class SqliteDeletedCoverageTests(SqlitePictures server) : DeletedCoverageTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresDeletedCoverageTests(PostgresPictures server) : DeletedCoverageTests(server), IClassFixture<PostgresPictures>;

/// <summary>Only where recorded pictures were deleted, a recording has a gap that somebody made.</summary>
public abstract class DeletedCoverageTests(PicturesServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pictures_that_were_brought_or_taken_on_demand_in_a_gap_and_deleted_again_are_no_gap_that_somebody_made()
    {
        var stage = await Stage.SetAsync(server.App);
        var first = await RecordedAsync(
            stage, (0, CoverageStatus.Recorded), (660, CoverageStatus.Offline), (1_200, CoverageStatus.Recorded), (3_600, CoverageStatus.Off));
        await stage.RecordWithinAsync(Minutes(first, 0, 10).Concat(Minutes(first, 20, 59)));
        Assert.Equal(200, (await stage.UploadAsync(first + 900)).Status);
        await stage.RecordWithinAsync([first + 930]);

        // The last picture before the gap is one of many, too.
        await DeleteAsync(stage, first, 900, 930, 600);
        await DeleteAsync(stage, first, Enumerable.Range(25, 5).Select(minute => 60 * minute));
        // One deletion after the other is told.
        var gap = new Span(first + (24 * 60) + 1, first + (30 * 60), "deleted", stage.Owner.UserName);
        await Eventually.IsTrueAsync(async () =>
            await stage.CoversAsync("recorded", "offline", "recorded", "deleted", "recorded", "off") is var spans
            && (spans[1].From, spans[1].Seconds) == (first + 660, 540) && spans[3] == gap);
    }

    [Fact]
    public async Task What_was_recorded_more_seldom_than_it_would_be_now_has_no_gap_where_one_taken_on_demand_went()
    {
        var stage = await Stage.SetAsync(server.App, c => (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600));
        var first = await RecordedAsync(stage, (0, CoverageStatus.Recorded), (3_600, CoverageStatus.Offline));
        await stage.RecordWithinAsync(Minutes(first, 0, 59).Append(first + 630));
        await DeleteAsync(stage, first, 630);
        await DeleteAsync(stage, first, Enumerable.Range(20, 2).Select(minute => 60 * minute));
        var gap = new Span(first + (19 * 60) + 1, first + (22 * 60), "deleted", stage.Owner.UserName);
        await Eventually.IsTrueAsync(async () => (await stage.CoversAsync("recorded", "deleted", "recorded", "offline"))[1] == gap);
    }

    [Fact]
    public async Task Pictures_that_were_brought_do_not_hide_that_recorded_ones_between_them_were_deleted()
    {
        var stage = await Stage.SetAsync(server.App);
        var first = await RecordedAsync(stage, (0, CoverageStatus.Recorded), (3_600, CoverageStatus.Off));
        await stage.RecordWithinAsync(Minutes(first, 0, 59));

        // As dense as it gets, and before, between and behind what goes.
        var brought = Enumerable.Range(0, 120).Select(number => 541 + (7 * number)).Where(second => second % 60 != 0).ToList();
        foreach (var second in brought)
        {
            Assert.Equal(200, (await stage.UploadAsync(first + second)).Status);
        }

        await DeleteAsync(stage, first, Enumerable.Range(10, 5).Select(minute => 60 * minute));
        // One deletion after the other is told.
        var gap = new Span(first + 541, first + 900, "deleted", stage.Owner.UserName);
        await Eventually.IsTrueAsync(async () => (await stage.CoversAsync("recorded", "deleted", "recorded", "off"))[1] == gap);

        // They themselves were never recorded: going, they say nothing.
        await DeleteAsync(stage, first, brought);
        await DeleteAsync(stage, first, Enumerable.Range(30, 5).Select(minute => 60 * minute));
        var next = new Span(first + 1_741, first + 2_100, "deleted", stage.Owner.UserName);
        await Eventually.IsTrueAsync(async () =>
            await stage.CoversAsync("recorded", "deleted", "recorded", "deleted", "recorded", "off") is var spans && spans[1] == gap && spans[3] == next);
    }

    [Fact]
    public async Task A_brought_picture_that_goes_out_of_a_slow_camera_s_pause_is_no_gap()
    {
        var stage = await Stage.SetAsync(server.App);
        var first = await RecordedAsync(stage, (0, CoverageStatus.Recorded), (3_600, CoverageStatus.Off));
        await stage.RecordWithinAsync(Minutes(first, 0, 10).Concat(Minutes(first, 13, 59)));
        Assert.Equal(200, (await stage.UploadAsync(first + 700)).Status);
        await DeleteAsync(stage, first, 700);
        await DeleteAsync(stage, first, Enumerable.Range(30, 5).Select(minute => 60 * minute));
        await stage.CoversAsync("recorded", "deleted", "recorded", "off");
    }

    /// <summary>Says what became of a camera's recording, some hours ago.</summary>
    /// <returns>The first second of it.</returns>
    private async Task<long> RecordedAsync(Stage stage, params (long After, CoverageStatus Status)[] facts)
    {
        // What the recorder says of now comes first: it takes the place of all that is told of later.
        await Eventually.IsTrueAsync(async () => (await stage.CoverageAsync()).Count > 0);
        var first = ((await stage.CoverageAsync())[^1].To / 3_600 * 3_600) - (4 * 3_600);
        await server.App.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await server.App.StoreAsync(db => db.WriteCoverageAsync(
            [.. facts.Select(fact => new CoverageChange(stage.Key, first + fact.After, To: null, fact.Status))],
            TimeProvider.System.GetUtcNow(),
            Cancellation));
        return first;
    }

    private static IEnumerable<long> Minutes(long first, int from, int to) =>
        Enumerable.Range(from, to - from + 1).Select(minute => first + (60L * minute));

    private static Task DeleteAsync(Stage stage, long first, params int[] seconds) => DeleteAsync(stage, first, seconds.AsEnumerable());

    private static async Task DeleteAsync(Stage stage, long first, IEnumerable<int> seconds)
    {
        foreach (var second in seconds)
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{first + second}", stage.Owner)).Status);
        }
    }
}
