using Evercam.Archive;
using Evercam.Storage.Index;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>What the rows of the index say.</summary>
internal static class PostgresRows
{
    /// <summary>The columns of a picture that every question asks for, in their order.</summary>
    public static Snapshot Snapshot(NpgsqlDataReader row, long cameraKey)
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

    /// <summary>The same, of <see cref="SkimmedNotes.Columns"/>.</summary>
    public static Snapshot Skimmed(NpgsqlDataReader row, long cameraKey) => Snapshot(row, cameraKey) with { HasMoreNotes = row.GetBoolean(9) };

    public static PackSummary Pack(NpgsqlDataReader row) => new(
        IndexTime.Pack(row.GetInt64(1), row.GetInt64(0)), row.GetInt32(2), row.GetInt64(3));

    public static Erasure Erasure(NpgsqlDataReader row)
    {
        var cameraKey = row.GetInt64(1);
        var pack = row.IsDBNull(2) ? (PackName?)null : IndexTime.Pack(cameraKey, row.GetInt64(2));
        var entry = row.IsDBNull(4) ? (PackAddress?)null : new PackAddress(
            pack!.Value, row.GetInt32(3), row.GetInt64(4), row.GetInt32(5), row.GetInt32(6));
        return new Erasure(row.GetInt64(0), cameraKey, pack, entry);
    }
}
