using Evercam.Storage;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Storage;

/// <summary>A server with a new database, perhaps in a data directory that was mistyped, and the bucket of another one.</summary>
public abstract class S3ClaimTests(BucketServer server)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_new_database_takes_no_bucket_that_has_pictures_unless_that_is_said()
    {
        var options = await server.CreateBucketAsync();
        using var bucket = new OpenBucket(options);
        await using var ours = new BucketStorage(options);
        await ours.InitializeAsync();
        var mark = await bucket.Mark.ReadAsync(Cancellation);

        // One that has nothing yet costs nobody anything.
        await using var second = new BucketStorage(options);
        await second.InitializeAsync();
        Assert.NotEqual(mark, mark = await bucket.Mark.ReadAsync(Cancellation));

        await bucket.Bucket.PutAsync($"{options.Prefix}7/camera.json", new byte[1], Cancellation);
        foreach (var storage in new[] { new BucketStorage(options), ours })
        {
            var refusal = await Assert.ThrowsAsync<StorageUnusableException>(() => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation));
            Assert.StartsWith($"The bucket {bucket.Bucket} has pictures, and the database is new: ", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("evercam reindex --take-bucket", refusal.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<StorageUnusableException>(() => storage.AddProcess().OpenEvercamStorageAsync(Cancellation));
            Assert.Equal(mark, await bucket.Mark.ReadAsync(Cancellation));
            await second.AddProcess().PrepareEvercamStorageAsync(Cancellation);
            await (storage == ours ? ValueTask.CompletedTask : storage.DisposeAsync());
        }

        await ours.AddProcess().TakeOverEvercamStorageAsync(Cancellation);
        Assert.NotEqual(mark, await bucket.Mark.ReadAsync(Cancellation));
        await ours.AddProcess().PrepareEvercamStorageAsync(Cancellation);
    }

    private sealed class BucketStorage(S3Options options) : SqliteStorage
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
        [
            new("Evercam:Packs", "s3"),
            new("Evercam:S3:ServiceUrl", options.ServiceUrl!.AbsoluteUri),
            new("Evercam:S3:Bucket", options.Bucket),
            new("Evercam:S3:Prefix", options.Prefix),
            new("Evercam:S3:AccessKey", options.AccessKey),
            new("Evercam:S3:SecretKey", options.SecretKey),
        ];
    }
}

public sealed class SwiftClaimTests(SwiftServer server) : S3ClaimTests(server);

public sealed class CephClaimTests(CephServer server) : S3ClaimTests(server);
