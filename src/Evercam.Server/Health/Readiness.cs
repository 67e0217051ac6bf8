using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Evercam.Server.Health;

/// <summary>Whether the server can work. Everyone may ask, as often as they like: so it looks once a second at most, and never
/// twice at a time.</summary>
internal sealed class Readiness(HealthCheckService checks, TimeProvider clock)
{
    private static readonly TimeSpan Span = TimeSpan.FromSeconds(1);

    private readonly Lock turn = new();
    private Task<HealthReport>? latest;
    private long since;

    /// <summary>What the latest look found, or the look that is under way will find.</summary>
    public Task<HealthReport> AskAsync()
    {
        lock (turn)
        {
            if (latest is null || (latest.IsCompleted && clock.GetElapsedTime(since) >= Span))
            {
                // For all who ask: it does not end with the first of them.
                (latest, since) = (Task.Run(() => checks.CheckHealthAsync(CancellationToken.None)), clock.GetTimestamp());
            }

            return latest;
        }
    }
}
