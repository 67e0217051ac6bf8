using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Evercam.Tests.Storage;

/// <summary>Several servers start on one database of PostgreSQL, each with a data directory of its own.</summary>
public sealed class PostgresStartTests(PostgresServer postgres)
{
    private const string BeforeKeys = """DROP TABLE secret_keys; DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%\_SecretKeys'""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_server_changes_the_schema_and_the_others_wait_for_it_or_for_its_death()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync()) { OwnKeys = true };
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

    [Fact]
    public async Task No_change_takes_from_a_server_at_work_what_it_needs()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync()) { OwnKeys = true };
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);

        // As an older version had left it, of which a server runs. The change says nothing of who can do without it.
        await storage.ExecuteAsync(BeforeKeys);
        await using (await storage.ServeAsync("20261125212212"))
        {
            var refused = await Assert.ThrowsAsync<StorageUnusableException>(() => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
            Assert.Equal(
                "A server of an older version runs that could not use the database after the change 20261126103000_SecretKeys: end all of that "
                + "version first.",
                refused.Message);
        }

        await using (await storage.ServeAsync("20261126120000"))
        {
            await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        }
    }

    [Fact]
    public async Task A_server_tells_the_others_which_changes_it_knows()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync()) { OwnKeys = true };
        var server = storage.AddProcess();
        await server.PrepareEvercamStorageAsync(Cancellation);
        var database = server.GetRequiredService<CatalogDatabase>();
        Assert.Empty(await database.ListServingAsync(Cancellation));
        await using (var claim = await server.ClaimEvercamStorageAsync(isShared: true, Cancellation))
        {
            await using var db = Open(server);
            var told = Assert.Single(await database.ListServingAsync(Cancellation));
            Assert.Equal(SchemaReach.Moment(db.Database.GetMigrations().Last()), told);
        }
    }

    [Fact]
    public async Task Of_servers_that_find_nothing_each_opens_what_the_others_seal()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync()) { OwnKeys = true };
        using var folders = new TempFolder();
        var servers = Enumerable.Range(0, 4).Select(i => storage.AddProcess(folders[$"{i}"])).ToList();
        await Task.WhenAll(servers.Select(server => Task.Run(() => server.PrepareEvercamStorageAsync(Cancellation))));
        Assert.Equal(1, await storage.AskAsync<long>("SELECT count(*) FROM secret_keys"));
        Assert.All(Enumerable.Range(0, 4), i => Assert.False(Directory.Exists(folders[$"{i}/keys"])));
        foreach (var server in servers)
        {
            await using var db = Open(server);
            db.Add(CatalogRows.User());
            await db.SaveChangesAsync(Cancellation);
        }

        foreach (var server in servers)
        {
            await using var db = Open(server);
            Assert.Equal(4, (await db.ApiCredentials.ToListAsync(Cancellation)).Count(c => c.ApiKey.Length == 32));
        }
    }

    [Fact]
    public async Task Keys_of_an_older_version_are_taken_over_from_its_folder_if_they_open_the_secrets()
    {
        await using var storage = new EmptyStorage(await postgres.CreateEmptyDatabaseAsync()) { OwnKeys = true };
        var first = storage.AddProcess();
        await first.PrepareEvercamStorageAsync(Cancellation);
        await using (var db = Open(first))
        {
            db.Add(CatalogRows.User());
            await db.SaveChangesAsync(Cancellation);
        }

        // As that version had left it.
        var (name, xml) = (await storage.AskAsync<string>("SELECT name FROM secret_keys"), await storage.AskAsync<string>("SELECT xml FROM secret_keys"));
        await storage.ExecuteAsync(BeforeKeys);
        var keys = Directory.CreateDirectory(Path.Combine(storage.DataDirectory, "keys")).FullName;
        using var stranger = new TempFolder();
        await using (var lite = new SqliteStorage { OwnKeys = true })
        {
            await lite.InitializeAsync();
            await using var db = lite.OpenCatalog();
            db.Add(CatalogRows.User());
            await db.SaveChangesAsync(Cancellation);
            Directory.CreateDirectory(stranger["keys"]);
            foreach (var file in Directory.GetFiles(Path.Combine(lite.DataDirectory, "keys"), "*.xml"))
            {
                File.Copy(file, Path.Combine(stranger["keys"], Path.GetFileName(file)));
            }
        }

        foreach (var wrong in new[] { storage.DataDirectory, stranger.Path })
        {
            var refused = await Assert.ThrowsAsync<StorageUnusableException>(
                () => storage.AddProcess(wrong).PrepareEvercamStorageAsync(Cancellation));
            Assert.StartsWith($"The keys in {Path.Combine(wrong, "keys")} do not open the secrets", refused.Message, StringComparison.Ordinal);
            Assert.Equal(0, await storage.AskAsync<long>("SELECT count(*) FROM secret_keys"));
        }

        await File.WriteAllTextAsync(Path.Combine(keys, $"{name}.xml"), xml, Cancellation);
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        Assert.Equal(name, await storage.AskAsync<string>("SELECT name FROM secret_keys"));

        // The folder is needed no more, nor what other servers have in theirs.
        Directory.Delete(keys, recursive: true);
        foreach (var later in new[] { storage.DataDirectory, stranger.Path })
        {
            var server = storage.AddProcess(later);
            await server.PrepareEvercamStorageAsync(Cancellation);
            await using var db = Open(server);
            Assert.Equal(32, (await db.ApiCredentials.SingleAsync(Cancellation)).ApiKey.Length);
        }

        Assert.Equal(1, await storage.AskAsync<long>("SELECT count(*) FROM secret_keys"));
        await storage.ExecuteAsync("DELETE FROM secret_keys WHERE true");
        await storage.ExecuteAsync("INSERT INTO secret_keys VALUES ('key-x', '<key id=\"00000000-0000-0000-0000-000000000000\" version=\"1\"/>')");
        var spoilt = await Assert.ThrowsAsync<StorageUnusableException>(() => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
        Assert.StartsWith("The keys in the database do not open its secrets", spoilt.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("off", "", "on")]
    [InlineData("on", ";Options=-c synchronous_commit=off", "on")]
    [InlineData("local", "", "local")]
    [InlineData("remote_apply", "", "remote_apply")]
    public async Task What_is_committed_is_on_the_disk_whatever_the_database_says_to_others(string choice, string more, string holds)
    {
        var connection = await postgres.CreateEmptyDatabaseAsync();
        var name = new NpgsqlConnectionStringBuilder(connection).Database;
        await using var storage = new EmptyStorage(connection + more);
        storage.AddProcess();
        await storage.ExecuteAsync($"ALTER DATABASE {name} SET synchronous_commit = {choice}");
        var server = storage.AddProcess();

        // Also in a connection that others have used before.
        for (var round = 0; round < 2; round++)
        {
            await using var db = Open(server);
            var holding = await db.Database
                .SqlQueryRaw<string>("SELECT setting AS \"Value\" FROM pg_settings WHERE name = 'synchronous_commit'").ToListAsync(Cancellation);
            Assert.Equal([holds], holding);
        }
    }

    private static EvercamDb Open(IServiceProvider server) => server.GetRequiredService<IDbContextFactory<EvercamDb>>().CreateDbContext();

    /// <summary>A database that nobody has prepared.</summary>
    private sealed class EmptyStorage(string connection) : TestStorage
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("ConnectionStrings:Evercam", connection)];

        /// <summary>A server has claimed the database.</summary>
        /// <param name="known">The moment of the last change that it knows.</param>
        public async Task<IAsyncDisposable> ServeAsync(string known)
        {
            var claim = new NpgsqlConnection($"{connection};Application Name=evercam claim {known};Pooling=false");
            await claim.OpenAsync(Cancellation);
            return claim;
        }

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
