using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>When the process starts: brings the archive in order, and wakes the recorder of every camera that has an external host
/// or is recorded as soon as the archive keeps pictures, however long the rest takes. The API answers meanwhile.</summary>
internal sealed partial class RecorderStart(
    SnapshotArchive archive,
    DeletionTrace trace,
    IGrainFactory grains,
    IDbContextFactory<EvercamDb> catalogs,
    TimeProvider clock,
    ILogger<RecorderStart> log) : BackgroundService
{
    private const int AtOnce = 32;
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        PutInOrderAsync(stoppingToken),
        UntilDoneAsync(WakeAllAsync, stoppingToken));

    private async Task PutInOrderAsync(CancellationToken stoppingToken)
    {
        await UntilDoneAsync(archive.StartAsync, stoppingToken);
        await UntilDoneAsync(trace.TellLeftOverAsync, stoppingToken);
    }

    private async Task UntilDoneAsync(Func<CancellationToken, Task> work, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await work(stoppingToken);
                return;
            }
#pragma warning disable CA1031 // Whatever fails, a server without recording must not stay one: try again.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway())
                {
                    LogNotStarted(reason);
                }

                await Task.Delay(RetryPause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task WakeAllAsync(CancellationToken cancellation)
    {
        await archive.Started.WaitAsync(cancellation);
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var keys = await db.Cameras
            .Where(c => c.ExternalHost != null
                || c.Recording.Status == RecordingStatus.On || c.Recording.Status == RecordingStatus.Scheduled)
            .Select(c => c.Key).ToListAsync(cancellation);
        LogStarting(keys.Count);
        for (var left = keys; left.Count > 0;)
        {
            left = await WakeAsync(left, cancellation);
            if (left.Count > 0)
            {
                await Task.Delay(RetryPause, clock, cancellation);
            }
        }
    }

    /// <returns>Those that could not be woken: one in trouble must not keep the others asleep.</returns>
    private async Task<List<long>> WakeAsync(List<long> keys, CancellationToken cancellation)
    {
        var left = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(
            keys,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (key, _) =>
            {
                try
                {
                    await grains.GetGrain<IRecorder>(key).ReloadAsync();
                }
#pragma warning disable CA1031 // Whatever it is, it is tried again.
                catch (Exception reason)
#pragma warning restore CA1031
                {
                    left.Add(key);
                    LogNotWoken(key, reason);
                }
            });
        return [.. left];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} cameras are to be watched")]
    private partial void LogStarting(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Camera {Camera} could not be woken; trying again")]
    private partial void LogNotWoken(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive or recording could not start; trying again")]
    private partial void LogNotStarted(Exception reason);
}
