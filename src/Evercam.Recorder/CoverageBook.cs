using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Evercam.Recorder;

/// <summary>Writes down whether cameras are recorded: what changes, for all cameras together about once a second, and every few
/// seconds that the server runs.</summary>
internal sealed partial class CoverageBook : BackgroundService
{
    private const int Capacity = 100_000;
    private const int Batch = 1_000;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>By so much a server that was killed may be missed too early.</summary>
    private static readonly TimeSpan Pulse = TimeSpan.FromSeconds(5);

    /// <summary>What is deleted is told a while later. So long before the server was last seen, it may not have been told yet.</summary>
    private static readonly TimeSpan Untold = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<CoverageChange> waiting = new();
    private readonly TaskCompletionSource<IReadOnlyList<Activity>> leftOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IDbContextFactory<EvercamDb> catalogs;
    private readonly TimeProvider clock;
    private readonly ILogger<CoverageBook> log;
    private readonly NodeTenures? node;
    private readonly DateTimeOffset startedAt;
    private readonly ProvenClock proof;

    /// <summary>What contradicts the facts, oldest first: it is written when the clock is proven, and forgotten if the clock is set.</summary>
    private readonly List<CoverageChange> doubted = [];
    private bool isOpen;
    private long? beatenAt;
    private int turnedAway;

    public CoverageBook(
        ArchiveRetention retention,
        IDbContextFactory<EvercamDb> catalogs,
        TimeProvider clock,
        ILogger<CoverageBook> log,
        NodeTenures? node = null)
    {
        (this.catalogs, this.clock, this.log, this.node) = (catalogs, clock, log, node);
        (startedAt, proof) = (clock.GetUtcNow(), new(clock));
        retention.GaveUp = (camera, from, to) => Went(camera, from, to, CoverageStatus.Retention);
    }

    /// <summary>What was deleted just before the server ended, and may not have been told. Ends when the database has answered.</summary>
    public Task<IReadOnlyList<Activity>> LeftOver => leftOver.Task;

    /// <summary>From a moment on, this is what becomes of a camera's recording.</summary>
    public void Tell(long cameraKey, CoverageStatus status, DateTimeOffset from) =>
        Add(new(cameraKey, from.ToUnixTimeSeconds(), To: null, status));

    /// <summary>Pictures that were recorded in a range went.</summary>
    public void Went(long cameraKey, DateTimeOffset from, DateTimeOffset to, CoverageStatus why, long? userKey = null) =>
        Add(new(cameraKey, from.ToUnixTimeSeconds(), to.ToUnixTimeSeconds(), why, userKey));

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        beatenAt = null;
        await TryWriteAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await TryWriteAsync();
            await Task.Delay(Pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Add(CoverageChange change)
    {
        // A database that stays away for long must not take the memory.
        if (waiting.Count < Capacity)
        {
            waiting.Enqueue(change);
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
            if (!isOpen)
            {
                await OpenAsync();
            }

            if (proof.Look())
            {
                doubted.Clear();
            }

            await DropOthersAsync();
            while (!waiting.IsEmpty || beatenAt is null || clock.GetElapsedTime(beatenAt.Value) >= Pulse)
            {
                await WriteOldestAsync();
                beatenAt = clock.GetTimestamp();
            }
        }
#pragma warning disable CA1031 // Changes wait; a database that does not answer must not end the writing for good.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!waiting.IsEmpty && !reason.IsDatabaseAway())
            {
                LogNotWritten(waiting.Count, reason);
            }
        }
    }

    /// <summary>Of cameras that another server has by now, that one tells.</summary>
    private async Task DropOthersAsync()
    {
        if (node is null || waiting.IsEmpty)
        {
            return;
        }

        await node.ConfirmAsync(CancellationToken.None);
        for (var left = waiting.Count; left > 0 && waiting.TryDequeue(out var change); left--)
        {
            if (node.Of(change.CameraKey) is not null)
            {
                waiting.Enqueue(change);
            }
        }
    }

    /// <summary>Before anything is written, what was true until the server ended is ended too.</summary>
    private async Task OpenAsync()
    {
        await using var db = await catalogs.CreateDbContextAsync();
        var alive = await db.FindPulseAsync(CancellationToken.None);

        // Of several servers, whoever takes a camera tells how long it had none.
        var isAlone = node is null;
        leftOver.TrySetResult(isAlone && alive is { } second
            ? await db.ListErasedAsync(second - (long)Untold.TotalSeconds, CancellationToken.None)
            : []);
        if (isAlone)
        {
            await DownTime.TellAsync(db, startedAt, CancellationToken.None);
        }

        await db.BeginUnrecordedAsync(startedAt, CancellationToken.None);
        isOpen = true;
    }

    private async Task WriteOldestAsync()
    {
        List<CoverageChange> oldest = [.. waiting.Take(Batch)];
        try
        {
            await WriteAsync(oldest);
        }
        catch (Exception reason) when (oldest.Count > 0 && !reason.IsDatabaseUnavailable())
        {
            // One of them may be at fault, and must not hold up the others for good.
            await WriteOneByOneAsync(oldest);
        }
    }

    private async Task WriteOneByOneAsync(List<CoverageChange> oldest)
    {
        // It may be one of these, too, and they have waited for long.
        doubted.Clear();
        foreach (var change in oldest)
        {
            try
            {
                await WriteAsync([change]);
            }
#pragma warning disable CA1031 // Whatever it is that the database does not take, it will not take it later.
            catch (Exception reason) when (!reason.IsDatabaseUnavailable())
#pragma warning restore CA1031
            {
                LogRefused(change.Status, change.CameraKey, reason);
                waiting.TryDequeue(out _);
            }
        }
    }

    private async Task WriteAsync(List<CoverageChange> oldest)
    {
        await using var db = await catalogs.CreateDbContextAsync();
        var (now, isProven) = (clock.GetUtcNow(), proof.IsProven);
        var changes = isProven ? [.. doubted, .. oldest] : oldest;
        if (isProven && changes.Count > 0)
        {
            await db.ForgetFutureAsync(changes, now, CancellationToken.None);
        }

        var left = await db.WriteCoverageAsync(changes, now, CancellationToken.None);
        if (isProven)
        {
            doubted.Clear();
        }
        else
        {
            doubted.AddRange(left.Take(Capacity - doubted.Count));
        }

        if (left.Count > 0)
        {
            LogDoubted(left.Count);
        }

        for (var written = 0; written < oldest.Count; written++)
        {
            waiting.TryDequeue(out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of cameras' coverage could not be written yet")]
    private partial void LogNotWritten(int count, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of cameras' coverage are lost: too many waited to be written")]
    private partial void LogTurnedAway(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} changes of cameras' coverage are not written: by the clock, they lie far in the past. Is it right?")]
    private partial void LogDoubted(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "A change of a camera's coverage is lost, the database refuses it: {Status} of {Camera}")]
    private partial void LogRefused(CoverageStatus status, long camera, Exception reason);
}
