using Evercam.Server.Activities;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Once an hour: removes the invitations that nobody has accepted in time, and says so in the cameras' logs.</summary>
internal sealed partial class InvitationUpkeep(
    IDbContextFactory<EvercamDb> catalogs, InvitationLife life, TimeProvider clock, ILogger<InvitationUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var hour = new PeriodicTimer(Pause, clock);
        while (await hour.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
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

    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = life.EndedBefore;
        var removed = 0;
        foreach (var ended in await db.Invitations.AsNoTracking().Where(i => i.CreatedAt <= before).ToListAsync(cancellation))
        {
            var line = Actor.Server.Did(ActivityKind.InvitationExpired, ended, clock.GetUtcNow());
            removed += await db.WithdrawInvitationAsync(ended, line, cancellation) ? 1 : 0;
            db.ChangeTracker.Clear();
        }

        if (removed > 0)
        {
            LogRemoved(removed, life.Days);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} invitations that nobody accepted in {Days} days")]
    private partial void LogRemoved(int count, int days);

    [LoggerMessage(Level = LogLevel.Error, Message = "Invitations that have ended could not be removed; the next hour tries again")]
    private partial void LogFailed(Exception reason);
}
