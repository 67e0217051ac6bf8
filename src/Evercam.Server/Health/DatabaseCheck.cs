using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>Whether the database answers.</summary>
internal sealed class DatabaseCheck(IDbContextFactory<EvercamDb> databases) : IHealthCheck
{
    public const string Name = "database";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            _ = await db.Vendors.AnyAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure.IsDatabaseAway())
        {
            // Whoever asks every second fills no log with where in the code it was noticed.
            return HealthCheckResult.Unhealthy("It is away.");
        }
    }
}
