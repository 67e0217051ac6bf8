using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Once a minute: finishes deletions that were left over, closes finished packs, and gives up pictures beyond their
/// retention. Whatever fails holds up nothing else.</summary>
internal sealed partial class ArchiveUpkeep(
    SnapshotArchive archive,
    ArchiveRetention retention,
    OwnerRetention owners,
    ITenures tenures,
    IDbContextFactory<EvercamDb> catalogs,
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<ArchiveUpkeep> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await TryAsync(() => retention.LookAtClockAsync(stoppingToken), stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(options.Value.UpkeepInterval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryAsync(() => retention.LookAtClockAsync(stoppingToken), stoppingToken);
            await TryAsync(() => archive.FinishErasuresAsync(stoppingToken), stoppingToken);
            await TryAsync(() => archive.SealFinishedAsync(stoppingToken), stoppingToken);
            await TryAsync(() => ApplyRetentionAsync(stoppingToken), stoppingToken);
            await TryAsync(() => ApplyToOwnersAsync(stoppingToken), stoppingToken);
        }
    }

    private async Task ApplyRetentionAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var bounded = await db.Cameras
            .Where(c => c.Recording.KeepDays != null || c.Recording.KeepBytes != null)
            .Select(c => new { c.Key, c.Recording.KeepDays, c.Recording.KeepBytes })
            .ToListAsync(cancellation);
        foreach (var camera in bounded.Where(camera => tenures.Of(camera.Key) is not null))
        {
            TimeSpan? keepFor = camera.KeepDays is { } days ? TimeSpan.FromDays(Math.Min(days, TimeSpan.MaxValue.Days)) : null;
            await TryAsync(() => retention.ApplyAsync(camera.Key, keepFor, camera.KeepBytes, cancellation), cancellation);
        }
    }

    private async Task ApplyToOwnersAsync(CancellationToken cancellation)
    {
        if (!owners.IsBounded)
        {
            return;
        }

        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var cameras = (await db.Cameras.Select(c => new { c.Key, c.OwnerKey }).ToListAsync(cancellation)).ToLookup(c => c.OwnerKey, c => c.Key);
        foreach (var owner in cameras)
        {
            await TryAsync(() => owners.ApplyAsync(owner.Key, [.. owner], cancellation), cancellation);
        }

        owners.Keep(cameras.Select(owner => owner.Key).ToHashSet());
    }

    private async Task TryAsync(Func<Task> work, CancellationToken cancellation)
    {
        try
        {
            await work();
        }
#pragma warning disable CA1031 // The next round tries again, whatever failed.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!cancellation.IsCancellationRequested && !reason.IsDatabaseAway())
            {
                LogFailed(reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A part of the archive's upkeep failed; the next round tries it again")]
    private partial void LogFailed(Exception reason);
}
