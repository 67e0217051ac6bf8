using Evercam.Archive;
using Evercam.Storage.Postgres;
using Evercam.Storage.Sqlite;
using Evercam.Tests.Contracts;
using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Storage;

public sealed class SqliteSnapshotIndexTests(SqliteStorage storage)
    : SnapshotIndexContract(storage), IClassFixture<SqliteStorage>
{
    [Fact]
    public async Task A_batch_of_many_cameras_is_one_transaction()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var cameras = Enumerable.Range(0, 5).Select(_ => NewCamera()).ToList();
        List<Snapshot> batch = [.. cameras.Select(camera => Of(camera, DateTimeOffset.UnixEpoch))];

        // The last row fails, in the order in which they are written: those before it must go as well.
        await storage.ExecuteAsync(
            $"CREATE TRIGGER refusal BEFORE INSERT ON snapshots WHEN NEW.camera_key = {cameras[^1]} BEGIN SELECT RAISE(ABORT, 'refused'); END");
        await Assert.ThrowsAnyAsync<Exception>(() => storage.Index.AddAsync(batch, cancellation));
        await storage.ExecuteAsync("DROP TRIGGER refusal");
        foreach (var camera in cameras)
        {
            Assert.Null(await storage.Index.FindAtOrAfterAsync(camera, DateTimeOffset.MinValue, cancellation));
        }

        Assert.Empty(await storage.Index.AddAsync(batch, cancellation));
        foreach (var camera in cameras)
        {
            Assert.NotNull(await storage.Index.FindAtOrAfterAsync(camera, DateTimeOffset.MinValue, cancellation));
        }
    }

    [Fact]
    public async Task A_file_that_cannot_be_opened_is_an_index_that_does_not_answer()
    {
        using var folder = new TempFolder();
        using var index = new SqliteSnapshotIndex(new SqliteFile(folder["no/such/folder.db"]));
        await SnapshotIndexOutage.CheckAsync(index);
    }

    [Fact]
    public async Task A_file_that_is_damaged_is_an_index_that_does_not_answer()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder["a.db"], new byte[9_000].Select(_ => (byte)'x').ToArray(), TestContext.Current.CancellationToken);
        using var index = new SqliteSnapshotIndex(new SqliteFile(folder["a.db"]));
        await SnapshotIndexOutage.CheckAsync(index);
    }
}

public sealed class PostgresSnapshotIndexTests(PostgresStorage storage)
    : SnapshotIndexContract(storage), IClassFixture<PostgresStorage>
{
    [Fact]
    public async Task A_batch_of_many_cameras_is_one_transaction()
    {
        var cameras = Enumerable.Range(0, 5).Select(_ => NewCamera()).ToArray();
        Assert.Empty(await storage.Index.AddAsync([.. cameras.Select(camera => Of(camera, DateTimeOffset.UnixEpoch))], Cancellation));

        // PostgreSQL writes beside each row which transaction it came with.
        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await using var rows = source.CreateCommand(
            "SELECT count(*), count(DISTINCT xmin::text) FROM snapshots WHERE camera_key = ANY ($1)");
        rows.Parameters.Add(new NpgsqlParameter { Value = cameras });
        await using var counted = await rows.ExecuteReaderAsync(Cancellation);
        Assert.True(await counted.ReadAsync(Cancellation));
        Assert.Equal((cameras.Length, 1), (counted.GetInt64(0), counted.GetInt64(1)));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");
        await using var presence = NeverMissed();
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source, presence));
    }

    [Fact]
    public async Task A_server_whose_name_nobody_knows_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create("Host=no..such..host;Username=nobody");
        await using var presence = NeverMissed();
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source, presence));
    }

    [Fact]
    public async Task A_database_that_is_gone_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create($"{storage.ConnectionString};Database=gone");
        await using var presence = NeverMissed();
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source, presence));
    }

    [Fact]
    public async Task An_addition_that_is_committed_late_loses_against_whoever_takes_it_back()
    {
        var picture = Of(NewCamera(), DateTimeOffset.UnixEpoch);
        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await using var late = await source.OpenConnectionAsync(Cancellation);
        await using var addition = await late.BeginTransactionAsync(Cancellation);
        await PostgresSnapshotBatch.AddAsync(late, [picture]);

        var takingBack = storage.Index.TakeBackAsync(picture.CameraKey, [picture], Cancellation);
        await EndsOrWaitsAsync(takingBack);
        await addition.CommitAsync(Cancellation);
        Assert.Equal(picture.Address, Assert.Single(await takingBack).Entry);
        Assert.Null(await storage.Index.FindAtOrAfterAsync(picture.CameraKey, picture.TakenAt, Cancellation));
        Assert.Equal((0, 0), await storage.Index.SumAsync(picture.CameraKey, Cancellation));
    }

    [Fact]
    public async Task A_removal_that_is_committed_late_is_known_before_its_pack_is_used_again()
    {
        var pack = PackName.Of(NewCamera(), DateTimeOffset.UnixEpoch);
        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await using var late = await source.OpenConnectionAsync(Cancellation);
        await using var removal = await late.BeginTransactionAsync(Cancellation);
        await RunAsync(late, SnapshotSql.LockRemovals, pack.CameraKey);
        await RunAsync(late, SnapshotSql.Erase, pack.CameraKey, 0);

        var listing = storage.Index.ListErasuresAsync(pack.CameraKey, Cancellation);
        await EndsOrWaitsAsync(listing);
        await removal.CommitAsync(Cancellation);
        Assert.Equal(pack, Assert.Single(await listing).Pack);
    }

    [Fact]
    public async Task A_removal_takes_its_counters_in_the_order_of_an_addition()
    {
        var camera = NewCamera();
        var hours = Enumerable.Range(0, 24).Select(hour => DateTimeOffset.UnixEpoch.AddHours(hour)).ToList();
        foreach (var hour in hours.AsEnumerable().Reverse())
        {
            await storage.Index.AddAsync([Of(camera, hour)], Cancellation);
        }

        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await using var adding = await source.OpenConnectionAsync(Cancellation);
        await using var addition = await adding.BeginTransactionAsync(Cancellation);
        await LockAsync(hours[0]);

        var removing = storage.Index.RemoveAsync(camera, hours[0], hours[^1].AddHours(1), Cancellation);
        await EndsOrWaitsAsync(removing);
        foreach (var hour in hours[1..])
        {
            await LockAsync(hour);
        }

        await addition.CommitAsync(Cancellation);
        Assert.Equal(24, (await removing).Count);

        async Task LockAsync(DateTimeOffset hour) => await RunAsync(adding, SnapshotSql.CountRemoved, camera, hour.ToUnixTimeSeconds(), 0, 0);
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create($"{storage.ConnectionString};Options=-c statement_timeout=1ms");
        await using var presence = NeverMissed();
        var index = new PostgresSnapshotIndex(source, presence);
        var camera = NewCamera();
        var many = Enumerable.Range(0, 50_000).Select(second => Of(camera, DateTimeOffset.UnixEpoch.AddSeconds(second))).ToList();
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.AddAsync(many, TestContext.Current.CancellationToken));
    }

    /// <summary>A server that is there whenever somebody looks: what fails is told by who asks.</summary>
    private static PostgresPresence NeverMissed() =>
        new(_ => Task.CompletedTask, () => { }, TimeProvider.System, new LogLines<PostgresPresence>());

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task RunAsync(NpgsqlConnection connection, string sql, params long[] values)
    {
#pragma warning disable CA2100 // The index's own statements.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.With(values).ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>Until a call has ended, or waits in the database for another transaction.</summary>
    private async Task EndsOrWaitsAsync(Task call)
    {
        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await Eventually.IsTrueAsync(async () =>
        {
            await using var waiting = source.CreateCommand(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')");
            return call.IsCompleted || (bool)(await waiting.ExecuteScalarAsync(Cancellation))!;
        });
    }
}

internal static class SnapshotIndexOutage
{
    public static async Task CheckAsync(ISnapshotIndex index)
    {
        var moment = DateTimeOffset.UnixEpoch;
        var cancellation = TestContext.Current.CancellationToken;
        Func<Task>[] calls =
        [
            () => index.AddAsync([SnapshotIndexContract.Of(1, moment)], cancellation),
            () => index.RemoveAsync(1, moment, moment, cancellation),
            () => index.FindAtOrBeforeAsync(1, moment, cancellation),
            () => index.AnyAsync(1, [(moment, moment)], cancellation),
            () => index.ListErasuresAsync(cancellation),
        ];
        foreach (var call in calls)
        {
            await Assert.ThrowsAsync<IndexUnavailableException>(call);
        }
    }
}
