using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>What takes rows out of the index, each inside a transaction that its caller began and that holds
/// <see cref="SnapshotSql.LockRemovals"/>.</summary>
internal static class PostgresSnapshotWrites
{
    public static async Task<IReadOnlyList<Erasure>> RemoveAsync(NpgsqlConnection connection, long cameraKey, long first, long past)
    {
        var remove = new NpgsqlCommand(SnapshotSql.Remove, connection).With(cameraKey, first, past);
        var erasures = await RemoveAsync(connection, remove, cameraKey, first, past);
        await PostgresKept.ReleaseAsync(connection, cameraKey, first, past);
        return erasures;
    }

    /// <summary>Of the pictures of a pack that are not marked to be kept, the oldest.</summary>
    public static Task<IReadOnlyList<Erasure>> RemoveLooseAsync(NpgsqlConnection connection, PackName pack, int limit)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        var (first, past) = (IndexTime.Start(hour), IndexTime.End(hour));
        var remove = new NpgsqlCommand(SnapshotSql.RemoveLoose, connection).With(pack.CameraKey, first, past, limit);
        return RemoveAsync(connection, remove, pack.CameraKey, first, past);
    }

    /// <summary>Runs what removes rows of a range and notes their erasures.</summary>
    private static async Task<IReadOnlyList<Erasure>> RemoveAsync(
        NpgsqlConnection connection, NpgsqlCommand remove, long cameraKey, long first, long past)
    {
        await using var removal = remove;
        var (firstHour, lastHour) = (IndexTime.HourOf(first), IndexTime.HourOf(past));
        await connection.RunAsync(SnapshotSql.LockPacks, cameraKey, firstHour, lastHour);
        var erasures = await removal.ReadAllAsync(PostgresRows.Erasure, CancellationToken.None);
        await connection.RunAsync(SnapshotSql.ForgetEmptyPacks, cameraKey, firstHour, lastHour);
        return [.. erasures.OrderBy(e => e.Key)];
    }

    public static async Task<IReadOnlyList<Erasure>> TakeBackAsync(
        NpgsqlConnection connection, long cameraKey, IReadOnlyList<Snapshot> snapshots)
    {
        // An addition that is still being committed holds the keys: ours waits for it, or it comes to nothing.
        var refused = await PostgresSnapshotBatch.AddAsync(connection, [.. snapshots.Select(s => s with { Notes = null })]) ?? snapshots;
        var others = refused.Select(s => s.Address).ToHashSet();
        var erasures = new List<Erasure>();
        foreach (var snapshot in snapshots)
        {
            var first = IndexTime.AtOrBefore(snapshot.TakenAt);
            erasures.AddRange(others.Contains(snapshot.Address)
                ? [await NoteAsync(connection, snapshot.Address)]
                : await RemoveAsync(connection, cameraKey, first, first + 1));
        }

        return erasures;
    }

    /// <returns><see langword="null"/> if a picture of it is marked to be kept.</returns>
    public static async Task<Erasure?> RemovePackAsync(NpgsqlConnection connection, PackName pack)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        if (await PostgresKept.AnyAsync(connection, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour)))
        {
            return null;
        }

        await ReplacePackAsync(connection, pack, []);
        return new Erasure(await NoteAsync(connection, pack.CameraKey, hour), pack.CameraKey, pack, null);
    }

    public static async Task<Erasure> NoteCameraAsync(NpgsqlConnection connection, long cameraKey)
    {
        await using var noted = new NpgsqlCommand(SnapshotSql.NotedCamera, connection).With(cameraKey);
        var key = await noted.ExecuteScalarAsync(CancellationToken.None) as long?
            ?? await NoteAsync(connection, cameraKey, hour: null);
        return new Erasure(key, cameraKey, null, null);
    }

    /// <returns>Whether there may be more.</returns>
    public static async Task<bool> RemoveSomeAsync(NpgsqlConnection connection, long cameraKey)
    {
        await using var packs = new NpgsqlCommand(SnapshotSql.LockOldestPacks, connection).With(cameraKey, RemovalBatch.MaxPacks);
        var oldest = RemovalBatch.Of(await packs.ReadAllAsync(PostgresRows.Pack, CancellationToken.None));
        if (oldest.Count == 0)
        {
            // There should be no row that no counter counts, but none may stay either.
            await connection.RunAsync(SnapshotSql.RemoveRowsOfCamera, cameraKey);
            await PostgresKept.ReleaseAsync(connection, cameraKey, long.MinValue, long.MaxValue);
            return false;
        }

        var (first, last) = (IndexTime.HourOf(oldest[0].Pack.Hour), IndexTime.HourOf(oldest[^1].Pack.Hour));
        await connection.RunAsync(SnapshotSql.RemoveRange, cameraKey, IndexTime.Start(first), IndexTime.End(last));
        await connection.RunAsync(SnapshotSql.RemovePacks, cameraKey, first, last);
        return true;
    }

    /// <summary>Counts at the end, after the rows: see <see cref="SnapshotSql.LockRemovals"/>.</summary>
    public static async Task ReplacePackAsync(NpgsqlConnection connection, PackName pack, IReadOnlyList<Snapshot> snapshots)
    {
        var (cameraKey, hour) = (pack.CameraKey, IndexTime.HourOf(pack.Hour));
        await using var remove = new NpgsqlCommand(SnapshotSql.RemoveRange, connection)
            .With(cameraKey, IndexTime.Start(hour), IndexTime.End(hour));
        var gone = await remove.ReadAllAsync(r => (Pictures: r.GetInt64(0), Bytes: r.GetInt64(1)), CancellationToken.None);
        await PostgresSnapshotBatch.AddAsync(connection, snapshots);
        await connection.RunAsync(SnapshotSql.CountRemoved, cameraKey, hour, gone[0].Pictures, gone[0].Bytes);
        await connection.RunAsync(SnapshotSql.ForgetEmptyPacks, cameraKey, hour, hour);
        await PostgresKept.ReleaseOrphansAsync(connection, cameraKey, IndexTime.Start(hour), IndexTime.End(hour));
    }

    private static async Task<Erasure> NoteAsync(NpgsqlConnection connection, PackAddress entry)
    {
        await using var note = new NpgsqlCommand(SnapshotSql.EraseEntry, connection).With(
            entry.Pack.CameraKey, IndexTime.HourOf(entry.Pack.Hour), entry.Part, entry.Offset, entry.HeaderLength, entry.Length);
        return new Erasure((long)(await note.ExecuteScalarAsync())!, entry.Pack.CameraKey, entry.Pack, entry);
    }

    /// <param name="connection">The connection.</param>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="hour">Of the pack; <see langword="null"/> for all packs of the camera.</param>
    private static async Task<long> NoteAsync(NpgsqlConnection connection, long cameraKey, long? hour)
    {
        await using var command = new NpgsqlCommand(SnapshotSql.Erase, connection).With(cameraKey);
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = hour });
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
