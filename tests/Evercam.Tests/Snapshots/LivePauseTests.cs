using Evercam.Server.Live;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Snapshots;

/// <summary>When a camera that is watched is asked again, while viewers come and go.</summary>
public sealed class LivePauseTests
{
    private readonly CountingClock clock = new();
    private readonly LiveStream stream = new();

    public LivePauseTests() => stream.Add(Viewer(10));

    [Fact]
    public async Task Who_comes_and_goes_brings_on_no_picture_before_its_time()
    {
        var first = PauseAsync();
        var passer = Viewer(10);
        stream.Add(passer);
        stream.Remove(passer);
        await EndAsync(first, after: 10);
        await EndAsync(PauseAsync(), after: 10);

        stream.Add(passer);
        stream.Remove(passer);
        await EndAsync(PauseAsync(), after: 10);
    }

    [Fact]
    public async Task Who_is_in_more_of_a_hurry_waits_no_longer_than_it_wants()
    {
        var pause = PauseAsync();
        clock.Advance(TimeSpan.FromSeconds(4));
        stream.Add(Viewer(3));
        await OverAsync(pause);

        pause = PauseAsync(spent: 1);
        stream.Add(Viewer(2));
        await EndAsync(pause, after: 1);
    }

    [Fact]
    public async Task Who_comes_to_a_camera_that_failed_has_seen_it_and_who_goes_has_not()
    {
        var passer = Viewer(10);
        stream.Add(passer);
        var pause = PauseAsync(failures: 6);
        stream.Remove(passer);
        await EndAsync(pause, after: 32);

        pause = PauseAsync(failures: 6);
        stream.Add(passer);
        await OverAsync(pause);
    }

    [Fact]
    public async Task A_camera_that_failed_is_asked_again_when_somebody_has_a_picture_of_it()
    {
        var pause = PauseAsync(failures: 6);
        Assert.False(pause.IsCompleted);
        stream.Wake();
        await OverAsync(pause);

        // One that works is not asked before its time.
        pause = PauseAsync();
        var looked = clock.Timers;
        stream.Wake();
        await Eventually.IsTrueAsync(() => pause.IsCompleted || clock.Timers > looked);
        await EndAsync(pause, after: 10);
    }

    [Fact]
    public async Task Who_comes_while_the_camera_is_being_asked_in_vain_is_not_forgotten()
    {
        stream.Ask();
        stream.Add(Viewer(10));
        await OverAsync(stream.PauseAsync(TimeSpan.Zero, failures: 6, clock));
    }

    [Fact]
    public async Task When_nobody_watches_any_more_nobody_waits()
    {
        var alone = new LiveStream();
        var viewer = Viewer(10);
        alone.Add(viewer);
        var pause = alone.PauseAsync(TimeSpan.Zero, failures: 0, clock);
        Assert.True(alone.Remove(viewer));
        await OverAsync(pause);
    }

    private static LiveViewer Viewer(int seconds) => new(TimeSpan.FromSeconds(seconds));

    private Task PauseAsync(int spent = 0, int failures = 0)
    {
        stream.Ask();
        return stream.PauseAsync(TimeSpan.FromSeconds(spent), failures, clock);
    }

    /// <summary>A pause that time alone would never end.</summary>
    private static async Task OverAsync(Task pause)
    {
        await Eventually.IsTrueAsync(() => pause.IsCompleted);
        await pause;
    }

    /// <summary>A pause that is not over a moment earlier, however often it looked.</summary>
    private async Task EndAsync(Task pause, int after)
    {
        var moment = TimeSpan.FromMilliseconds(1);
        clock.Advance(TimeSpan.FromSeconds(after) - moment);
        Assert.False(pause.IsCompleted);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(moment);
            return pause.IsCompleted;
        });
    }

    /// <summary>A clock that knows how often somebody began to wait.</summary>
    private sealed class CountingClock : FakeTimeProvider
    {
        private int timers;

        public int Timers => Volatile.Read(ref timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
