using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace Evercam.Tests.Backups;

/// <summary><c>evercam backup</c> and <c>evercam restore</c>, as they are typed, beside the real server at work.</summary>
public sealed class BackupTests : IDisposable
{
    private const int Uploaders = 2;
    private const int Enough = 30;

    private readonly TempFolder folder = new();
    private readonly ConcurrentDictionary<long, byte[]> acknowledged = new();
    private long second = 1_000_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_acknowledged_before_a_backup_began_is_there_when_it_is_restored_elsewhere()
    {
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        Dictionary<long, byte[]> before;
        HashSet<string> rows;
        using (var server = await EvercamProcess.StartAsync(folder["data"], Cancellation))
        {
            await server.RegisterAsync(cameras.Port);
            using var enough = new CancellationTokenSource();
#pragma warning disable CA2025 // They are awaited before the server is disposed of.
            var uploads = Enumerable.Range(0, Uploaders).Select(_ => UploadAsync(server, enough.Token)).ToList();
#pragma warning restore CA2025
            await Eventually.IsTrueAsync(async () => acknowledged.Count > Enough && (await RowsAsync(folder["data"])).Count > acknowledged.Count + 5);
            (before, rows) = (new(acknowledged), await RowsAsync(folder["data"]));

            await RunAsync(0, "has the database, 1 keys and", "backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]);
            await enough.CancelAsync();
            await Task.WhenAll(uploads);
        }

        await RunAsync(0, "The backup is restored", "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(0, " 0 findings", "check", "--Evercam:DataDirectory", folder["other"]);
        Assert.Superset(rows, await RowsAsync(folder["other"]));
        Assert.All(
            Directory.EnumerateFiles(folder["other"], "*", SearchOption.AllDirectories),
            file => Assert.True(OperatingSystem.IsWindows() || (File.GetUnixFileMode(file) & (UnixFileMode)0b111_111) == 0, file));

        using var again = await EvercamProcess.StartAsync(folder["other"], Cancellation);
        again.SignIn();
        foreach (var (at, picture) in before)
        {
            Assert.Equal(picture, await again.Client.GetByteArrayAsync($"cameras/gate/snapshots/{at}.jpg", Cancellation));
        }

        // The keys open what the database has.
        Assert.Contains("tr4p-door", await again.Client.GetStringAsync("cameras/gate", Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_packs_they_are_listed_and_the_archive_is_moved_by_hand()
    {
        await FillAsync();
        await RunAsync(0, "a list of 1 packs", "backup", folder["copy"], "--Evercam:DataDirectory", folder["data"]);
        Assert.Matches(@"^\d+/2001/09/09/01\.tar \d+\n$", await File.ReadAllTextAsync(Path.Combine(folder["copy"], "packs.txt"), Cancellation));
        await RunAsync(0, "put the archive", "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(2, "is not the archive that the database knows", "check", "--Evercam:DataDirectory", folder["other"]);
        Directory.Move(Path.Combine(folder["data"], "archive"), Path.Combine(folder["other"], "archive"));
        await RunAsync(0, "1 pictures in 1 packs checked, 0 findings", "check", "--Evercam:DataDirectory", folder["other"]);
    }

    [Fact]
    public async Task Nothing_that_is_there_is_overwritten_and_half_a_backup_is_none()
    {
        await FillAsync();
        var backup = folder["copy"];
        await RunAsync(2, "is there and not an empty folder", "backup", folder["data"], "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(0, "1 packs of", "backup", backup, "--packs", "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(2, $"{backup} is there and not an empty folder: a backup needs one of its own.\n", "backup", backup, "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(2, " already: a backup is restored only where nothing is.\n", "restore", backup, "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(0, "a list of 1 packs", "backup", folder["list"], "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(2, " already: a backup is restored only where nothing is.\n", "restore", folder["list"], "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(2, "There is no database in the data directory ", "backup", folder["copy2"], "--Evercam:DataDirectory", folder["nowhere"]);
        Assert.False(Directory.Exists(folder["nowhere"]));

        File.Delete(Path.Combine(backup, "archive", "archive.id"));
        await RunAsync(2, $"{backup} is no backup, or one that was not finished.\n", "restore", backup, "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(2, "is no backup", "restore", folder["nowhere"], "--Evercam:DataDirectory", folder["other"]);
        Assert.False(Directory.Exists(folder["other"]));
    }

    [Fact]
    public async Task Packs_are_not_restored_into_a_bucket_and_that_is_said_before_anything_is_made()
    {
        await FillAsync();
        string[] toBucket = ["--Evercam:DataDirectory", folder["other"], "--Evercam:Packs", "s3", "--Evercam:S3:Bucket", "pictures"];
        await RunAsync(0, "1 packs of", "backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(
            2,
            "The backup has packs, which this command does not put into a bucket: restore them on disk, with Evercam:Packs=disk.\n",
            ["restore", folder["copy"], .. toBucket]);
        Assert.DoesNotContain(Directory.GetFileSystemEntries(folder["other"]), made => Path.GetFileName(made) is not "evercam.lock");

        // What has none is restored beside any archive.
        await RunAsync(0, "a list of 1 packs", "backup", folder["list"], "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(0, "Database and keys are restored", ["restore", folder["list"], .. toBucket]);
        Assert.True(File.Exists(Path.Combine(folder["other"], "evercam.db")));
    }

    [Fact]
    public async Task What_the_program_unpacked_into_the_home_of_its_user_is_in_no_ones_way()
    {
        await FillAsync();
        await RunAsync(0, "1 packs of", "backup", folder["copy"], "--packs", "--Evercam:DataDirectory", folder["data"]);
        var library = Path.Combine(Directory.CreateDirectory(Path.Combine(folder["other"], ".net", "evercam")).FullName, "library.so");
        await File.WriteAllTextAsync(library, "library", Cancellation);
        await RunAsync(0, "The backup is restored", "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(0, " 0 findings", "check", "--Evercam:DataDirectory", folder["other"]);
        Assert.Equal("library", await File.ReadAllTextAsync(library, Cancellation));
    }

    [Fact]
    public async Task A_pack_that_cannot_be_read_is_named_and_ends_no_command()
    {
        await FillAsync();
        using (var server = await EvercamProcess.StartAsync(folder["data"], Cancellation))
        {
            server.SignIn();
            second += 3_600;
            await UploadOneAsync(server);
        }

        var bad = Directory.GetFiles(Path.Combine(folder["data"], "archive"), "01.tar", SearchOption.AllDirectories).Single();
        File.Delete(bad);
        Directory.CreateDirectory(bad);
        var pack = Path.GetRelativePath(Path.Combine(folder["data"], "archive"), bad)[..^".tar".Length];
        foreach (var command in new string[][] { ["reindex"], ["backup", folder["copy"], "--packs"] })
        {
            var ran = await EvercamProcess.RunAsync(
                new Dictionary<string, string>(), "", Cancellation, [.. command, "--json", "--Evercam:DataDirectory", folder["data"]]);
            Assert.True(ran.ExitCode == 1, ran.ToString());
            Assert.StartsWith($"{pack}: ", ran.Errors, StringComparison.Ordinal);
            Assert.StartsWith($"{pack}: ", (string?)Assert.Single(JsonNode.Parse(ran.Output)!["unreadable"]!.AsArray()), StringComparison.Ordinal);
        }

        await RunAsync(1, $"{pack} PackDamaged: It cannot be read: ", "check", "--Evercam:DataDirectory", folder["data"]);
        await RunAsync(0, "The backup is restored", "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(1, $"{pack} BytesMissing: The pack of 1 pictures is gone.", "check", "--Evercam:DataDirectory", folder["other"]);
        await RunAsync(0, "1 pictures are in the index", "reindex", "--Evercam:DataDirectory", folder["other"]);
    }

    [Theory]
    [InlineData("Where to?", "backup")]
    [InlineData("Where to?", "backup", "--packs")]
    [InlineData("Where to?", "backup", "")]
    [InlineData("Where to?", "migrate-to", "")]
    [InlineData("What? Try: evercam restore", "restore", "")]
    [InlineData("Which file?", "vendors", "import", "")]
    [InlineData("Where to?", "backup", "here", "there")]
    [InlineData("What? Try: evercam restore", "restore")]
    public async Task What_is_typed_wrong_is_told_in_one_sentence(string sentence, params string[] arguments) =>
        await RunAsync(2, sentence, arguments);

    private static async Task RunAsync(int code, string sentence, params string[] arguments)
    {
        var (exitCode, output) = await EvercamProcess.RunAsync(Cancellation, arguments);
        Assert.True(exitCode == code, $"{exitCode}: {output}");
        Assert.Contains(sentence, output, StringComparison.Ordinal);
    }

    /// <summary>The rows of pictures, with the hashes that the check compares their bytes with.</summary>
    private static async Task<HashSet<string>> RowsAsync(string data)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(data, "evercam.db")};Pooling=False");
        await db.OpenAsync(Cancellation);
        await using var list = db.CreateCommand();
        list.CommandText = "SELECT camera_key || ' ' || taken_at || ' ' || hex(sha256) FROM snapshots";
        await using var rows = await list.ExecuteReaderAsync(Cancellation);
        var found = new HashSet<string>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }

    /// <summary>A data directory with a picture, whose server has ended.</summary>
    private async Task FillAsync()
    {
        using var server = await EvercamProcess.StartAsync(folder["data"], Cancellation);
        await server.RegisterAsync(9);
        await server.SendAsync(HttpMethod.Put, "cameras/gate/recording", ("status", "off"));
        await UploadOneAsync(server);
    }

    private async Task UploadAsync(EvercamProcess server, CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await UploadOneAsync(server);
        }
    }

    private async Task UploadOneAsync(EvercamProcess server)
    {
        var at = Interlocked.Add(ref second, 60);
        var picture = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 60_000));
        await server.UploadAsync(at, picture);
        acknowledged[at] = picture;
    }
}
