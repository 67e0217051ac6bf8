using System.Diagnostics.Metrics;

namespace Evercam.Archive;

/// <summary>What the archive tells of itself: how many pictures wait, and, as of the last look, how much it holds and since when.</summary>
public sealed class ArchiveMetrics
{
    private readonly ISnapshotIndex index;
    private readonly TimeProvider clock;
    private Stock? latest;

    /// <summary>Makes the instruments of the meter <c>Evercam.Archive</c>.</summary>
    public ArchiveMetrics(IMeterFactory meters, SnapshotArchive archive, ISnapshotIndex index, TimeProvider clock)
    {
        this.index = index;
        this.clock = clock;
        var meter = meters.Create("Evercam.Archive");
        meter.CreateObservableGauge(
            "evercam.archive.waiting_pictures", () => archive.Waiting, "{picture}", "Pictures that wait to be made durable.");
        meter.CreateObservableGauge("evercam.archive.pictures", Pictures, "{picture}", "Pictures in the archive.");
        meter.CreateObservableGauge("evercam.archive.size", Bytes, "By", "Bytes of pictures in the archive.");
        meter.CreateObservableGauge("evercam.archive.oldest_age", Age, "s", "How long ago the oldest picture was taken.");
    }

    /// <summary>Sums the archive up. Costs a look at the counters of every pack: not for every moment.</summary>
    /// <exception cref="IndexUnavailableException">The index does not answer; nothing is told of the archive until it does.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            Volatile.Write(ref latest, await SumUpAsync(cancellation));
        }
        catch
        {
            // What nobody knows any more must not look like what is.
            Volatile.Write(ref latest, null);
            throw;
        }
    }

    private async Task<Stock> SumUpAsync(CancellationToken cancellation)
    {
        var stock = new Stock(0, 0, null);
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            var (pictures, bytes) = await index.SumAsync(camera, cancellation);
            var first = (await index.FindAtOrAfterAsync(camera, DateTimeOffset.MinValue, cancellation))?.TakenAt;
            stock = new Stock(stock.Pictures + pictures, stock.Bytes + bytes, stock.Oldest < first ? stock.Oldest : first ?? stock.Oldest);
        }

        return stock;
    }

    private IEnumerable<Measurement<long>> Pictures() => Volatile.Read(ref latest) is { } stock ? [new(stock.Pictures)] : [];

    private IEnumerable<Measurement<long>> Bytes() => Volatile.Read(ref latest) is { } stock ? [new(stock.Bytes)] : [];

    private IEnumerable<Measurement<double>> Age() =>
        Volatile.Read(ref latest) is { Oldest: { } oldest } ? [new((clock.GetUtcNow() - oldest).TotalSeconds)] : [];

    private sealed record Stock(long Pictures, long Bytes, DateTimeOffset? Oldest);
}
