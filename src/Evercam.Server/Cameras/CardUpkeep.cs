using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Cameras;

/// <summary>Sees to it that each camera has its card beside its packs: a process may end between the two, or the archive be away when the
/// camera is saved, and without a card nobody knows whose pictures they are when the database is lost.</summary>
/// <remarks>What this server could not write it tries again each minute. Those of all cameras are compared with the catalogue after the start, and
/// once a day, one after the other, by the one server that has the duty.</remarks>
internal sealed partial class CardUpkeep(
    IServiceScopeFactory scopes,
    IDbContextFactory<EvercamDb> catalogs,
    IPackStore packs,
    OwedCards owed,
    IOtherServers others,
    IOptions<RecorderOptions> options,
    TimeProvider clock,
    ILogger<CardUpkeep> log) : BackgroundService
{
    private const int Page = 200;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Between two pages that are compared: an archive of very many cameras has other things to do, and no card is in a hurry.</summary>
    private static readonly TimeSpan Breath = TimeSpan.FromSeconds(1);

    /// <summary>Of each failure is said once that it is so, and not in each round.</summary>
    private readonly ConcurrentDictionary<long, bool> told = new();

    private bool isTold;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(PayAsync(stoppingToken), CompareAsync(stoppingToken));

    private async Task PayAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await RestAsync(options.Value.UpkeepInterval, cancellation);
            try
            {
                await PutAsync(owed.Keys, cancellation);
            }
            catch (Exception outage) when (IsOutage(outage))
            {
                // The rest is owed still. That it is so was told when each was saved, or compared.
            }
        }
    }

    private async Task CompareAsync(CancellationToken cancellation)
    {
        long? after = 0;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await others.AwaitDutyAsync(cancellation);
                while (after is { } key)
                {
                    after = await ComparePageAsync(key, cancellation);
                    if (after is not null)
                    {
                        await RestAsync(Breath, cancellation);
                    }
                }

                isTold = false;
                await RestAsync(Day, cancellation);
                after = 0;
            }
#pragma warning disable CA1031 // It goes on where it was broken off, whatever it was.
            catch (Exception reason) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway() && !isTold)
                {
                    isTold = true;
                    LogNotCompared(reason);
                }

                await RestAsync(options.Value.UpkeepInterval, cancellation);
            }
        }
    }

    /// <summary>Compares the cards of the cameras behind this one, and writes those that are missing or say something else.</summary>
    /// <returns>The last of them; <see langword="null"/> if there are no more.</returns>
    private async Task<long?> ComparePageAsync(long after, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var cards = await db.Cameras.AsNoTracking()
            .Where(camera => camera.Key > after)
            .OrderBy(camera => camera.Key)
            .Take(Page)
            .Select(CameraCard.OfCamera)
            .ToListAsync(cancellation);
        var wrong = new List<long>();
        foreach (var card in cards)
        {
            try
            {
                if (await packs.ReadCardAsync(card.Key, cancellation) is not { } written || !written.AsSpan().SequenceEqual(card.ToJson()))
                {
                    wrong.Add(card.Key);
                }
            }
            catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
            {
                wrong.Add(card.Key);
            }
        }

        await PutAsync(wrong, cancellation);
        return cards.Count == Page ? cards[^1].Key : null;
    }

    /// <summary>A card that cannot be written is owed, and holds up none of the others; an outage does.</summary>
    private async Task PutAsync(IReadOnlyCollection<long> keys, CancellationToken cancellation)
    {
        var put = 0;
        try
        {
            foreach (var key in keys)
            {
                cancellation.ThrowIfCancellationRequested();
                put += await TryPutAsync(key) ? 1 : 0;
            }
        }
        finally
        {
            if (put > 0)
            {
                LogPut(put);
            }
        }
    }

    private async Task<bool> TryPutAsync(long key)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await scope.ServiceProvider.GetRequiredService<CameraNews>().PutCardAsync(key);
            told.TryRemove(key, out _);
            return true;
        }
        catch (Exception reason) when (!IsOutage(reason))
        {
            if (told.TryAdd(key, true))
            {
                LogNotPut(key, reason);
            }

            return false;
        }
    }

    /// <summary>Whether it is no matter of one card: the archive is away, or the database, and is not asked for each of thousands.</summary>
    private static bool IsOutage(Exception reason) =>
        reason is PacksUnavailableException || reason.IsDatabaseAway() || reason.IsDatabaseLate();

    private async Task RestAsync(TimeSpan pause, CancellationToken cancellation) =>
        await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Information, Message = "Cards of {Count} cameras are written, which were missing or said something else")]
    private partial void LogPut(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The card of camera {Camera} cannot be written; it will be tried again")]
    private partial void LogNotPut(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cards of the cameras could not be compared with the catalogue; it will be tried again")]
    private partial void LogNotCompared(Exception reason);
}
