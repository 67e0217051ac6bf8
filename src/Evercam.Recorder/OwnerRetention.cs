using Evercam.Archive;
using Microsoft.Extensions.Options;

namespace Evercam.Recorder;

/// <summary>Holds the cameras of one owner to the bytes that they may take together: the oldest hours of all of them go first, as those
/// beyond a camera's own bound do.</summary>
internal sealed class OwnerRetention(
    ArchiveRetention retention,
    ISnapshotIndex index,
    OwnerHoldings holdings,
    OwnerRoom room,
    ITenures tenures,
    IOptions<OwnerOptions> options,
    TimeProvider clock)
{
    /// <summary>So many hours of a camera go at once, the rest in the next rounds.</summary>
    private const int MostHours = 1_000;

    /// <summary>Whether there is such a bound.</summary>
    public bool IsBounded => options.Value.BytesPerOwner is not null;

    /// <summary>Gives up what is too much, and says how much may be taken in until the next time.</summary>
    /// <param name="ownerKey">The owner.</param>
    /// <param name="cameras">All cameras of the owner.</param>
    /// <param name="cancellation">Stops between two packs.</param>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task ApplyAsync(long ownerKey, IReadOnlyList<long> cameras, CancellationToken cancellation)
    {
        var bound = options.Value.BytesPerOwner ?? long.MaxValue;
        var seen = room.Look(ownerKey);
        var held = new List<Holding>();
        foreach (var camera in cameras)
        {
            held.Add(await holdings.LookAsync(camera, cancellation));
        }

        OwnerRoom.Set(seen, bound - held.Sum(camera => camera.Staying));
        var excess = held.Sum(camera => camera.Staying + camera.Going) - bound;
        if (excess <= 0)
        {
            return;
        }

        // Of several servers each comes to the same, and does it for its own cameras.
        foreach (var packs in Oldest(await ListAsync(cameras, cancellation), excess)
            .Where(pack => tenures.Of(pack.Pack.CameraKey) is not null).GroupBy(pack => pack.Pack.CameraKey))
        {
            await retention.GiveUpUntilAsync(packs.Key, packs.Last().Pack.End, cancellation);
        }
    }

    /// <summary>Forgets all owners but these.</summary>
    public void Keep(IReadOnlySet<long> owners) => room.Keep(owners);

    /// <summary>Of packs that may go, oldest first, as many as it takes.</summary>
    private static List<PackSummary> Oldest(IReadOnlyList<PackSummary> packs, long excess)
    {
        var (going, bytes) = (new List<PackSummary>(), 0L);
        foreach (var pack in packs.TakeWhile(_ => bytes < excess))
        {
            going.Add(pack);
            bytes += pack.Bytes;
        }

        return going;
    }

    /// <summary>The oldest hours of cameras that may go, by hour, up to the first of which nobody has looked what else there is.</summary>
    private async Task<IReadOnlyList<PackSummary>> ListAsync(IReadOnlyList<long> cameras, CancellationToken cancellation)
    {
        var (found, until) = (new List<PackSummary>(), ArchiveTime.HourOf(clock.GetUtcNow()));
        foreach (var camera in cameras)
        {
            var some = await index.ListLoosePacksAsync(camera, DateTimeOffset.MinValue, MostHours, cancellation);
            found.AddRange(some);
            until = some.Count == MostHours && some[^1].Pack.End < until ? some[^1].Pack.End : until;
        }

        return [.. found.Where(pack => pack.Pack.Hour < until).OrderBy(pack => pack.Pack.Hour)];
    }
}
