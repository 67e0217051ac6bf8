using Evercam.Storage.Index;

namespace Evercam.Storage.Postgres;

/// <summary>The statements of the index on PostgreSQL.</summary>
internal static class SnapshotSql
{
    public const string Row =
        "SELECT taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public FROM snapshots ";

    /// <summary>All rows, with their cameras.</summary>
    public const string All =
        "SELECT taken_at, type, part, entry_offset, header_length, length, sha256, notes, is_public, camera_key FROM snapshots "
        + "ORDER BY camera_key, taken_at";

    /// <summary>The pack hour of a microsecond, in Unix seconds; rounded down also before 1970, where % answers negative numbers.</summary>
    private const string HourOfTakenAt =
        "(taken_at - ((taken_at % 3600000000) + 3600000000) % 3600000000) / 1000000";

    public const string EntryLength = "(header_length + (length + 511::bigint) / 512 * 512)";

    public const string AtOrBefore =
        Row + "WHERE camera_key = $1 AND taken_at <= $2 ORDER BY taken_at DESC LIMIT 1";

    public const string LastTimes =
        """
        SELECT (SELECT s.taken_at FROM snapshots s WHERE s.camera_key = camera.key ORDER BY s.taken_at DESC LIMIT 1)
        FROM unnest($1) WITH ORDINALITY AS camera(key, place)
        ORDER BY camera.place
        """;

    public const string AtOrAfter =
        Row + "WHERE camera_key = $1 AND taken_at >= $2 ORDER BY taken_at LIMIT 1";

    public const string Range =
        Row + "WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3 ORDER BY taken_at LIMIT $4";

    public static string SkimmedRange { get; } = SkimmedNotes.Columns
        + "FROM snapshots s WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3 ORDER BY taken_at LIMIT $4";

    public const string AnyInRanges =
        """
        SELECT EXISTS (SELECT 1 FROM snapshots s
                       WHERE s.camera_key = $1 AND s.taken_at >= range.first AND s.taken_at < range.past)
        FROM unnest($2, $3) WITH ORDINALITY AS range(first, past, place)
        ORDER BY range.place
        """;

    /// <summary>Adds the counters up until they pass $4, then goes into that hour. Of the hour that the range begins in, $5, the
    /// counter says nothing, and its pictures from $2 on are counted.</summary>
    public const string Nth =
        """
        SELECT (SELECT taken_at FROM snapshots
                WHERE camera_key = $1 AND taken_at >= greatest($2, reached.hour * 1000000)
                  AND taken_at < least($3, (reached.hour + 3600) * 1000000)
                ORDER BY taken_at LIMIT 1 OFFSET $4 - reached.before)
        FROM (SELECT hour, pictures, sum(pictures) OVER (ORDER BY hour)::bigint - pictures AS before
              FROM (SELECT hour,
                           CASE WHEN hour <> $5 THEN pictures ELSE
                               (SELECT count(*) FROM snapshots
                                WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < least($3, ($5 + 3600) * 1000000))
                           END AS pictures
                    FROM packs WHERE camera_key = $1 AND hour >= $5 AND hour * 1000000 < $3) AS counted) AS reached
        WHERE reached.before + reached.pictures > $4
        ORDER BY reached.hour LIMIT 1
        """;

    public const string PacksOfCamera =
        "SELECT hour, camera_key, pictures, bytes FROM packs WHERE camera_key = $1 AND hour >= $2 ORDER BY hour LIMIT $3";

    public const string Sums =
        "SELECT coalesce(sum(pictures), 0)::bigint, coalesce(sum(bytes), 0)::bigint FROM packs WHERE camera_key = $1";

    /// <summary>Jumps from camera to camera along the index, over all their hours.</summary>
    public const string Cameras =
        """
        WITH RECURSIVE found(camera_key) AS (
            SELECT min(camera_key) FROM packs
            UNION ALL
            SELECT (SELECT min(p.camera_key) FROM packs p WHERE p.camera_key > found.camera_key)
            FROM found WHERE found.camera_key IS NOT NULL)
        SELECT camera_key FROM found WHERE camera_key IS NOT NULL
        """;

    private const string Erasures = "SELECT key, camera_key, hour, part, entry_offset, header_length, length FROM erasures ";

    public const string AllErasures = Erasures + "ORDER BY key";

    public const string ErasuresOfCamera = Erasures + "WHERE camera_key = $1 ORDER BY key";

    public const string NotedCamera = "SELECT key FROM erasures WHERE camera_key = $1 AND hour IS NULL ORDER BY key LIMIT 1";

    public const string EndOfPart =
        $"SELECT coalesce(max(entry_offset + {EntryLength}), 0) FROM snapshots "
        + "WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3 AND part = $4";

    /// <summary>Adds the rows that are not there, counts them, and answers how many they are, at once. In the order of the key, so
    /// that two batches that meet wait for each other and not in a circle.</summary>
    public const string Add =
        $"""
        WITH added AS (
            INSERT INTO snapshots (camera_key, taken_at, entry_offset, header_length, length, part, type, is_public, sha256, notes)
            SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS new(camera_key, taken_at)
            ORDER BY new.camera_key, new.taken_at
            ON CONFLICT DO NOTHING
            RETURNING camera_key, taken_at, header_length, length),
        counted AS (
            INSERT INTO packs (hour, camera_key, bytes, pictures)
            SELECT {HourOfTakenAt} AS hour, camera_key, sum({EntryLength}), count(*)
            FROM added GROUP BY hour, camera_key ORDER BY hour, camera_key
            ON CONFLICT (hour, camera_key)
            DO UPDATE SET pictures = packs.pictures + excluded.pictures, bytes = packs.bytes + excluded.bytes)
        SELECT count(*) FROM added
        """;

    /// <summary>The rows that have these keys.</summary>
    public const string OfKeys =
        "SELECT s.taken_at, s.type, s.part, s.entry_offset, s.header_length, s.length, s.sha256, s.notes, s.is_public, s.camera_key "
        + "FROM unnest($1, $2) AS k(camera_key, taken_at) JOIN snapshots s USING (camera_key, taken_at)";

    public const string Remove =
        $"""
        WITH gone AS (
            DELETE FROM snapshots WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3 {CountAndNote}
        """;

    /// <summary>The same of the oldest that are not marked to be kept, $4 at most.</summary>
    public const string RemoveLoose =
        $"""
        WITH gone AS (
            DELETE FROM snapshots WHERE camera_key = $1 AND taken_at IN (
                SELECT s.taken_at FROM snapshots s WHERE s.camera_key = $1 AND s.taken_at >= $2 AND s.taken_at < $3
                  AND NOT EXISTS (SELECT 1 FROM kept k WHERE k.camera_key = s.camera_key AND k.taken_at = s.taken_at)
                ORDER BY s.taken_at LIMIT $4) {CountAndNote}
        """;

    private const string CountAndNote =
        $"""
            RETURNING camera_key, taken_at, part, entry_offset, header_length, length),
        counted AS (
            SELECT {HourOfTakenAt} AS hour, count(*) AS pictures, sum({EntryLength}) AS bytes FROM gone GROUP BY 1),
        changed AS (
            UPDATE packs SET pictures = packs.pictures - counted.pictures, bytes = packs.bytes - counted.bytes
            FROM counted WHERE packs.camera_key = $1 AND packs.hour = counted.hour)
        INSERT INTO erasures (camera_key, hour, part, entry_offset, header_length, length)
        SELECT camera_key, {HourOfTakenAt}, part, entry_offset, header_length, length FROM gone ORDER BY taken_at
        RETURNING key, camera_key, hour, part, entry_offset, header_length, length
        """;

    public const string ForgetEmptyPacks =
        "DELETE FROM packs WHERE camera_key = $1 AND hour >= $2 AND hour <= $3 AND pictures = 0";

    /// <summary>Lets one transaction at a time remove rows of a camera. Removals then meet only additions, which touch the rows
    /// first and the counters last and so never wait in a circle.</summary>
    public const string LockRemovals = "SELECT pg_advisory_xact_lock($1)";

    /// <summary>Keeps additions to these counters out until the transaction ends, so that none comes between the removal of the rows
    /// and that of the counters.</summary>
    public const string LockOldestPacks =
        "SELECT hour, camera_key, pictures, bytes FROM packs WHERE camera_key = $1 ORDER BY hour LIMIT $2 FOR UPDATE";

    /// <summary>Takes the counters of a range in the order in which additions take them.</summary>
    public const string LockPacks =
        "SELECT 1 FROM packs WHERE camera_key = $1 AND hour >= $2 AND hour <= $3 ORDER BY hour FOR UPDATE";

    public const string RemoveRowsOfCamera = "DELETE FROM snapshots WHERE camera_key = $1";

    public const string RemovePacks = "DELETE FROM packs WHERE camera_key = $1 AND hour >= $2 AND hour <= $3";

    /// <summary>Removes rows and answers what their counters must lose.</summary>
    public const string RemoveRange =
        $"""
        WITH gone AS (
            DELETE FROM snapshots WHERE camera_key = $1 AND taken_at >= $2 AND taken_at < $3 RETURNING header_length, length)
        SELECT count(*), coalesce(sum({EntryLength}), 0)::bigint FROM gone
        """;

    public const string CountRemoved =
        "UPDATE packs SET pictures = pictures - $3, bytes = bytes - $4 WHERE camera_key = $1 AND hour = $2";

    public const string Erase = "INSERT INTO erasures (camera_key, hour) VALUES ($1, $2) RETURNING key";

    public const string EraseEntry =
        "INSERT INTO erasures (camera_key, hour, part, entry_offset, header_length, length) "
        + "VALUES ($1, $2, $3::int, $4, $5::int, $6::int) RETURNING key";

    public const string ForgetErasures = "DELETE FROM erasures WHERE key = ANY ($1)";
}
