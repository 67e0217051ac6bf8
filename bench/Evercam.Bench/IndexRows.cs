using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>Fills an index with pictures of each camera at even distances, faster than through its port.</summary>
internal static class IndexRows
{
    public static readonly DateTimeOffset First = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private const string AddPictures =
        """
        INSERT INTO snapshots (camera_key, taken_at, type, part, entry_offset, header_length, length, is_public, sha256)
        WITH RECURSIVE numbers (n) AS (
            SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {1})
        SELECT {0}, {2} + n * {3}, 1, 0, n * {3} % 3600000000 / {3} * 101888, 1536, 100000, false, <hash> FROM numbers
        """;

    private const string CountThem =
        """
        INSERT INTO packs (hour, camera_key, pictures, bytes)
        WITH RECURSIVE hours (n, pictures) AS (
            SELECT CAST(0 AS bigint), CAST({3} AS bigint) UNION ALL
            SELECT n + 1, CASE WHEN (n + 2) * {3} <= {1} THEN {3} ELSE {1} - (n + 1) * {3} END FROM hours WHERE (n + 1) * {3} < {1})
        SELECT {2} + n * 3600, {0}, pictures, pictures * 101888 FROM hours
        """;

    /// <param name="data">Where to.</param>
    /// <param name="cameras">The cameras' keys.</param>
    /// <param name="rowsEach">How many pictures each of them gets, from <see cref="First"/> on.</param>
    /// <param name="step">The distance of two: a part of an hour.</param>
    /// <param name="cancellation">Ends it half done.</param>
    public static async Task AddAsync(
        BenchData data, IEnumerable<long> cameras, long rowsEach, TimeSpan step, CancellationToken cancellation)
    {
        await using var db = data.OpenCatalog();
        var isPostgres = db.Database.IsNpgsql();
        var addPictures = AddPictures.Replace(
            "<hash>", isPostgres ? "decode(repeat('5a', 32), 'hex')" : "zeroblob(32)", StringComparison.Ordinal);
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        foreach (var camera in cameras)
        {
            await db.Database.ExecuteSqlRawAsync(
                addPictures, [camera, rowsEach, First.ToUnixTimeMilliseconds() * 1000, step.Ticks / TimeSpan.TicksPerMicrosecond], cancellation);
            await db.Database.ExecuteSqlRawAsync(CountThem, [camera, rowsEach, First.ToUnixTimeSeconds(), Hour.Ticks / step.Ticks], cancellation);
        }

        // Work that the database would otherwise do while it is measured.
        await db.Database.ExecuteSqlRawAsync(isPostgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)", cancellation);
    }
}
