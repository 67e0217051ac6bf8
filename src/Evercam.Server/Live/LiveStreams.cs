using Evercam.Recorder;

namespace Evercam.Server.Live;

/// <summary>All cameras that are being watched: each is asked for a picture at the pace of its most eager viewer, however many
/// there are, and no longer than there are any.</summary>
internal sealed partial class LiveStreams(IGrainFactory grains, TimeProvider clock, ILogger<LiveStreams> log) : ILiveNews
{
    private readonly Lock gate = new();
    private readonly Dictionary<long, LiveStream> streams = [];

    /// <summary>Begins to watch. Every call is matched by <see cref="Leave"/>.</summary>
    public LiveViewer Join(long cameraKey, TimeSpan interval)
    {
        var viewer = new LiveViewer(interval);
        lock (gate)
        {
            if (streams.TryGetValue(cameraKey, out var stream))
            {
                stream.Add(viewer);
                return viewer;
            }

            // In this order: a stream that nobody watches ends.
            stream = streams[cameraKey] = new LiveStream();
            stream.Add(viewer);
            _ = ShowAsync(cameraKey, stream);
        }

        return viewer;
    }

    public void Leave(long cameraKey, LiveViewer viewer)
    {
        lock (gate)
        {
            if (streams[cameraKey].Remove(viewer))
            {
                streams.Remove(cameraKey);
            }
        }
    }

    /// <summary>A stream that waits for a camera that fails goes on as soon as anybody is given a picture of it.</summary>
    public void Fetched(long cameraKey)
    {
        LiveStream? stream;
        lock (gate)
        {
            stream = streams.GetValueOrDefault(cameraKey);
        }

        stream?.Wake();
    }

    /// <summary>Asks the camera until nobody watches any more.</summary>
    private async Task ShowAsync(long cameraKey, LiveStream stream)
    {
        // The caller holds the gate.
        await Task.Yield();
        for (var failures = 0; stream.Interval is { } interval;)
        {
            var begun = clock.GetTimestamp();
            stream.Ask();
            if (await FetchAsync(cameraKey, interval) is { } picture)
            {
                failures = 0;
                stream.Show(picture);
            }
            else
            {
                failures++;
            }

            await stream.PauseAsync(clock.GetElapsedTime(begun), failures, clock);
        }
    }

    private async Task<LivePicture?> FetchAsync(long cameraKey, TimeSpan interval)
    {
        try
        {
            return (await grains.GetGrain<IRecorder>(cameraKey).LiveAsync(LiveStream.Freshness(interval))).Picture;
        }
#pragma warning disable CA1031 // Viewers wait for the next one, whatever became of this.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogFailed(cameraKey, reason);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Viewers of camera {Camera} got no picture")]
    private partial void LogFailed(long camera, Exception reason);
}
