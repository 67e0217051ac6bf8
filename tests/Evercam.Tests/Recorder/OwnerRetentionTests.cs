using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Coverage;
using Evercam.Tests.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Recorder;

/// <summary>What the cameras of one owner may take together. Each test has a server of its own.</summary>
public sealed class OwnerRetentionTests
{
    /// <summary>What a small picture takes of its pack.</summary>
    private const long Entry = 2_048;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_oldest_hours_of_all_cameras_of_an_owner_go_and_those_of_nobody_else()
    {
        await using var app = await StartAsync(2 * Entry);
        Stage other = await Stage.SetAsync(app), one = await Stage.SetAsync(app), two = await Stage.SetAsync(app, owner: one.Owner);
        await other.RecordAsync([1, 3_601]);
        await one.RecordAsync([Hour(3), Hour(5)]);
        await two.RecordAsync([Hour(4), Hour(6), Hour(7)]);
        await Eventually.IsTrueAsync(async () => await IsLeftAsync(one) && await IsLeftAsync(two, 6, 7));
        Assert.True(await IsLeftAsync(other, 0, 1));

        // What is marked to be kept stays, and counts.
        Assert.Equal(200, (await two.AskAsync(HttpMethod.Put, $"snapshots/{Hour(6)}/keep", two.Owner)).Status);
        await one.RecordAsync([Hour(8)]);
        await Eventually.IsTrueAsync(async () => await IsLeftAsync(one, 8) && await IsLeftAsync(two, 6));
        Assert.Equal(Entry, (await other.Archive.SumAsync(one.Key, Cancellation)).Bytes);
    }

    [Fact]
    public async Task When_nothing_may_go_pictures_are_refused_to_this_owner_alone()
    {
        await using var app = await StartAsync(2 * Entry);
        Stage other = await Stage.SetAsync(app), one = await Stage.SetAsync(app), two = await Stage.SetAsync(app, owner: one.Owner);

        // What is dated ahead does not go.
        var next = Hour(30_000_000);
        await Eventually.IsTrueAsync(async () =>
            (await one.UploadAsync(next++)).Status is 503 && (await one.GetAsync("snapshots")).Seconds is { Count: >= 2 });
        await Eventually.IsTrueAsync(async () => (await two.UploadAsync(next++)).Status == 503);
        await Eventually.IsTrueAsync(async () => (await one.UploadAsync(next++)).Text.Contains("The owner's cameras have no room left", StringComparison.Ordinal));
        Assert.Equal(200, (await other.UploadAsync(1)).Status);

        foreach (var second in (await one.GetAsync("snapshots")).Seconds)
        {
            Assert.Equal(200, (await one.AskAsync(HttpMethod.Delete, $"snapshots/{second}", one.Owner)).Status);
        }

        await Eventually.IsTrueAsync(async () => (await two.UploadAsync(next++)).Status == 200);
    }

    [Fact]
    public async Task A_recording_that_takes_up_all_by_itself_stops_and_says_so()
    {
        var camera = new FakeCamera("gate") { Width = 160, Height = 120 };
        await using var host = await FakeCameraHost.StartAsync([camera], Cancellation);
        var clock = new SteppingClock();
        await using var app = await StartAsync(1, clock);
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
        });
        await Eventually.IsTrueAsync(() => camera.Pictures > 3);
        clock.Step(TimeSpan.FromMinutes(5));
        await Eventually.IsTrueAsync(async () => await stage.CoverageAsync() is [.., { Status: "disk_full" }]);
    }

    [Fact]
    public async Task Hours_that_are_given_up_are_told_as_retention_and_not_as_a_full_disk()
    {
        await using var app = await StartAsync(2 * Entry);
        var stage = await Stage.SetAsync(app);
        var now = (await stage.CoversAsync("off"))[0].To;
        var first = (now / 3_600 * 3_600) - (10 * 3_600);
        await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await app.StoreAsync(db => db.WriteCoverageAsync(
            [new(stage.Key, first, null, CoverageStatus.Recorded), new(stage.Key, first + (5 * 3_600), null, CoverageStatus.Off)],
            TimeProvider.System.GetUtcNow(),
            Cancellation));
        await stage.RecordAsync(Enumerable.Range(0, 5).Select(hour => first + (3_600L * hour)));
        await Eventually.IsTrueAsync(async () => await stage.CoverageAsync() is [var gone, { Status: "recorded" }, { Status: "off" }]
            && gone == new Span(first, first + (3 * 3_600), "retention"));
    }

    [Fact]
    public async Task Recording_that_stops_for_want_of_room_says_that_it_is_the_owner_s()
    {
        const int bound = 1_000_000;
        var camera = new FakeCamera("gate") { Width = 160, Height = 120 };
        await using var host = await FakeCameraHost.StartAsync([camera], Cancellation);
        var clock = new SteppingClock();
        await using var app = await StartAsync(bound, clock);
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 60);
        });
        await Eventually.IsTrueAsync(() => app.StoreAsync(db => db.Database.SqlQuery<long>(
            $"SELECT camera_key AS \"Value\" FROM last_told WHERE is_recorded").ContainsAsync(stage.Key, Cancellation)));

        // What is dated ahead does not go, so nothing makes room for what the camera gives.
        Assert.Equal(200, (await stage.UploadAsync(Hour(30_000_000), Stage.JpegWith(new byte[bound]))).Status);
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync("logs")).Text.Contains("no room left", StringComparison.Ordinal));
        Assert.Equal(
            [StopReason.NoRoom],
            await app.StoreAsync(db => db.Notices.Where(n => n.CameraKey == stage.Key).Select(n => n.Reason).ToListAsync(Cancellation)));

        // Coverage knows one word for all that has no room, and the page says whose it is.
        clock.Step(TimeSpan.FromMinutes(5));
        await Eventually.IsTrueAsync(async () => await stage.CoverageAsync() is [.., { Status: "disk_full" }]);
        Assert.Equal(
            CoverageStatus.NoRoom,
            await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).OrderBy(fact => fact.Since)
                .Select(fact => fact.Status).LastAsync(Cancellation)));
    }

    [Fact]
    public async Task A_server_that_has_just_started_takes_in_no_more_than_one_that_runs()
    {
        await using var app = await StartAsync(2 * Entry, upkeep: "01:00:00");
        Stage other = await Stage.SetAsync(app), one = await Stage.SetAsync(app), two = await Stage.SetAsync(app, owner: one.Owner);

        // What is dated ahead does not go.
        await one.RecordAsync([Hour(30_000_000), Hour(30_000_001)]);
        Assert.Equal(503, (await two.UploadAsync(1)).Status);
        Assert.Equal(200, (await other.UploadAsync(1)).Status);
    }

    [Fact]
    public async Task While_nobody_can_look_what_there_is_nothing_is_taken_in()
    {
        var isAway = true;
        await using var app = await StartAsync(Entry, upkeep: "01:00:00", adjust: builder => builder.InterposeIndex(call =>
            call.Method is "SumAsync" && Volatile.Read(ref isAway) ? throw new IOException("It is away.") : call.GoThrough()));
        var stage = await Stage.SetAsync(app);
        Assert.Equal(503, (await stage.UploadAsync(1)).Status);
        Volatile.Write(ref isAway, false);
        Assert.Equal(200, (await stage.UploadAsync(1)).Status);
    }

    [Fact]
    public async Task What_is_taken_in_while_somebody_looks_is_not_forgotten()
    {
        var (isHeld, passed, looks, first, all) = (false, 0, 0, new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await StartAsync(Entry + 10, adjust: builder => builder.InterposeIndex(call =>
        {
            if (call.Method is not "ListLoosePacksAsync")
            {
                return call.GoThrough();
            }

            if (Volatile.Read(ref isHeld))
            {
                return AnswerLateAsync(call, Interlocked.Increment(ref looks) == 1 ? first.Task : all.Task);
            }

            Interlocked.Increment(ref passed);
            return call.GoThrough();
        }));
        try
        {
            var stage = await Stage.SetAsync(app);
            Assert.Equal(200, (await stage.UploadAsync(Hour(30_000_000))).Status);

            // Of three looks, one began and ended since.
            var before = Volatile.Read(ref passed);
            await Eventually.IsTrueAsync(() => Volatile.Read(ref passed) >= before + 3);
            Volatile.Write(ref isHeld, true);
            await Eventually.IsTrueAsync(() => Volatile.Read(ref looks) == 1);
            Assert.Equal(200, (await stage.UploadAsync(Hour(30_000_001))).Status);
            first.SetResult();
            await Eventually.IsTrueAsync(() => Volatile.Read(ref looks) == 2);
            Assert.Equal(503, (await stage.UploadAsync(Hour(30_000_002))).Status);
        }
        finally
        {
            all.SetResult();
        }

        // What it answers was so before the wait.
        static async Task<IReadOnlyList<PackSummary>> AnswerLateAsync(InterposedCall call, Task ready)
        {
            var answer = await (Task<IReadOnlyList<PackSummary>>)call.GoThrough()!;
            await ready;
            return answer;
        }
    }

    private static long Hour(int number) => number * 3_600L;

    /// <summary>Whether of some hours, and of no others, there is a picture.</summary>
    private static async Task<bool> IsLeftAsync(Stage stage, params int[] hours) =>
        (await stage.GetAsync("snapshots")).Seconds.Select(second => (int)(second / 3_600)).SequenceEqual(hours);

    private static Task<EvercamApp> StartAsync(
        long bytesPerOwner, TimeProvider? clock = null, Action<WebApplicationBuilder>? adjust = null, string upkeep = "00:00:01") => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Recorder:NoticePause"] = "00:00:00",
            ["Evercam:Recorder:UpkeepInterval"] = upkeep,
            ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
            ["Evercam:Archive:BytesPerOwner"] = $"{bytesPerOwner}",
        },
        clock,
        adjust: adjust);
}
