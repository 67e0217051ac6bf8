using System.Collections.Concurrent;
using Evercam.Storage;
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
    private int turnedAway;

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

    /// <summary>The same, of what its doer is told is done: when this ends, the line survives a crash. If the database does not take it now, it
    /// waits with the others.</summary>
    public async Task KeepAsync(Actor actor, ActivityKind kind, long cameraKey, string detail)
    {
        var line = actor.Did(kind, cameraKey, clock.GetUtcNow(), detail);
        try
        {
            await using var db = await catalogs.CreateDbContextAsync();
            await db.AddLinesAsync([line], CancellationToken.None);
        }
#pragma warning disable CA1031 // What it is about is done: whatever failed, the line is written later.
        catch
#pragma warning restore CA1031
        {
            Add(line);
        }
    }

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
        else
        {
            Interlocked.Increment(ref turnedAway);
        }
    }

    private async Task TryWriteAsync()
    {
        if (Interlocked.Exchange(ref turnedAway, 0) is > 0 and var lost)
        {
            LogTurnedAway(lost);
        }

        try
        {
            while (!waiting.IsEmpty)
            {
                await WriteOldestAsync();
            }
        }
#pragma warning disable CA1031 // Lines wait; a database that does not answer must not end the writing for good.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!reason.IsDatabaseAway())
            {
                LogNotWritten(waiting.Count, reason);
            }
        }
    }

    private async Task WriteOldestAsync()
    {
        List<Activity> oldest = [.. waiting.Take(Batch)];
        try
        {
            await WriteAsync(oldest);
        }
        catch (Exception reason) when (!reason.IsDatabaseUnavailable())
        {
            // One of them may be at fault, and must not hold up the others for good.
            await WriteOneByOneAsync(oldest);
        }
    }

    private async Task WriteOneByOneAsync(List<Activity> oldest)
    {
        foreach (var activity in oldest)
        {
            try
            {
                await WriteAsync([activity]);
            }
#pragma warning disable CA1031 // Whatever it is that the database does not take, it will not take it later.
            catch (Exception reason) when (!reason.IsDatabaseUnavailable())
#pragma warning restore CA1031
            {
                LogRefused(activity.Kind, activity.CameraKey, reason);
                waiting.TryDequeue(out _);
            }
        }
    }

    /// <summary>Writes the oldest lines, but for those about cameras that are gone.</summary>
    private async Task WriteAsync(List<Activity> oldest)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        await db.AddLinesAsync(oldest, CancellationToken.None);
        for (var written = 0; written < oldest.Count; written++)
        {
            waiting.TryDequeue(out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of cameras' logs could not be written yet")]
    private partial void LogNotWritten(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of cameras' logs are lost: too many waited to be written")]
    private partial void LogTurnedAway(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A line of a camera's log is lost, the database refuses it: {Kind} of {Camera}")]
    private partial void LogRefused(ActivityKind kind, long camera, Exception reason);
}
