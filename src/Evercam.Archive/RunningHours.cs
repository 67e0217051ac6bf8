namespace Evercam.Archive;

/// <summary>Gives up the oldest pictures of the hours that have not ended, whichever cameras they are of.</summary>
/// <param name="index">Knows the pictures.</param>
/// <param name="clock">Tells which hours have not ended.</param>
internal sealed class RunningHours(ISnapshotIndex index, TimeProvider clock)
{
    private const int Batch = 64;

    /// <summary>So much younger than the oldest picture of another camera one may be that goes before it: each camera's turn costs the
    /// database a transaction.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(10);

    /// <summary>Gives up pictures, the oldest of all cameras first, as long as that is not enough.</summary>
    /// <param name="isEnough">Asked before each turn of a camera.</param>
    /// <param name="shorten">Gives up the oldest pictures of a pack, none that was taken at this moment or later. One that answers with
    /// <see langword="null"/> has no further turn.</param>
    /// <param name="cancellation">Ends it between two turns.</param>
    public async Task ShortenAsync(
        Func<bool> isEnough, Func<PackName, DateTimeOffset, Task<ShortenedPack?>> shorten, CancellationToken cancellation)
    {
        foreach (var hour in (await ListAsync(cancellation)).GroupBy(pack => pack.Hour))
        {
            var turns = new PriorityQueue<PackName, DateTimeOffset>();
            foreach (var pack in hour)
            {
                if (await index.ListLooseAsync(pack, 1, cancellation) is [var oldest])
                {
                    turns.Enqueue(pack, oldest.TakenAt);
                }
            }

            while (!isEnough() && turns.TryDequeue(out var pack, out _))
            {
                var until = turns.TryPeek(out _, out var others) ? ArchiveTime.Add(others, Slice) : DateTimeOffset.MaxValue;
                if (await shorten(pack, until) is { Next: { } next })
                {
                    turns.Enqueue(pack, next);
                }
            }
        }
    }

    /// <summary>The packs whose hour has not ended, by hour ascending; of the first such hour, all.</summary>
    private async Task<IReadOnlyList<PackName>> ListAsync(CancellationToken cancellation)
    {
        for (var looked = Batch; ; looked *= 2)
        {
            var oldest = await index.ListOldestPacksAsync(looked, cancellation);
            var now = clock.GetUtcNow();
            List<PackName> running = [.. oldest.Select(summary => summary.Pack).Where(pack => pack.End > now)];
            if (oldest.Count < looked)
            {
                return running;
            }

            // Of the last hour there may be more.
            List<PackName> whole = [.. running.Where(pack => pack.Hour < running[^1].Hour)];
            if (whole.Count > 0)
            {
                return whole;
            }
        }
    }
}
