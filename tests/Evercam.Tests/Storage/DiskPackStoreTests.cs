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

    public DiskPackStoreTests() => stores.Add(new DiskPackStore(folder.Path, openReaders: 8));

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

    [Fact]
    public async Task A_disk_that_is_not_there_has_deleted_nothing()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 10));
        var away = folder.Path + ".away";
        Directory.Move(folder.Path, away);
        try
        {
            await Assert.ThrowsAsync<IOException>(() => Packs.EraseAsync([address], TestContext.Current.CancellationToken));
            await Assert.ThrowsAsync<IOException>(() => Packs.DeleteAsync(address.Pack, TestContext.Current.CancellationToken));
            await Assert.ThrowsAnyAsync<IOException>(() => Packs.DeleteCameraAsync(7, TestContext.Current.CancellationToken));
        }
        finally
        {
            Directory.Move(away, folder.Path);
        }

        await Packs.DeleteAsync(address.Pack, TestContext.Current.CancellationToken);
        Assert.Empty(await Packs.ListPartsAsync(address.Pack, TestContext.Current.CancellationToken));
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
        Assert.Single(await Packs.ListAsync(cancellation).ToListAsync(cancellation));
        await Packs.DeleteCameraAsync(7, cancellation);
        Assert.Equal([folder["open"]], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_pack_that_may_not_be_opened_is_a_disk_that_refuses()
    {
        Directory.CreateDirectory(folder["7/2026/11/23/10.tar"]);
        await Assert.ThrowsAsync<IOException>(() => AppendAsync(Packs, 1, Picture(1, 10)));
    }

    internal override IPackStore Reopen()
    {
        stores.Add(new DiskPackStore(folder.Path, openReaders: 8));
        return stores[^1];
    }
}
