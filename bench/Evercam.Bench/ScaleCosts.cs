using Evercam.Archive;
using Evercam.Bench.Processes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>What very many cameras cost PostgreSQL, in processor time.</summary>
/// <param name="Look">A server looks which cameras have no server.</param>
/// <param name="Beat">A server says that it runs, and is told its cameras.</param>
/// <param name="Count">A server looks who has how many.</param>
/// <param name="Row">A picture of each of a server's cameras, all in one transaction: one of them.</param>
/// <param name="Sign">A server asks whether PostgreSQL is there.</param>
/// <param name="RowBytes">Bytes of a picture's row and of what its indexes hold of it.</param>
internal sealed record ScaleCosts(TimeSpan Look, TimeSpan Beat, TimeSpan Count, TimeSpan Row, TimeSpan Sign, double RowBytes)
{
    /// <summary>So often each is done before it counts.</summary>
    private const int WarmUp = 3;

    /// <summary>Short ones are done so many times as often: processor time is counted in hundredths of a second.</summary>
    private const int More = 20;

    private const string CopyCameras =
        """
        INSERT INTO cameras SELECT copy.*
        FROM cameras c, generate_series(1, {0}) n, LATERAL jsonb_populate_record(c, jsonb_build_object('key', c.key + n, 'id', 'copy-' || n)) copy
        """;

    private const string GiveThem =
        """
        INSERT INTO tenures (camera_key, number, server)
        SELECT key, 1, 'server-' || (row_number() OVER (ORDER BY key) - 1) / {0} FROM cameras
        """;

    /// <param name="servers">How many servers there are.</param>
    /// <param name="each">How many cameras each of them has.</param>
    /// <param name="probes">How often each is done.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<ScaleCosts> MeasureAsync(int servers, int each, int probes, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        await using var postgres = await PostgresInstance.StartAsync();
        await using var data = await BenchData.OpenAsync(folder["data"], await postgres.CreateDatabaseAsync("scale"), cancellation);
        await using var db = data.OpenCatalog();
        await Machine.TellAsync($"{servers * each:N0} cameras of {servers:N0} servers");
        var first = (await data.AddCamerasAsync(1, recordFrom: null, cancellation))[0];
        db.Database.SetCommandTimeout(TimeSpan.FromHours(1));
        await db.Database.ExecuteSqlRawAsync(CopyCameras, [(servers * each) - 1], cancellation);
        List<string> names = [.. Enumerable.Range(0, servers).Select(number => $"server-{number}")];
        foreach (var name in names)
        {
            await db.BeatAsync(name, isFirst: true, cancellation);
        }

        await db.Database.ExecuteSqlRawAsync(GiveThem, [each], cancellation);
        await db.Database.ExecuteSqlRawAsync("VACUUM ANALYZE", cancellation);

        var look = await TimeAsync("looks", probes, async () =>
        {
            await db.MissServersAsync(names, cancellation);
            await db.FindUntendedAsync(each, cancellation);
            await db.ForgetServersAsync(cancellation);
        });
        var beat = await TimeAsync("signs of life", probes * More, () => db.BeatAsync(names[0], isFirst: false, cancellation));
        var count = await TimeAsync("counts", probes, async () =>
        {
            await db.ForgetTenuresAsync(cancellation);
            await db.CountTenuresAsync(cancellation);
        });
        var sign = await TimeAsync("questions", probes * More * More, () => db.Database.ExecuteSqlRawAsync("SELECT true", cancellation));
        var second = IndexRows.First;
        var rows = await TimeAsync("rows", probes * More, () =>
        {
            second = second.AddSeconds(1);
            return data.Index.AddAsync([.. Enumerable.Range(0, each).Select(number => Picture(first + number, second))], cancellation);
        });
        var bytes = await db.Database.SqlQueryRaw<double>(
            "SELECT pg_total_relation_size('snapshots')::float8 / (SELECT count(*) FROM snapshots) AS \"Value\"").SingleAsync(cancellation);
        return new(look, beat, count, rows / each, sign, bytes);

        async Task<TimeSpan> TimeAsync(string what, int times, Func<Task> work)
        {
            await Machine.TellAsync(what);
            for (var done = 0; done < WarmUp; done++)
            {
                await work();
            }

            var before = Usage.Of(postgres.Id).Processor;
            for (var done = 0; done < times; done++)
            {
                await work();
            }

            return (Usage.Of(postgres.Id).Processor - before) / times;
        }
    }

    private static Snapshot Picture(long camera, DateTimeOffset at) => new()
    {
        CameraKey = camera,
        TakenAt = at.AddMicroseconds(1),
        Type = PictureType.Jpeg,
        Address = new PackAddress(PackName.Of(camera, at), 0, (at - IndexRows.First).Ticks / TimeSpan.TicksPerSecond * 101_888, 1_536, 100_000),
        Hash = ContentHash.Of([]),
    };
}
