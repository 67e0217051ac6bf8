using System.Collections.Concurrent;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Makes notices of what the recorders see: that a camera went away or came back, that recording stopped or goes on, that
/// space is low. What is seen twice in a row counts; what was told already is known by the catalog, so that nothing is told twice or
/// forgotten when the server is started again.</summary>
internal sealed partial class NoticeBoard(
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<NoticeBoard> log,
    NodeTenures? node = null) : BackgroundService
{
    private const int Batch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>What has to wait for longer is asked for at least so often: the clock may be set meanwhile.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Debounce<bool>> polled = new();
    private readonly ConcurrentDictionary<long, RecordingSeen> recorded = new();
    private readonly ConcurrentDictionary<(long Camera, Type About), Untold> waiting = new();
    private SpaceNews? space;

    /// <summary>How many cameras are followed.</summary>
    public int Followed => polled.Keys.Union(recorded.Keys).Count();

    /// <summary>A camera was asked, and answered or not.</summary>
    public void Polled(long cameraKey, bool online, DateTimeOffset at)
    {
        if (polled.GetOrAdd(cameraKey, _ => new()).See(online, at) is { } since)
        {
            Post(new SeenOnline(cameraKey, online, since));
        }
    }

    /// <summary>A picture was to be recorded.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="failure">Why it was not; <see langword="null"/> if it was.</param>
    /// <param name="at">When.</param>
    public void Recorded(long cameraKey, StopReason? failure, DateTimeOffset at)
    {
        if (recorded.GetOrAdd(cameraKey, key => new(key)).See(failure, at) is { } news)
        {
            Post(news);
        }
    }

    /// <summary>Recording is switched off, or the camera has no address any more: that needs to be seen but once.</summary>
    public void Stopped(long cameraKey, StopReason reason, DateTimeOffset at)
    {
        recorded.TryRemove(cameraKey, out _);
        Post(new SeenRecording(cameraKey, reason, at) { IsChosen = true });
    }

    /// <summary>A camera is gone.</summary>
    public void Forget(long cameraKey)
    {
        polled.TryRemove(cameraKey, out _);
        recorded.TryRemove(cameraKey, out _);
    }

    /// <summary>The disk is nearly full, or has room again. May be said as often as it is looked at.</summary>
    public void Space(bool isLow, DateTimeOffset at)
    {
        if (space?.IsLow != isLow)
        {
            space = new(isLow, at);
        }
    }

    /// <summary>Tells now what waits, but for what is known to come too soon.</summary>
    public async Task TellAsync()
    {
        if (node is not null && !waiting.IsEmpty)
        {
            // Of cameras that another server has by now, that one tells.
            await node.ConfirmAsync(CancellationToken.None);
            foreach (var other in waiting.ToArray().Where(item => node.Of(item.Key.Camera) is null))
            {
                waiting.TryRemove(other);
            }
        }

        foreach (var due in waiting.ToArray().Where(item => item.Value.IsDue(clock)).OrderBy(item => item.Key.Camera).Chunk(Batch))
        {
            await TellAsync(due);
        }

        if (space is { IsTold: false } untold)
        {
            await using var db = await catalogs.CreateDbContextAsync();
            await db.TellOfSpaceAsync(untold.IsLow, untold.At, CancellationToken.None);
            untold.IsTold = true;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await TellAsync();
            }
#pragma warning disable CA1031 // News wait; a database that does not answer must not end the telling for good.
            catch (Exception reason)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotTold(waiting.Count, reason);
                }
            }
        }
    }

    /// <summary>Of a camera that flaps faster than it is told of, the newest counts.</summary>
    private void Post(SeenChange news) => waiting[(news.CameraKey, news.GetType())] = new(news);

    /// <summary>Tells some. Where something newer came meanwhile, that one waits for its own turn.</summary>
    private async Task TellAsync(KeyValuePair<(long Camera, Type About), Untold>[] due)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        var (now, asked) = (clock.GetUtcNow(), clock.GetTimestamp());
        var tooSoon = (await db.TellAsync(
            [.. due.Select(item => item.Value.News)], now - options.Value.NoticePause, now, CancellationToken.None))
            .ToDictionary(one => one.News, one => one.Left);
        foreach (var item in due)
        {
            if (tooSoon.TryGetValue(item.Value.News, out var left))
            {
                var wait = left < LongestWait ? left : LongestWait;
                waiting.TryUpdate(item.Key, new(item.Value.News, asked, wait), item.Value);
            }
            else
            {
                waiting.TryRemove(item);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} news of cameras could not be told yet")]
    private partial void LogNotTold(int count, Exception reason);

    /// <summary>What was seen and is not told.</summary>
    /// <param name="News">What.</param>
    /// <param name="AskedAt">When it was found to come too soon, by the clock's stop watch.</param>
    /// <param name="Wait">For how long it is left alone since then.</param>
    private sealed record Untold(SeenChange News, long AskedAt = 0, TimeSpan Wait = default)
    {
        public bool IsDue(TimeProvider clock) => Wait == TimeSpan.Zero || clock.GetElapsedTime(AskedAt) >= Wait;
    }

    private sealed class SpaceNews(bool isLow, DateTimeOffset at)
    {
        public bool IsLow => isLow;

        public DateTimeOffset At => at;

        public bool IsTold { get; set; }
    }
}
