using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Writes and deletes the logs of cameras, in the order of locks that keeps everyone moving (<see cref="LockOrder"/>).</summary>
public static class LogLines
{
    private const int PieceOfLog = 5_000;

    /// <summary>So many of the newest lines are looked through: more than all cameras together have in a minute.</summary>
    private const int NewestLines = 10_000;

    /// <summary>Writes lines about any cameras, but for those that are gone, in one transaction.</summary>
    public static async Task AddLinesAsync(this EvercamDb db, IReadOnlyList<Activity> lines, CancellationToken cancellation)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellation);
        var cameras = await db.HoldCamerasAsync([.. lines.Select(line => line.CameraKey).Distinct()], cancellation);
        foreach (var line in lines.Where(line => cameras.Contains(line.CameraKey)))
        {
            // A first attempt that failed halfway may have numbered it.
            line.Key = 0;
            db.Add(line);
        }

        await db.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(CancellationToken.None);
    }

    /// <summary>The pictures that were deleted since a Unix second, of any cameras, in the order in which that was written down.</summary>
    public static async Task<IReadOnlyList<Activity>> ListErasedAsync(this EvercamDb db, long since, CancellationToken cancellation) =>
        await db.Activities.AsNoTracking().OrderByDescending(line => line.Key).Take(NewestLines)
            .Where(line => line.Kind == ActivityKind.Erased && line.DoneAt >= since)
            .OrderBy(line => line.Key).ToListAsync(cancellation);

    /// <summary>Deletes what a camera's log says of the time before a Unix second. A log may be long: it goes in pieces, so that
    /// nobody waits long for the database. What is written meanwhile goes with the camera.</summary>
    public static async Task DeleteLogAsync(this EvercamDb db, long cameraKey, long before, CancellationToken cancellation)
    {
        int deleted;
        do
        {
            deleted = await db.Activities.Where(a => a.CameraKey == cameraKey && a.DoneAt < before)
                .OrderBy(a => a.DoneAt).Take(PieceOfLog).ExecuteDeleteAsync(cancellation);
        }
        while (deleted == PieceOfLog);
    }

    /// <summary>Keeps cameras from being deleted until the transaction ends. Whatever refers to a camera takes its row when it is written, and
    /// whoever deletes an account takes all its cameras: both in the order of keys, or they would wait for each other.</summary>
    /// <returns>Those that there are.</returns>
    public static async Task<HashSet<long>> HoldCamerasAsync(this EvercamDb db, long[] keys, CancellationToken cancellation)
    {
        // SQLite has one writer at a time, which is this transaction.
        var held = db.Database.IsNpgsql()
            ? db.Database.SqlQuery<long>($"SELECT key FROM cameras WHERE key = ANY ({keys}) ORDER BY key FOR KEY SHARE")
            : db.Cameras.Where(camera => keys.Contains(camera.Key)).Select(camera => camera.Key);
        return [.. await held.ToListAsync(cancellation)];
    }
}
