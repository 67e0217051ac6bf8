using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>The marks of pictures that are to be kept: a row each, in a table of its own. Whoever changes them holds the camera's lock
/// (<see cref="SnapshotSql.LockRemovals"/>), so that no mark is put on a picture that is being removed.</summary>
internal static class PostgresKept
{
    private const string IsOf = "k.camera_key = s.camera_key AND k.taken_at = s.taken_at";

    /// <summary>Goes along the marks: there are far fewer of them than pictures.</summary>
    private const string EntryLengths =
        $"coalesce(sum((SELECT {SnapshotSql.EntryLength} FROM snapshots s WHERE {IsOf})), 0)::bigint";

    /// <summary>A pack without marks costs a probe.</summary>
    private const string LoosePacks =
        $"""
        SELECT hour, camera_key, packs.pictures - marked.pictures, packs.bytes - marked.bytes
        FROM packs CROSS JOIN LATERAL (
            SELECT count(*)::int AS pictures, {EntryLengths} AS bytes FROM kept k
            WHERE k.camera_key = packs.camera_key AND k.taken_at >= hour * 1000000 AND k.taken_at < (hour + 3600) * 1000000) AS marked
        WHERE packs.pictures > marked.pictures
        """;

    public const string LoosePacksOfCamera = LoosePacks + " AND camera_key = $1 AND hour >= $2 ORDER BY hour LIMIT $3";

    public const string OldestPacks = LoosePacks + " ORDER BY hour, camera_key LIMIT $1";

    public const string List =
        $"""
        SELECT s.taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public
        FROM kept k JOIN snapshots s ON {IsOf}
        WHERE k.camera_key = $1 AND k.taken_at >= $2 AND k.taken_at < $3 ORDER BY k.taken_at LIMIT $4
        """;

    public static string Skim { get; } = SkimmedNotes.Columns
        + $"FROM kept k JOIN snapshots s ON {IsOf} WHERE k.camera_key = $1 AND k.taken_at >= $2 AND k.taken_at < $3 ORDER BY k.taken_at LIMIT $4";

    public const string Loose =
        $"""
        SELECT s.taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public
        FROM snapshots s
        WHERE s.camera_key = $1 AND s.taken_at >= $2 AND s.taken_at < $3 AND NOT EXISTS (SELECT 1 FROM kept k WHERE {IsOf})
        ORDER BY s.taken_at LIMIT $4
        """;

    public const string All = "SELECT camera_key, taken_at FROM kept ORDER BY camera_key, taken_at";

    public const string Sums = $"SELECT count(*), {EntryLengths} FROM kept k WHERE k.camera_key = $1";

    private const string KeepThese =
        "INSERT INTO kept (camera_key, taken_at) SELECT camera_key, taken_at FROM snapshots "
        + "WHERE camera_key = $1 AND taken_at = ANY ($2) ON CONFLICT DO NOTHING";

    private const string ReleaseThese = "DELETE FROM kept WHERE camera_key = $1 AND taken_at = ANY ($2)";

    private const string ReleaseRange = "DELETE FROM kept WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3";

    private const string ReleaseThoseOfNone = ReleaseRange
        + " AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.camera_key = kept.camera_key AND s.taken_at = kept.taken_at)";

    private const string AnyInRange =
        "SELECT EXISTS (SELECT 1 FROM kept WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3)";

    public static Task<int> KeepAsync(NpgsqlConnection connection, long cameraKey, IReadOnlyList<DateTimeOffset> moments) =>
        ChangeAsync(new(KeepThese, connection), cameraKey, moments);

    public static Task<int> ReleaseAsync(NpgsqlConnection connection, long cameraKey, IReadOnlyList<DateTimeOffset> moments) =>
        ChangeAsync(new(ReleaseThese, connection), cameraKey, moments);

    public static Task ReleaseAsync(NpgsqlConnection connection, long cameraKey, long first, long past) =>
        connection.RunAsync(ReleaseRange, cameraKey, first, past);

    /// <summary>Forgets the marks of a range whose pictures are gone.</summary>
    public static Task ReleaseOrphansAsync(NpgsqlConnection connection, long cameraKey, long first, long past) =>
        connection.RunAsync(ReleaseThoseOfNone, cameraKey, first, past);

    public static async Task<bool> AnyAsync(NpgsqlConnection connection, long cameraKey, long first, long past)
    {
        await using var command = new NpgsqlCommand(AnyInRange, connection).With(cameraKey, first, past);
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> ChangeAsync(NpgsqlCommand change, long cameraKey, IReadOnlyList<DateTimeOffset> moments)
    {
        await using var command = change.With(cameraKey);
        command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. moments.Select(IndexTime.AtOrBefore)] });
        return await command.ExecuteNonQueryAsync();
    }
}
