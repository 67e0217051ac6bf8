using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Adds many rows in one round trip.</summary>
internal static class PostgresSnapshotBatch
{
    /// <summary>Adds what is not there, inside the caller's transaction.</summary>
    /// <returns>What was refused.</returns>
    public static async Task<IReadOnlyList<Snapshot>> AddAsync(
        NpgsqlConnection connection, IReadOnlyList<Snapshot> snapshots)
    {
        var refused = new List<Snapshot>();
        var left = new Dictionary<(long CameraKey, DateTimeOffset TakenAt), Snapshot>(snapshots.Count);
        var later = snapshots.Where(s => !left.TryAdd((s.CameraKey, s.TakenAt), s)).ToList();

        // Again, only if another transaction removed a row between our statements: what was neither added nor is there.
        while (left.Count > 0 && await AddRowsAsync(connection, [.. left.Values]) < left.Count)
        {
            foreach (var there in await FindAsync(connection, left.Keys))
            {
                left.Remove((there.CameraKey, there.TakenAt), out var asked);
                if (asked!.Address != there.Address || asked.Hash != there.Hash)
                {
                    refused.Add(asked);
                }
            }
        }

        // Of two with one moment the first wins.
        if (later.Count > 0)
        {
            refused.AddRange(await AddAsync(connection, later));
        }

        return refused;
    }

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

    private static async Task<List<Snapshot>> FindAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(long CameraKey, DateTimeOffset TakenAt)> keys)
    {
        await using var command = new NpgsqlCommand(SnapshotSql.OfKeys, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<long[]> { TypedValue = [.. keys.Select(k => k.CameraKey)] },
                new NpgsqlParameter<long[]> { TypedValue = [.. keys.Select(k => IndexTime.AtOrBefore(k.TakenAt))] },
            },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<Snapshot>();
        while (await rows.ReadAsync())
        {
            found.Add(SnapshotRow.Read(rows, rows.GetInt64(9)));
        }

        return found;
    }

    private static NpgsqlParameter<T[]> Column<T>(Snapshot[] rows, Func<Snapshot, T> value) =>
        new() { TypedValue = Array.ConvertAll(rows, row => value(row)) };
}

/// <summary>A row of the table of pictures.</summary>
internal static class SnapshotRow
{
    /// <summary>Reads the columns that every question asks for, in their order.</summary>
    public static Snapshot Read(NpgsqlDataReader row, long cameraKey)
    {
        var takenAt = ArchiveTime.FromUnixMicroseconds(row.GetInt64(0));
        return new Snapshot
        {
            CameraKey = cameraKey,
            TakenAt = takenAt,
            Type = (PictureType)row.GetInt16(1),
            Address = new PackAddress(
                PackName.Of(cameraKey, takenAt), row.GetInt32(2), row.GetInt64(3), row.GetInt32(4), row.GetInt32(5)),
            Hash = ContentHash.Read(row.GetFieldValue<byte[]>(6)),
            Notes = row.IsDBNull(7) ? null : row.GetString(7),
            IsPublic = row.GetBoolean(8),
        };
    }
}
