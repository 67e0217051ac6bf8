using Evercam.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Giving up old pictures where the clock may be wrong.</summary>
public sealed class AgeTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_clock_that_jumped_forward_makes_no_picture_old_before_a_day_has_passed()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        var month = TimeSpan.FromDays(30);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));

        var jumped = new JumpedClock(archive.Clock);
        retention = archive.NewRetention(new SnapshotArchiveOptions(), jumped);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        jumped.Ahead = TimeSpan.FromDays(400);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));

        // It was set right again; or it was right. A second jump is to be proven anew.
        jumped.Ahead = TimeSpan.Zero;
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(2));
        jumped.Ahead = TimeSpan.FromDays(400);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(25));
        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, month, null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_at_the_start_is_not_believed_at_once()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        archive.Clock.Advance(TimeSpan.FromDays(4_000));
        var log = new LogLines<ArchiveRetention>();
        var retention = archive.NewRetention(new SnapshotArchiveOptions(), log: log);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(23));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
        Assert.Single(log.Lines, line => line.StartsWith("Error: The clock says", StringComparison.Ordinal));
        archive.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_clock_that_is_far_ahead_at_the_start_is_not_proven_by_the_pictures_that_it_dates()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        archive.Clock.Advance(TimeSpan.FromDays(4_000));
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        archive.Clock.Advance(TimeSpan.FromSeconds(1));
        await archive.SaveAsync(archive.Clock.GetUtcNow());
        archive.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
    }

    [Fact]
    public async Task A_clock_that_jumped_while_pictures_were_recorded_is_not_believed_because_of_a_restart()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var (jumped, month) = (new JumpedClock(archive.Clock), TimeSpan.FromDays(30));
        var retention = archive.NewRetention(new SnapshotArchiveOptions(), jumped);
        await retention.LookAtClockAsync(Cancellation);

        jumped.Ahead = TimeSpan.FromDays(400);
        await archive.SaveAsync(jumped.GetUtcNow());
        for (var starts = 0; starts < 4; starts++)
        {
            // What was dated wrongly is the newest picture of all from now on.
            archive.Clock.Advance(TimeSpan.FromMinutes(1));
            retention = archive.NewRetention(new SnapshotArchiveOptions(), jumped);
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
            archive.Clock.Advance(TimeSpan.FromHours(5));
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        }

        // It has been so for a day by now, though no process has seen all of it.
        archive.Clock.Advance(TimeSpan.FromHours(5));
        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, month, null, Cancellation)).Count);
    }

    [Fact]
    public async Task A_jump_that_was_put_right_proves_nothing_for_the_next()
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        var (jumped, month) = (new JumpedClock(archive.Clock), TimeSpan.FromDays(30));
        var retention = archive.NewRetention(new SnapshotArchiveOptions(), jumped);
        await retention.LookAtClockAsync(Cancellation);
        for (var times = 0; times < 3; times++)
        {
            jumped.Ahead = TimeSpan.FromDays(400);
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
            archive.Clock.Advance(TimeSpan.FromHours(20));
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));

            // The process that sees it put right has heard of it from the one before.
            retention = archive.NewRetention(new SnapshotArchiveOptions(), jumped);
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
            jumped.Ahead = TimeSpan.Zero;
            Assert.Empty(await retention.ApplyAsync(archive.Camera, month, null, Cancellation));
        }
    }

    [Theory]
    [InlineData("WriteTimeAsync")]
    [InlineData("ReadTimeAsync")]
    public async Task A_disk_that_keeps_no_time_keeps_no_picture_from_growing_old(string fails)
    {
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        archive.OnPacks = call => call.Method == fails ? throw new IOException("No space left on device") : call.GoThrough();
        var log = new LogLines<ArchiveRetention>();
        var retention = archive.NewRetention(new SnapshotArchiveOptions(), log: log);
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(3), null, Cancellation));
        for (var hours = 0; hours < 72; hours++)
        {
            archive.Clock.Advance(TimeSpan.FromHours(1));
            await retention.LookAtClockAsync(Cancellation);
        }

        Assert.Equal(3, (await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(3), null, Cancellation)).Count);
        Assert.Single(log.Lines, line => line.StartsWith("Error: What time ", StringComparison.Ordinal));
    }

    private sealed class JumpedClock(TimeProvider real) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => real.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Ahead;

        public override long GetTimestamp() => real.GetTimestamp();
    }
}
