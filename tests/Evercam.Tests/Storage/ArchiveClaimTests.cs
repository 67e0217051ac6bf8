using Evercam.Storage;
using Evercam.Storage.Disk;
using Evercam.Tests.Contracts;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Storage;

/// <summary>The server starts only on the archive that its database knows.</summary>
public sealed class ArchiveClaimTests(PostgresServer server)
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_first_start_marks_its_archive_and_the_next_knows_it()
    {
        await using var storage = await FilledAsync();
        var id = await File.ReadAllTextAsync(MarkOf(storage), Cancellation);
        await StartAsync(storage);
        Assert.Equal(id, await File.ReadAllTextAsync(MarkOf(storage), Cancellation));
    }

    [Fact]
    public async Task A_volume_that_is_not_mounted_is_told_and_nothing_is_made_there()
    {
        await using var storage = await FilledAsync();
        var archive = Path.Combine(storage.DataDirectory, "archive");
        var id = (await File.ReadAllTextAsync(MarkOf(storage), Cancellation)).Trim();
        Directory.Move(archive, archive + ".away");
        Directory.CreateDirectory(archive);
        var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => StartAsync(storage));
        Assert.Equal(
            $"The folder {archive} is not the archive that the database knows: mount the volume that belongs there, or, if it is "
            + $"the archive, write {id} into the file {MarkOf(storage)}.",
            refusal.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(archive));
        Assert.Single(await storage.Index.ListOldestPacksAsync(9, Cancellation));

        // It is mounted; or it was lost, and the administrator says so.
        Directory.Delete(archive);
        Directory.Move(archive + ".away", archive);
        await StartAsync(storage);
        File.Delete(MarkOf(storage));
        await Assert.ThrowsAsync<StorageUnusableException>(() => StartAsync(storage));
        await File.WriteAllTextAsync(MarkOf(storage), id, Cancellation);
        await StartAsync(storage);
    }

    [Fact]
    public async Task A_volume_that_is_not_mounted_is_told_before_the_size_of_what_is_there_instead()
    {
        await using var storage = await FilledAsync();
        var archive = Path.Combine(storage.DataDirectory, "archive");
        Directory.Move(archive, archive + ".away");
        Assert.Contains("is not the archive that the database knows: mount the volume", await RefusedAsync(storage.DataDirectory, 2), StringComparison.Ordinal);
        Directory.Move(archive + ".away", archive);
        Assert.StartsWith("Evercam:Archive:MinimumFreeBytes is ", await RefusedAsync(storage.DataDirectory, 78), StringComparison.Ordinal);

        // A folder that somebody has made for the server.
        using var empty = new TempFolder();
        Assert.Contains("Evercam:Archive:MinimumFreeBytes is ", await RefusedAsync(empty.Path, 78), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_archive_of_another_database_is_refused()
    {
        await using var storage = await FilledAsync();
        await File.WriteAllTextAsync(MarkOf(storage), "another", Cancellation);
        await Assert.ThrowsAsync<StorageUnusableException>(() => StartAsync(storage));
    }

    [Fact]
    public async Task A_database_that_was_lost_takes_the_archive_that_is_there()
    {
        await using var storage = await FilledAsync();
        await using var other = new SqliteStorage();
        Directory.CreateDirectory(Path.GetDirectoryName(MarkOf(other))!);
        File.Copy(MarkOf(storage), MarkOf(other));
        await other.InitializeAsync();
        Assert.Equal(await File.ReadAllTextAsync(MarkOf(storage), Cancellation), await File.ReadAllTextAsync(MarkOf(other), Cancellation));
        await AddPictureAsync(other);
        await StartAsync(other);
    }

    [Fact]
    public async Task While_nothing_says_anything_about_a_file_any_folder_is_right()
    {
        await using var storage = new SqliteStorage();
        await storage.InitializeAsync();
        File.Delete(MarkOf(storage));
        await StartAsync(storage);
        Assert.True(File.Exists(MarkOf(storage)));

        // A deletion that is noted says something.
        await storage.Index.NoteCameraAsync(1, Cancellation);
        File.Delete(MarkOf(storage));
        await Assert.ThrowsAsync<StorageUnusableException>(() => StartAsync(storage));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_archive_older_than_its_mark_is_known_by_its_cameras(bool isMounted)
    {
        await using var storage = await FilledAsync();
        await storage.ExecuteAsync("DELETE FROM archives");
        File.Delete(MarkOf(storage));
        await using (var db = storage.OpenCatalog())
        {
            var user = db.Add(CatalogRows.User()).Entity;
            await db.SaveChangesAsync(Cancellation);
            var camera = CatalogRows.Camera(user);
            db.Add(camera);
            await db.SaveChangesAsync(Cancellation);
            if (isMounted)
            {
                Directory.CreateDirectory(new PackPaths(Path.GetDirectoryName(MarkOf(storage))!).CameraFolder(camera.Key));
            }
        }

        if (isMounted)
        {
            await StartAsync(storage);
            Assert.True(File.Exists(MarkOf(storage)));
            return;
        }

        // The sentence names a way out, too.
        var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => StartAsync(storage));
        await File.WriteAllTextAsync(MarkOf(storage), refusal.Message.Split("write ")[1].Split(' ')[0], Cancellation);
        await StartAsync(storage);
        await StartAsync(storage);
    }

    [Fact]
    public async Task Of_several_processes_on_one_database_only_those_on_its_archive_start()
    {
        await using var storage = new PostgresStorage(server);
        await storage.InitializeAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => StartAsync(storage)));
        await AddPictureAsync(storage);
        using var elsewhere = new TempFolder();
        await Assert.ThrowsAsync<StorageUnusableException>(
            () => storage.AddProcess(elsewhere.Path).PrepareEvercamStorageAsync(Cancellation));
        await StartAsync(storage);
    }

    private static string MarkOf(TestStorage storage) => Path.Combine(storage.DataDirectory, "archive", "archive.id");

    private static Task StartAsync(TestStorage storage) => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);

    /// <summary>What a server says that asks for more free space than any disk has.</summary>
    private static async Task<string> RefusedAsync(string dataDirectory, int code)
    {
        var (exit, said) = await EvercamProcess.RunAsync(
            Cancellation, "serve", "--urls", "http://127.0.0.1:0", "--Evercam:DataDirectory", dataDirectory, "--Evercam:Archive:MinimumFreeBytes", $"{long.MaxValue}");
        Assert.Equal(code, exit);
        return said;
    }

    private static async Task<SqliteStorage> FilledAsync()
    {
        var storage = new SqliteStorage();
        await storage.InitializeAsync();
        await AddPictureAsync(storage);
        return storage;
    }

    private static async Task AddPictureAsync(TestStorage storage) =>
        await storage.Index.AddAsync([SnapshotIndexContract.Of(SnapshotIndexContract.NewCamera(), Ten)], Cancellation);
}
