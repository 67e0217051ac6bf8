using Evercam.Archive;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Tests.Archive;

/// <summary>Giving up old pictures where disks and databases are not as one would wish.</summary>
public sealed class RetentionTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_disk_that_frees_late_no_more_is_deleted_than_was_short()
    {
        await using var archive = await FilledAsync(8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 0L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = (2 * bytes) + 1 });
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
        await using var archive = await FilledAsync(8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 100 * bytes;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = bytes });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        free = bytes * 3 / 2;
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task A_large_file_beside_the_archive_costs_no_pictures_while_there_is_room()
    {
        await using var archive = await FilledAsync(8);
        var bytes = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var free = 100 * bytes;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = bytes });
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));

        free = 3 * bytes;
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task A_disk_that_refuses_to_delete_costs_no_more_than_one_pack_its_rows()
    {
        await using var archive = await FilledAsync(8);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" => throw new IOException("The file system is read-only."),
            _ => call.GoThrough(),
        };
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        var before = await archive.Archive.SumAsync(archive.Camera, Cancellation);
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.Equal(before.Pictures * 7 / 8, (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Pictures);

        // The disk lets go of what it held: room is made again.
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? 0L : call.GoThrough();
        await archive.Archive.FinishErasuresAsync(Cancellation);
        Assert.NotEmpty(await retention.MakeRoomAsync(Cancellation));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_changed_keeps_its_pictures_and_room_is_made_elsewhere()
    {
        await using var archive = await FilledAsync(80);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(79), camera: other);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "MayDelete" => call.Argument<PackName>().CameraKey == other,
            _ => call.GoThrough(),
        };
        archive.Clock.Advance(TimeSpan.FromDays(7));
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        Assert.Equal([PackName.Of(other, Ten.AddHours(79))], (await retention.MakeRoomAsync(Cancellation)).Select(pack => pack.Pack));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, 0, Cancellation));
        Assert.Equal(80, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_damaged_folder_costs_the_rows_of_one_pack_and_room_is_made_elsewhere()
    {
        await using var archive = await FilledAsync(8);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(7), camera: other);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" when call.Argument<PackName>().CameraKey == archive.Camera => throw new IOException("The folder is damaged."),
            _ => call.GoThrough(),
        };
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        Assert.Equal([PackName.Of(other, Ten.AddHours(7))], (await retention.MakeRoomAsync(Cancellation)).Select(pack => pack.Pack));
        Assert.Equal(7, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_bound_of_bytes_costs_no_more_rows_where_the_disk_refuses()
    {
        await using var archive = await FilledAsync(8);
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        archive.OnPacks = call => call.Method is "DeleteAsync" ? throw new IOException("The file system is read-only.") : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, null, all - 1, Cancellation));
        Assert.Equal(7, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_disk_that_refuses_everything_costs_few_packs_their_rows()
    {
        await using var archive = await FilledAsync(24 * 8);
        archive.Clock.Advance(TimeSpan.FromDays(9));
        var refuses = true;
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" when Volatile.Read(ref refuses) => throw new IOException("The file system is read-only."),
            _ => call.GoThrough(),
        };
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        for (var look = 0; look < 10; look++)
        {
            Assert.Empty(await retention.MakeRoomAsync(Cancellation));
            archive.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((24 * 8) - 3, (await archive.MomentsAsync()).Count);

        // What was refused is tried again, and then the rest.
        Volatile.Write(ref refuses, false);
        archive.Clock.Advance(TimeSpan.FromMinutes(5));
        await Eventually.IsTrueAsync(async () =>
        {
            await archive.Archive.FinishErasuresAsync(Cancellation);
            return (await retention.MakeRoomAsync(Cancellation)).Count > 0;
        });
    }

    [Fact]
    public async Task A_pack_that_cannot_be_deleted_holds_up_no_other()
    {
        await using var archive = await FilledAsync(3);
        var oldest = PackName.Of(archive.Camera, Ten);
        archive.OnIndex = call => call.Method is "RemovePackAsync" && call.Argument<PackName>() == oldest
            ? throw new InvalidOperationException("A bug.")
            : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions());
        Assert.Equal(2, (await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation)).Count);
        Assert.Equal([Ten], await archive.MomentsAsync());

        await archive.SaveAsync(Ten.AddHours(1));
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? 0L : call.GoThrough();
        Assert.Single(await Retention(archive, new SnapshotArchiveOptions()).MakeRoomAsync(Cancellation));
        Assert.Equal([Ten], await archive.MomentsAsync());
    }

    [Fact]
    public async Task A_camera_that_is_held_up_keeps_no_room_from_being_made_elsewhere()
    {
        await using var archive = await FilledAsync(80);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(79), camera: other);
        var (free, asked) = (0L, 0);
        var never = new TaskCompletionSource<Erasure>();
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        archive.OnIndex = call => call.Method is "RemovePackAsync" && call.Argument<PackName>().CameraKey == archive.Camera
            ? Ask()
            : call.GoThrough();
        archive.Clock.Advance(TimeSpan.FromDays(7));
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = 1_000 });
        var making = retention.MakeRoomAsync(Cancellation);
        await archive.PassTimeAsync(making);
        Assert.Equal([PackName.Of(other, Ten.AddHours(79))], (await making).Select(pack => pack.Pack));
        Assert.Equal(1, asked);

        // Nor does its retention hold up that of others.
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation));
        never.SetException(new IndexUnavailableException("It comes to nothing.", new IOException()));

        Task<Erasure> Ask()
        {
            asked++;
            return never.Task;
        }
    }

    [Fact]
    public async Task A_clock_that_jumped_forward_makes_no_picture_old_before_a_day_has_passed()
    {
        await using var archive = await FilledAsync(3);
        var retention = Retention(archive, new SnapshotArchiveOptions());
        var month = TimeSpan.FromDays(30);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));

        var jumped = new JumpedClock(archive.Clock);
        retention = Retention(archive, new SnapshotArchiveOptions(), jumped);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        jumped.Ahead = TimeSpan.FromDays(400);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));

        // It was set right again; or it was right.
        jumped.Ahead = TimeSpan.Zero;
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        jumped.Ahead = TimeSpan.FromDays(400);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, month, null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_at_the_start_is_not_believed_at_once()
    {
        await using var archive = await FilledAsync(3);
        archive.Clock.Advance(TimeSpan.FromDays(4_000));
        var retention = Retention(archive, new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_at_the_start_is_not_proven_by_the_pictures_that_it_dates()
    {
        await using var archive = await FilledAsync(3);
        archive.Clock.Advance(TimeSpan.FromDays(4_000));
        var retention = Retention(archive, new SnapshotArchiveOptions());
        await archive.SaveAsync(archive.Clock.GetUtcNow());
        archive.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));

        // Nor by those of an hour ago, after which somebody started the server again.
        archive.Clock.Advance(TimeSpan.FromHours(1));
        retention = Retention(archive, new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
    }

    [Fact]
    public async Task Pictures_go_to_the_byte_and_to_the_hour()
    {
        await using var archive = await FilledAsync(4);
        var now = archive.Clock.GetUtcNow();
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        var retention = Retention(archive, new SnapshotArchiveOptions());
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
    public async Task What_is_dated_in_the_future_pushes_out_nothing_of_the_past_before_its_hour_begins()
    {
        await using var archive = await FilledAsync(3);
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        var nextYear = archive.Clock.GetUtcNow().AddYears(1);
        for (var hour = 0; hour < 70; hour++)
        {
            await archive.UploadAsync(nextYear.AddHours(hour));
        }

        var retention = Retention(archive, new SnapshotArchiveOptions());
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
        var retention = Retention(archive, new SnapshotArchiveOptions());
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
        await using var archive = await FilledAsync(1);
        var running = ArchiveTime.HourOf(archive.Clock.GetUtcNow());
        foreach (var second in Enumerable.Range(0, 150))
        {
            await archive.SaveAsync(running.AddSeconds(second));
        }

        await archive.Archive.MarkAsync(archive.Camera, running, running.AddSeconds(2), keep: true, Cancellation);
        var free = 1_000_000L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = 1_000_000 });
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
        await using var archive = await FilledAsync(2);
        await archive.Archive.MarkAsync(archive.Camera, Ten, Ten.AddDays(1), keep: true, Cancellation);
        var free = 400_000L;
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        var retention = Retention(archive, new SnapshotArchiveOptions { MinimumFreeBytes = 1_000_000 });
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

    private static IEnumerable<DateTimeOffset> Hours(IEnumerable<PackSummary> packs) => packs.Select(pack => pack.Pack.Hour);

    private sealed class JumpedClock(TimeProvider real) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => real.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Ahead;

        public override long GetTimestamp() => real.GetTimestamp();
    }

    private static ArchiveRetention Retention(
        TestArchive archive, SnapshotArchiveOptions options, TimeProvider? clock = null) => new(
        archive.Archive, archive.InterposedPacks, archive.InterposedIndex, options, clock ?? archive.Clock,
        NullLogger<ArchiveRetention>.Instance);

    /// <summary>One picture in each of some hours, all of one size.</summary>
    private async Task<TestArchive> FilledAsync(int hours)
    {
        var archive = await TestArchive.StartAsync(storage);
        foreach (var hour in Enumerable.Range(0, hours))
        {
            await archive.SaveAsync(Ten.AddHours(hour));
        }

        return archive;
    }
}
