using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Activities;

/// <summary>Once an hour: deletes the lines that are older than <see cref="ActivityOptions.KeepDays"/>.</summary>
internal sealed partial class ActivityUpkeep(
    IDbContextFactory<EvercamDb> catalogs, IOptions<ActivityOptions> options, TimeProvider clock, ILogger<ActivityUpkeep> log)
    : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next hour tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = clock.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeSeconds();
        foreach (var camera in await db.Cameras.Select(camera => camera.Key).ToListAsync(cancellation))
        {
            await db.DeleteLogAsync(camera, before, cancellation);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Old lines of cameras' logs could not be deleted; the next hour tries again")]
    private partial void LogFailed(Exception reason);
}
