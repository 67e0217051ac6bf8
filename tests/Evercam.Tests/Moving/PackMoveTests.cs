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
        var paths = new PackPaths(folder["archive"]);
        Directory.CreateDirectory(Path.GetDirectoryName(paths.Of(Pack))!);
        byte[] content = [.. Enumerable.Range(0, length).Select(i => (byte)(i % 251))];
        await File.WriteAllBytesAsync(paths.Of(Pack), content, Cancellation);
        using var bucket = new SwiftBucket(await swift.CreateBucketAsync());

        Assert.Equal(new MovedPacks(1, length, 1), await MoveAsync(paths, bucket));
        Assert.Equal(objects, (await bucket.Bucket.ListAsync(bucket.Bucket.Names.FolderOf(Pack), Cancellation).ToListAsync(Cancellation)).Count);
        await using var packs = bucket.Open(folder["spool"]);
        var read = new byte[length + 1];
        Assert.Equal(length, await packs.ReadAsync(Pack, 0, 0, read, Cancellation));
        Assert.Equal(content, read[..length]);
        Assert.Equal(new MovedPacks(1, length, 0), await MoveAsync(paths, bucket));
    }

    private static Task<MovedPacks> MoveAsync(PackPaths paths, SwiftBucket bucket) =>
        new PackMove(paths, "ours", bucket.Bucket, mostBytes: 4_096).CopyAsync(_ => { }, Cancellation);
}
