using System.Text;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Storage.Sqlite;
using Evercam.Tests.Contracts;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Evercam.Tests.Storage;

public sealed class SqliteCatalogTests(SqliteStorage storage) : CatalogContract(storage), IClassFixture<SqliteStorage>
{
    protected override async Task<string> DumpAsync()
    {
        var dump = new StringBuilder();
        foreach (var file in Directory.GetFiles(storage.DataDirectory, "evercam.db*"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            dump.Append(await reader.ReadToEndAsync());
        }

        return dump.ToString();
    }
}

public sealed class PostgresCatalogTests(PostgresStorage storage)
    : CatalogContract(storage), IClassFixture<PostgresStorage>
{
    protected override async Task<string> DumpAsync()
    {
        await using var source = NpgsqlDataSource.Create(storage.ConnectionString);
        await using var command = source.CreateCommand(
            "SELECT table_to_xml('cameras', true, true, '')::text || table_to_xml('api_credentials', true, true, '')::text");
        return (string)(await command.ExecuteScalarAsync())!;
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_is_recognised()
    {
        await using var storage = new UnreachableStorage();
        storage.AddProcess();
        await using var db = storage.OpenCatalog();
        var failure = await Assert.ThrowsAnyAsync<Exception>(
            () => db.Users.AnyAsync(TestContext.Current.CancellationToken));
        Assert.True(failure.IsDatabaseUnavailable());
        Assert.False(failure.IsUniqueViolation(out _));
        Assert.False(new InvalidOperationException("A bug.").IsDatabaseUnavailable());
        await Assert.ThrowsAsync<StorageUnusableException>(() => storage.InitializeAsync().AsTask());
    }

    private sealed class UnreachableStorage : TestStorage
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            [new("ConnectionStrings:Evercam", "Host=127.0.0.1;Port=1;Username=nobody")];
    }
}

public sealed class SqliteStartTests : IAsyncLifetime
{
    private readonly SqliteStorage storage = new() { OwnKeys = true };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => storage.InitializeAsync();

    public ValueTask DisposeAsync() => storage.DisposeAsync();

    [Fact]
    public async Task A_commit_is_on_stable_storage_and_foreign_keys_hold()
    {
        await using var db = storage.OpenCatalog();
        Assert.Equal("wal 2 1", await db.Database.SqlQueryRaw<string>(
            """
            SELECT journal_mode || ' ' || synchronous || ' ' || foreign_keys AS "Value"
            FROM pragma_journal_mode, pragma_synchronous, pragma_foreign_keys
            """).SingleAsync(Cancellation));
    }

    [Fact]
    public async Task A_copy_is_kept_before_the_schema_changes()
    {
        await using var old = new HalfMigratedStorage();
        await old.InitializeAsync();
        Assert.Equal(["evercam.db"], old.Databases());

        await old.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        var copy = Assert.Single(old.Databases(), name => name.Contains("before", StringComparison.Ordinal));
        await using var db = old.OpenCatalog();
        Assert.EndsWith($".before-{db.Database.GetMigrations().ElementAt(1)}", copy, StringComparison.Ordinal);
        Assert.Equal(1, await db.Users.CountAsync(Cancellation));

        using (var session = SqliteSession.Open(new SqliteFile(Path.Combine(old.DataDirectory, copy))))
        {
            using var counts = session.Query(
                "SELECT (SELECT count(*) FROM users), count(*) FROM sqlite_master WHERE name = 'snapshots'");
            Assert.True(counts.Next());
            Assert.Equal((1, 0), (counts.Integer(0), counts.Integer(1)));
        }

        await old.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        Assert.Equal(2, old.Databases().Count);
    }

    [Fact]
    public async Task Of_the_copies_from_before_changes_the_newest_two_stay()
    {
        const string Oldest = "20260103000000_Oldest";
        const string Newer = "20260102000000_Newer";
        await using var old = new HalfMigratedStorage();
        await old.InitializeAsync();
        foreach (var (name, minutes) in new[]
        {
            (Oldest, 3), ("20260101000000_Older", 2), (Newer, 1), ("20260104000000_Broken.unfinished", 0), ($"{Newer}-wal", 0),
            ("upgrade", 4), ("holiday.gz", 5),
        })
        {
            var copy = Path.Combine(old.DataDirectory, $"evercam.db.before-{name}");
            await File.WriteAllTextAsync(copy, name, Cancellation);
            File.SetLastWriteTimeUtc(copy, new DateTime(2026, 11, 26, 10, 0, 0, DateTimeKind.Utc).AddMinutes(-minutes));
        }

        await old.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        await using var db = old.OpenCatalog();
        Assert.Equal(
            new[] { db.Database.GetMigrations().ElementAt(1), Newer, "20260104000000_Broken.unfinished", "upgrade", "holiday.gz" }
                .Select(name => $"evercam.db.before-{name}").Order(StringComparer.Ordinal),
            old.Databases().Where(name => name.Contains("before", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(Path.Combine(old.DataDirectory, $"evercam.db.before-{Newer}-wal")));
    }

    [Fact]
    public async Task A_command_beside_a_server_changes_no_schema()
    {
        await using var old = new HalfMigratedStorage();
        await old.InitializeAsync();
        var refusal = await Assert.ThrowsAsync<StorageUnusableException>(
            () => old.AddProcess().OpenEvercamStorageAsync(Cancellation));
        Assert.StartsWith("The database belongs to an older version of this program", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(["evercam.db"], old.Databases());

        await old.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        await old.AddProcess().OpenEvercamStorageAsync(Cancellation);
        await using var fresh = new SqliteStorage { OwnKeys = true };
        await fresh.AddProcess().OpenEvercamStorageAsync(Cancellation);
        Assert.Empty(await fresh.Index.ListErasuresAsync(Cancellation));
    }

    [Fact]
    public async Task A_process_that_was_killed_while_it_migrated_locks_nobody_out()
    {
        await storage.ExecuteAsync(
            """
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%_SnapshotIndex';
            DROP TABLE snapshots; DROP TABLE packs; DROP TABLE erasures;
            """);
        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        Assert.Empty(await storage.Index.ListErasuresAsync(Cancellation));
    }

    [Fact]
    public async Task Keys_that_open_nothing_are_refused()
    {
        await using (var db = storage.OpenCatalog())
        {
            db.Add(CatalogRows.User());
            await db.SaveChangesAsync(Cancellation);
        }

        await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
        Directory.Delete(Path.Combine(storage.DataDirectory, "keys"), recursive: true);
        var refused = await Assert.ThrowsAsync<StorageUnusableException>(
            () => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
        Assert.Contains("keys", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("evercam.db")]
    [InlineData("keys")]
    public async Task A_data_directory_with_something_else_in_it_is_refused(string name)
    {
        using var folder = new TempFolder();
        var data = Directory.CreateDirectory(folder["data"]).FullName;
        if (name.Length == 0)
        {
            Directory.Delete(data);
        }

        await File.WriteAllTextAsync(Path.Combine(data, name), new string('x', 8_192), Cancellation);
        await Assert.ThrowsAsync<StorageUnusableException>(
            () => storage.AddProcess(data).PrepareEvercamStorageAsync(Cancellation));
    }

    [Fact]
    public async Task Two_servers_in_one_process_have_their_own_keys()
    {
        await using var other = new SqliteStorage { OwnKeys = true };
        await other.InitializeAsync();
        foreach (var server in new[] { storage, other })
        {
            await using var db = server.OpenCatalog();
            db.Add(CatalogRows.User());
            await db.SaveChangesAsync(Cancellation);
            db.ChangeTracker.Clear();
            Assert.NotEmpty((await db.ApiCredentials.SingleAsync(Cancellation)).ApiKey);
        }

        Directory.Delete(Path.Combine(storage.DataDirectory, "keys"), recursive: true);
        await other.AddProcess().PrepareEvercamStorageAsync(Cancellation);
    }

    [Fact]
    public void Nobody_else_may_read_the_data_directory()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        var keys = new DirectoryInfo(Path.Combine(storage.DataDirectory, "keys"));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, keys.UnixFileMode);
    }

    [Theory]
    [InlineData("Evercam:DataDirectory", " ")]
    [InlineData("Evercam:Database", "postgres")]
    [InlineData("Evercam:Database", "7")]
    [InlineData("ConnectionStrings:Evercam", "Hots=localhost")]
    public async Task A_wrong_option_ends_the_start(string name, string value)
    {
        await using var wrong = new ConfiguredStorage(name, value);
        await Assert.ThrowsAsync<OptionsValidationException>(() => wrong.InitializeAsync().AsTask());
    }

    [Fact]
    public async Task Identity_finds_users_without_case_and_counts_their_failures()
    {
        await using var scope = storage.AddProcess().CreateAsyncScope();
        using var users = new UserManager<User>(
            scope.ServiceProvider.GetRequiredService<IUserStore<User>>(), Options.Create(new IdentityOptions()),
            new PasswordHasher<User>(), [], [], new UpperInvariantLookupNormalizer(), new IdentityErrorDescriber(),
            scope.ServiceProvider, new Microsoft.Extensions.Logging.Abstractions.NullLogger<UserManager<User>>());
        var user = CatalogRows.User("Maria", "Maria@example.org");
        Assert.True((await users.CreateAsync(user, "secret")).Succeeded);
        Assert.Equal(user.Id, (await users.FindByNameAsync("mARIA"))!.Id);
        Assert.Equal(user.Id, (await users.FindByEmailAsync("maria@EXAMPLE.org"))!.Id);
        Assert.True(await users.CheckPasswordAsync(user, "secret"));

        await users.SetLockoutEndDateAsync(user, DateTimeOffset.UnixEpoch.AddSeconds(1_397_651_000));
        await users.AccessFailedAsync(user);
        await using var db = storage.OpenCatalog();
        var found = await db.Users.SingleAsync(u => u.UserName == "Maria", Cancellation);
        Assert.Equal((1, 1_397_651_000), (found.AccessFailedCount, found.LockoutEnd!.Value.ToUnixTimeSeconds()));
    }

    [Fact]
    public void Camera_keys_rise_and_say_when()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        var keys = Enumerable.Range(0, 10_000).Select(_ => CameraKeys.Next(clock)).ToList();
        Assert.Equal(keys.Distinct().Order(), keys);
        Assert.InRange(keys[0] >> 12, 217_591_200_000, long.MaxValue);
        Assert.All(keys, key => Assert.InRange(key, 1, (1L << 53) - 1));
    }

    private sealed class ConfiguredStorage(string name, string value) : TestStorage
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            name == "Evercam:DataDirectory" ? [] : [new(name, value)];

        public override async ValueTask InitializeAsync() =>
            await AddProcess(name == "Evercam:DataDirectory" ? value : null).PrepareEvercamStorageAsync(Cancellation);
    }
}
