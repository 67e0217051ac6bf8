namespace Evercam.Archive;

/// <summary>The cameras of which the database did not take a single row. A damaged page fails as an outage does, and is about the rows of
/// a few cameras: they go last, and in turn, so that the others are kept.</summary>
internal sealed class CamerasInTrouble
{
    /// <summary>When so many cameras fail in a row, it is not about cameras.</summary>
    public const int TooMany = 3;

    private readonly Dictionary<long, long> failedAt = [];
    private long failures;

    /// <summary>The pictures to be tried next: the first ones of the cameras that are not in trouble, if there are any. Those of one
    /// camera stay in their order, by which a start after a crash finds what has no row.</summary>
    public List<PendingSnapshot> FirstOf(IReadOnlyList<PendingSnapshot> waiting, int limit)
    {
        List<PendingSnapshot> well = [.. waiting.Where(p => !failedAt.ContainsKey(p.Snapshot.CameraKey)).Take(limit)];
        return well.Count > 0 ? well : [.. waiting.OrderBy(p => failedAt[p.Snapshot.CameraKey]).Take(limit)];
    }

    public void Failed(long cameraKey) => failedAt[cameraKey] = ++failures;

    public void Succeeded(IEnumerable<PendingSnapshot> rows)
    {
        foreach (var row in rows)
        {
            failedAt.Remove(row.Snapshot.CameraKey);
        }
    }
}
