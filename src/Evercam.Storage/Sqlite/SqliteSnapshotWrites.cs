using Evercam.Archive;
using Evercam.Storage.Index;

namespace Evercam.Storage.Sqlite;

/// <summary>The changes of the index, each inside a transaction that its caller began.</summary>
internal static class SqliteSnapshotWrites
{
    private const string AddRow =
        "INSERT INTO snapshots (camera_key, taken_at, type, part, entry_offset, header_length, length, is_public, sha256, notes) "
        + "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING";

    private const string CountAdded =
        "INSERT INTO packs (hour, camera_key, pictures, bytes) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hour, camera_key) "
        + "DO UPDATE SET pictures = pictures + excluded.pictures, bytes = bytes + excluded.bytes";

    private const string CountRemoved =
        "UPDATE packs SET pictures = pictures - ?3, bytes = bytes - ?4 WHERE hour = ?1 AND camera_key = ?2";

    private const string ForgetEmptyPack =
        "DELETE FROM packs WHERE hour = ?1 AND camera_key = ?2 AND pictures = 0";

    private const string RemoveRange =
        "DELETE FROM snapshots WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3";

    private const string RemovePack = "DELETE FROM packs WHERE hour = ?1 AND camera_key = ?2";

    private const string RemoveRowsOfCamera = "DELETE FROM snapshots WHERE camera_key = ?1";

    private const string EraseEntry =
        "INSERT INTO erasures (camera_key, hour, part, entry_offset, header_length, length) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    private const string ErasePack = "INSERT INTO erasures (camera_key, hour) VALUES (?1, ?2)";

    private const string EraseCamera =
        "INSERT INTO erasures (camera_key) SELECT ?1 "
        + "WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE camera_key = ?1 AND hour IS NULL)";

    private const string ForgetErasure = "DELETE FROM erasures WHERE key = ?1";

    /// <summary>Adds what is not there.</summary>
    /// <returns>What was refused.</returns>
    public static List<Snapshot> Add(SqliteSession session, IReadOnlyList<Snapshot> snapshots)
    {
        var refused = new List<Snapshot>();
        var counted = new PackCounter(session);

        // In the order of the table: one pack after the other, and each page is touched once. Of two with one moment the first wins.
        foreach (var snapshot in snapshots.OrderBy(s => s.CameraKey).ThenBy(s => s.TakenAt.UtcTicks))
        {
            if (AddOne(session, snapshot))
            {
                counted.Add(snapshot.Address);
            }
            else if (!IsThere(session, snapshot))
            {
                refused.Add(snapshot);
            }
        }

        counted.Write();
        return refused;
    }

    public static List<Erasure> Remove(SqliteSession session, long cameraKey, long from, long to)
    {
        var gone = SqliteSnapshotReads.List(session, cameraKey, from, to, int.MaxValue);
        session.Execute(RemoveRange, cameraKey, from, to);
        SqliteKept.Release(session, cameraKey, from, to);
        return CountAndNote(session, cameraKey, gone);
    }

    public static List<Erasure> RemoveLoose(SqliteSession session, PackName pack, int limit)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        var gone = SqliteKept.ListLoose(session, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour), limit);
        foreach (var moment in gone.Select(s => IndexTime.AtOrBefore(s.TakenAt)))
        {
            session.Execute(RemoveRange, pack.CameraKey, moment, moment + 1);
        }

        return CountAndNote(session, pack.CameraKey, gone);
    }

    /// <summary>One writes at a time: what is not there now will not come.</summary>
    public static List<Erasure> TakeBack(SqliteSession session, long cameraKey, IReadOnlyList<Snapshot> snapshots) =>
    [
        .. snapshots.SelectMany(snapshot => IsThere(session, snapshot)
            ? Remove(session, cameraKey, IndexTime.AtOrBefore(snapshot.TakenAt), IndexTime.AtOrBefore(snapshot.TakenAt) + 1)
            : [Note(session, snapshot.Address)]),
    ];

    public static Erasure? RemoveWholePack(SqliteSession session, PackName pack)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        if (SqliteKept.Any(session, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour)))
        {
            return null;
        }

        RemoveRows(session, pack);
        return new Erasure(
            session.Insert(ErasePack, pack.CameraKey, hour), pack.CameraKey, pack, null);
    }

    public static Erasure NoteCamera(SqliteSession session, long cameraKey)
    {
        session.Execute(EraseCamera, cameraKey);
        return SqliteSnapshotReads.ListErasures(session, cameraKey).First(e => e.Pack is null);
    }

    public static bool RemoveSome(SqliteSession session, long cameraKey)
    {
        var oldest = SqliteSnapshotReads.ListPacks(session, cameraKey, long.MinValue, RemovalBatch.MaxPacks);
        if (oldest.Count == 0)
        {
            // There should be no row that no counter counts, but none may stay either.
            session.Execute(RemoveRowsOfCamera, cameraKey);
            SqliteKept.Release(session, cameraKey, long.MinValue, long.MaxValue);
            return false;
        }

        foreach (var summary in RemovalBatch.Of(oldest))
        {
            RemoveRows(session, summary.Pack);
        }

        return true;
    }

    public static void ReplacePack(SqliteSession session, PackName pack, IReadOnlyList<Snapshot> snapshots)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        RemoveRows(session, pack);
        Add(session, snapshots);
        SqliteKept.ReleaseOrphans(session, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour));
    }

    public static void ForgetErasures(SqliteSession session, IReadOnlyList<Erasure> erasures)
    {
        foreach (var erasure in erasures)
        {
            session.Execute(ForgetErasure, erasure.Key);
        }
    }

    /// <summary>Counts rows that are gone, and notes the erasures of their bytes.</summary>
    private static List<Erasure> CountAndNote(SqliteSession session, long cameraKey, List<Snapshot> gone)
    {
        foreach (var pack in gone.GroupBy(s => s.Address.Pack.Hour))
        {
            var hour = IndexTime.HourOf(pack.Key);
            session.Execute(CountRemoved, hour, cameraKey, pack.Count(), pack.Sum(s => s.Address.EntryLength));
            session.Execute(ForgetEmptyPack, hour, cameraKey);
        }

        return [.. gone.Select(s => Note(session, s.Address))];
    }

    private static Erasure Note(SqliteSession session, PackAddress entry) => new(
        session.Insert(EraseEntry, [
            entry.Pack.CameraKey, IndexTime.HourOf(entry.Pack.Hour), entry.Part, entry.Offset, entry.HeaderLength, entry.Length]),
        entry.Pack.CameraKey, entry.Pack, entry);

    private static bool AddOne(SqliteSession session, Snapshot snapshot)
    {
        var address = snapshot.Address;
        Span<byte> hash = stackalloc byte[ContentHash.Length];
        snapshot.Hash.CopyTo(hash);
        using (var row = session.Query(
            AddRow, snapshot.CameraKey, IndexTime.AtOrBefore(snapshot.TakenAt), (long)snapshot.Type,
            address.Part, address.Offset, address.HeaderLength, address.Length, snapshot.IsPublic ? 1 : 0))
        {
            row.Bind(9, hash);
            row.Bind(10, snapshot.Notes);
            row.Next();
        }

        return session.Changes > 0;
    }

    private static bool IsThere(SqliteSession session, Snapshot snapshot)
    {
        var found = SqliteSnapshotReads.FindAtOrAfter(
            session, snapshot.CameraKey, IndexTime.AtOrBefore(snapshot.TakenAt));
        return found is not null && found.TakenAt == snapshot.TakenAt
            && found.Address == snapshot.Address && found.Hash == snapshot.Hash;
    }

    private static void RemoveRows(SqliteSession session, PackName pack)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        session.Execute(RemoveRange, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour));
        session.Execute(RemovePack, hour, pack.CameraKey);
    }

    /// <summary>Counts rows that come sorted by pack, and writes each pack's counter once.</summary>
    private struct PackCounter(SqliteSession session)
    {
        private PackName pack;
        private long pictures;
        private long bytes;

        public void Add(PackAddress address)
        {
            if (address.Pack != pack)
            {
                Write();
                pack = address.Pack;
            }

            pictures++;
            bytes += address.EntryLength;
        }

        public void Write()
        {
            if (pictures > 0)
            {
                session.Execute(CountAdded, IndexTime.HourOf(pack.Hour), pack.CameraKey, pictures, bytes);
            }

            (pictures, bytes) = (0, 0);
        }
    }
}
