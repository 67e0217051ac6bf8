using Evercam.Archive;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Giving up old pictures where disks and databases are not as one would wish.</summary>
public class RetentionTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_disk_that_frees_late_no_more_is_deleted_than_was_short()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 0L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = (2 * bytes) + 1 });
        Assert.Equal(3, (await retention.MakeRoomAsync(Cancellation)).Count);

        // The room comes bit by bit, and is as good as there.
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        free = 2 * bytes;
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        // What has not come after long will not come.
        archive.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task Room_is_made_before_the_floor_is_reached_when_the_disk_fills_fast()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 100 * bytes;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = bytes });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        free = bytes * 3 / 2;
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task A_large_file_beside_the_archive_costs_no_pictures_while_there_is_room()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 100 * bytes;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = bytes });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        free = 3 * bytes;
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task Pictures_go_to_the_byte_and_to_the_hour()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 4);
        var now = archive.Clock.GetUtcNow();
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, null, all, Cancellation));
        Assert.Equal([Ten], Hours(await retention.ApplyAsync(archive.Camera, null, all - 1, Cancellation)));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, null, all / 4 * 3, Cancellation));

        // An hour goes when its last moment is as old as is allowed, and not a tick before.
        var age = now - Ten.AddHours(2);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, age + TimeSpan.FromTicks(1), null, Cancellation));
        Assert.Equal([Ten.AddHours(1)], Hours(await retention.ApplyAsync(archive.Camera, age, null, Cancellation)));
        Assert.Equal([Ten.AddHours(2), Ten.AddHours(3)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task Hours_that_end_by_a_moment_go_and_no_other_one_however_many_come_in_meanwhile()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        await archive.SaveAsync(Ten.AddMinutes(59));
        await archive.SaveAsync(Ten.AddHours(-1));
        Assert.Equal(
            [Ten.AddHours(-1), Ten],
            Hours(await retention.GiveUpUntilAsync(archive.Camera, Ten.AddHours(2).AddTicks(-1), Cancellation)));
        Assert.Equal([Ten.AddHours(1)], Hours(await retention.GiveUpUntilAsync(archive.Camera, Ten.AddHours(2), Cancellation)));
        Assert.Equal([Ten.AddHours(2)], await archive.MomentsAsync());
    }

    [Fact]
    public async Task What_is_dated_in_the_future_pushes_out_nothing_of_the_past_before_its_hour_begins()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        var nextYear = archive.Clock.GetUtcNow().AddYears(1);
        for (var hour = 0; hour < 70; hour++)
        {
            await archive.UploadAsync(nextYear.AddHours(hour));
        }

        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, null, all, Cancellation));
        archive.Clock.SetUtcNow(nextYear);
        Assert.Equal([Ten], Hours(await retention.ApplyAsync(archive.Camera, null, all, Cancellation)));
    }

    [Theory]
    [InlineData("2026-12-31T22:30:00Z")]
    [InlineData("2026-03-29T00:30:00Z")]
    [InlineData("2028-02-28T23:30:00Z")]
    public async Task Days_are_24_hours_over_years_leap_days_and_clock_changes(string moment)
    {
        var first = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
        await using var archive = await TestArchive.StartAsync(storage);
        foreach (var hour in Enumerable.Range(0, 3))
        {
            await archive.SaveAsync(first.AddHours(hour));
        }

        // Their hours end at half past, with a day to the next one.
        archive.Clock.SetUtcNow(ArchiveTime.HourOf(first).AddHours(1).AddDays(400));
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        archive.OnIndex = call => call.Method is "FindAtOrBeforeAsync" ? NowAsync() : call.GoThrough();
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(401), null, Cancellation));
        Assert.Equal(
            [ArchiveTime.HourOf(first)], Hours(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(400), null, Cancellation)));
        archive.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Single(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(400), null, Cancellation));
        Assert.Equal([first.AddHours(2)], await archive.MomentsAsync());

        // Of another camera, so that the clock is believed.
        Task<Snapshot?> NowAsync() => Task.FromResult<Snapshot?>(new Snapshot
        {
            CameraKey = 1,
            TakenAt = archive.Clock.GetUtcNow(),
            Type = PictureType.Jpeg,
            Address = default,
            Hash = default,
        });
    }

    [Fact]
    public async Task The_running_hour_gives_its_oldest_pictures_only_when_nothing_older_is_left_and_the_disk_is_nearly_full()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 1);
        var running = ArchiveTime.HourOf(archive.Clock.GetUtcNow());
        foreach (var second in Enumerable.Range(0, 150))
        {
            await archive.SaveAsync(running.AddSeconds(second));
        }

        await archive.Archive.MarkAsync(archive.Camera, running, running.AddSeconds(2), keep: true, Cancellation);
        var free = 1_000_000L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 1_000_000 });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        // Below the floor the past goes, and the running hour stays.
        free = 600_000;
        archive.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMinutes(40));
        Assert.Equal([Ten], Hours(await retention.MakeRoomAsync(Cancellation)));
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.False(archive.Archive.IsFull);

        // Below half of it, the oldest of the running hour go, but for what is kept.
        free = 400_000;
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([(running, 100)], (await retention.MakeRoomAsync(Cancellation)).Select(pack => (pack.Pack.Hour, pack.Pictures)));
        var left = await archive.MomentsAsync();
        Assert.Equal([running, running.AddSeconds(1), running.AddSeconds(102)], left.Take(3));
        Assert.False(archive.Archive.IsFull);
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task Pictures_are_refused_when_the_disk_is_nearly_full_and_nothing_may_go_and_taken_in_again_when_it_is_not()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 2);
        await archive.Archive.MarkAsync(archive.Camera, Ten, Ten.AddDays(1), keep: true, Cancellation);
        var free = 400_000L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 1_000_000 });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.True(archive.Archive.IsFull);
        await Assert.ThrowsAsync<ArchiveFullException>(() => archive.SaveAsync(Ten.AddHours(5)));
        Assert.NotNull(await archive.ReadAsync((await archive.Archive.FindLatestAsync(archive.Camera, Cancellation))!));

        // Not at once again, or it would begin and stop every second.
        free = 600_000;
        await retention.MakeRoomAsync(Cancellation);
        Assert.True(archive.Archive.IsFull);
        free = 800_000;
        await retention.MakeRoomAsync(Cancellation);
        Assert.False(archive.Archive.IsFull);

        // What is no longer kept makes room by itself.
        free = 400_000;
        await retention.MakeRoomAsync(Cancellation);
        Assert.True(archive.Archive.IsFull);
        await archive.Archive.MarkAsync(archive.Camera, Ten, Ten.AddHours(1), keep: false, Cancellation);
        Assert.Equal([Ten], Hours(await retention.MakeRoomAsync(Cancellation)));
        Assert.False(archive.Archive.IsFull);
        await archive.SaveAsync(Ten.AddHours(5));
    }

    private static IEnumerable<DateTimeOffset> Hours(IEnumerable<GivenUp> parts) => parts.Select(part => part.Pack.Hour);

    private static IEnumerable<DateTimeOffset> Hours(IEnumerable<PackSummary> packs) => packs.Select(pack => pack.Pack.Hour);
}
