using System.Security.Cryptography;
using Evercam.FakeCameras;
using Evercam.Storage.Postgres;
using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Backups;

/// <summary><c>evercam backup</c> and <c>evercam restore</c> with PostgreSQL, as they are typed, with the programs that are installed.</summary>
public sealed class PostgresBackupTests(PostgresServer postgres) : IDisposable
{
    // Seconds of Unix time.
    private const long Kept = 1_000_000_000;
    private const long AlsoKept = Kept + 60;
    private const long DeletedBefore = Kept + 120;
    private const long DeletedMeanwhile = Kept + 180;
    private const long Later = Kept + 240;
    private const long AloneInItsHour = Kept + 36_000;

    private static readonly Dictionary<string, string> OnSqlite = [];

    private readonly TempFolder folder = new();
    private readonly Dictionary<long, byte[]> pictures = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_backup_of_a_server_at_work_is_complete_to_its_moment_but_for_what_was_deleted_meanwhile()
    {
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        var (from, to) = ($"{await postgres.CreateDatabaseAsync()};Password=hush-hush", await postgres.CreateEmptyDatabaseAsync());
        Dictionary<long, string> before;
        using (var server = await EvercamProcess.StartAsync(folder["data"], Cancellation, On(from)))
        {
            await server.RegisterAsync(cameras.Port);
            foreach (var moment in new[] { Kept, AlsoKept, DeletedBefore, DeletedMeanwhile, AloneInItsHour })
            {
                await UploadAsync(server, moment);
            }

            await server.SendAsync(HttpMethod.Put, $"cameras/gate/snapshots/{Kept}/keep");
            await server.SendAsync(HttpMethod.Delete, $"cameras/gate/snapshots/{DeletedBefore}");
            await Eventually.IsTrueAsync(async () => (await RowsAsync(from)).Count > pictures.Count);
            before = await RowsAsync(from);

            await InstallDumpWithUsersAsync(server.Client.BaseAddress!);
            Is(0, "has the database, 1 keys and", await RunAsync(
                On(from, folder["bin"]), "backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]));
            Assert.Equal(
                pictures[Later], await server.Client.GetByteArrayAsync($"cameras/gate/snapshots/{Later}.jpg", Cancellation));
        }

        Assert.Contains("--snapshot=", await File.ReadAllTextAsync(folder["typed"], Cancellation), StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", await File.ReadAllTextAsync(folder["typed"], Cancellation), StringComparison.Ordinal);
        Assert.Equal(
            ["archive", "deleted.txt", "evercam.dump", "packs.txt"],
            Directory.GetFileSystemEntries(folder["copy"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        await RestoreAsync(to);

        var rows = await RowsAsync(to);
        Assert.All(before.Where(row => row.Key is not (DeletedMeanwhile * 1_000_000 or AloneInItsHour * 1_000_000)), row => Assert.Equal(row.Value, rows[row.Key]));
        Assert.All([DeletedBefore, DeletedMeanwhile, AloneInItsHour, Later], moment => Assert.DoesNotContain(moment * 1_000_000, rows));
        var packs = Directory.GetFiles(Path.Combine(folder["other"], "archive"), "*.tar", SearchOption.AllDirectories)
            .Select(File.ReadAllBytes).ToList();
        Assert.All(pictures, picture => Assert.Equal(
            picture.Key is Kept or AlsoKept, packs.Exists(pack => pack.AsSpan().IndexOf(picture.Value) >= 0)));

        using var again = await EvercamProcess.StartAsync(folder["other"], Cancellation, On(to));
        again.SignIn();
        foreach (var moment in new[] { Kept, AlsoKept })
        {
            Assert.Equal(pictures[moment], await again.Client.GetByteArrayAsync($"cameras/gate/snapshots/{moment}.jpg", Cancellation));
        }

        // The keys open what the database has.
        Assert.Contains("tr4p-door", await again.Client.GetStringAsync("cameras/gate", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_is_restored_whole_or_not_at_all_and_only_where_nothing_is_of_its_kind()
    {
        var (from, to) = (await postgres.CreateDatabaseAsync(), await postgres.CreateEmptyDatabaseAsync());
        Is(0, "0 packs of 0 bytes", await RunAsync(On(from), "backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]));
        Is(2, " already: a backup is restored only where nothing is.\n", await RestoreAsync(On(from)));

        var dump = Path.Combine(folder["copy"], "evercam.dump");
        var whole = await File.ReadAllBytesAsync(dump, Cancellation);
        await File.WriteAllBytesAsync(dump, whole[..^2000], Cancellation);
        Is(2, "pg_restore failed: ", await RestoreAsync(On(to)));
        await ExpectNothingAsync(to);
        Is(2, $"{dump} is a dump of PostgreSQL, and the settings choose SQLite", await RestoreAsync(OnSqlite));
        await PreparedDatabase.PutIntoAsync(Directory.CreateDirectory(folder["lite"]).FullName);
        Is(0, "0 packs of 0 bytes", await RunAsync(OnSqlite, "backup", folder["lite-copy"], "--packs", "--Evercam:DataDirectory", folder["lite"]));
        Is(2, "is no dump of PostgreSQL, which the settings choose.\n", await RunAsync(
            On(to), "restore", folder["lite-copy"], "--Evercam:DataDirectory", folder["other"]));
        await ExpectNothingAsync(to);

        await File.WriteAllBytesAsync(dump, whole, Cancellation);
        var deleted = Path.Combine(folder["copy"], "deleted.txt");
        await File.WriteAllTextAsync(deleted, "7 1000000\n", Cancellation);
        Is(2, $"{deleted} is damaged: it has the line '7 1000000'.\n", await RestoreAsync(On(to)));
        await ExpectNothingAsync(to);
        File.Delete(deleted);
        await RestoreAsync(to);
    }

    [Fact]
    public async Task A_dump_of_a_version_that_kept_its_keys_in_files_is_restored_with_them_or_not_at_all()
    {
        var (from, to) = (await postgres.CreateDatabaseAsync(), await postgres.CreateEmptyDatabaseAsync());
        using (var server = await EvercamProcess.StartAsync(folder["data"], Cancellation, On(from)))
        {
            await server.RegisterAsync(port: 9);
        }

        // As that version had left it.
        var (name, key) = await TakeKeyAsync(from);
        var dump = Path.Combine(Directory.CreateDirectory(folder["copy"]).FullName, "evercam.dump");
        await new PostgresCopies(from).DumpAsync(dump, moment: null, Cancellation);
        string[] restore = ["restore", dump, "--Evercam:DataDirectory", folder["other"]];
        var keys = Path.Combine(folder["copy"], "keys");
        Is(2, $"The folder {keys} is not there: without its keys, the secrets in the database cannot be opened.\n", await RunAsync(On(to), restore));
        await ExpectNothingAsync(to);

        Directory.CreateDirectory(keys);
        await File.WriteAllTextAsync(Path.Combine(keys, $"{name}.xml"), key, Cancellation);
        Is(0, "Database and keys are restored", await RunAsync(On(to), restore));
        Directory.CreateSymbolicLink(folder["other/archive"], folder["data/archive"]);
        using var again = await EvercamProcess.StartAsync(folder["other"], Cancellation, On(to));
        again.SignIn();
        Assert.Contains("tr4p-door", await again.Client.GetStringAsync("cameras/gate", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_programs_that_know_the_server_nothing_is_begun()
    {
        const string missing = " is not installed, by which a database of PostgreSQL is copied: install the package postgresql-client-";
        const string older = " is of PostgreSQL 9, and the server of ";
        var (from, to) = (await postgres.CreateDatabaseAsync(), await postgres.CreateEmptyDatabaseAsync());
        string[] backup = ["backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]];
        Directory.CreateDirectory(folder["bin"]);
        Is(2, $"pg_dump{missing}", await RunAsync(OnlyWith(folder["bin"], from), backup));
        Install("pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'");
        Is(2, $"pg_dump{older}", await RunAsync(OnlyWith(folder["bin"], from), backup));
        Assert.False(Directory.Exists(folder["copy"]));

        // As Debian's does where there is nothing behind it.
        Is(0, "0 packs of 0 bytes", await RunAsync(On(from), backup));
        Install("pg_restore", "echo 'Error: You must install at least one postgresql-client-<version> package' >&2; exit 1");
        Is(2, $"pg_restore{missing}", await RestoreAsync(OnlyWith(folder["bin"], to)));
        Install("pg_restore", "echo 'pg_restore (PostgreSQL) 9.6.24'");
        Is(2, $"pg_restore{older}", await RestoreAsync(OnlyWith(folder["bin"], to)));
        await ExpectNothingAsync(to);
    }

    private static Dictionary<string, string> On(string database, string? programs = null) => new()
    {
        ["ConnectionStrings__Evercam"] = database,
        ["PATH"] = programs is null ? Environment.GetEnvironmentVariable("PATH")! : $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
    };

    private static Dictionary<string, string> OnlyWith(string programs, string database) =>
        new() { ["ConnectionStrings__Evercam"] = database, ["PATH"] = programs };

    private static Task<Ran> RunAsync(Dictionary<string, string> environment, params string[] arguments) =>
        EvercamProcess.RunAsync(environment, "", Cancellation, arguments);

    private static void Is(int code, string sentence, Ran ran)
    {
        var output = ran.Output + ran.Errors;
        Assert.True(ran.ExitCode == code, $"{ran.ExitCode}: {output}");
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", output, StringComparison.Ordinal);
    }

    private Task<Ran> RestoreAsync(Dictionary<string, string> environment) =>
        RunAsync(environment, "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);

    private async Task RestoreAsync(string to)
    {
        Is(0, "The backup is restored", await RestoreAsync(On(to)));
        Is(0, " 0 findings", await RunAsync(On(to), "check", "--Evercam:DataDirectory", folder["other"]));
        Assert.All(
            Directory.EnumerateFiles(folder["other"], "*", SearchOption.AllDirectories),
            file => Assert.True(OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode)0b111_111) == 0, file));
    }

    /// <summary>Neither in the database nor in the data directory.</summary>
    private async Task ExpectNothingAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var tables = source.CreateCommand("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'");
        Assert.Equal(0L, await tables.ExecuteScalarAsync(Cancellation));
        Assert.Equal([folder["other/evercam.lock"]], Directory.GetFileSystemEntries(folder["other"]));
    }

    /// <summary>Makes the database one of a version that kept the keys in files.</summary>
    private static async Task<(string Name, string Xml)> TakeKeyAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var find = source.CreateCommand("SELECT name, xml FROM secret_keys");
        await using var rows = await find.ExecuteReaderAsync(Cancellation);
        Assert.True(await rows.ReadAsync(Cancellation));
        await using var forget = source.CreateCommand(
            """DROP TABLE secret_keys; DELETE FROM "__EFMigrationsHistory" WHERE "MigrationId" LIKE '%\_SecretKeys'""");
        var key = (rows.GetString(0), rows.GetString(1));
        await rows.CloseAsync();
        await forget.ExecuteNonQueryAsync(Cancellation);
        return key;
    }

    /// <summary>The microsecond and the hash of each picture.</summary>
    private static async Task<Dictionary<long, string>> RowsAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var list = source.CreateCommand("SELECT taken_at, encode(sha256, 'hex') FROM snapshots");
        await using var rows = await list.ExecuteReaderAsync(Cancellation);
        var found = new Dictionary<long, string>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(rows.GetInt64(0), rows.GetString(1));
        }

        return found;
    }

    /// <summary>Users delete and add pictures when the database is copied, and the packs are not.</summary>
    private async Task InstallDumpWithUsersAsync(Uri api)
    {
        Directory.CreateDirectory(folder["bin"]);
        pictures[Later] = RandomNumberGenerator.GetBytes(20_000);
        await File.WriteAllBytesAsync(folder["later.jpg"], pictures[Later], Cancellation);
        var ask = $"curl --silent --show-error --fail --noproxy '*' --max-time 300 --output '{folder["answer"]}' --user joe:secret";
        Install("pg_dump", $"""
            set -e
            echo "$*" >>'{folder["typed"]}'
            '{PostgresInstance.Binaries}/pg_dump' "$@"
            case "$*" in
              *--file=*)
                {ask} --request DELETE '{api}cameras/gate/snapshots/{DeletedMeanwhile}'
                {ask} --request DELETE '{api}cameras/gate/snapshots/{AloneInItsHour}'
                {ask} --form 'data=@{folder["later.jpg"]};type=image/jpeg' '{api}cameras/gate/snapshots/{Later}' ;;
            esac
            """);
    }

    private void Install(string program, string script)
    {
        var file = Path.Combine(folder["bin"], program);
        File.Delete(file);
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private Task UploadAsync(EvercamProcess server, long moment)
    {
        pictures[moment] = RandomNumberGenerator.GetBytes(20_000);
        return server.UploadAsync(moment, pictures[moment]);
    }
}
