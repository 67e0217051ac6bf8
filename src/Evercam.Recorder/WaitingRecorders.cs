using Evercam.Storage;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>The recorders of this server that cannot begin with their cameras, and try again every two seconds. The log says so when the first of
/// them cannot, and when the last one has begun: not for each camera and attempt. What is a bug it says once for each camera. Thread-safe.</summary>
internal sealed partial class WaitingRecorders(ILogger<WaitingRecorders> log)
{
    /// <summary>The archive is away.</summary>
    private static readonly Obstacle Packs = new(nameof(Packs));

    /// <summary>Something else is that a recorder needs.</summary>
    private static readonly Obstacle Outage = new(nameof(Outage));

    private readonly Lock gate = new();

    /// <summary>What is in the way of each.</summary>
    private readonly Dictionary<long, Obstacle> waiting = [];

    /// <summary>Whom it is in the way of, and whom it has been since the log said so.</summary>
    private readonly Dictionary<Obstacle, (HashSet<long> Now, HashSet<long> Ever)> told = [];

    /// <summary>A recorder could not begin. Of a database that is away, somebody else tells.</summary>
    public void Failed(long cameraKey, Exception reason)
    {
        if (reason.IsDatabaseAway())
        {
            return;
        }

        var away = reason.FindPacksAway();
        if (away is null && !Crossing.IsUnavailable(reason))
        {
            if (IsNews(cameraKey, new("Bug", cameraKey)))
            {
                LogBug(cameraKey, reason);
            }
        }
        else if (IsNews(cameraKey, away is null ? Outage : Packs))
        {
            LogWaiting(cameraKey, (away ?? reason).Message);
        }
    }

    /// <summary>A recorder has begun.</summary>
    public void Began(long cameraKey)
    {
        if (Remove(cameraKey) is > 0 and var cameras)
        {
            LogBegun(cameras);
        }
    }

    /// <summary>A recorder has ended, however far it came.</summary>
    public void Ended(long cameraKey) => Remove(cameraKey);

    /// <returns>Whether that was in nobody's way.</returns>
    private bool IsNews(long cameraKey, Obstacle obstacle)
    {
        lock (gate)
        {
            if (waiting.TryGetValue(cameraKey, out var last) && last != obstacle)
            {
                Remove(cameraKey);
            }

            waiting[cameraKey] = obstacle;
            var isNews = !told.TryGetValue(obstacle, out var cameras);
            if (isNews)
            {
                told[obstacle] = cameras = ([], []);
            }

            cameras.Now.Add(cameraKey);
            cameras.Ever.Add(cameraKey);
            return isNews;
        }
    }

    /// <returns>How many there have been, if nobody is left.</returns>
    private int Remove(long cameraKey)
    {
        lock (gate)
        {
            if (!waiting.Remove(cameraKey, out var obstacle))
            {
                return 0;
            }

            var cameras = told[obstacle];
            cameras.Now.Remove(cameraKey);
            return cameras.Now.Count == 0 && told.Remove(obstacle) ? cameras.Ever.Count : 0;
        }
    }

    /// <summary>What is in the way of a recorder.</summary>
    /// <param name="Kind">What.</param>
    /// <param name="CameraKey">The camera, if it is about one.</param>
    private readonly record struct Obstacle(string Kind, long CameraKey = 0);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Recorders cannot begin with their cameras, that of camera {Camera} first; each tries again until it can: {Reason}")]
    private partial void LogWaiting(long camera, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The recorder of camera {Camera} cannot begin, and tries again: this is a bug")]
    private partial void LogBug(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "All recorders have begun that could not: {Count}")]
    private partial void LogBegun(int count);
}
