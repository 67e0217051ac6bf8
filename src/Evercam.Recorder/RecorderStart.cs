using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>When the process starts: brings the archive in order, and wakes the recorder of every camera that has an external host.
/// The API answers meanwhile.</summary>
internal sealed partial class RecorderStart(
    SnapshotArchive archive,
    IGrainFactory grains,
    IDbContextFactory<EvercamDb> catalogs,
    TimeProvider clock,
    ILogger<RecorderStart> log) : BackgroundService
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await archive.StartAsync(stoppingToken);
                await WakeAllAsync(stoppingToken);
                return;
            }
#pragma warning disable CA1031 // Whatever fails, a server without recording must not stay one: try again.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogNotStarted(reason);
                await Task.Delay(RetryPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WakeAllAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var keys = await db.Cameras.Where(c => c.ExternalHost != null).Select(c => c.Key).ToListAsync(cancellation);
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (key, _) => await grains.GetGrain<IRecorder>(key).ReloadAsync());
        LogStarted(keys.Count);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} cameras are watched")]
    private partial void LogStarted(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Recording could not start; trying again")]
    private partial void LogNotStarted(Exception reason);
}
