using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>Fills an index with one picture per minute of each camera, faster than through its port.</summary>
internal static class IndexRows
{
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);
    public static readonly DateTimeOffset First = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private const string AddPictures =
        """
        INSERT INTO snapshots (camera_key, taken_at, type, part, entry_offset, header_length, length, is_public, sha256)
        WITH RECURSIVE numbers (n) AS (
            SELECT CAST(0 AS bigint) UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {1})
        SELECT {0}, {2} + n * 60000000, 1, 0, n % 60 * 101888, 1536, 100000, false, <hash> FROM numbers
        """;

    private const string CountThem =
        """
        INSERT INTO packs (hour, camera_key, pictures, bytes)
        SELECT taken_at / 3600000000 * 3600, camera_key, count(*), sum(header_length + (length + 511) / 512 * 512)
        FROM snapshots GROUP BY 1, 2
        """;

    public static async Task AddAsync(BenchData data, IEnumerable<long> cameras, long rowsEach, CancellationToken cancellation)
    {
        await using var db = data.OpenCatalog();
        var isPostgres = db.Database.IsNpgsql();
        var addPictures = AddPictures.Replace(
            "<hash>", isPostgres ? "decode(repeat('5a', 32), 'hex')" : "zeroblob(32)", StringComparison.Ordinal);
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        foreach (var camera in cameras)
        {
            await db.Database.ExecuteSqlRawAsync(
                addPictures, [camera, rowsEach, First.ToUnixTimeMilliseconds() * 1000], cancellation);
        }

        await db.Database.ExecuteSqlRawAsync(CountThem, cancellation);

        // Work that the database would otherwise do while it is measured.
        await db.Database.ExecuteSqlRawAsync(isPostgres ? "VACUUM ANALYZE" : "PRAGMA wal_checkpoint(TRUNCATE)", cancellation);
    }
}
