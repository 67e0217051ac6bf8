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
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        _ = await db.Vendors.AnyAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
