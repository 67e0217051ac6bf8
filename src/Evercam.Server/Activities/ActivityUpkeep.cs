using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Activities;

/// <summary>Once an hour: deletes the lines that are older than <see cref="ActivityOptions.KeepDays"/>.</summary>
internal sealed class ActivityUpkeep(
    IDbContextFactory<EvercamDb> catalogs, IOptions<ActivityOptions> options, IOtherServers others, TimeProvider clock, ILogger<ActivityUpkeep> log)
    : HourlyUpkeep("Old lines of cameras' logs could not be deleted", others, clock, log)
{
    internal override async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = Clock.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeSeconds();
        foreach (var camera in await db.Cameras.Select(camera => camera.Key).ToListAsync(cancellation))
        {
            await db.DeleteLogAsync(camera, before, cancellation);
        }
    }
}
