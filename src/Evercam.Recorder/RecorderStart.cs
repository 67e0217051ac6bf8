using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>When the process starts: brings the archive in order, and wakes the recorder of every camera that has an external host
/// or is recorded as soon as the archive keeps pictures, however long the rest takes; of several servers, the guard wakes them. The API
/// answers meanwhile.</summary>
internal sealed partial class RecorderStart(
    SnapshotArchive archive,
    DeletionTrace trace,
    RecorderWaker waker,
    IOptions<NodeOptions> node,
    IDbContextFactory<EvercamDb> catalogs,
    TimeProvider clock,
    ILogger<RecorderStart> log) : BackgroundService
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        PutInOrderAsync(stoppingToken),
        node.Value.IsOneOfMany ? Task.CompletedTask : UntilDoneAsync(WakeAllAsync, stoppingToken));

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
            left = await waker.WakeAsync(left, cancellation);
            if (left.Count > 0)
            {
                await Task.Delay(RetryPause, clock, cancellation);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} cameras are to be watched")]
    private partial void LogStarting(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive or recording could not start; trying again")]
    private partial void LogNotStarted(Exception reason);
}
