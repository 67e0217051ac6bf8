using System.Collections.Concurrent;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Activities;

/// <summary>Writes the lines that nobody waits for: once a second, all together. What is changed in the catalog writes its line
/// itself, in the same transaction.</summary>
internal sealed partial class ActivityLog(
    Sightings sightings, IDbContextFactory<EvercamDb> catalogs, TimeProvider clock, ILogger<ActivityLog> log) : BackgroundService
{
    private const int Capacity = 100_000;
    private const int Batch = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<Activity> waiting = new();

    /// <summary>Somebody looked at a camera, or did what may be done every second. Of many times within a while, the first is
    /// written.</summary>
    public void Saw(Actor actor, ActivityKind kind, long cameraKey)
    {
        if (sightings.IsNews(actor, kind, cameraKey))
        {
            Add(actor.Did(kind, cameraKey, clock.GetUtcNow()));
        }
    }

    /// <summary>Somebody did something to a camera.</summary>
    public void Did(Actor actor, ActivityKind kind, long cameraKey, string detail) =>
        Add(actor.Did(kind, cameraKey, clock.GetUtcNow(), detail));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryWriteAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryWriteAsync();
        }
    }

    private void Add(Activity activity)
    {
        // A database that stays away for long must not take the memory.
        if (waiting.Count < Capacity)
        {
            waiting.Enqueue(activity);
        }
    }

    private async Task TryWriteAsync()
    {
        try
        {
            while (!waiting.IsEmpty)
            {
                await WriteAsync([.. waiting.Take(Batch)]);
            }
        }
#pragma warning disable CA1031 // Lines wait; a database that does not answer must not end the writing for good.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            LogNotWritten(waiting.Count, reason);
        }
    }

    /// <summary>Writes the oldest lines, but for those about cameras that are gone.</summary>
    private async Task WriteAsync(List<Activity> oldest)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        var named = oldest.Select(activity => activity.CameraKey).Distinct().ToList();
        var cameras = await db.Cameras.Where(camera => named.Contains(camera.Key)).Select(camera => camera.Key).ToHashSetAsync();
        foreach (var activity in oldest.Where(activity => cameras.Contains(activity.CameraKey)))
        {
            // A first attempt that failed halfway may have numbered it.
            activity.Key = 0;
            db.Add(activity);
        }

        await db.SaveChangesAsync();
        for (var written = 0; written < oldest.Count; written++)
        {
            waiting.TryDequeue(out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of cameras' logs could not be written yet")]
    private partial void LogNotWritten(int count, Exception reason);
}
