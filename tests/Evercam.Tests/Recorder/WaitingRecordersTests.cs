using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Recorder;

/// <summary>What the log says of recorders that cannot begin.</summary>
public sealed class WaitingRecordersTests
{
    private readonly LogLines<WaitingRecorders> log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void An_outage_is_told_once_and_its_end_with_the_number_of_cameras()
    {
        var waiting = new WaitingRecorders(log);
        for (var i = 0; i < 30; i++)
        {
            waiting.Failed(1 + (i % 3), new PacksUnavailableException("The bucket is away."));
        }

        Assert.Equal(
            ["Warning: Recorders cannot begin with their cameras, that of camera 1 first; each tries again until it can: The bucket is away."], log.Lines);
        log.Clear();
        waiting.Began(1);
        waiting.Ended(2);
        waiting.Began(7);
        Assert.Empty(log.Lines);
        waiting.Began(3);
        Assert.Equal(["Information: All recorders have begun that could not: 3"], log.Lines);
        log.Clear();
        waiting.Failed(1, new PacksUnavailableException("The bucket is away."));
        Assert.Single(log.Lines);
    }

    [Fact]
    public void Another_obstacle_is_told_too()
    {
        var waiting = new WaitingRecorders(log);
        waiting.Failed(1, new PacksUnavailableException("The bucket is away."));
        waiting.Failed(1, new ArchiveBusyException());
        waiting.Failed(2, new ArchiveBusyException());
        Assert.Equal(2, log.Lines.Count);
        Assert.Contains("Disk or database do not answer in time.", log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_that_is_away_is_told_by_others()
    {
        var waiting = new WaitingRecorders(log);
        waiting.Failed(1, new NpgsqlException("Broken.", new IOException("Connection reset by peer")));
        waiting.Began(1);
        Assert.Empty(log.Lines);
    }

    [Fact]
    public void A_bug_is_told_once_for_each_camera()
    {
        var waiting = new WaitingRecorders(log);
        for (var i = 0; i < 4; i++)
        {
            waiting.Failed(1 + (i % 2), new InvalidOperationException("A bug."));
        }

        Assert.Equal(2, log.Lines.Count);
        Assert.All(log.Lines, line => Assert.StartsWith("Error: ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cameras_that_cannot_be_woken_are_told_once_until_all_are()
    {
        var (lines, isAway) = (new LogLines<RecorderWaker>(), true);
        var recorder = Interposed.Around<IRecorder>(
            null!, _ => isAway ? Task.FromException(new PacksUnavailableException("The bucket is away.")) : Task.CompletedTask);
        var waker = new RecorderWaker(Interposed.Around<IGrainFactory>(null!, _ => recorder), lines);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(2, (await waker.WakeAsync([1, 2], Cancellation)).Count);
        }

        Assert.Equal(["Error: 2 cameras could not be woken; trying again until all are: The bucket is away."], lines.Lines);
        isAway = false;
        Assert.Empty(await waker.WakeAsync([1, 2], Cancellation));
        isAway = true;
        await waker.WakeAsync([1, 2], Cancellation);
        Assert.Equal(2, lines.Lines.Count);
    }
}
