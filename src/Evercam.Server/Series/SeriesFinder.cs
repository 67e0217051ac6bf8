using System.Runtime.CompilerServices;
using Evercam.Archive;

namespace Evercam.Server.Series;

/// <summary>Finds the pictures of series: for each step the nearest, by a probe of the index, whatever lies between.</summary>
internal sealed class SeriesFinder(SnapshotArchive archive)
{
    /// <summary>Each step with its picture; <see langword="null"/> if none is near enough, or it was another step's already.</summary>
    public async IAsyncEnumerable<(DateTimeOffset Wanted, Snapshot? Picture)> FindAsync(
        SeriesPlan plan, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Snapshot? last = null;
        foreach (var wanted in plan.Steps)
        {
            var nearest = await archive.FindNearestAsync(plan.Camera.Key, wanted, plan.Within, cancellation);
            var isNew = nearest is not null && nearest.TakenAt != last?.TakenAt;
            last = nearest ?? last;
            yield return (wanted, isNew ? nearest : null);
        }
    }

    /// <summary>The pictures alone.</summary>
    public IAsyncEnumerable<Snapshot> PicturesAsync(SeriesPlan plan, CancellationToken cancellation) =>
        FindAsync(plan, cancellation).Where(step => step.Picture is not null).Select(step => step.Picture!);
}
