using Evercam.Archive;
using Evercam.Storage.Index;

namespace Evercam.Storage.Sqlite;

/// <summary>The questions of the index, each over one session.</summary>
internal static class SqliteSnapshotReads
{
    public const string Row =
        "SELECT taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public FROM snapshots ";

    private const string AtOrBefore =
        Row + "WHERE camera_key = ?1 AND taken_at <= ?2 ORDER BY taken_at DESC LIMIT 1";

    private const string LastTime = "SELECT max(taken_at) FROM snapshots WHERE camera_key = ?1";

    private const string AtOrAfter =
        Row + "WHERE camera_key = ?1 AND taken_at >= ?2 ORDER BY taken_at LIMIT 1";

    private const string Range =
        Row + "WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 ORDER BY taken_at LIMIT ?4";

    private static readonly string SkimmedRange = SkimmedNotes.Columns
        + "FROM snapshots s WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 ORDER BY taken_at LIMIT ?4";

    private const string AnyInRange =
        "SELECT 1 FROM snapshots WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 LIMIT 1";

    private const string NthInRange =
        "SELECT taken_at FROM snapshots WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 "
        + "ORDER BY taken_at LIMIT 1 OFFSET ?4";

    private const string CountInRange =
        "SELECT count(*) FROM snapshots WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3";

    private const string PacksOfCamera =
        "SELECT hour, camera_key, pictures, bytes FROM packs WHERE camera_key = ?1 AND hour >= ?2 ORDER BY hour LIMIT ?3";

    private const string Sums =
        "SELECT coalesce(sum(pictures), 0), coalesce(sum(bytes), 0) FROM packs WHERE camera_key = ?1";

    /// <summary>Jumps from camera to camera along the index, over all their hours.</summary>
    private const string Cameras =
        """
        WITH RECURSIVE found(camera_key) AS (
            SELECT min(camera_key) FROM packs
            UNION ALL
            SELECT (SELECT min(p.camera_key) FROM packs p WHERE p.camera_key > found.camera_key)
            FROM found WHERE found.camera_key IS NOT NULL)
        SELECT camera_key FROM found WHERE camera_key IS NOT NULL
        """;

    private const string Erasures = "SELECT key, camera_key, hour, part, entry_offset, header_length, length FROM erasures ";

    private const string AllErasures = Erasures + "ORDER BY key";

    private const string ErasuresOfCamera = Erasures + "WHERE camera_key = ?1 ORDER BY key";

    private const string EndOfPart =
        "SELECT coalesce(max(entry_offset + header_length + (length + 511) / 512 * 512), 0) FROM snapshots "
        + "WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 AND part = ?4";

    public static Snapshot? FindAtOrBefore(SqliteSession session, long cameraKey, long moment) =>
        First(session.Query(AtOrBefore, cameraKey, moment), cameraKey);

    public static long? FindLastTime(SqliteSession session, long cameraKey)
    {
        using var rows = session.Query(LastTime, cameraKey);
        return rows.Next() && !rows.IsNull(0) ? rows.Number(0) : null;
    }

    public static Snapshot? FindAtOrAfter(SqliteSession session, long cameraKey, long moment) =>
        First(session.Query(AtOrAfter, cameraKey, moment), cameraKey);

    public static List<Snapshot> List(SqliteSession session, long cameraKey, long from, long to, int limit) =>
        ReadAll(session.Query(Range, cameraKey, from, to, limit), cameraKey);

    public static List<Snapshot> Skim(SqliteSession session, long cameraKey, long from, long to, int limit) =>
        ReadSkimmed(session.Query(SkimmedRange, cameraKey, from, to, limit), cameraKey);

    public static bool Any(SqliteSession session, long cameraKey, long from, long to)
    {
        using var rows = session.Query(AnyInRange, cameraKey, from, to);
        return rows.Next();
    }

    public static long? FindNth(SqliteSession session, long cameraKey, long from, long to, long skip)
    {
        if (from >= to)
        {
            return null;
        }

        var hour = IndexTime.HourOf(from);
        if (from > IndexTime.Start(hour))
        {
            // The counter of the first hour says nothing of a part of it.
            var end = Math.Min(IndexTime.End(hour), to);
            if (NthIn(session, cameraKey, from, end, skip) is { } found)
            {
                return found;
            }

            skip -= CountIn(session, cameraKey, from, end);
            hour = IndexTime.HourOf(IndexTime.End(hour));
        }

        using var packs = session.Query(PacksOfCamera, cameraKey, hour, long.MaxValue);
        while (packs.Next() && IndexTime.Start(packs.Number(0)) < to)
        {
            var pictures = packs.Number(2);
            if (skip < pictures)
            {
                hour = packs.Number(0);
                return NthIn(session, cameraKey, IndexTime.Start(hour), Math.Min(IndexTime.End(hour), to), skip);
            }

            skip -= pictures;
        }

        return null;
    }

    public static List<PackSummary> ListPacks(SqliteSession session, long cameraKey, long fromHour, int limit) =>
        ReadPacks(session.Query(PacksOfCamera, cameraKey, fromHour, limit));

    public static (long Pictures, long Bytes) Sum(SqliteSession session, long cameraKey)
    {
        using var rows = session.Query(Sums, cameraKey);
        rows.Next();
        return (rows.Number(0), rows.Number(1));
    }

    public static List<long> ListCameras(SqliteSession session)
    {
        using var rows = session.Query(Cameras);
        var found = new List<long>();
        while (rows.Next())
        {
            found.Add(rows.Number(0));
        }

        return found;
    }

    public static List<Erasure> ListErasures(SqliteSession session) => ReadErasures(session.Query(AllErasures));

    public static List<Erasure> ListErasures(SqliteSession session, long cameraKey) =>
        ReadErasures(session.Query(ErasuresOfCamera, cameraKey));

    public static long FindEnd(SqliteSession session, PackName pack, int part)
    {
        var hour = IndexTime.HourOf(pack.Hour);
        using var rows = session.Query(EndOfPart, pack.CameraKey, IndexTime.Start(hour), IndexTime.End(hour), part);
        rows.Next();
        return rows.Number(0);
    }

    /// <summary>The pictures that a statement answers, whose columns are those of <see cref="Row"/>.</summary>
    public static List<Snapshot> ReadAll(SqliteRows rows, long cameraKey)
    {
        using (rows)
        {
            var found = new List<Snapshot>();
            while (rows.Next())
            {
                found.Add(Read(rows, cameraKey));
            }

            return found;
        }
    }

    /// <summary>The same, where they are those of <see cref="SkimmedNotes.Columns"/>.</summary>
    public static List<Snapshot> ReadSkimmed(SqliteRows rows, long cameraKey)
    {
        using (rows)
        {
            var found = new List<Snapshot>();
            while (rows.Next())
            {
                found.Add(Read(rows, cameraKey) with { HasMoreNotes = rows.Integer(9) != 0 });
            }

            return found;
        }
    }

    /// <summary>The packs that a statement answers: hour, camera, pictures, bytes.</summary>
    public static List<PackSummary> ReadPacks(SqliteRows rows)
    {
        using (rows)
        {
            var found = new List<PackSummary>();
            while (rows.Next())
            {
                found.Add(new PackSummary(
                    IndexTime.Pack(rows.Number(1), rows.Number(0)), rows.Integer(2), rows.Number(3)));
            }

            return found;
        }
    }

    private static List<Erasure> ReadErasures(SqliteRows rows)
    {
        using (rows)
        {
            var found = new List<Erasure>();
            while (rows.Next())
            {
                var cameraKey = rows.Number(1);
                var pack = rows.IsNull(2) ? (PackName?)null : IndexTime.Pack(cameraKey, rows.Number(2));
                var entry = rows.IsNull(4) ? (PackAddress?)null : new PackAddress(
                    pack!.Value, rows.Integer(3), rows.Number(4), rows.Integer(5), rows.Integer(6));
                found.Add(new Erasure(rows.Number(0), cameraKey, pack, entry));
            }

            return found;
        }
    }

    private static Snapshot? First(SqliteRows rows, long cameraKey)
    {
        using (rows)
        {
            return rows.Next() ? Read(rows, cameraKey) : null;
        }
    }

    private static Snapshot Read(SqliteRows rows, long cameraKey)
    {
        var takenAt = ArchiveTime.FromUnixMicroseconds(rows.Number(0));
        return new Snapshot
        {
            CameraKey = cameraKey,
            TakenAt = takenAt,
            Type = (PictureType)rows.Integer(1),
            Address = new PackAddress(
                PackName.Of(cameraKey, takenAt), rows.Integer(2), rows.Number(3), rows.Integer(4), rows.Integer(5)),
            Hash = ContentHash.Read(rows.Bytes(6)),
            Notes = rows.Text(7),
            IsPublic = rows.Integer(8) != 0,
        };
    }

    private static long? NthIn(SqliteSession session, long cameraKey, long from, long to, long skip)
    {
        using var rows = session.Query(NthInRange, cameraKey, from, to, skip);
        return rows.Next() ? rows.Number(0) : null;
    }

    private static long CountIn(SqliteSession session, long cameraKey, long from, long to)
    {
        using var rows = session.Query(CountInRange, cameraKey, from, to);
        rows.Next();
        return rows.Number(0);
    }
}
