using Evercam.Server.Http;
using Evercam.Server.Notices;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Events;

/// <summary>Looks for new notices while anybody reads them, once for all readers: also for those that another process made.</summary>
internal sealed partial class EventFeed(
    IDbContextFactory<EvercamDb> catalogs, IOptions<EventOptions> options, TimeProvider clock, ILogger<EventFeed> log) : IDisposable
{
    private const int Batch = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock gate = new();
    private readonly List<EventReader> readers = [];

    /// <summary>Whoever has it may change how far the feed is, and begin or end it.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    private long position;
    private bool isRunning;

    /// <summary>Begins to read: from now on. Every call is matched by <see cref="Leave"/>.</summary>
    /// <exception cref="ApiException">There are too many readers (503), or too many of this caller (429).</exception>
    public async Task<EventReader> JoinAsync(Caller caller, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (isRunning)
            {
                // What happened since the last look is not news to someone who begins now.
                await LookAsync();
            }
            else
            {
                position = await FindNewestAsync(cancellation);
            }

            var reader = Add(caller);
            if (!isRunning)
            {
                isRunning = true;
                _ = RunAsync();
            }

            return reader;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Leave(EventReader reader)
    {
        lock (gate)
        {
            readers.Remove(reader);
        }
    }

    public void Dispose() => turn.Dispose();

    private EventReader Add(Caller caller)
    {
        lock (gate)
        {
            if (readers.Count >= options.Value.Streams)
            {
                throw ApiException.Busy("Too many streams of events", TimeSpan.FromSeconds(10));
            }

            if (readers.Count(other => other.IsOf(caller)) >= options.Value.PerCaller)
            {
                throw ApiException.TooManyRequests(TimeSpan.FromSeconds(10));
            }

            var reader = new EventReader(caller, position);
            readers.Add(reader);
            return reader;
        }
    }

    private async Task RunAsync()
    {
        while (await TryLookAsync())
        {
            await Task.Delay(Pause, clock);
        }
    }

    /// <returns>Whether to look again.</returns>
    private async Task<bool> TryLookAsync()
    {
        await turn.WaitAsync();
        try
        {
            isRunning = HasReaders();
            if (isRunning)
            {
                await LookAsync();
            }
        }
#pragma warning disable CA1031 // Notices wait in the catalog; one that does not answer must not end the looking for good.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            if (!reason.IsDatabaseAway())
            {
                LogNotLooked(reason);
            }
        }
        finally
        {
            turn.Release();
        }

        return isRunning;
    }

    private async Task LookAsync()
    {
        await using var db = await catalogs.CreateDbContextAsync();
        List<ToldNotice> found;
        do
        {
            found = await db.Notices.Where(n => n.Key > position).OrderBy(n => n.Key).Take(Batch).ReadAsync(db, CancellationToken.None);
            lock (gate)
            {
                found.ForEach(notice => readers.ForEach(reader => reader.Offer(notice)));
            }

            position = found.Count > 0 ? found[^1].Key : position;
        }
        while (found.Count == Batch);
    }

    private bool HasReaders()
    {
        lock (gate)
        {
            return readers.Count > 0;
        }
    }

    private async Task<long> FindNewestAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        return await db.Notices.MaxAsync(n => (long?)n.Key, cancellation) ?? 0;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Readers of events wait: the notices could not be looked through")]
    private partial void LogNotLooked(Exception reason);
}
