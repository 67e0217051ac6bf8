using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Tests.Archive;
using Evercam.Tests.Contracts;

namespace Evercam.Tests.Storage;

public sealed class DiskPackStoreTests : PackStoreContract, IDisposable
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly TempFolder folder = new();
    private readonly List<DiskPackStore> stores = [];

    public DiskPackStoreTests()
    {
        Mark.Write("this");
        stores.Add(new DiskPackStore(folder.Path, openReaders: 8));
    }

    private ArchiveMark Mark => new(new PackPaths(folder.Path));

    internal override IPackStore Packs => stores[0];

    public void Dispose()
    {
        stores.ForEach(s => s.Dispose());
        folder.Dispose();
    }

    [Fact]
    public async Task Gnu_tar_lists_and_extracts_a_pack_that_is_being_written()
    {
        await AppendAsync(Packs, 1, Picture(1, 3_333));
        await AppendAsync(Packs, 2, Picture(2, 100_000));
        var pack = folder["7/2026/11/23/10.tar"];
        Assert.Equal(["2026-11-23T10-00-01.000000Z.jpg", "2026-11-23T10-00-02.000000Z.jpg"], Tar.Run("tf", pack));

        await AppendAsync(Packs, 3, Picture(3, 512));
        Directory.CreateDirectory(folder["out"]);
        Tar.Run("xf", pack, "-C", folder["out"]);
        Assert.Equal(Picture(1, 3_333), await File.ReadAllBytesAsync(folder["out/2026-11-23T10-00-01.000000Z.jpg"], TestContext.Current.CancellationToken));
        Assert.Equal(Picture(2, 100_000), await File.ReadAllBytesAsync(folder["out/2026-11-23T10-00-02.000000Z.jpg"], TestContext.Current.CancellationToken));
        Assert.Equal(Picture(3, 512), await File.ReadAllBytesAsync(folder["out/2026-11-23T10-00-03.000000Z.jpg"], TestContext.Current.CancellationToken));
        Assert.Equal(Ten.AddSeconds(3).UtcDateTime, File.GetLastWriteTimeUtc(folder["out/2026-11-23T10-00-03.000000Z.jpg"]));
    }

    [Fact]
    public async Task Gnu_tar_passes_over_an_erased_picture_of_any_size()
    {
        await AppendAsync(Packs, 1, Picture(1, 3_333));
        var small = await AppendAsync(Packs, 2, Picture(2, 10));
        await AppendAsync(Packs, 3, Picture(3, 512));
        var large = await AppendAsync(Packs, 4, Picture(4, 3_000_000));
        await AppendAsync(Packs, 5, Picture(5, 512));
        await Packs.EraseAsync([small, large], TestContext.Current.CancellationToken);
        await Packs.SealAsync(small.Pack, TestContext.Current.CancellationToken);
        Assert.Equal(
            ["2026-11-23T10-00-01.000000Z.jpg", "2026-11-23T10-00-03.000000Z.jpg", "2026-11-23T10-00-05.000000Z.jpg"],
            Tar.Run("tf", folder["7/2026/11/23/10.tar"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_is_not_there_has_deleted_nothing_and_keeps_nothing(bool isOtherFolder)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var address = await AppendAsync(Packs, 1, Picture(1, 10));
        var away = folder.Path + ".away";
        Directory.Move(folder.Path, away);
        if (isOtherFolder)
        {
            Directory.CreateDirectory(folder["open"]);
        }

        await Assert.ThrowsAnyAsync<IOException>(() => Packs.EraseAsync([address], cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.DeleteAsync(address.Pack, cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.DeleteCameraAsync(7, cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.OpenAsync(address.Pack, cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.ListOpenAsync(cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.ListPartsAsync(address.Pack, cancellation));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.ListAsync(refused => throw refused, cancellation).ToListAsync(cancellation).AsTask());
        await Assert.ThrowsAnyAsync<IOException>(() => AppendAsync(Packs, 1, Picture(1, 10), new PackName(8, Ten)));
        await Assert.ThrowsAnyAsync<IOException>(() => Packs.WriteCardAsync(8, "{}"u8.ToArray(), cancellation));
        Assert.ThrowsAny<IOException>(() => Packs.FreeBytes);
        Assert.Equal(isOtherFolder, Directory.Exists(folder.Path));
        if (isOtherFolder)
        {
            Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
            Directory.Delete(folder.Path, recursive: true);
        }

        Directory.Move(away, folder.Path);
        await Packs.DeleteAsync(address.Pack, cancellation);
        Assert.Empty(await Packs.ListPartsAsync(address.Pack, cancellation));
    }

    [Fact]
    public async Task What_is_opened_is_the_pack_that_lies_there_now()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var first = await AppendAsync(Packs, 1, Picture(1, 700));
        await ReadAsync(Packs, first);
        var (pack, restored) = (folder["7/2026/11/23/10.tar"], folder["restored"]);
        File.Copy(pack, restored);
        File.Move(restored, pack, overwrite: true);
        Assert.Equal(first.End, await Packs.OpenAsync(first.Pack, cancellation));
        var second = await AppendAsync(Packs, 2, Picture(2, 900));
        Assert.Equal(Picture(2, 900), await ReadAsync(Packs, second));
        Assert.Equal(second.End, new FileInfo(pack).Length);
    }

    [Fact]
    public async Task What_is_read_is_the_pack_that_lies_there_now()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var address = await AppendAsync(Packs, 1, Picture(1, 700));
        await ReadAsync(Packs, address);
        var (pack, other) = (folder["7/2026/11/23/10.tar"], folder["other"]);
        File.Copy(pack, other);
        await using (var file = File.Open(other, FileMode.Open))
        {
            file.Position = address.PictureOffset;
            file.Write(Picture(2, 700));
        }

        File.Move(other, pack, overwrite: true);
        Assert.Equal(Picture(2, 700), await ReadAsync(Packs, address));
        File.Move(pack, other);
        Assert.Equal(0, await Packs.ReadAsync(address.Pack, address.Part, address.Offset, new byte[512], cancellation));
    }

    [Fact]
    public async Task Deleting_the_last_pack_of_a_year_leaves_no_empty_folders()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 10));
        await Packs.DeleteAsync(address.Pack, TestContext.Current.CancellationToken);
        Assert.True(Directory.Exists(folder["7"]));
        Assert.False(Directory.Exists(folder["7/2026"]));
    }

    [Fact]
    public async Task A_camera_whose_deletion_was_interrupted_is_no_camera_any_more_and_goes_at_the_next_attempt()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await AppendAsync(Packs, 1, Picture(1, 10));
        Directory.CreateDirectory(folder["7.deleted/2026/11/22"]);
        await File.WriteAllTextAsync(folder["7.deleted/2026/11/22/10.tar"], "left", cancellation);
        Assert.Single(await Packs.ListAsync(refused => throw refused, cancellation).ToListAsync(cancellation));
        await Packs.DeleteCameraAsync(7, cancellation);
        Assert.Equal([folder["archive.id"], folder["open"]], Directory.EnumerateFileSystemEntries(folder.Path).Order());
    }

    [Fact]
    public async Task A_folder_in_the_place_of_a_pack_is_not_a_pack_that_is_gone()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var pack = new PackName(7, Ten);
        Directory.CreateDirectory(folder["7/2026/11/23/10.tar"]);
        Assert.Equal([pack], await Packs.ListAsync(refused => throw refused, cancellation).ToListAsync(cancellation));
        await Assert.ThrowsAsync<IOException>(() => Packs.ListPartsAsync(pack, cancellation));
        await Assert.ThrowsAsync<IOException>(() => Packs.ReadAsync(pack, 0, 0, new byte[512], cancellation).AsTask());
        await Assert.ThrowsAsync<IOException>(() => Packs.DeleteAsync(pack, cancellation));
    }

    [Fact]
    public async Task A_folder_that_may_not_be_read_is_told_and_the_others_are_listed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var cancellation = TestContext.Current.CancellationToken;
        await AppendAsync(Packs, 1, Picture(1, 10), new PackName(7, Ten.AddDays(1)));
        await AppendAsync(Packs, 1, Picture(1, 10));
        await AppendAsync(Packs, 1, Picture(1, 10), new PackName(8, Ten));
        File.SetUnixFileMode(folder["7/2026/11/23"], UnixFileMode.None);
        try
        {
            // To the system's own user nothing is barred.
            var barred = Record.Exception(() => Directory.GetFiles(folder["7/2026/11/23"])) is null ? [] : new[] { new PackName(7, Ten) };
            var told = new List<IOException>();
            var listed = await Packs.ListAsync(told.Add, cancellation).ToListAsync(cancellation);
            Assert.Equal(barred.Length, told.Count);
            Assert.Equal([new(7, Ten), new(7, Ten.AddDays(1)), new(8, Ten)], listed.Concat(barred).OrderBy(pack => pack.CameraKey).ThenBy(pack => pack.Hour));
        }
        finally
        {
            File.SetUnixFileMode(folder["7/2026/11/23"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task A_pack_that_may_not_be_opened_is_a_disk_that_refuses()
    {
        Directory.CreateDirectory(folder["7/2026/11/23/10.tar"]);
        await Assert.ThrowsAsync<IOException>(() => AppendAsync(Packs, 1, Picture(1, 10)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task A_pack_whose_folder_is_gone_takes_no_other_along(int cameras)
    {
        var names = await AppendAsync(Packs, cameras);
        Directory.Delete(folder["1/2026"], recursive: true);
        var failure = await Assert.ThrowsAsync<PacksNotDurableException>(
            () => Packs.FlushAsync(names, TestContext.Current.CancellationToken));
        Assert.Equal([names[0]], failure.Reasons.Keys);
        await Packs.FlushAsync(names[1..], TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(30)]
    public async Task A_pack_that_somebody_has_replaced_is_not_durable_until_it_is_opened_anew(int cameras)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var names = await AppendAsync(Packs, cameras);
        await Packs.FlushAsync(names, cancellation);
        Assert.False(Packs.WasReplaced(names[0]));
        var (pack, restored) = (folder["1/2026/11/23/10.tar"], folder["restored"]);
        File.Copy(pack, restored);
        File.Move(restored, pack, overwrite: true);

        await AppendAsync(Packs, cameras);
        var failure = await Assert.ThrowsAsync<PacksNotDurableException>(() => Packs.FlushAsync(names, cancellation));
        Assert.Equal([names[0]], failure.Reasons.Keys);
        Assert.Equal([true, false], [Packs.WasReplaced(names[0]), Packs.WasReplaced(names[1])]);
        await Packs.OpenAsync(names[0], cancellation);
        Assert.False(Packs.WasReplaced(names[0]));
        await AppendAsync(Packs, cameras);
        await Packs.FlushAsync(names, cancellation);
    }

    [Fact]
    public async Task Of_an_entry_that_somebody_has_cut_nothing_is_left_by_an_erasure()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var kept = await AppendAsync(Packs, 1, Picture(1, 700));
        var gone = await AppendAsync(Packs, 2, Picture(2, 9_000));
        await Packs.SealAsync(gone.Pack, cancellation);
        var pack = folder["7/2026/11/23/10.tar"];
        await using (var file = File.Open(pack, FileMode.Open))
        {
            file.SetLength(gone.Offset + 5_000);
        }

        await Packs.EraseAsync([gone], cancellation);
        Assert.Equal(gone.Offset + 5_000, new FileInfo(pack).Length);
        Assert.True((await File.ReadAllBytesAsync(pack, cancellation)).AsSpan((int)gone.Offset).IndexOfAnyExcept((byte)0) < 0);
        Assert.Equal(Picture(1, 700), await ReadAsync(Packs, kept));
    }

    [Theory]
    [InlineData(3, "2/2026/11/23/10.tar", false)]
    [InlineData(30, "2/2026/11/23/10.tar", false)]
    [InlineData(3, "2/2026/11/23", true)]
    [InlineData(30, "2/2026/11", true)]
    public async Task What_the_disk_cannot_sync_takes_no_other_along(int cameras, string bad, bool later)
    {
        var isBad = true;
        using var stable = new StableStorage
        {
            SyncFile = (path, _) => Refuse(path),
            SyncDirectory = Refuse,
            SyncFileSystem = _ => throw new IOException("Input/output error"),
        };
        stores.Add(new DiskPackStore(folder.Path, stable: stable));
        var names = await AppendAsync(stores[^1], cameras);
        var failure = await Assert.ThrowsAsync<PacksNotDurableException>(
            () => stores[^1].FlushAsync(names, TestContext.Current.CancellationToken));
        Assert.Equal([names[1]], failure.Reasons.Keys);

        // Whatever the disk says from then on, it says nothing of what was written before.
        isBad = later;
        if (later)
        {
            await stores[^1].FlushAsync([names[0], .. names[2..]], TestContext.Current.CancellationToken);
            await Assert.ThrowsAsync<PacksNotDurableException>(
                () => stores[^1].FlushAsync(names, TestContext.Current.CancellationToken));
            isBad = false;
        }

        failure = await Assert.ThrowsAsync<PacksNotDurableException>(
            () => stores[^1].FlushAsync(names, TestContext.Current.CancellationToken));
        Assert.Equal([names[1]], failure.Reasons.Keys);
        Assert.Equal([false, true], [stores[^1].WasReplaced(names[0]), stores[^1].WasReplaced(names[1])]);

        // It is opened anew and counts again; names that were synced once are not synced again.
        await stores[^1].OpenAsync(names[1], TestContext.Current.CancellationToken);
        Assert.False(stores[^1].WasReplaced(names[1]));
        await stores[^1].FlushAsync(names, TestContext.Current.CancellationToken);
        isBad = true;
        var (file, bytes) = (folder["2/2026/11/23/10.tar"], Picture(9, 10));
        await AppendAsync(stores[^1], 9, bytes, names[1]);
        Assert.Equal(bad == Path.GetRelativePath(folder.Path, file), await FailsAsync(names[1]));

        void Refuse(string path) => _ = isBad && path == folder[bad] ? throw new IOException("Input/output error") : true;

        async Task<bool> FailsAsync(PackName name) =>
            await Record.ExceptionAsync(() => stores[^1].FlushAsync([name], TestContext.Current.CancellationToken)) is not null;
    }

    [Fact]
    public async Task What_the_sync_of_all_has_told_once_is_asked_of_each_pack_that_was_not_among_them()
    {
        var (isBad, bad) = (true, folder["1/2026/11/23/10.tar"]);
        using var stable = new StableStorage
        {
            SyncFile = (path, _) => Refuse(path == bad),
            SyncDirectory = _ => { },
            SyncFileSystem = _ => Refuse(Exchange(ref isBad)),
        };
        stores.Add(new DiskPackStore(folder.Path, stable: stable));
        var names = await AppendAsync(stores[^1], 30);
        await stores[^1].FlushAsync(names[1..], TestContext.Current.CancellationToken);
        var failure = await Assert.ThrowsAsync<PacksNotDurableException>(
            () => stores[^1].FlushAsync(names, TestContext.Current.CancellationToken));
        Assert.Equal([names[0]], failure.Reasons.Keys);

        static void Refuse(bool isBad) => _ = isBad ? throw new IOException("Input/output error") : true;

        static bool Exchange(ref bool once)
        {
            var was = once;
            once = false;
            return was;
        }
    }

    [Fact]
    public async Task A_deletion_that_could_not_be_put_on_stable_storage_is_done_again()
    {
        var (isBad, synced) = (true, new List<string>());
        using var stable = new StableStorage
        {
            SyncDirectory = path => synced.Add(isBad ? throw new IOException("Input/output error") : path),
        };
        stores.Add(new DiskPackStore(folder.Path, stable: stable));
        var cancellation = TestContext.Current.CancellationToken;
        var address = await AppendAsync(stores[^1], 1, Picture(1, 10));
        await Assert.ThrowsAsync<IOException>(() => stores[^1].DeleteAsync(address.Pack, cancellation));
        isBad = false;
        await stores[^1].DeleteAsync(address.Pack, cancellation);
        Assert.Equal([folder["7/2026/11/23"]], synced);

        isBad = true;
        await Assert.ThrowsAsync<IOException>(() => stores[^1].DeleteCameraAsync(7, cancellation));
        isBad = false;
        await stores[^1].DeleteCameraAsync(7, cancellation);
        Assert.Equal([folder["7/2026/11/23"], folder.Path], synced);
    }

    private static async Task<List<PackName>> AppendAsync(IPackStore packs, int cameras)
    {
        var names = Enumerable.Range(1, cameras).Select(camera => new PackName(camera, Ten)).ToList();
        foreach (var name in names)
        {
            await AppendAsync(packs, 1, Picture((int)name.CameraKey, 1_000), name);
        }

        return names;
    }

    internal override IPackStore Reopen()
    {
        stores.Add(new DiskPackStore(folder.Path, openReaders: 8));
        return stores[^1];
    }
}
