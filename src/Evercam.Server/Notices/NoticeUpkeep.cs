using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Notices;

/// <summary>Once an hour: deletes the notices, and with them the logs of webhooks, that are older than <see cref="NoticeOptions.KeepDays"/>, in pieces, so that nobody
/// waits long for the database.</summary>
internal sealed partial class NoticeUpkeep(
    IDbContextFactory<EvercamDb> catalogs, IOptions<NoticeOptions> options, TimeProvider clock, ILogger<NoticeUpkeep> log)
    : BackgroundService
{
    private const int Piece = 5_000;
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next hour tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }
        }
    }

    /// <summary>Deletes what is too old.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = clock.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeSeconds();

        // Trials stand in no notice; a user asks for few.
        await db.Deliveries.Where(d => d.NoticeKey == null && d.CreatedAt < before).ExecuteDeleteAsync(cancellation);
        int deleted;
        do
        {
            deleted = await db.Notices.Where(n => n.HappenedAt < before).OrderBy(n => n.HappenedAt).Take(Piece)
                .ExecuteDeleteAsync(cancellation);
        }
        while (deleted == Piece);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old notices could not be deleted; the next hour tries again")]
    private partial void LogFailed(Exception reason);
}
