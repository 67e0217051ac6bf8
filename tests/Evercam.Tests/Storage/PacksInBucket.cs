using Amazon.S3.Model;
using Evercam.Archive;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using static Evercam.Tests.Contracts.PackStoreContract;

namespace Evercam.Tests.Storage;

/// <summary>A bucket with a pack, processes that use it, and what is there.</summary>
internal sealed class PacksInBucket(S3Options options) : IAsyncDisposable
{
    public static readonly PackName Pack = new(7, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();
    private readonly List<OpenBucket> buckets = [];
    private readonly List<S3PackStore> stores = [];

    public S3Options Options => options;

    /// <summary>The process that was there first.</summary>
    public S3PackStore First => stores[0];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<PacksInBucket> CreateAsync(BucketServer server) => new(await server.CreateBucketAsync());

    /// <summary>One more process.</summary>
    public S3PackStore Open(ITenures? tenures = null, long largestObject = 4L << 30) => Open(Connect(), tenures, largestObject);

    /// <inheritdoc cref="Open(ITenures?, long)"/>
    public S3PackStore Open(OpenBucket bucket, ITenures? tenures = null, long largestObject = 4L << 30)
    {
        stores.Add(bucket.Open(folder["spool"], tenures, largestObject));
        return stores[^1];
    }

    public OpenBucket Connect(S3Options? chosen = null)
    {
        buckets.Add(new OpenBucket(chosen ?? options));
        return buckets[^1];
    }

    /// <summary>The first process puts parts of one picture each.</summary>
    public async Task<List<PackAddress>> PutPartsAsync(int count, int length = 3_000)
    {
        var addresses = new List<PackAddress>();
        for (var i = 1; i <= count; i++)
        {
            addresses.Add(await PutAsync(First, i, length));
        }

        return addresses;
    }

    /// <summary>The first process makes one object of the parts.</summary>
    public async Task MergeAsync()
    {
        await SealAsync(First);
        Assert.Empty(await First.ListOpenAsync(Cancellation));
    }

    public static async Task<PackAddress> PutAsync(S3PackStore packs, int seed, int length = 3_000)
    {
        var address = await AppendAsync(packs, seed, Picture(seed, length));
        await packs.FlushAsync([Pack], Cancellation);
        return address;
    }

    public static async Task SealAsync(S3PackStore packs)
    {
        await packs.SealAsync(Pack, Cancellation);
        await Eventually.IsTrueAsync(() => packs.Merging == 0);
    }

    public static Task AssertReadsAsync(S3PackStore packs, List<PackAddress> addresses) =>
        AssertReadsAsync(packs, addresses, [.. Enumerable.Range(1, addresses.Count)]);

    public static async Task AssertReadsAsync(S3PackStore packs, List<PackAddress> addresses, params int[] seeds)
    {
        foreach (var (address, seed) in addresses.Zip(seeds))
        {
            Assert.Equal(Picture(seed, address.Length), await ReadAsync(packs, address));
        }
    }

    /// <summary>The objects of the pack, in its order.</summary>
    public Task<List<string>> KeysAsync() => KeysAsync("evercam/7/2026/11/23/10/");

    /// <summary>All that is in the bucket, marks included.</summary>
    public Task<List<string>> AllKeysAsync() => KeysAsync("evercam/");

    public async Task LoseAsync(params IEnumerable<string> keys)
    {
        using var client = BucketServer.Connect(options);
        foreach (var key in keys)
        {
            await client.DeleteObjectAsync(options.Bucket, key, Cancellation);
        }
    }

    /// <returns>The file.</returns>
    public async Task<string> DownloadAsync(string key)
    {
        using var client = BucketServer.Connect(options);
        using var answer = await client.GetObjectAsync(options.Bucket, key, Cancellation);
        var file = folder[Guid.NewGuid().ToString()];
        await answer.WriteResponseStreamToFileAsync(file, append: false, Cancellation);
        return file;
    }

    /// <returns>The files, by the objects of the pack.</returns>
    public async Task<Dictionary<string, string>> DownloadAllAsync()
    {
        var files = new Dictionary<string, string>();
        foreach (var key in await KeysAsync())
        {
            files[key] = await DownloadAsync(key);
        }

        return files;
    }

    public async Task UploadAsync(Dictionary<string, string> files)
    {
        using var client = BucketServer.Connect(options);
        foreach (var (key, file) in files)
        {
            await client.PutObjectAsync(
                new PutObjectRequest { BucketName = options.Bucket, Key = key, FilePath = file, UseChunkEncoding = false }, Cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        buckets.ForEach(bucket => bucket.Dispose());
        folder.Dispose();
    }

    private async Task<List<string>> KeysAsync(string prefix)
    {
        using var client = BucketServer.Connect(options);
        var listed = await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket, Prefix = prefix }, Cancellation);
        return [.. (listed.S3Objects ?? []).Select(o => o.Key)];
    }
}
