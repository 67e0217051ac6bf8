using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Http;

/// <summary>Once an hour: removes log-ins, codes and tokens that have ended by themselves. They count no more from their end on;
/// this is for the room they take.</summary>
internal sealed class Endings(IDbContextFactory<EvercamDb> catalogs, IOtherServers others, TimeProvider clock, ILogger<Endings> log)
    : HourlyUpkeep("What has ended could not be removed", others, clock, log)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    internal override async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var now = Clock.GetUtcNow().ToUnixTimeSeconds();
        await db.RemoveSessionsAsync(now, cancellation);
        await db.RemoveCodesAsync(now, cancellation);

        // For a while, a token that is shown again can still be told from one that never was.
        await db.RemoveTokensAsync(now - (long)Memory.TotalSeconds, cancellation);
    }
}
