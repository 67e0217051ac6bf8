using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Looks at how much of the archive cameras have.</summary>
internal sealed class OwnerHoldings(
    ISnapshotIndex index, IDbContextFactory<EvercamDb> catalogs, IOptions<SnapshotArchiveOptions> options, TimeProvider clock)
{
    /// <summary>So many hours of a camera are looked at with one question.</summary>
    private const int MostHours = 1_000;

    /// <summary>What the cameras of an owner have together that may not go, in bytes.</summary>
    /// <exception cref="IOException">The database does not answer, or not in time.</exception>
    public async Task<long> SumStayingAsync(long ownerKey)
    {
        using var patience = new CancellationTokenSource(options.Value.GiveUpAfter, clock);
        try
        {
            return await SumStayingAsync(ownerKey, patience.Token).WaitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ArchiveBusyException();
        }
        catch (Exception reason) when (reason is not IOException && reason.IsDatabaseUnavailable())
        {
            throw new IndexUnavailableException($"The database does not answer: {reason.Message}", reason) { IsTold = reason.IsDatabaseAway() };
        }
    }

    /// <summary>What a camera has, in bytes.</summary>
    public async Task<Holding> LookAsync(long camera, CancellationToken cancellation)
    {
        var hour = PackName.Of(camera, clock.GetUtcNow());
        var all = (await index.SumAsync(camera, cancellation)).Bytes;
        var kept = (await index.SumKeptAsync(camera, cancellation)).Bytes;
        var (running, ahead, from) = (0L, 0L, hour.Hour);
        IReadOnlyList<PackSummary> some;
        do
        {
            some = await index.ListLoosePacksAsync(camera, from, MostHours, cancellation);
            running += some.Where(pack => pack.Pack.Hour < hour.End).Sum(pack => pack.Bytes);
            ahead += some.Where(pack => pack.Pack.Hour >= hour.End).Sum(pack => pack.Bytes);
            from = some is [.., var last] ? last.Pack.End : from;
        }
        while (some.Count == MostHours);

        return new(all - kept - running - ahead, kept + running + ahead);
    }

    private async Task<long> SumStayingAsync(long ownerKey, CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var staying = 0L;
        foreach (var camera in await db.Cameras.Where(c => c.OwnerKey == ownerKey).Select(c => c.Key).ToListAsync(cancellation))
        {
            staying += (await LookAsync(camera, cancellation)).Staying;
        }

        return staying;
    }
}

/// <summary>What a camera has, in bytes.</summary>
/// <param name="Going">What may go.</param>
/// <param name="Staying">What may not: it is marked to be kept, dated ahead, or of the running hour.</param>
internal sealed record Holding(long Going, long Staying);
