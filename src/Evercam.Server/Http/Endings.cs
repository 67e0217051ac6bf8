using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Http;

/// <summary>Once an hour: removes log-ins, codes and tokens that have ended by themselves. They count no more from their end on;
/// this is for the room they take.</summary>
internal sealed partial class Endings(IDbContextFactory<EvercamDb> catalogs, TimeProvider clock, ILogger<Endings> log)
    : BackgroundService
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hour = new PeriodicTimer(TimeSpan.FromHours(1), clock);
        while (await hour.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            try
            {
                await RemoveAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next hour tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }
        }
    }

    private async Task RemoveAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        await db.Sessions.Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
        await db.Codes.Where(code => code.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);

        // For a while, a token that is shown again can still be told from one that never was.
        var past = now - (long)Memory.TotalSeconds;
        await db.Tokens.Where(token => token.ExpiresAt <= past).ExecuteDeleteAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What has ended could not be removed; the next hour tries again")]
    private partial void LogFailed(Exception reason);
}
