using Evercam.Archive;
using Evercam.Storage.Index;

namespace Evercam.Storage.Sqlite;

/// <summary>The marks of pictures that are to be kept: a row each, in a table of its own. Changes are made inside a transaction that
/// their caller began.</summary>
internal static class SqliteKept
{
    private const string KeepOne =
        "INSERT INTO kept (camera_key, taken_at) SELECT camera_key, taken_at FROM snapshots "
        + "WHERE camera_key = ?1 AND taken_at = ?2 ON CONFLICT DO NOTHING";

    private const string ReleaseRange = "DELETE FROM kept WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3";

    private const string ForgetOrphans =
        ReleaseRange + " AND NOT EXISTS (SELECT 1 FROM snapshots s WHERE s.camera_key = kept.camera_key AND s.taken_at = kept.taken_at)";

    private const string AnyInRange = "SELECT 1 FROM kept WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 LIMIT 1";

    private const string IsKept = "EXISTS (SELECT 1 FROM kept k WHERE k.camera_key = ?1 AND k.taken_at = snapshots.taken_at) ";

    /// <summary>Goes along the marks: there are far fewer of them than pictures.</summary>
    private const string Kept =
        "SELECT s.taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public "
        + "FROM kept k CROSS JOIN snapshots s ON s.camera_key = k.camera_key AND s.taken_at = k.taken_at "
        + "WHERE k.camera_key = ?1 AND k.taken_at >= ?2 AND k.taken_at < ?3 ORDER BY k.taken_at LIMIT ?4";

    private static readonly string SkimmedKept = SkimmedNotes.Columns
        + "FROM kept k CROSS JOIN snapshots s ON s.camera_key = k.camera_key AND s.taken_at = k.taken_at "
        + "WHERE k.camera_key = ?1 AND k.taken_at >= ?2 AND k.taken_at < ?3 ORDER BY k.taken_at LIMIT ?4";

    private const string Loose =
        SqliteSnapshotReads.Row + "WHERE camera_key = ?1 AND taken_at >= ?2 AND taken_at < ?3 AND NOT " + IsKept
        + "ORDER BY taken_at LIMIT ?4";

    private const string EntryLengths =
        "coalesce(sum((SELECT header_length + (length + 511) / 512 * 512 FROM snapshots s "
        + "WHERE s.camera_key = k.camera_key AND s.taken_at = k.taken_at)), 0)";

    private const string Sums = $"SELECT count(*), {EntryLengths} FROM kept k WHERE k.camera_key = ?1";

    private const string OfPack =
        "FROM kept k WHERE k.camera_key = p.camera_key AND k.taken_at >= p.hour * 1000000 AND k.taken_at < (p.hour + 3600) * 1000000";

    /// <summary>A pack without marks costs a probe or two.</summary>
    private const string LoosePacks =
        $"""
        SELECT hour, camera_key, pictures - kept_pictures, bytes - kept_bytes
        FROM (SELECT hour, camera_key, pictures, bytes,
                     (SELECT count(*) {OfPack}) AS kept_pictures, (SELECT {EntryLengths} {OfPack}) AS kept_bytes
              FROM packs p)
        WHERE pictures > kept_pictures
        """;

    private const string LoosePacksOfCamera = LoosePacks + " AND camera_key = ?1 AND hour >= ?2 ORDER BY hour LIMIT ?3";

    private const string OldestPacks = LoosePacks + " ORDER BY hour, camera_key LIMIT ?1";

    public static void Keep(SqliteSession session, long cameraKey, IReadOnlyList<DateTimeOffset> moments)
    {
        foreach (var moment in moments)
        {
            session.Execute(KeepOne, cameraKey, IndexTime.AtOrBefore(moment));
        }
    }

    public static void Release(SqliteSession session, long cameraKey, IReadOnlyList<DateTimeOffset> moments)
    {
        foreach (var moment in moments)
        {
            Release(session, cameraKey, IndexTime.AtOrBefore(moment), IndexTime.AtOrBefore(moment) + 1);
        }
    }

    public static void Release(SqliteSession session, long cameraKey, long from, long to) =>
        session.Execute(ReleaseRange, cameraKey, from, to);

    /// <summary>Forgets the marks of a range whose pictures are gone.</summary>
    public static void ReleaseOrphans(SqliteSession session, long cameraKey, long from, long to) =>
        session.Execute(ForgetOrphans, cameraKey, from, to);

    public static bool Any(SqliteSession session, long cameraKey, long from, long to)
    {
        using var rows = session.Query(AnyInRange, cameraKey, from, to);
        return rows.Next();
    }

    public static List<Snapshot> List(SqliteSession session, long cameraKey, long from, long to, int limit) =>
        SqliteSnapshotReads.ReadAll(session.Query(Kept, cameraKey, from, to, limit), cameraKey);

    public static List<Snapshot> Skim(SqliteSession session, long cameraKey, long from, long to, int limit) =>
        SqliteSnapshotReads.ReadSkimmed(session.Query(SkimmedKept, cameraKey, from, to, limit), cameraKey);

    /// <summary>The first pictures of a range that are not marked.</summary>
    public static List<Snapshot> ListLoose(SqliteSession session, long cameraKey, long from, long to, int limit) =>
        SqliteSnapshotReads.ReadAll(session.Query(Loose, cameraKey, from, to, limit), cameraKey);

    public static (long Pictures, long Bytes) Sum(SqliteSession session, long cameraKey)
    {
        using var rows = session.Query(Sums, cameraKey);
        rows.Next();
        return (rows.Number(0), rows.Number(1));
    }

    public static List<PackSummary> ListLoosePacks(SqliteSession session, long cameraKey, long fromHour, int limit) =>
        SqliteSnapshotReads.ReadPacks(session.Query(LoosePacksOfCamera, cameraKey, fromHour, limit));

    public static List<PackSummary> ListOldestPacks(SqliteSession session, int limit) =>
        SqliteSnapshotReads.ReadPacks(session.Query(OldestPacks, limit));
}
