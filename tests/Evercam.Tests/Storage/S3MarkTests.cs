using Amazon.S3.Model;
using Evercam.Archive;
using Evercam.Storage.S3;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Storage;

/// <summary>A bucket that another database has taken over, or whose mark is gone, while a server writes to it.</summary>
public abstract class S3MarkTests(BucketServer server) : IAsyncLifetime
{
    private static readonly PackName Pack = new(7, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider clock = new();
    private S3Options options = new();
    private OpenBucket bucket = null!;
    private S3PackStore packs = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        options = await server.CreateBucketAsync();
        bucket = new OpenBucket(options, clock);
        packs = bucket.Open(folder["spool"]);
        await bucket.Mark.WriteAsync("ours", Cancellation);
        bucket.Mark.Expect("ours");
    }

    public async ValueTask DisposeAsync()
    {
        await packs.DisposeAsync();
        bucket.Dispose();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("theirs", "belongs to another database now")]
    [InlineData(null, "is not the archive")]
    public async Task Whoever_writes_there_notices_within_a_minute_and_before_anything_more_is_written(string? mark, string reason)
    {
        var first = await AppendAsync();
        await packs.FlushAsync([Pack], Cancellation);
        await MarkAsync(mark);
        await AppendAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        var known = await KeysAsync();
        var flushing = await Assert.ThrowsAsync<PacksNotDurableException>(() => packs.FlushAsync([Pack], Cancellation));
        Assert.Contains(reason, Assert.IsType<PacksUnavailableException>(flushing.Reasons[Pack]).Message, StringComparison.Ordinal);
        var erasing = await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.EraseAsync([first], Cancellation));
        Assert.Contains(reason, erasing.Message, StringComparison.Ordinal);
        Assert.Equal(known, await KeysAsync());

        // What waits is not lost by that.
        await MarkAsync("ours");
        await packs.FlushAsync([Pack], Cancellation);
        Assert.Equal(known.Count + 1, (await KeysAsync()).Count);
    }

    private ValueTask<PackAddress> AppendAsync() => packs.AppendAsync(Pack, new byte[512], TestArchive.Picture(10), Cancellation);

    private async Task MarkAsync(string? mark)
    {
        using var others = new OpenBucket(options);
        await (mark is null
            ? others.Bucket.DeleteAsync(others.Bucket.Names.Mark, Cancellation)
            : others.Mark.WriteAsync(mark, Cancellation));
    }

    private async Task<List<string>> KeysAsync()
    {
        using var client = BucketServer.Connect(options);
        var listed = await client.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = options.Bucket, Prefix = "evercam/7/" }, Cancellation);
        return [.. (listed.S3Objects ?? []).Select(o => o.Key)];
    }
}

public sealed class SwiftMarkTests(SwiftServer server) : S3MarkTests(server);

public sealed class CephMarkTests(CephServer server) : S3MarkTests(server);
