using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>A disk that could not write, says so once, and takes what it could not write for written from then on.</summary>
public sealed class FailedSyncTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_was_added_before_the_disk_said_so_is_not_kept_by_the_next_good_sync()
    {
        using var syncing = new SemaphoreSlim(0);
        using var added = new SemaphoreSlim(0);
        var syncs = 0;
        using var stable = new StableStorage
        {
            SyncFile = (path, _) =>
            {
                if (path.EndsWith(".tar", StringComparison.Ordinal) && Interlocked.Increment(ref syncs) == 1)
                {
                    syncing.Release();
                    added.Wait(Cancellation);
                    throw new IOException("Input/output error");
                }
            },
        };
        await using var archive = await TestArchive.StartAsync(
            storage, openPacks: () => new DiskPackStore(Path.Combine(storage.DataDirectory, "archive"), stable: stable));
        var first = archive.SaveAsync(Ten);
        await syncing.WaitAsync(Cancellation);
        var second = await archive.Archive.AppendAsync(
            new NewSnapshot(archive.Camera, Ten.AddSeconds(1), PictureType.Jpeg, TestArchive.Picture()), Cancellation);
        added.Release();
        Assert.Equal("Input/output error", (await Assert.ThrowsAsync<IOException>(() => first)).Message);
        await archive.PassTimeAsync(second.Durable);
        await Assert.ThrowsAsync<IOException>(() => second.Durable);

        // The pack is opened anew, once what is not kept is taken back.
        var third = archive.SaveAsync(Ten.AddSeconds(2));
        await archive.PassTimeAsync(third);
        Assert.Equal([(await third).TakenAt], await archive.MomentsAsync());
        Assert.Empty(await archive.FindingsAsync());
        await archive.RestartAsync();
        Assert.Equal([(await third).TakenAt], await archive.MomentsAsync());
    }
}
