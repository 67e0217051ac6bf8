using Evercam.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Giving up old pictures where the disk or the database does not let go of some.</summary>
public class RefusedDeletionTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_refuses_to_delete_costs_no_more_than_one_pack_its_rows()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" => throw new IOException("The file system is read-only."),
            _ => call.GoThrough(),
        };
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
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
        await using var archive = await TestArchive.FilledAsync(storage, 80);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(79), camera: other);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "MayDelete" => call.Argument<PackName>().CameraKey == other,
            _ => call.GoThrough(),
        };
        archive.Clock.Advance(TimeSpan.FromDays(7));
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        Assert.Equal([PackName.Of(other, Ten.AddHours(79))], (await retention.MakeRoomAsync(Cancellation)).Select(pack => pack.Pack));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, 0, Cancellation));
        Assert.Equal(80, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task Each_folder_that_keeps_its_pictures_is_told_of_once_and_so_is_a_disk_that_is_full_of_them()
    {
        // The last two of the hours are of the next day, which has a folder of its own.
        await using var archive = await TestArchive.FilledAsync(storage, 16);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "MayDelete" => false,
            _ => call.GoThrough(),
        };
        var log = new LogLines<ArchiveRetention>();
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 10_000 }, log: log);
        for (var round = 0; round < 3; round++)
        {
            Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation));
            Assert.Empty(await retention.MakeRoomAsync(Cancellation));
            archive.Clock.Advance(TimeSpan.FromMinutes(11));
        }

        Assert.Collection(
            log.Lines,
            line => Assert.Contains($"Old pictures stay: nothing can be deleted from the folder of pack {PackName.Of(archive.Camera, Ten)}.", line, StringComparison.Ordinal),
            line => Assert.Contains($" of pack {PackName.Of(archive.Camera, Ten.AddHours(14))}.", line, StringComparison.Ordinal),
            line => Assert.Contains("The disk is full: 0 bytes are free", line, StringComparison.Ordinal));
        Assert.Contains(", and what may go cannot be deleted.", log.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_folder_costs_the_rows_of_one_pack_and_room_is_made_elsewhere()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(7), camera: other);
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" when call.Argument<PackName>().CameraKey == archive.Camera => throw new IOException("The folder is damaged."),
            _ => call.GoThrough(),
        };
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        Assert.Equal([PackName.Of(other, Ten.AddHours(7))], (await retention.MakeRoomAsync(Cancellation)).Select(pack => pack.Pack));
        Assert.Equal(7, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_bound_of_bytes_costs_no_more_rows_where_the_disk_refuses()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        var all = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes;
        archive.OnPacks = call => call.Method is "DeleteAsync" ? throw new IOException("The file system is read-only.") : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, null, all - 1, Cancellation));
        Assert.Equal(7, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_bound_of_age_costs_few_packs_their_rows_where_every_folder_refuses()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        for (var day = 0; day < 5; day++)
        {
            await archive.SaveAsync(Ten.AddDays(day));
        }

        archive.Clock.Advance(TimeSpan.FromDays(9));
        archive.OnPacks = call => call.Method is "DeleteAsync" ? throw new IOException("The file system is read-only.") : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation));
        Assert.Equal(2, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task A_disk_that_refuses_everything_costs_few_packs_their_rows()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 24 * 8);
        archive.Clock.Advance(TimeSpan.FromDays(9));
        var refuses = true;
        archive.OnPacks = call => call.Method switch
        {
            "get_FreeBytes" => 0L,
            "DeleteAsync" when Volatile.Read(ref refuses) => throw new IOException("The file system is read-only."),
            _ => call.GoThrough(),
        };
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = long.MaxValue / 2 });
        for (var look = 0; look < 10; look++)
        {
            Assert.Empty(await retention.MakeRoomAsync(Cancellation));
            archive.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal((24 * 8) - 3, (await archive.MomentsAsync()).Count);

        // Nobody waits for ever: every ten minutes one more is tried.
        archive.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.Equal((24 * 8) - 4, (await archive.MomentsAsync()).Count);

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
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var oldest = PackName.Of(archive.Camera, Ten);
        archive.OnIndex = call => call.Method is "RemovePackAsync" && call.Argument<PackName>() == oldest
            ? throw new InvalidOperationException("A bug.")
            : call.GoThrough();
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Equal(2, (await retention.ApplyAsync(archive.Camera, TimeSpan.Zero, null, Cancellation)).Count);
        Assert.Equal([Ten], await archive.MomentsAsync());

        await archive.SaveAsync(Ten.AddHours(1));
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? 0L : call.GoThrough();
        Assert.Single(await archive.NewRetention(new SnapshotArchiveOptions()).MakeRoomAsync(Cancellation));
        Assert.Equal([Ten], await archive.MomentsAsync());
    }

    [Fact]
    public async Task A_camera_that_is_held_up_keeps_no_room_from_being_made_elsewhere()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 80);
        var other = archive.NewCamera();
        await archive.SaveAsync(Ten.AddHours(79), camera: other);
        var (free, asked) = (0L, 0);
        var never = new TaskCompletionSource<Erasure>();
        archive.OnPacks = call => call.Method is "get_FreeBytes" ? free : call.GoThrough();
        archive.OnIndex = call => call.Method is "RemovePackAsync" && call.Argument<PackName>().CameraKey == archive.Camera
            ? Ask()
            : call.GoThrough();
        archive.Clock.Advance(TimeSpan.FromDays(7));
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 1_000 });
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
}
