using Evercam.Archive;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>Whether the place where packs lie is there.</summary>
internal sealed class PacksCheck(IPackStore packs) : IHealthCheck
{
    public const string Name = "packs";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await packs.ListOpenAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
