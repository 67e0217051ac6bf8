using System.Data.Common;
using Evercam.Archive;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Storage.Catalog;

/// <summary>Which of the servers on one PostgreSQL database writes to which camera, and which of them run. A tenure has a number, higher
/// than all before it of its camera: whoever has lost it can change nothing by the old one.</summary>
public static class Tenures
{
    /// <summary>For so long a server must have given no sign of life until the others may say that it is gone, however they came to think so:
    /// one that has just begun is not known to all of them yet.</summary>
    public const int SilentSeconds = 4;

    /// <summary>So many pictures show how fast a camera answers.</summary>
    private const int NewestPictures = 4;

    /// <summary>A server takes a camera, unless the others have said that it is gone, or it has the camera already.</summary>
    /// <returns><see langword="null"/> if the server is gone.</returns>
    public static async Task<TakenTenure?> TakeTenureAsync(
        this EvercamDb db, long cameraKey, string server, CancellationToken cancellation)
    {
        while (await db.IsServerAsync(server, cancellation))
        {
            var taken = await db.ReadAsync(
                """
                WITH before AS (SELECT number, server FROM tenures WHERE camera_key = @camera),
                taken AS (
                    INSERT INTO tenures (camera_key, number, server)
                    SELECT @camera, 1, @server WHERE EXISTS (SELECT 1 FROM servers WHERE name = @server AND NOT is_gone)
                    ON CONFLICT (camera_key) DO UPDATE SET number = tenures.number + 1, server = excluded.server
                    WHERE tenures.server <> excluded.server
                    RETURNING number)
                SELECT coalesce((SELECT number FROM taken), (SELECT number FROM before WHERE server = @server)),
                       EXISTS (SELECT 1 FROM taken),
                       coalesce((SELECT s.alive_at FROM before b JOIN servers s ON s.name = b.server), (SELECT alive_at FROM pulses))
                """,
                row => row.IsDBNull(0)
                    ? null
                    : new TakenTenure(row.GetInt64(0), row.GetBoolean(1), row.IsDBNull(2) ? null : row.GetInt64(2)),
                cancellation,
                ("camera", cameraKey),
                ("server", server));
            if (taken is [{ } tenure])
            {
                return tenure;
            }
        }

        return null;
    }

    /// <summary>Gives a server's tenure a number behind one that was given before, of which this database knows nothing: it was rebuilt, or
    /// restored from an older copy.</summary>
    /// <returns>Whether the server has the camera, in the tenure that it believes to have.</returns>
    public static async Task<bool> SurpassAsync(
        this EvercamDb db, long cameraKey, string server, long own, long given, CancellationToken cancellation) =>
        await db.Database.ExecuteSqlAsync(
            $"UPDATE tenures SET number = {given} + 1 WHERE camera_key = {cameraKey} AND server = {server} AND number = {own} AND number <= {given}",
            cancellation) > 0;

    /// <summary>What is known of the recording of a camera that a server has taken: nobody else adds to it any more. One probe of each of two
    /// indexes, however much there is.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="now">Pictures of a time to come were taken by a wrong clock, and say nothing.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns><see langword="null"/> if nothing has been told of it.</returns>
    public static async Task<LeftRecording?> FindLeftAsync(
        this EvercamDb db, long cameraKey, DateTimeOffset now, CancellationToken cancellation)
    {
        var rows = await db.ReadAsync(
            $"""
            SELECT told.since, told.status, picture.taken_at
            FROM (SELECT since, status FROM coverage WHERE camera_key = @camera ORDER BY since DESC LIMIT 1) AS told
            LEFT JOIN LATERAL (
                SELECT taken_at FROM snapshots
                WHERE told.status = @recorded AND camera_key = @camera AND taken_at >= told.since * 1000000 AND taken_at <= @now
                  AND taken_at % 1000000 <> 0 AND taken_at % 1000 <> 1
                ORDER BY taken_at DESC LIMIT {NewestPictures}) AS picture ON true
            ORDER BY picture.taken_at DESC
            """,
            row => (Since: row.GetInt64(0), Status: (CoverageStatus)row.GetInt32(1), TakenAt: row.IsDBNull(2) ? (long?)null : row.GetInt64(2)),
            cancellation,
            ("camera", cameraKey),
            ("recorded", (int)CoverageStatus.Recorded),
            ("now", now.ToUnixMicroseconds()));
        return rows is [var told, ..] ? new(told.Status, told.Since, [.. rows.Select(row => row.TakenAt).OfType<long>()]) : null;
    }

    /// <summary>A server says that it runs.</summary>
    /// <param name="db">The catalog.</param>
    /// <param name="server">What the servers call it; no other is ever called so.</param>
    /// <param name="isFirst">Whether it has said nothing before.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The tenures that it has, by cameras; <see langword="null"/> if the others have said that it is gone: then it must end.</returns>
    public static async Task<IReadOnlyDictionary<long, long>?> BeatAsync(
        this EvercamDb db, string server, bool isFirst, CancellationToken cancellation)
    {
        var beats = await db.ReadAsync(
            isFirst
                ? "INSERT INTO servers (name, alive_at) VALUES (@server, extract(epoch FROM now())::bigint) "
                    + "ON CONFLICT (name) DO UPDATE SET alive_at = excluded.alive_at RETURNING alive_at"
                : "UPDATE servers SET alive_at = extract(epoch FROM now())::bigint WHERE name = @server AND NOT is_gone RETURNING alive_at",
            row => row.GetInt64(0),
            cancellation,
            ("server", server));
        return beats.Count == 0
            ? null
            : (await db.ReadAsync(
                "SELECT camera_key, number FROM tenures WHERE server = @server",
                row => KeyValuePair.Create(row.GetInt64(0), row.GetInt64(1)), cancellation, ("server", server))).ToDictionary();
    }

    /// <summary>Says of servers that they are gone, if they are none of these and give no sign of life.</summary>
    /// <returns>Who they are.</returns>
    public static Task<IReadOnlyList<string>> MissServersAsync(
        this EvercamDb db, IReadOnlyCollection<string> running, CancellationToken cancellation) => db.ReadAsync(
            $"""
            UPDATE servers SET is_gone = true
            WHERE NOT is_gone AND name <> ALL (@running) AND alive_at < extract(epoch FROM now()) - {SilentSeconds}
            RETURNING name
            """,
            row => row.GetString(0), cancellation, ("running", running.ToArray()));

    /// <summary>A server says that it ends.</summary>
    public static Task<int> LeaveAsync(this EvercamDb db, string server, CancellationToken cancellation) =>
        db.Database.ExecuteSqlAsync($"UPDATE servers SET is_gone = true WHERE name = {server}", cancellation);

    /// <summary>How many cameras each running server has.</summary>
    public static async Task<IReadOnlyDictionary<string, long>> CountTenuresAsync(this EvercamDb db, CancellationToken cancellation) =>
        (await db.ReadAsync(
            "SELECT s.name, (SELECT count(*) FROM tenures t WHERE t.server = s.name) FROM servers s WHERE NOT s.is_gone",
            row => KeyValuePair.Create(row.GetString(0), row.GetInt64(1)), cancellation)).ToDictionary();

    /// <summary>Forgets servers that are gone and have no camera any more.</summary>
    public static Task<int> ForgetServersAsync(this EvercamDb db, CancellationToken cancellation) => db.Database.ExecuteSqlRawAsync(
        "DELETE FROM servers s WHERE s.is_gone AND NOT EXISTS (SELECT 1 FROM tenures t WHERE t.server = s.name)", cancellation);

    /// <summary>Forgets who had cameras that were deleted, and of which everything is erased.</summary>
    public static Task<int> ForgetTenuresAsync(this EvercamDb db, CancellationToken cancellation) => db.Database.ExecuteSqlRawAsync(
        """
        DELETE FROM tenures t
        WHERE NOT EXISTS (SELECT 1 FROM cameras c WHERE c.key = t.camera_key) AND NOT EXISTS (SELECT 1 FROM erasures e WHERE e.camera_key = t.camera_key)
        """,
        cancellation);

    /// <summary>Some of the cameras, and of those that were deleted and are not erased yet, that no running server has.</summary>
    public static Task<IReadOnlyList<long>> FindUntendedAsync(this EvercamDb db, int limit, CancellationToken cancellation) => db.ReadAsync(
        """
        SELECT k.key FROM (SELECT key FROM cameras UNION SELECT camera_key FROM erasures) AS k
        WHERE NOT EXISTS (
            SELECT 1 FROM tenures t JOIN servers s ON s.name = t.server AND NOT s.is_gone WHERE t.camera_key = k.key)
        ORDER BY k.key LIMIT @limit
        """,
        row => row.GetInt64(0), cancellation, ("limit", limit));

    private static async Task<bool> IsServerAsync(this EvercamDb db, string server, CancellationToken cancellation) => (await db.ReadAsync(
        "SELECT 1 FROM servers WHERE name = @server AND NOT is_gone", row => row.GetInt32(0), cancellation, ("server", server))).Count > 0;

    private static async Task<IReadOnlyList<T>> ReadAsync<T>(
        this EvercamDb db, string sql, Func<DbDataReader, T> read, CancellationToken cancellation, params (string Name, object Value)[] values)
    {
        await db.Database.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = db.Database.GetDbConnection().CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant.
            command.CommandText = sql;
#pragma warning restore CA2100
            foreach (var (name, value) in values)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }

            await using var rows = await command.ExecuteReaderAsync(cancellation);
            var found = new List<T>();
            while (await rows.ReadAsync(cancellation))
            {
                found.Add(read(rows));
            }

            return found;
        }
        finally
        {
            await db.Database.CloseConnectionAsync();
        }
    }
}

/// <summary>A camera that a server has taken.</summary>
/// <param name="Number">The number of the tenure.</param>
/// <param name="IsNew">Whether somebody else had it, or nobody.</param>
/// <param name="AliveAt">The last second, Unix, in which whoever had the camera before is known to have run; <see langword="null"/> if
/// nobody is.</param>
public sealed record TakenTenure(long Number, bool IsNew, long? AliveAt);

/// <summary>What was told last of a camera's recording.</summary>
/// <param name="Status">What was told.</param>
/// <param name="Since">The first second, Unix.</param>
/// <param name="TakenAt">If it was recorded: when the newest recorded pictures since then were taken, in microseconds, Unix, newest first. A
/// few, or none.</param>
public sealed record LeftRecording(CoverageStatus Status, long Since, IReadOnlyList<long> TakenAt);
