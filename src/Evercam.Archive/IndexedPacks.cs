using System.Runtime.CompilerServices;

namespace Evercam.Archive;

/// <summary>All packs that the index knows, whether they are there or not.</summary>
public static class IndexedPacks
{
    private const int Page = 1_000;

    /// <summary>Camera by camera, by hour ascending. Packs whose rows are removed meanwhile do no harm.</summary>
    public static async IAsyncEnumerable<PackSummary> AllPacksAsync(
        this ISnapshotIndex index, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            var from = DateTimeOffset.MinValue;
            while (true)
            {
                var summaries = await index.ListPacksAsync(camera, from, Page, cancellation);
                foreach (var summary in summaries)
                {
                    yield return summary;
                }

                if (summaries.Count < Page)
                {
                    break;
                }

                from = summaries[^1].Pack.End;
            }
        }
    }
}
