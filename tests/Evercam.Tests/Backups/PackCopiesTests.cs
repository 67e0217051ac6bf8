using Evercam.Archive;
using Evercam.Storage;
using Evercam.Storage.Backups;
using Evercam.Storage.Disk;
using Evercam.Storage.Sqlite;
using Evercam.Tests.Archive;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Backups;

/// <summary>Packs that change between the copy of the database and their own.</summary>
public sealed class PackCopiesTests(SqliteStorage storage) : IClassFixture<SqliteStorage>, IDisposable
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private PackPaths Target => new(folder["archive"]);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_was_deleted_meanwhile_is_deleted_in_the_copy_and_what_came_meanwhile_is_not_in_it()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (first, bytes) = (Ten, TestArchive.Picture());
        var kept = await archive.SaveAsync(first, bytes);
        await archive.SaveAsync(Ten.AddSeconds(1));
        await archive.SaveAsync(Ten.AddSeconds(2));
        await archive.SaveAsync(Ten.AddHours(1));
        var givenUp = (await archive.SaveAsync(Ten.AddDays(1))).Address.Pack;
        await archive.Archive.MarkAsync(archive.Camera, first, Ten.AddSeconds(1), true, Cancellation);
        using var copied = await CopyDatabaseAsync();

        await archive.Archive.DeleteAsync(archive.Camera, Ten.AddSeconds(1), Ten.AddSeconds(2), Cancellation);
        await archive.Archive.DeleteAsync(archive.Camera, Ten.AddHours(1), Ten.AddHours(2), Cancellation);
        Assert.True(await archive.Archive.DeletePackAsync(givenUp, Cancellation));
        await archive.SaveAsync(Ten.AddSeconds(3));
        await archive.SaveAsync(Ten.AddHours(2));
        var copies = new PackCopies(new PackPaths(Path.Combine(storage.DataDirectory, "archive")), Target, archive.Index, copied);
        var shares = new List<double>();
        await copies.RunAsync(shares.Add, Cancellation);

        Assert.Equal(1, shares[^1]);
        Assert.Equal(shares.Order(), shares);
        Assert.True(shares[0] < 1);
        Assert.Empty(copies.Lacking);
        Assert.Equal(
            [
                new(archive.Camera, Ten.AddSeconds(1), Ten.AddSeconds(1).AddMicroseconds(1)),
                new(archive.Camera, Ten.AddHours(1), Ten.AddHours(2)),
                new(archive.Camera, givenUp.Hour, givenUp.End),
            ],
            copies.Deleted);
        Assert.Equal([first, Ten.AddSeconds(2)], await MomentsAsync(copied, archive.Camera));
        Assert.Equal([first], (await copied.ListKeptAsync(archive.Camera, Ten, Ten.AddHours(1), 9, Cancellation)).Select(s => s.TakenAt));
        Assert.Equal("2026-11-23T10-00-00.000000Z.jpg\n", await File.ReadAllTextAsync(Target.KeptOf(kept.Address.Pack), Cancellation));
        Assert.Equal([Target.Of(kept.Address.Pack)], Directory.GetFiles(Target.Root, "*.tar", SearchOption.AllDirectories));
        new ArchiveMark(Target).Write("copy");
        using var packs = new DiskPackStore(Target.Root);
        Assert.Equal([kept.Address.Pack], await packs.ListOpenAsync(Cancellation));
        Assert.Empty(await new ArchiveCheck(packs, copied).RunAsync(Cancellation).ToListAsync(Cancellation));
        var read = new byte[bytes.Length];
        await packs.ReadAsync(kept.Address.Pack, 0, kept.Address.PictureOffset, read, Cancellation);
        Assert.Equal(bytes, read);
    }

    [Fact]
    public async Task A_pack_that_is_lost_in_the_archive_is_told()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (whole, lost) = ((await archive.SaveAsync(Ten)).Address.Pack, (await archive.SaveAsync(Ten.AddHours(1))).Address.Pack);
        using var copied = await CopyDatabaseAsync();
        File.Delete(archive.FileOf(lost));
        var copies = new PackCopies(new PackPaths(Path.Combine(storage.DataDirectory, "archive")), Target, archive.Index, copied);
        await copies.RunAsync(_ => { }, Cancellation);
        Assert.Equal([lost], copies.Lacking);
        Assert.True(File.Exists(Target.Of(whole)));
    }

    [Fact]
    public async Task A_pack_that_cannot_be_read_is_told_and_the_others_are_copied()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (folderOf, link) = ((await archive.SaveAsync(Ten)).Address.Pack, (await archive.SaveAsync(Ten.AddHours(1))).Address.Pack);
        var whole = (await archive.SaveAsync(Ten.AddHours(2))).Address.Pack;
        using var copied = await CopyDatabaseAsync();
        File.Delete(archive.FileOf(folderOf));
        Directory.CreateDirectory(archive.FileOf(folderOf));
        File.Delete(archive.FileOf(link));
        File.CreateSymbolicLink(archive.FileOf(link), archive.FileOf(link));
        var copies = new PackCopies(new PackPaths(Path.Combine(storage.DataDirectory, "archive")), Target, archive.Index, copied);
        await copies.RunAsync(_ => { }, Cancellation);
        Assert.Equal([folderOf, link], copies.Unreadable.Select(bad => bad.Pack));
        Assert.Empty(copies.Lacking);
        Assert.Equal([Target.Of(whole)], Directory.GetFiles(Target.Root, "*.tar*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_place_that_takes_no_copies_ends_them()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var pack = (await archive.SaveAsync(Ten)).Address.Pack;
        using var copied = await CopyDatabaseAsync();
        Directory.CreateDirectory(Target.Of(pack));
        var copies = new PackCopies(new PackPaths(Path.Combine(storage.DataDirectory, "archive")), Target, archive.Index, copied);
        await Assert.ThrowsAnyAsync<Exception>(() => copies.RunAsync(_ => { }, Cancellation));
        Assert.Empty(copies.Unreadable);
    }

    [Fact]
    public async Task An_archive_that_is_away_ends_them()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        await archive.SaveAsync(Ten);
        using var copied = await CopyDatabaseAsync();
        var copies = new PackCopies(new PackPaths(folder["unmounted"]), Target, archive.Index, copied);
        await Assert.ThrowsAsync<PacksUnavailableException>(() => copies.RunAsync(_ => { }, Cancellation));
    }

    private async Task<SqliteSnapshotIndex> CopyDatabaseAsync()
    {
        await storage.Services.GetRequiredService<CatalogDatabase>().CopyAsync(folder["evercam.db"], Cancellation);
        return new SqliteSnapshotIndex(new SqliteFile(folder["evercam.db"]));
    }

    private static async Task<IEnumerable<DateTimeOffset>> MomentsAsync(SqliteSnapshotIndex index, long camera) =>
        (await index.ListAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 99, Cancellation)).Select(s => s.TakenAt);
}
