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

    /// <summary>When so many fail in a row it is no matter of one card: the archive is away, and is not asked for each of thousands.</summary>
    private const int TooMany = 3;

    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

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
            await PutAsync(owed.Keys, cancellation);
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
        var (wrong, failed) = (new List<long>(), 0);
        foreach (var card in cards)
        {
            try
            {
                if (await packs.ReadCardAsync(card.Key, cancellation) is not { } written || !written.AsSpan().SequenceEqual(card.ToJson()))
                {
                    wrong.Add(card.Key);
                }

                failed = 0;
            }
            catch (Exception reason) when (UnreadablePack.IsMeantBy(reason) && ++failed < TooMany)
            {
                wrong.Add(card.Key);
            }
        }

        return !await PutAsync(wrong, cancellation)
            ? throw new IOException("The archive takes no cards now.")
            : cards.Count == Page ? cards[^1].Key : null;
    }

    /// <summary>What cannot be written now is owed.</summary>
    /// <returns>Whether each was tried.</returns>
    private async Task<bool> PutAsync(IReadOnlyCollection<long> keys, CancellationToken cancellation)
    {
        var failed = 0;
        foreach (var key in keys)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                await using var scope = scopes.CreateAsyncScope();
                await scope.ServiceProvider.GetRequiredService<CameraNews>().PutCardAsync(key);
                failed = 0;
                told.TryRemove(key, out _);
                LogPut(key);
            }
#pragma warning disable CA1031 // The next round tries it again, whatever it was.
            catch (Exception reason)
#pragma warning restore CA1031
            {
                if (!reason.IsDatabaseAway() && told.TryAdd(key, true))
                {
                    LogNotPut(key, reason);
                }

                if (++failed == TooMany)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private async Task RestAsync(TimeSpan pause, CancellationToken cancellation) =>
        await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    [LoggerMessage(Level = LogLevel.Information, Message = "The card of camera {Camera} is written, which was missing or said something else")]
    private partial void LogPut(long camera);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The card of camera {Camera} cannot be written; it will be tried again")]
    private partial void LogNotPut(long camera, Exception reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cards of the cameras could not be compared with the catalogue; it will be tried again")]
    private partial void LogNotCompared(Exception reason);
}
