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
        await db.Sessions.Where(session => session.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);
        await db.Codes.Where(code => code.ExpiresAt <= now).ExecuteDeleteAsync(cancellation);

        // For a while, a token that is shown again can still be told from one that never was.
        var past = now - (long)Memory.TotalSeconds;
        await db.Tokens.Where(token => token.ExpiresAt <= past).ExecuteDeleteAsync(cancellation);
    }
}
