using Evercam.Archive;
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
        await using var archive = await TestArchive.FilledAsync(storage, 3);
        archive.Clock.Advance(TimeSpan.FromDays(4_000));
        var retention = archive.NewRetention(new SnapshotArchiveOptions());
        Assert.Empty(await retention.ApplyAsync(archive.Camera, TimeSpan.FromDays(30), null, Cancellation));
        archive.Clock.Advance(TimeSpan.FromHours(25));
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

    private sealed class JumpedClock(TimeProvider real) : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override long TimestampFrequency => real.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => real.GetUtcNow() + Ahead;

        public override long GetTimestamp() => real.GetTimestamp();
    }
}
