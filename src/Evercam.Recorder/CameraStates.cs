using System.Collections.Concurrent;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Writes down whether cameras are online: for all cameras together about once a second, and for each one only when it
/// changes or an online check's interval has passed.</summary>
internal sealed partial class CameraStates(
    NoticeBoard notices,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<CameraStates> log,
    NodeTenures? node = null) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, (bool Online, DateTimeOffset At)> written = new();
    private readonly ConcurrentDictionary<long, (bool Online, DateTimeOffset At, bool IsAsked)> changed = new();

    /// <summary>How many cameras are followed.</summary>
    public int Followed => written.Count;

    /// <summary>A camera was asked, and answered or not.</summary>
    public void Polled(long cameraKey, bool online, DateTimeOffset at)
    {
        notices.Polled(cameraKey, online, at);
        var isNews = !written.TryGetValue(cameraKey, out var last)
            || last.Online != online
            || at - last.At >= options.Value.OnlineCheckInterval
            || at < last.At;
        if (isNews)
        {
            changed[cameraKey] = (online, at, true);
            written[cameraKey] = (online, at);
        }
    }

    /// <summary>A camera has no address any more: nobody can ask it, and if it was online, it is no longer.</summary>
    public void Lost(long cameraKey, DateTimeOffset at)
    {
        written.TryRemove(cameraKey, out _);
        changed[cameraKey] = (false, at, false);
    }

    /// <summary>A camera is gone.</summary>
    public void Forget(long cameraKey)
    {
        notices.Forget(cameraKey);
        written.TryRemove(cameraKey, out _);
        changed.TryRemove(cameraKey, out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        // Whoever else takes several cameras at once takes them in this order too, so that none waits for the other for ever.
        // The copy comes first: sorting may not look on while cameras are added.
        var news = changed.ToArray().OrderBy(state => state.Key).ToArray();
        if (news.Length == 0)
        {
            return;
        }

        try
        {
            if (node is not null)
            {
                await node.ConfirmAsync(CancellationToken.None);
                foreach (var other in news.Where(state => node.Of(state.Key) is null))
                {
                    changed.TryRemove(other);
                }

                news = [.. news.Where(state => node.Of(state.Key) is not null)];
            }

            await using var db = await catalogs.CreateDbContextAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var (key, state) in news)
            {
                await WriteAsync(db.Cameras.Where(c => c.Key == key), state.Online, state.IsAsked ? state.At.ToUnixTimeSeconds() : null);
            }

            await transaction.CommitAsync();
            foreach (var item in news)
            {
                changed.TryRemove(item);
            }
        }
#pragma warning disable CA1031 // States are written again; a database that does not answer must not end the writing for good.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!reason.IsDatabaseAway())
            {
                LogNotWritten(news.Length, reason);
            }
        }
    }

    private static Task<int> WriteAsync(IQueryable<Camera> camera, bool online, long? askedAt) => askedAt is { } at
        ? camera.ExecuteUpdateAsync(set => set
            .SetProperty(c => c.LastPolledAt, at)
            .SetProperty(c => c.IsOnline, online)
            .SetProperty(c => c.LastOnlineAt, c => online ? at : c.LastOnlineAt))
        : camera.Where(c => c.IsOnline == true).ExecuteUpdateAsync(set => set.SetProperty(c => c.IsOnline, false));

    [LoggerMessage(Level = LogLevel.Warning, Message = "The states of {Count} cameras could not be written yet")]
    private partial void LogNotWritten(int count, Exception reason);
}
