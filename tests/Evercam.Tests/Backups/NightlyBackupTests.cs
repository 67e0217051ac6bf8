using Evercam.Archive;
using Evercam.Server.Backups;
using Evercam.Storage;
using Evercam.Storage.Backups;
using Evercam.Storage.Postgres;
using Evercam.Storage.Sqlite;
using Evercam.Tests.Servers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Backups;

/// <summary>The copies of the database that the server keeps by itself.</summary>
public sealed class NightlyBackupTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Night = new(2026, 11, 26, 1, 59, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Night);
    private readonly LogLines<NightlyBackup> log = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_copy_is_kept_each_night_with_its_keys_for_seven_days()
    {
        await using var app = await EvercamApp.StartAsync(ownKeys: true);
        await app.AddUserAsync("joe");
        await RunAsync(app);
        Assert.Empty(CopiesOf(app));

        clock.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(app);
        await RunAsync(app);
        Assert.Equal(["evercam-2026-11-26.db"], CopiesOf(app));
        Assert.Single(log.Lines, line => line.StartsWith("Information: Kept a copy of the database: ", StringComparison.Ordinal));
        var copy = Path.Combine(app.Folder, "backups", "evercam-2026-11-26.db");
        Assert.Equal(1, UsersIn(copy));
        Assert.Equal(KeysIn(Path.Combine(app.Folder, "keys")), KeysIn(Path.Combine(app.Folder, "backups", "keys")));
        Assert.NotEmpty(KeysIn(Path.Combine(app.Folder, "keys")));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(copy));
        }

        // What is not the server's stays.
        await File.WriteAllTextAsync(Path.Combine(app.Folder, "backups", "evercam-of-mine.db"), "", Cancellation);
        for (var day = 0; day < 7; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await RunAsync(app);
        }

        Assert.Equal(
            [.. Enumerable.Range(27, 4).Select(day => $"evercam-2026-11-{day}.db"), .. Enumerable.Range(1, 3).Select(day => $"evercam-2026-12-0{day}.db"), "evercam-of-mine.db"],
            CopiesOf(app));
    }

    [Fact]
    public async Task The_hours_count_from_the_beginning_and_not_from_when_somebody_waits_for_them()
    {
        await using var app = await EvercamApp.StartAsync();
        using var night = NightOf(app);
        clock.Advance(TimeSpan.FromHours(1));
        await night.StartAsync(Cancellation);
        await Eventually.IsTrueAsync(() => CopiesOf(app).Any());
        await night.StopAsync(Cancellation);
    }

    [Fact]
    public async Task What_fails_leaves_the_copies_that_are_there_and_so_does_a_clock_that_is_far_ahead()
    {
        await using var app = await EvercamApp.StartAsync(ownKeys: true);
        clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(app);
        clock.Advance(TimeSpan.FromDays(30));
        var inTheWay = Path.Combine(app.Folder, "backups", "evercam-2026-12-26.db");
        Directory.CreateDirectory(inTheWay);
        await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(app));
        Assert.Equal(["evercam-2026-11-26.db"], CopiesOf(app));
        Directory.Delete(inTheWay);
        await RunAsync(app);
        Assert.Equal(["evercam-2026-11-26.db", "evercam-2026-12-26.db"], CopiesOf(app));

        // Of as many as are kept, the oldest goes for each new one.
        for (var day = 0; day < 6; day++)
        {
            clock.Advance(TimeSpan.FromDays(1));
            await RunAsync(app);
        }

        Assert.Equal([.. Enumerable.Range(26, 6).Select(day => $"evercam-2026-12-{day}.db"), "evercam-2027-01-01.db"], CopiesOf(app));
    }

    [Fact]
    public async Task Where_there_is_no_room_none_is_kept_and_that_is_told_once_a_day()
    {
        await using var app = await EvercamApp.StartAsync();
        using var night = NightOf(app, minimumFreeBytes: long.MaxValue);
        for (var hour = 2; hour < 24; hour++)
        {
            clock.Advance(TimeSpan.FromHours(1));
            await night.RunAsync(Cancellation);
        }

        Assert.Empty(CopiesOf(app));
        Assert.Single(log.Lines, line => line.StartsWith(
            "Warning: The day's copy of the database is not kept yet. There is no room for a copy of the database", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Zero_days_switch_them_off()
    {
        await using var app = await EvercamApp.StartAsync();
        clock.Advance(TimeSpan.FromHours(5));
        using var night = NightOf(app, keepDays: 0);
        await night.RunAsync(Cancellation);
        Assert.False(Directory.Exists(Path.Combine(app.Folder, "backups")));
    }

    [Fact]
    public async Task A_nightly_copy_is_restored_beside_the_archive_that_it_belongs_to()
    {
        using var place = new TempFolder();
        await using (var app = await EvercamApp.StartAsync(ownKeys: true))
        {
            await app.AddUserAsync("joe");
            clock.Advance(TimeSpan.FromHours(1));
            await RunAsync(app);
            foreach (var kept in new[] { "archive", "backups" })
            {
                Directory.CreateSymbolicLink(place[kept], Path.Combine(app.Folder, kept));
            }

            var (code, output) = await EvercamProcess.RunAsync(
                Cancellation, "restore", Path.Combine(app.Folder, "backups", "evercam-2026-11-26.db"), "--Evercam:DataDirectory", place.Path);
            Assert.True(code == 0, output);
            (code, output) = await EvercamProcess.RunAsync(Cancellation, "user", "list", "--Evercam:DataDirectory", place.Path);
            Assert.True(code == 0, output);
            Assert.StartsWith("joe ", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task With_PostgreSQL_it_is_a_dump_that_is_restored_beside_the_archive_that_it_belongs_to()
    {
        using var place = new TempFolder();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync() }, ownKeys: true);
        await app.AddUserAsync("joe");
        clock.Advance(TimeSpan.FromHours(1));
        await RunAsync(app);
        Assert.Equal(["evercam-2026-11-26.dump"], CopiesOf(app));
        foreach (var kept in new[] { "archive", "backups" })
        {
            Directory.CreateSymbolicLink(place[kept], Path.Combine(app.Folder, kept));
        }

        string[] settings = ["--Evercam:DataDirectory", place.Path, "--ConnectionStrings:Evercam", await postgres.CreateEmptyDatabaseAsync()];
        var (code, output) = await EvercamProcess.RunAsync(
            Cancellation, ["restore", Path.Combine(app.Folder, "backups", "evercam-2026-11-26.dump"), .. settings]);
        Assert.True(code == 0, output);
        (code, output) = await EvercamProcess.RunAsync(Cancellation, ["user", "list", .. settings]);
        Assert.True(code == 0, output);
        Assert.StartsWith("joe ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task With_PostgreSQL_a_backup_without_packs_has_a_dump()
    {
        using var folder = new TempFolder();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync() }, ownKeys: true);
        await app.AddUserAsync("joe");
        var backup = app.Services.GetRequiredService<StorageBackup>();
        Assert.Equal(1, (await backup.RunAsync(folder["list"], withPacks: false, _ => { }, Cancellation)).Keys);
        Assert.Equal(
            ["archive.id", "evercam.dump", "packs.txt"],
            Directory.GetFileSystemEntries(folder["list"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_dump_that_cannot_be_made_is_told_without_the_password()
    {
        var connection = $"{await postgres.CreateDatabaseAsync()};Password=hush-hush";
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings:Evercam"] = connection });
        var missing = $"{connection};Database=elsewhere";
        using var folder = new TempFolder();
        var failure = await Assert.ThrowsAsync<StorageUnusableException>(
            () => new PostgresCopies(missing).DumpAsync(folder["dump"], moment: null, Cancellation));
        Assert.Contains("\"elsewhere\" does not exist", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", failure.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The server's own does its work by the time of this machine, and finds nothing to do meanwhile.</summary>
    private NightlyBackup NightOf(EvercamApp app, int keepDays = 7, long minimumFreeBytes = 0) => new(
        app.Services.GetRequiredService<NightlyCopies>(),
        Options.Create(new BackupOptions { KeepDays = keepDays }),
        new SnapshotArchiveOptions { MinimumFreeBytes = minimumFreeBytes },
        app.Services.GetRequiredService<IOtherServers>(),
        clock,
        log);

    private async Task RunAsync(EvercamApp app)
    {
        using var night = NightOf(app);
        await night.RunAsync(Cancellation);
    }

    private static IEnumerable<string?> CopiesOf(EvercamApp app) => Directory.Exists(Path.Combine(app.Folder, "backups"))
        ? Directory.GetFiles(Path.Combine(app.Folder, "backups")).Select(Path.GetFileName).Order(StringComparer.Ordinal)
        : [];

    private static IEnumerable<string?> KeysIn(string folder) =>
        Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);

    private static int UsersIn(string copy)
    {
        using var session = SqliteSession.Open(new SqliteFile(copy));
        using var count = session.Query("SELECT count(*) FROM users");
        Assert.True(count.Next());
        return count.Integer(0);
    }
}
