using Evercam.Archive;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>Whether the place where packs lie is there, and may be written.</summary>
internal sealed class PacksCheck(IPackStore packs) : IHealthCheck
{
    public const string Name = "packs";

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        _ = await packs.ListOpenAsync(cancellationToken);
        if (!packs.MayWrite)
        {
            return HealthCheckResult.Unhealthy("It cannot be written.");
        }

        return HealthCheckResult.Healthy();
    }
}
