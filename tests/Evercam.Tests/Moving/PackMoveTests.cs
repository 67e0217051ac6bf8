using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Storage.Moving;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Moving;

/// <summary>Packs that are larger than what a bucket takes at once.</summary>
public sealed class PackMoveTests(SwiftServer swift) : IDisposable
{
    private static readonly PackName Pack = new(7, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0, 1)]
    [InlineData(4_096, 1)]
    [InlineData(4_097, 2)]
    [InlineData(10_240, 3)]
    public async Task Such_a_pack_is_several_objects_and_reads_as_one(int length, int objects)
    {
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        var paths = await WriteAsync(content);
        using var bucket = new OpenBucket(await swift.CreateBucketAsync());
        Assert.Equal(new MovedPacks(1, length, 1), await MoveAsync(paths, bucket));
        await ExpectAsync(bucket, content, objects);
        Assert.Equal(new MovedPacks(1, length, 0), await MoveAsync(paths, bucket));
        await ExpectAsync(bucket, content, objects);
    }

    [Fact]
    public async Task One_that_was_changed_since_is_copied_anew_also_if_it_is_as_long_as_before()
    {
        var content = new byte[10_240];
        var paths = await WriteAsync(content);
        using var bucket = new OpenBucket(await swift.CreateBucketAsync());
        await MoveAsync(paths, bucket);
        content[5_000] = 1;
        await WriteAsync(content);
        File.SetLastWriteTimeUtc(paths.Of(Pack), File.GetLastWriteTimeUtc(paths.Of(Pack)).AddSeconds(1));
        Assert.Equal(new MovedPacks(1, content.Length, 1), await MoveAsync(paths, bucket));
        await ExpectAsync(bucket, content, objects: 3);
    }

    private static Task<MovedPacks> MoveAsync(PackPaths paths, OpenBucket bucket) =>
        new PackMove(paths, "ours", bucket.Bucket, mostBytes: 4_096).CopyAsync(_ => { }, Cancellation);

    private async Task<PackPaths> WriteAsync(byte[] content)
    {
        var paths = new PackPaths(folder["archive"]);
        Directory.CreateDirectory(Path.GetDirectoryName(paths.Of(Pack))!);
        await File.WriteAllBytesAsync(paths.Of(Pack), content, Cancellation);
        return paths;
    }

    /// <summary>The bucket has it as so many objects, and whoever opens it reads this.</summary>
    private async Task ExpectAsync(OpenBucket bucket, byte[] content, int objects)
    {
        Assert.Equal(objects, (await bucket.Bucket.ListAsync(bucket.Bucket.Names.FolderOf(Pack), Cancellation).ToListAsync(Cancellation)).Count);
        await using var packs = bucket.Open(folder["spool"]);
        var read = new byte[content.Length + 1];
        Assert.Equal(content.Length, await packs.ReadAsync(Pack, 0, 0, read, Cancellation));
        Assert.Equal(content, read[..^1]);
    }
}
