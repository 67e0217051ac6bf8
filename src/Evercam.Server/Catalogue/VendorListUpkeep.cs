using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Catalogue;

/// <summary>Has the long lists of vendors at hand before anybody asks: from the start on, and soon after vendors were imported, by
/// whatever process.</summary>
internal sealed partial class VendorListUpkeep(
    VendorLists lists, IDbContextFactory<EvercamDb> catalogs, TimeProvider clock, ILogger<VendorListUpkeep> log) : BackgroundService
{
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // The start is not to wait for it.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await using var db = await catalogs.CreateDbContextAsync(stoppingToken);
                await lists.All.AnswerAsync(db, stoppingToken);
                await lists.Supported.AnswerAsync(db, stoppingToken);
            }
#pragma warning disable CA1031 // Whoever asks makes the list then; the next round tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotMade(reason);
                }
            }

            await Task.Delay(Round, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lists of vendors could not be made beforehand; the next round tries again")]
    private partial void LogNotMade(Exception reason);
}
