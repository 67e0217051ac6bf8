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
    ILogger<CameraStates> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<long, (bool Online, DateTimeOffset At)> written = new();
    private readonly ConcurrentDictionary<long, (bool Online, DateTimeOffset At)> changed = new();

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
            changed[cameraKey] = (online, at);
            written[cameraKey] = (online, at);
        }
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
            await using var db = await catalogs.CreateDbContextAsync();
            await using var transaction = await db.Database.BeginTransactionAsync();
            foreach (var (key, state) in news)
            {
                var at = state.At.ToUnixTimeSeconds();
                await db.Cameras.Where(c => c.Key == key).ExecuteUpdateAsync(set => set
                    .SetProperty(c => c.LastPolledAt, at)
                    .SetProperty(c => c.IsOnline, state.Online)
                    .SetProperty(c => c.LastOnlineAt, c => state.Online ? at : c.LastOnlineAt));
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "The states of {Count} cameras could not be written yet")]
    private partial void LogNotWritten(int count, Exception reason);
}
