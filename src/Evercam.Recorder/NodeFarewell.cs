using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Begins before the silo, and so ends after it: then the recorders have ended, and the other servers need not wait until they miss
/// this one.</summary>
internal sealed partial class NodeFarewell(NodeTenures tenures, IDbContextFactory<EvercamDb> catalogs, ILogger<NodeFarewell> log) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var db = await catalogs.CreateDbContextAsync(cancellationToken);
            await db.LeaveAsync(tenures.Name, cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, the others miss this server after a while.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogNotSaid(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The other servers are not told that this one ends; they will miss it")]
    private partial void LogNotSaid(Exception reason);
}
