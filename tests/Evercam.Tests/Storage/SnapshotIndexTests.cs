using Evercam.Archive;
using Evercam.Storage.Postgres;
using Evercam.Storage.Sqlite;
using Evercam.Tests.Contracts;
using Npgsql;

namespace Evercam.Tests.Storage;

public sealed class SqliteSnapshotIndexTests(SqliteStorage storage)
    : SnapshotIndexContract(storage), IClassFixture<SqliteStorage>
{
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
    public async Task A_server_that_cannot_be_reached_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create("Host=127.0.0.1;Port=1;Username=nobody");
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source));
    }

    [Fact]
    public async Task A_server_whose_name_nobody_knows_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create("Host=no..such..host;Username=nobody");
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source));
    }

    [Fact]
    public async Task A_database_that_is_gone_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create($"{storage.ConnectionString};Database=gone");
        await SnapshotIndexOutage.CheckAsync(new PostgresSnapshotIndex(source));
    }

    [Fact]
    public async Task A_statement_that_takes_too_long_is_an_index_that_does_not_answer()
    {
        await using var source = NpgsqlDataSource.Create($"{storage.ConnectionString};Options=-c statement_timeout=1ms");
        var index = new PostgresSnapshotIndex(source);
        var camera = NewCamera();
        var many = Enumerable.Range(0, 50_000).Select(second => Of(camera, DateTimeOffset.UnixEpoch.AddSeconds(second))).ToList();
        await Assert.ThrowsAsync<IndexUnavailableException>(() => index.AddAsync(many, TestContext.Current.CancellationToken));
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
