using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Once a minute: closes finished packs, gives up pictures beyond their retention, and makes room on a full disk.</summary>
internal sealed partial class ArchiveUpkeep(
    SnapshotArchive archive,
    ArchiveRetention retention,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<ArchiveUpkeep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.UpkeepInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RunAsync(stoppingToken);
            }
#pragma warning disable CA1031 // The next minute tries again, whatever failed.
            catch (Exception reason) when (!stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                LogFailed(reason);
            }
        }
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        // Room first: it is what everything else needs.
        Tell(await retention.MakeRoomAsync(cancellation), "to make room on the disk");
        await archive.SealFinishedAsync(cancellation);
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var bounded = await db.Cameras
            .Where(c => c.Recording.KeepDays != null || c.Recording.KeepBytes != null)
            .Select(c => new { c.Key, c.Recording.KeepDays, c.Recording.KeepBytes })
            .ToListAsync(cancellation);
        foreach (var camera in bounded)
        {
            TimeSpan? keepFor = camera.KeepDays is { } days ? TimeSpan.FromDays(Math.Min(days, TimeSpan.MaxValue.Days)) : null;
            Tell(await retention.ApplyAsync(camera.Key, keepFor, camera.KeepBytes, cancellation), "beyond the camera's retention");
        }
    }

    private void Tell(IReadOnlyList<PackSummary> deleted, string reason)
    {
        foreach (var summary in deleted)
        {
            LogDeleted(summary.Pack, summary.Pictures, summary.Bytes, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted pack {Pack} of {Pictures} pictures, {Bytes} bytes, {Reason}")]
    private partial void LogDeleted(PackName pack, int pictures, long bytes, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The archive's upkeep failed; it goes on with the next round")]
    private partial void LogFailed(Exception reason);
}
