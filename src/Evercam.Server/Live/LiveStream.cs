using Evercam.Recorder;

namespace Evercam.Server.Live;

/// <summary>One camera that is being watched, and those who do.</summary>
internal sealed class LiveStream
{
    /// <summary>A camera that fails is asked less and less often, yet at least once in this time.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly List<LiveViewer> viewers = [];
    private TaskCompletionSource changed = NewSignal();
    private bool isSeen;

    /// <summary>How often the most eager viewer wants a picture; <see langword="null"/> if nobody watches.</summary>
    public TimeSpan? Interval
    {
        get
        {
            lock (gate)
            {
                return viewers.Count == 0 ? null : viewers.Min(viewer => viewer.Interval);
            }
        }
    }

    /// <summary>How young a picture must be that others have asked for: one that is older than half of the interval would come again in the
    /// place of the next.</summary>
    public static TimeSpan Freshness(TimeSpan interval) => interval / 2;

    /// <summary>How long to wait until the camera is asked again.</summary>
    /// <param name="interval">From one picture to the next.</param>
    /// <param name="spent">How long the last one took.</param>
    /// <param name="failures">How often in a row there was none.</param>
    public static TimeSpan Pause(TimeSpan interval, TimeSpan spent, int failures)
    {
        if (failures == 0)
        {
            return interval > spent ? interval - spent : TimeSpan.Zero;
        }

        var pause = TimeSpan.FromSeconds(Math.Min(1 << Math.Min(failures - 1, 6), LongestPause.TotalSeconds));
        return pause > interval ? pause : interval;
    }

    /// <summary>Whoever comes has just been shown a picture of the camera.</summary>
    public void Add(LiveViewer viewer)
    {
        lock (gate)
        {
            viewers.Add(viewer);
        }

        Wake();
    }

    /// <summary>The camera is about to be asked: what was seen of it before is no reason to ask it again.</summary>
    public void Ask()
    {
        lock (gate)
        {
            isSeen = false;
        }
    }

    /// <summary>Somebody was given a picture of the camera: should it have failed, it works again.</summary>
    public void Wake()
    {
        lock (gate)
        {
            isSeen = true;
            changed.TrySetResult();
        }
    }

    /// <returns>Whether that was the last viewer.</returns>
    public bool Remove(LiveViewer viewer)
    {
        lock (gate)
        {
            viewers.Remove(viewer);
            changed.TrySetResult();
            return viewers.Count == 0;
        }
    }

    public void Show(LivePicture picture)
    {
        lock (gate)
        {
            viewers.ForEach(viewer => viewer.Offer(picture));
        }
    }

    /// <summary>Waits until the camera is to be asked again, or until nobody watches any more. Whoever comes or goes meanwhile may change
    /// how long that is; a camera that failed, and of which somebody has seen a picture since it was asked, is asked at once.</summary>
    /// <param name="spent">How long the last picture took.</param>
    /// <param name="failures">How often in a row there was none.</param>
    /// <param name="clock">Tells time.</param>
    public async Task PauseAsync(TimeSpan spent, int failures, TimeProvider clock)
    {
        var begun = clock.GetTimestamp();
        while (Left() is { } left)
        {
            await left.Change.WaitAsync(left.Time, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        (TimeSpan Time, Task Change)? Left()
        {
            lock (gate)
            {
                if (Interval is not { } interval || (failures > 0 && isSeen))
                {
                    return null;
                }

                changed = NewSignal();
                var time = Pause(interval, spent, failures) - clock.GetElapsedTime(begun);
                return time > TimeSpan.Zero ? (time, changed.Task) : null;
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
