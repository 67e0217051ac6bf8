using Amazon.S3.Model;
using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Storage.S3;
using Evercam.Tests.Archive;
using Evercam.Tests.Contracts;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Storage;

public sealed class S3PackStoreTests(SwiftServer server) : PackStoreContract, IAsyncLifetime
{
    private static readonly PackName Pack = new(7, new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));

    private readonly TempFolder folder = new();
    private readonly List<SwiftBucket> buckets = [];
    private readonly List<S3PackStore> stores = [];
    private S3Options options = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal override IPackStore Packs => stores[0];

    public async ValueTask InitializeAsync()
    {
        options = await server.CreateBucketAsync();
        Reopen();
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

    [Fact]
    public async Task Each_flush_puts_one_part_and_a_finished_pack_becomes_one_object()
    {
        var addresses = await PutPartsAsync(5);
        Assert.Equal(5, (await KeysAsync()).Count);
        await MergeAsync();
        Assert.Single(await KeysAsync());
        await AssertReadsAsync(Packs, addresses);
        await AssertReadsAsync(Reopen(), addresses);
    }

    [Fact]
    public async Task A_reader_of_parts_that_are_gone_finds_their_bytes_in_what_they_became()
    {
        var addresses = await PutPartsAsync(3);
        var reader = Reopen();
        Assert.Equal([0], await reader.ListPartsAsync(Pack, Cancellation));
        await MergeAsync();
        await AssertReadsAsync(reader, addresses);
    }

    [Fact]
    public async Task Gnu_tar_lists_each_part_and_what_they_become()
    {
        await PutPartsAsync(3);
        var parts = await KeysAsync();
        Assert.Equal(["2026-11-23T10-00-02.000000Z.jpg"], Tar.Run("tf", await DownloadAsync(parts[1])));
        await MergeAsync();
        Assert.Equal(
            ["2026-11-23T10-00-01.000000Z.jpg", "2026-11-23T10-00-02.000000Z.jpg", "2026-11-23T10-00-03.000000Z.jpg"],
            Tar.Run("tf", await DownloadAsync(Assert.Single(await KeysAsync()))));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_object_has_a_byte_of_an_erased_picture(bool isMerged)
    {
        var addresses = await PutPartsAsync(4);
        await (isMerged ? MergeAsync() : Task.CompletedTask);
        await ReadAsync(Packs, addresses[2]);
        await Packs.EraseAsync([addresses[2]], Cancellation);
        foreach (var key in await KeysAsync())
        {
            var content = await File.ReadAllBytesAsync(await DownloadAsync(key), Cancellation);
            Assert.Equal(-1, content.AsSpan().IndexOf(Picture(3, 3_000).AsSpan(0, 32)));
        }

        Assert.Equal(isMerged ? 1 : 4, (await KeysAsync()).Count);
        foreach (var packs in new[] { Packs, Reopen() })
        {
            await AssertReadsAsync(packs, [addresses[0], addresses[1], addresses[3]], 1, 2, 4);
            Assert.DoesNotContain(await ReadAsync(packs, addresses[2]), octet => octet is not (0 or (byte)'\n'));
        }
    }

    [Fact]
    public async Task No_object_has_a_byte_of_an_erased_picture_though_somebody_put_it_there_since_the_last_look()
    {
        var addresses = await PutPartsAsync(4);
        var parts = new Dictionary<string, string>();
        foreach (var key in await KeysAsync())
        {
            parts[key] = await DownloadAsync(key);
        }

        await MergeAsync();
        await UploadAsync(parts);
        await Packs.EraseAsync([addresses[2]], Cancellation);
        foreach (var key in await KeysAsync())
        {
            var content = await File.ReadAllBytesAsync(await DownloadAsync(key), Cancellation);
            Assert.Equal(-1, content.AsSpan().IndexOf(Picture(3, 3_000).AsSpan(0, 32)));
        }
    }

    [Fact]
    public async Task What_the_bucket_has_lost_is_erased_already_and_its_place_is_given_to_nothing_else()
    {
        var addresses = await PutPartsAsync(3);
        using (var client = SwiftInstance.Connect(options))
        {
            await client.DeleteObjectAsync(options.Bucket, (await KeysAsync())[2], Cancellation);
        }

        await Packs.EraseAsync([addresses[2]], Cancellation);
        Assert.Equal(2, (await KeysAsync()).Count);
        await AssertReadsAsync(Packs, addresses[..2]);
        Assert.Equal(addresses[2].End, (await AppendAsync(Packs, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task Places_that_are_held_stay_so_when_the_objects_are_listed_again()
    {
        var addresses = await PutPartsAsync(3);
        using (var client = SwiftInstance.Connect(options))
        {
            await client.DeleteObjectAsync(options.Bucket, (await KeysAsync())[2], Cancellation);
        }

        var next = Reopen();
        await next.OpenAsync(Pack, Cancellation);
        Assert.Equal(1, await next.HoldPlacesAsync(Pack, addresses, Cancellation));
        await next.EraseAsync([addresses[0]], Cancellation);
        await ReadAsync(next, addresses[1]);
        Assert.Equal(addresses[2].End, (await AppendAsync(next, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task No_name_is_used_again_for_other_bytes()
    {
        await PutPartsAsync(1);
        var before = Assert.Single(await KeysAsync());
        await Packs.DeleteAsync(Pack, Cancellation);
        var next = Reopen();
        await AppendAsync(next, 2, Picture(2, 3_000));
        await next.FlushAsync([Pack], Cancellation);
        Assert.NotEqual(before, Assert.Single(await KeysAsync()));
    }

    [Fact]
    public async Task What_is_too_large_for_one_object_becomes_several()
    {
        var addresses = await PutPartsAsync(5);
        var entry = addresses[0].EntryLength;
        var bucket = new SwiftBucket(options);
        buckets.Add(bucket);
        var packs = bucket.Open(folder["spool"], largestObject: (2 * entry) + 1_024);
        stores.Add(packs);
        await packs.SealAsync(Pack, Cancellation);
        await Eventually.IsTrueAsync(() => packs.Merging == 0);
        Assert.Equal(3, (await KeysAsync()).Count);
        Assert.Empty(await packs.ListOpenAsync(Cancellation));
        await AssertReadsAsync(Reopen(), addresses);

        // The last one was no merger, and has no end mark; the others are finished.
        var known = await KeysAsync();
        await packs.OpenAsync(Pack, Cancellation);
        await packs.SealAsync(Pack, Cancellation);
        Assert.Equal(0, packs.Merging);
        Assert.Equal(known, await KeysAsync());
    }

    [Fact]
    public async Task A_late_picture_comes_behind_what_was_merged_and_is_merged_in_turn()
    {
        var addresses = await PutPartsAsync(3);
        await MergeAsync();
        Assert.True(await Packs.OpenAsync(Pack, Cancellation) > addresses[^1].End);
        await Packs.TruncateAsync(Pack, addresses[^1].End, Cancellation);
        addresses.Add(await AppendAsync(Packs, 4, Picture(4, 3_000)));
        Assert.Equal(addresses[2].End, addresses[3].Offset);
        await Packs.FlushAsync([Pack], Cancellation);
        await AssertReadsAsync(Reopen(), addresses);
        await MergeAsync();
        Assert.Single(await KeysAsync());
        await AssertReadsAsync(Reopen(), addresses);
        var items = await PackScanner.ScanAsync(Reopen(), Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat(PackItemKind.Picture, 4), items.Select(i => i.Kind));
    }

    [Fact]
    public async Task What_is_added_while_a_finished_pack_is_merged_takes_the_place_of_its_end_mark()
    {
        var addresses = await PutPartsAsync(3);
        await MergeAsync();
        addresses.Add(await AppendAsync(Packs, 4, Picture(4, 3_000)));
        Assert.Equal(addresses[2].End, addresses[3].Offset);
        await Packs.FlushAsync([Pack], Cancellation);
        await MergeAsync();
        await AssertReadsAsync(Reopen(), addresses);
        var items = await PackScanner.ScanAsync(Reopen(), Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat(PackItemKind.Picture, 4), items.Select(i => i.Kind));
    }

    [Fact]
    public async Task No_picture_takes_the_place_of_one_that_the_bucket_has_lost()
    {
        var addresses = await PutPartsAsync(2);
        using (var client = SwiftInstance.Connect(options))
        {
            foreach (var lost in await KeysAsync())
            {
                await client.DeleteObjectAsync(options.Bucket, lost, Cancellation);
            }
        }

        Assert.DoesNotContain(await ReadAsync(Packs, addresses[1]), octet => octet != 0);
        Assert.Equal(addresses[1].End, (await AppendAsync(Packs, 3, Picture(3, 3_000))).Offset);
    }

    [Fact]
    public async Task Parts_that_a_merger_did_not_come_to_delete_go_with_the_next_look_and_have_no_say()
    {
        var addresses = await PutPartsAsync(3);
        var parts = new Dictionary<string, string>();
        foreach (var key in await KeysAsync())
        {
            parts[key] = await DownloadAsync(key);
        }

        await MergeAsync();
        await UploadAsync(parts);
        var next = Reopen();
        await next.EraseAsync([addresses[1]], Cancellation);
        await next.OpenAsync(Pack, Cancellation);
        Assert.Single(await KeysAsync());
        await AssertReadsAsync(next, [addresses[0], addresses[2]], 1, 3);
        Assert.DoesNotContain(await ReadAsync(next, addresses[1]), octet => octet is not (0 or (byte)'\n'));
    }

    [Fact]
    public async Task The_place_of_a_part_that_is_gone_is_not_filled_by_a_merger()
    {
        var addresses = await PutPartsAsync(5);
        var lost = (await KeysAsync())[2];
        var copy = new Dictionary<string, string> { [lost] = await DownloadAsync(lost) };
        using (var client = SwiftInstance.Connect(options))
        {
            await client.DeleteObjectAsync(options.Bucket, lost, Cancellation);
        }

        var next = Reopen();
        await next.SealAsync(Pack, Cancellation);
        await Eventually.IsTrueAsync(() => next.Merging == 0);
        Assert.Equal(2, (await KeysAsync()).Count);
        await AssertReadsAsync(next, [addresses[0], addresses[1], addresses[3], addresses[4]], 1, 2, 4, 5);

        await UploadAsync(copy);
        await AssertReadsAsync(Reopen(), addresses);
    }

    [Fact]
    public async Task What_waits_in_memory_is_bounded()
    {
        var small = new S3Options
        {
            ServiceUrl = options.ServiceUrl,
            Bucket = options.Bucket,
            AccessKey = options.AccessKey,
            SecretKey = options.SecretKey,
            BufferBytes = 8_000,
        };
        var packs = Open(small);
        await AppendAsync(packs, 1, Picture(1, 3_000));
        await Assert.ThrowsAsync<PacksUnavailableException>(() => AppendAsync(packs, 2, Picture(2, 9_000)));
        await packs.FlushAsync([Pack], Cancellation);
        Assert.Equal(0, packs.Bound.Taken);
        await AppendAsync(packs, 2, Picture(2, 3_000));
    }

    [Fact]
    public async Task What_is_looked_at_again_is_not_fetched_again_and_one_object_after_the_other_is_read_ahead()
    {
        var addresses = await PutPartsAsync(9, length: 300_000);
        await MergeAsync();
        var bucket = new SwiftBucket(options);
        buckets.Add(bucket);
        using var count = bucket.Count();
        var packs = bucket.Open(folder["spool"]);
        stores.Add(packs);
        await ReadAsync(packs, addresses[4]);
        var gets = count.Gets;
        Assert.InRange(gets, 1, 3);
        await ReadAsync(packs, addresses[4]);
        Assert.Equal(gets, count.Gets);
        await PackScanner.ScanAsync(packs, Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.InRange(count.Gets, gets + 1, gets + 6);
        Assert.InRange(count.Lists, 1, 2);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_or_refuses_has_deleted_nothing_and_keeps_nothing()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 10));
        await Packs.FlushAsync([Pack], Cancellation);
        foreach (var (bucket, secret) in new[] { ("nowhere", options.SecretKey), (options.Bucket, "wrong") })
        {
            var packs = Open(new S3Options
            {
                ServiceUrl = options.ServiceUrl,
                Bucket = bucket,
                AccessKey = options.AccessKey,
                SecretKey = secret,
            });
            await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.ListOpenAsync(Cancellation));
            await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.OpenAsync(Pack, Cancellation));
            await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.EraseAsync([address], Cancellation));
            await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.DeleteAsync(Pack, Cancellation));
            await Assert.ThrowsAsync<PacksUnavailableException>(() => packs.ListPartsAsync(Pack, Cancellation));
            var refusal = await Assert.ThrowsAsync<PacksUnavailableException>(() => AppendAsync(packs, 1, Picture(1, 10)));
            Assert.DoesNotContain("wrong", refusal.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(Picture(1, 10), await ReadAsync(Reopen(), address));
    }

    internal override S3PackStore Reopen() => Open(options);

    private S3PackStore Open(S3Options chosen)
    {
        var bucket = new SwiftBucket(chosen);
        buckets.Add(bucket);
        stores.Add(bucket.Open(folder["spool"]));
        return stores[^1];
    }

    /// <summary>Parts of one picture each.</summary>
    private async Task<List<PackAddress>> PutPartsAsync(int count, int length = 3_000)
    {
        var addresses = new List<PackAddress>();
        for (var i = 1; i <= count; i++)
        {
            addresses.Add(await AppendAsync(Packs, i, Picture(i, length)));
            await Packs.FlushAsync([Pack], Cancellation);
        }

        return addresses;
    }

    private async Task MergeAsync()
    {
        await Packs.SealAsync(Pack, Cancellation);
        await Eventually.IsTrueAsync(() => stores[0].Merging == 0);
        Assert.Empty(await Packs.ListOpenAsync(Cancellation));
    }

    private static Task AssertReadsAsync(IPackStore packs, List<PackAddress> addresses) =>
        AssertReadsAsync(packs, addresses, [.. Enumerable.Range(1, addresses.Count)]);

    private static async Task AssertReadsAsync(IPackStore packs, List<PackAddress> addresses, params int[] seeds)
    {
        foreach (var (address, seed) in addresses.Zip(seeds))
        {
            Assert.Equal(Picture(seed, address.Length), await ReadAsync(packs, address));
        }
    }

    /// <summary>The objects of the pack, in its order.</summary>
    private async Task<List<string>> KeysAsync()
    {
        using var client = SwiftInstance.Connect(options);
        var listed = await client.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = options.Bucket, Prefix = "evercam/7/2026/11/23/10/" }, Cancellation);
        return [.. (listed.S3Objects ?? []).Select(o => o.Key)];
    }

    private async Task<string> DownloadAsync(string key)
    {
        using var client = SwiftInstance.Connect(options);
        using var answer = await client.GetObjectAsync(options.Bucket, key, Cancellation);
        var file = folder[Guid.NewGuid().ToString()];
        await answer.WriteResponseStreamToFileAsync(file, append: false, Cancellation);
        return file;
    }

    private async Task UploadAsync(Dictionary<string, string> files)
    {
        using var client = SwiftInstance.Connect(options);
        foreach (var (key, file) in files)
        {
            await client.PutObjectAsync(
                new PutObjectRequest { BucketName = options.Bucket, Key = key, FilePath = file, UseChunkEncoding = false }, Cancellation);
        }
    }
}
