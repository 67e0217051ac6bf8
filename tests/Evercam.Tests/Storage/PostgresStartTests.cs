using Evercam.Storage;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Evercam.Tests.Storage;

/// <summary>Several servers start on one database of PostgreSQL, each with a data directory of its own.</summary>
public sealed class PostgresStartTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_server_changes_the_schema_and_the_others_wait_for_it_or_for_its_death()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync());
        using var other = new TempFolder();
        var busy = storage.AddProcess().GetRequiredService<CatalogDatabase>();
        var held = await busy.LockAsync(Cancellation);
        var waiting = storage.AddProcess(other.Path).PrepareEvercamStorageAsync(Cancellation);
        await Eventually.IsTrueAsync(async () => await storage.AskAsync<long>(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())") == 1);
        Assert.Equal(0, await storage.AskAsync<long>("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
        Assert.False(waiting.IsCompleted);

        // As when its process is killed.
        Assert.True(await storage.AskAsync<bool>(
            "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        await waiting;
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => held.DisposeAsync().AsTask());
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        await using var db = storage.OpenCatalog();
        Assert.Equal(db.Database.GetMigrations(), await db.Database.GetAppliedMigrationsAsync(Cancellation));
    }

    /// <summary>A database that nobody has prepared.</summary>
    private sealed class EmptyStorage(string connection) : TestStorage
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("ConnectionStrings:Evercam", connection)];

        /// <summary>The one value that a statement answers.</summary>
        public async Task<T> AskAsync<T>(string sql)
        {
            await using var source = NpgsqlDataSource.Create(connection);
#pragma warning disable CA2100 // Every statement is a constant.
            await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
            return (T)(await command.ExecuteScalarAsync(Cancellation))!;
        }
    }
}
