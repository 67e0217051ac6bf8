using CsCheck;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Contracts;

/// <summary>What the facts of coverage must hold to on every database. Seconds are counted from an hour.</summary>
public abstract class CoverageContract(TestStorage storage) : IAsyncLifetime
{
    private const long Hour = 1_400_000_400;

    private Camera camera = null!;
    private User owner = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await using var db = storage.OpenCatalog();
        owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        camera = CatalogRows.Camera(owner);
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_period_without_facts_is_unknown()
    {
        await ReadsAsync(0, 100, "0-100 Unknown");
        await WriteAsync(Begins(50, Off));
        await ReadsAsync(0, 100, "0-50 Unknown", "50-100 Off");
    }

    [Fact]
    public async Task Facts_are_clipped_to_the_period_and_leave_no_hole()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100, Offline), Begins(400, Recorded));
        await ReadsAsync(0, 1_000, "0-100 Recorded", "100-400 Offline", "400-1000 Recorded");
        await ReadsAsync(50, 100, "50-100 Recorded");
        await ReadsAsync(100, 101, "100-101 Offline");
        await ReadsAsync(99, 401, "99-100 Recorded", "100-400 Offline", "400-401 Recorded");
        await ReadsAsync(5_000, 9_000, "5000-9000 Recorded");
    }

    [Fact]
    public async Task No_more_spans_are_read_than_asked_for()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100, Offline), Begins(400, Recorded));
        await using var db = storage.OpenCatalog();
        Assert.Equal(
            [new CoverageSpan(Hour, Hour + 100, Recorded, null), new CoverageSpan(Hour + 100, Hour + 400, Offline, null)],
            await db.ReadCoverageAsync(camera.Key, Hour, Hour + 1_000, 2, Cancellation));
        Assert.Single(await db.ReadCoverageAsync(camera.Key, Hour, Hour + 1_000, 1, Cancellation));
        Assert.Equal(3, (await db.ReadCoverageAsync(camera.Key, Hour, Hour + 1_000, 3, Cancellation)).Count);
    }

    [Fact]
    public async Task What_says_nothing_new_is_not_written()
    {
        await WriteAsync(Begins(0, Recorded), Begins(10, Recorded));
        await WriteAsync(Begins(20, Recorded));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task What_begins_replaces_what_was_thought_to_come_after()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100, Offline), Begins(200, Recorded), Begins(100, Unauthorized));
        await ReadsAsync(0, 300, "0-100 Recorded", "100-300 Unauthorized");
        await WriteAsync(Begins(100, Recorded));
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task A_clock_that_fell_back_takes_no_facts_with_it()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100_000, Offline), Begins(100_100, Recorded));
        Assert.Equal(1, await WriteAsync(Begins(5, Off)));
        await ReadsAsync(0, 200_000, "0-100000 Recorded", "100000-100100 Offline", "100100-200000 Recorded");
    }

    [Fact]
    public async Task A_clock_that_is_proven_takes_the_facts_that_one_wrote_which_was_ahead()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100_000, Offline), Begins(100_100, Recorded));
        Assert.Equal(0, await WriteAsync(true, Begins(30, Unauthorized)));
        await ReadsAsync(0, 200_000, "0-30 Recorded", "30-200000 Unauthorized");

        // What is written within a minute is of now.
        Assert.Equal(0, await WriteAsync(true, Begins(59, Offline)));
        Assert.Equal(0, await WriteAsync(true, Begins(60, Recorded)));
        await ReadsAsync(0, 100, "0-30 Recorded", "30-59 Unauthorized", "59-60 Offline", "60-100 Recorded");
    }

    [Fact]
    public async Task Pictures_that_went_change_only_what_was_recorded()
    {
        await WriteAsync(Begins(0, Recorded), Begins(100, Offline), Begins(400, Recorded));
        await WriteAsync(Went(50, 3_600, Retention));
        await ReadsAsync(
            0, 7_200, "0-50 Recorded", "50-100 Retention", "100-400 Offline", "400-3600 Retention", "3600-7200 Recorded");
        await WriteAsync(Went(3_600, 7_200, Retention));
        await ReadsAsync(
            0, 7_300, "0-50 Recorded", "50-100 Retention", "100-400 Offline", "400-7200 Retention", "7200-7300 Recorded");
        Assert.Equal(5, await CountAsync());
    }

    [Fact]
    public async Task Deletions_of_one_user_that_meet_are_one_and_those_of_two_are_two()
    {
        await WriteAsync(Begins(0, Recorded));
        await WriteAsync(Went(10, 20, Deleted, 7), Went(30, 40, Deleted, 7), Went(20, 30, Deleted, 7), Went(40, 50, Deleted, 8));
        await ReadsAsync(0, 60, "0-10 Recorded", "10-40 Deleted by 7", "40-50 Deleted by 8", "50-60 Recorded");
    }

    [Fact]
    public async Task Cameras_are_told_apart_and_one_that_is_gone_takes_its_facts_with_it()
    {
        Camera other;
        await using (var db = storage.OpenCatalog())
        {
            db.Add(other = CatalogRows.Camera(owner));
            await db.SaveChangesAsync(Cancellation);
        }

        await WriteAsync(Begins(0, Recorded), Begins(100, Offline), new(other.Key, Hour + 50, null, Unauthorized));
        await ReadsAsync(0, 200, "0-100 Recorded", "100-200 Offline");
        await using (var db = storage.OpenCatalog())
        {
            await db.DeleteCameraAsync(camera.Key, Cancellation);
        }

        // One that ended meanwhile holds up no other.
        await WriteAsync(Begins(200, Recorded), new(other.Key, Hour + 60, null, Off));
        Assert.Equal(0, await CountAsync());
        await using (var db = storage.OpenCatalog())
        {
            Assert.Equal(2, await db.Coverage.CountAsync(fact => fact.CameraKey == other.Key, Cancellation));
        }
    }

    [Fact]
    public async Task The_pulse_tells_until_when_all_is_written()
    {
        await WriteAsync(Begins(0, Recorded));
        await using var db = storage.OpenCatalog();
        Assert.Equal(Hour, await db.FindPulseAsync(Cancellation));
        await db.WriteCoverageAsync([], DateTimeOffset.FromUnixTimeSeconds(Hour + 5), Cancellation);
        Assert.Equal(Hour + 5, await db.FindPulseAsync(Cancellation));
    }

    [Fact]
    public async Task Of_cameras_that_are_not_recorded_and_unknown_the_first_fact_says_so()
    {
        await using var db = storage.OpenCatalog();
        await db.BeginUnrecordedAsync(DateTimeOffset.FromUnixTimeSeconds(Hour + 10), Cancellation);
        await db.BeginUnrecordedAsync(DateTimeOffset.FromUnixTimeSeconds(Hour + 20), Cancellation);
        await ReadsAsync(0, 30, "0-10 Unknown", "10-30 Off");
    }

    [Fact]
    public void Cutting_is_what_it_is_second_by_second() => Gen.Select(
        Gen.Select(Gen.Int[0, 30], Gen.Enum<CoverageStatus>().Where(status => status != Unknown)).Array[0, 12],
        Gen.Int[0, 30], Gen.Int[1, 12]).Sample((begins, from, length) =>
    {
        var facts = new SortedDictionary<long, CoverageFact>();
        foreach (var (since, status) in begins)
        {
            facts[since] = new() { CameraKey = 1, Since = since, Status = status };
        }

        var (to, before) = (from + length, facts.Values.LastOrDefault(fact => fact.Since < from));
        var within = facts.Values.Where(fact => fact.Since >= from && fact.Since <= to).ToList();
        var cut = new CoverageChange(1, from, to, Deleted, 5).Cut(before, within);
        var after = facts.Values.Where(fact => fact.Since < from || fact.Since > to).Concat(cut).OrderBy(fact => fact.Since).ToList();
        for (var second = 0; second < 50; second++)
        {
            var (was, now) = (At(facts.Values, second), At(after, second));
            var expected = was?.Status == Recorded && second >= from && second < to ? (Deleted, 5L) : (was?.Status, was?.UserKey);
            Assert.Equal(expected, (now?.Status, now?.UserKey));
        }

        static CoverageFact? At(IEnumerable<CoverageFact> facts, long second) => facts.LastOrDefault(fact => fact.Since <= second);
    });

    private CoverageChange Begins(long second, CoverageStatus status) => new(camera.Key, Hour + second, null, status);

    private CoverageChange Went(long from, long to, CoverageStatus why, long? user = null) =>
        new(camera.Key, Hour + from, Hour + to, why, user);

    private Task<int> WriteAsync(params CoverageChange[] changes) => WriteAsync(false, changes);

    private async Task<int> WriteAsync(bool isProven, params CoverageChange[] changes)
    {
        await using var db = storage.OpenCatalog();
        var now = DateTimeOffset.FromUnixTimeSeconds(Hour);
        if (isProven)
        {
            await db.ForgetFutureAsync(changes, now, Cancellation);
        }

        return (await db.WriteCoverageAsync(changes, now, Cancellation)).Count;
    }

    private async Task<int> CountAsync()
    {
        await using var db = storage.OpenCatalog();
        return await db.Coverage.CountAsync(fact => fact.CameraKey == camera.Key, Cancellation);
    }

    private async Task ReadsAsync(long from, long to, params string[] expected)
    {
        await using var db = storage.OpenCatalog();
        var spans = await db.ReadCoverageAsync(camera.Key, Hour + from, Hour + to, 100, Cancellation);
        Assert.Equal(expected, spans.Select(span =>
            $"{span.From - Hour}-{span.To - Hour} {span.Status}{(span.UserKey is { } user ? $" by {user}" : "")}"));
    }
}
