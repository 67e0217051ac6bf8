using Evercam.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>What goes when the disk is nearly full, and what does not.</summary>
public sealed class SpaceGuardTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private const long Floor = 1_000_000;

    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private readonly LogLines<ArchiveRetention> log = new();
    private readonly List<(long Camera, DateTimeOffset From, DateTimeOffset To)> told = [];
    private long free = Floor;
    private long total = 100 * Floor;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Pictures of the running hour, by their seconds, of which the first may be marked.</summary>
    [Theory]
    [InlineData(3, false, 0, 3)]
    [InlineData(150, false, 0, 100)]
    [InlineData(150, true, 0, 101)]
    [InlineData(150, false, 99.4, 99.4)]
    public async Task What_goes_of_the_running_hour_is_told_up_to_the_last_picture(int pictures, bool mark, double besides, double until)
    {
        await using var archive = await StartAsync();
        var running = ArchiveTime.HourOf(archive.Clock.GetUtcNow());
        foreach (var second in Enumerable.Range(0, pictures))
        {
            await archive.SaveAsync(running.AddSeconds(second));
        }

        if (besides > 0)
        {
            await archive.SaveAsync(running.AddSeconds(besides));
        }

        if (mark)
        {
            await archive.Archive.MarkAsync(archive.Camera, running, running.AddSeconds(1), keep: true, Cancellation);
        }

        free = (Floor / 2) - 1;
        var gone = Assert.Single(await NewRetention(archive).MakeRoomAsync(Cancellation));
        Assert.Equal([(archive.Camera, running, running.AddSeconds(until))], told);
        Assert.Equal(running.AddSeconds(mark ? 1 : 0), gone.From);
        Assert.Equal(running.AddSeconds(Math.Min(pictures, mark ? 101 : 100) - 1), gone.To);
    }

    [Fact]
    public async Task Of_the_running_hour_the_oldest_pictures_of_all_cameras_go_first()
    {
        await using var archive = await StartAsync();
        long[] cameras = [archive.Camera, archive.NewCamera(), archive.NewCamera()];
        var running = ArchiveTime.HourOf(archive.Clock.GetUtcNow());
        long size = 0;
        foreach (var second in Enumerable.Range(0, 60))
        {
            size = (await archive.SaveAsync(running.AddSeconds(second))).Address.EntryLength;
            await archive.SaveAsync(running.AddSeconds(second), camera: cameras[1]);
            await archive.SaveAsync(running.AddMinutes(5).AddSeconds(second), camera: cameras[2]);
        }

        free = (Floor / 2) - (40 * size);
        var gone = await NewRetention(archive).MakeRoomAsync(Cancellation);
        Assert.Equal(cameras[..2].Order(), gone.Select(part => part.Pack.CameraKey).Order());
        Assert.InRange(gone.Sum(part => part.Pictures), 40, 60);
        Assert.InRange((gone[0].To - gone[1].To).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(60, (await archive.MomentsAsync(cameras[2])).Count);

        // Then that of the third one's, when the others have none as old.
        free = (Floor / 2) - (100 * size);
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        gone = await NewRetention(archive).MakeRoomAsync(Cancellation);
        Assert.Equal(3, gone.Count);
        Assert.Equal((0, 0), ((await archive.MomentsAsync(cameras[0])).Count, (await archive.MomentsAsync(cameras[1])).Count));
        Assert.Empty(await archive.FindingsAsync());
    }

    [Fact]
    public async Task What_went_before_the_server_was_told_to_stop_is_answered()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        Interpose(archive);
        free = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var retention = NewRetention(archive);
        retention.GaveUp = (_, _, _) => stop.Cancel();
        Assert.Equal([Ten], (await retention.MakeRoomAsync(stop.Token)).Select(gone => gone.Pack.Hour));
        Assert.Equal(7, (await archive.MomentsAsync()).Count);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retention.MakeRoomAsync(stop.Token));
    }

    [Fact]
    public async Task What_will_soon_be_free_costs_no_picture_of_the_running_hour()
    {
        await using var archive = await StartAsync();
        var running = ArchiveTime.HourOf(archive.Clock.GetUtcNow());
        long size = 0;
        foreach (var hour in Enumerable.Range(1, 8))
        {
            size = (await archive.SaveAsync(running.AddHours(-hour))).Address.EntryLength;
        }

        foreach (var second in Enumerable.Range(0, 20))
        {
            await archive.SaveAsync(running.AddSeconds(second));
        }

        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 12 * size }, log: log);
        free = (6 * size) + 1;
        Assert.Equal(6, (await retention.MakeRoomAsync(Cancellation)).Sum(part => part.Pictures));

        // The disk has not freed them yet, and others fill it.
        free = size;
        Assert.Equal(2, (await retention.MakeRoomAsync(Cancellation)).Sum(part => part.Pictures));
        Assert.Equal(20, (await archive.MomentsAsync()).Count);
    }

    [Fact]
    public async Task Room_is_made_at_the_end_of_time()
    {
        await using var archive = await StartAsync();
        var end = new DateTimeOffset(9999, 12, 31, 23, 59, 55, TimeSpan.Zero);
        await archive.SaveAsync(end);
        await archive.SaveAsync(end, camera: archive.NewCamera());
        free = 0;
        Assert.Equal(2, (await NewRetention(archive).MakeRoomAsync(Cancellation)).Sum(part => part.Pictures));
    }

    [Fact]
    public async Task A_floor_above_the_size_of_the_disk_costs_no_picture_and_is_told_once()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        Interpose(archive);
        (total, free) = (Floor - 1, Floor * 3 / 5);
        var retention = NewRetention(archive);
        for (var look = 0; look < 3; look++)
        {
            Assert.Empty(await retention.MakeRoomAsync(Cancellation));
            archive.Clock.Advance(TimeSpan.FromMinutes(2));
        }

        var line = Assert.Single(log.Lines);
        Assert.Contains($"{Floor} bytes cannot be free on this disk, no more than {total} even without any picture that may go.", line, StringComparison.Ordinal);

        // What the database needs is still kept free, and no more goes than for that.
        free = (Floor / 2) - 1;
        Assert.NotEmpty(await retention.MakeRoomAsync(Cancellation));
        Assert.InRange((await archive.MomentsAsync()).Count, 1, 7);
        Assert.False(archive.Archive.IsFull);
    }

    [Fact]
    public async Task A_disk_that_others_have_filled_costs_no_picture_in_vain()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        Interpose(archive);
        free = Floor * 3 / 5;
        var retention = NewRetention(archive);
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.Contains($"no more than {free + (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes} even", Assert.Single(log.Lines), StringComparison.Ordinal);

        // When they have made room, as much goes as is missing.
        free = Floor - 1;
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal([Ten], (await retention.MakeRoomAsync(Cancellation)).Select(part => part.Pack.Hour));
        Assert.Contains(log.Lines, line => line.Contains("is within reach again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_disk_smaller_than_what_is_kept_free_for_the_database_elsewhere_has_room_for_pictures()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        Interpose(archive);
        (total, free) = (Floor / 4, Floor / 5);
        var retention = NewRetention(archive);
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.False(archive.Archive.IsFull);

        // Half of it is for the database: pictures go for that, and are refused when none may go.
        free = (total / 2) - 1;
        Assert.NotEmpty(await retention.MakeRoomAsync(Cancellation));
        Assert.False(archive.Archive.IsFull);
        free = 0;
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        await retention.MakeRoomAsync(Cancellation);
        archive.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.True(archive.Archive.IsFull);
    }

    [Fact]
    public async Task What_will_soon_be_free_is_no_reason_to_refuse_pictures()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 8);
        Interpose(archive);
        var size = (await archive.Archive.SumAsync(archive.Camera, Cancellation)).Bytes / 8;
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = 12 * size }, log: log);
        free = (5 * size) + 1;
        Assert.Equal(7, (await retention.MakeRoomAsync(Cancellation)).Count);

        // The disk takes its time.
        Assert.Empty(await retention.MakeRoomAsync(Cancellation));
        Assert.False(archive.Archive.IsFull);

        // Somebody else has it now.
        foreach (var _ in Enumerable.Range(0, 2))
        {
            archive.Clock.Advance(TimeSpan.FromMinutes(2));
            await retention.MakeRoomAsync(Cancellation);
        }

        Assert.True(archive.Archive.IsFull);
    }

    private async Task<TestArchive> StartAsync()
    {
        var archive = await TestArchive.StartAsync(storage);
        Interpose(archive);
        return archive;
    }

    private void Interpose(TestArchive archive) => archive.OnPacks = call => call.Method switch
    {
        "get_FreeBytes" => free,
        "get_TotalBytes" => total,
        _ => call.GoThrough(),
    };

    private ArchiveRetention NewRetention(TestArchive archive)
    {
        var retention = archive.NewRetention(new SnapshotArchiveOptions { MinimumFreeBytes = Floor }, log: log);
        retention.GaveUp = (camera, from, to) => told.Add((camera, from, to));
        return retention;
    }
}
