using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Tests.Archive;

namespace Evercam.Tests.Storage;

/// <summary>Folders of the archive that nobody may change are a disk that refuses: whoever uses the packs need not know of a second way
/// of saying no.</summary>
public sealed class ForbiddenFolderTests : IDisposable
{
    private static readonly PackName Pack = new(7, new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();
    private readonly DiskPackStore packs;

    public ForbiddenFolderTests()
    {
        new ArchiveMark(new PackPaths(folder.Path)).Write("this");
        packs = new(folder.Path);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        packs.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("7/2026/11", "append")]
    [InlineData("7/2026/11/23", "mark")]
    [InlineData("7", "card")]
    [InlineData("", "time")]
    [InlineData("7/2026/11/23", "delete")]
    [InlineData("", "delete camera")]
    public async Task A_folder_that_may_not_be_changed_refuses_as_a_disk_does(string place, string change)
    {
        await AppendAsync(Pack);
        await packs.SealAsync(Pack, Cancellation);
        FolderBar.Set(folder[place], isBarred: true);
        try
        {
            // To the system's own user nothing is barred, where the file system cannot do it.
            var probe = Path.Combine(folder[place], "probe");
            var isBarred = Record.Exception(() => File.WriteAllText(probe, "")) is not null;
            File.Delete(probe);
            var refusal = await Record.ExceptionAsync(() => ChangeAsync(change));
            Assert.Equal(isBarred, refusal is IOException);
            Assert.Equal(isBarred, refusal is not null);
        }
        finally
        {
            FolderBar.Set(folder[place], isBarred: false);
        }
    }

    [Fact]
    public async Task A_small_file_whose_place_is_taken_by_a_folder_refuses_as_a_disk_does()
    {
        await AppendAsync(Pack);
        Directory.CreateDirectory(folder["7/2026/11/23/10.keep.new"]);
        Directory.CreateDirectory(folder["7/camera.json.new"]);
        Directory.CreateDirectory(folder["archive.time.new"]);
        await Assert.ThrowsAnyAsync<IOException>(() => ChangeAsync("mark"));
        await Assert.ThrowsAnyAsync<IOException>(() => ChangeAsync("card"));
        await Assert.ThrowsAnyAsync<IOException>(() => ChangeAsync("time"));
    }

    private Task ChangeAsync(string change) => change switch
    {
        "append" => AppendAsync(new(7, Pack.Hour.AddDays(1))),
        "mark" => packs.WriteKeptAsync(Pack, TestArchive.Picture(10), Cancellation),
        "card" => packs.WriteCardAsync(7, TestArchive.Picture(10), Cancellation),
        "time" => packs.WriteTimeAsync(TestArchive.Picture(10), Cancellation),
        "delete" => packs.DeleteAsync(Pack, Cancellation),
        _ => packs.DeleteCameraAsync(7, Cancellation),
    };

    private async Task AppendAsync(PackName pack) =>
        await packs.AppendAsync(pack, new byte[512], TestArchive.Picture(10), Cancellation);
}
