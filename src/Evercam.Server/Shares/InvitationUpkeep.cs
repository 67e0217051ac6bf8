using Evercam.Server.Activities;
using Evercam.Server.Rights;
using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Once an hour: removes the invitations that nobody has accepted in time, and says so in the cameras' logs.</summary>
internal sealed partial class InvitationUpkeep(
    IDbContextFactory<EvercamDb> catalogs, InvitationLife life, IOtherServers others, TimeProvider clock, ILogger<InvitationUpkeep> log)
    : HourlyUpkeep("Invitations that have ended could not be removed", others, clock, log)
{
    internal override async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = life.EndedBefore;
        var removed = 0;
        foreach (var ended in await db.Invitations.AsNoTracking().Where(i => i.CreatedAt <= before).ToListAsync(cancellation))
        {
            var line = Actor.Server.Did(ActivityKind.InvitationExpired, ended, Clock.GetUtcNow());
            removed += await db.WithdrawInvitationAsync(ended, line, cancellation) ? 1 : 0;
            db.ChangeTracker.Clear();
        }

        if (removed > 0)
        {
            LogRemoved(Log, removed, life.Days);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} invitations that nobody accepted in {Days} days")]
    private static partial void LogRemoved(ILogger log, int count, int days);
}
