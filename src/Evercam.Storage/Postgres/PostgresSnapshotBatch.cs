using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Adds many rows in one round trip.</summary>
internal static class PostgresSnapshotBatch
{
    /// <summary>Adds what is not there, inside the caller's transaction.</summary>
    /// <returns>What was refused; <see langword="null"/> if another transaction removed a row between our statements, and the
    /// question who has its moment is open again.</returns>
    public static async Task<IReadOnlyList<Snapshot>?> AddAsync(
        NpgsqlConnection connection, IReadOnlyList<Snapshot> snapshots)
    {
        // Of two with one moment the first wins.
        var rows = snapshots.DistinctBy(Key).ToArray();
        if (rows.Length == 0 || (await AddRowsAsync(connection, rows) == rows.Length && rows.Length == snapshots.Count))
        {
            return [];
        }

        var there = (await FindAsync(connection, rows)).ToDictionary(Key);
        return there.Count < rows.Length
            ? null
            : [.. snapshots.Where(s => there[Key(s)].Address != s.Address || there[Key(s)].Hash != s.Hash)];
    }

    private static (long CameraKey, DateTimeOffset TakenAt) Key(Snapshot snapshot) =>
        (snapshot.CameraKey, snapshot.TakenAt);

    private static async Task<long> AddRowsAsync(NpgsqlConnection connection, Snapshot[] rows)
    {
        await using var command = new NpgsqlCommand(SnapshotSql.Add, connection)
        {
            Parameters =
            {
                Column(rows, s => s.CameraKey),
                Column(rows, s => IndexTime.AtOrBefore(s.TakenAt)),
                Column(rows, s => s.Address.Offset),
                Column(rows, s => s.Address.HeaderLength),
                Column(rows, s => s.Address.Length),
                Column(rows, s => s.Address.Part),
                Column(rows, s => (short)s.Type),
                Column(rows, s => s.IsPublic),
                Column(rows, s => s.Hash.ToArray()),
                Column(rows, s => s.Notes),
            },
        };
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The rows that have the moments of these.</summary>
    private static async Task<List<Snapshot>> FindAsync(NpgsqlConnection connection, Snapshot[] rows)
    {
        await using var command = new NpgsqlCommand(SnapshotSql.OfKeys, connection)
        {
            Parameters =
            {
                Column(rows, s => s.CameraKey),
                Column(rows, s => IndexTime.AtOrBefore(s.TakenAt)),
            },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<Snapshot>();
        while (await reader.ReadAsync())
        {
            found.Add(PostgresRows.Snapshot(reader, reader.GetInt64(9)));
        }

        return found;
    }

    private static NpgsqlParameter<T[]> Column<T>(Snapshot[] rows, Func<Snapshot, T> value) =>
        new() { TypedValue = Array.ConvertAll(rows, row => value(row)) };
}
