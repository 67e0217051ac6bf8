using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Storage.S3;
using Evercam.Tests.Archive;
using Evercam.Tests.Contracts;
using Evercam.Tests.Servers;
using static Evercam.Tests.Storage.PacksInBucket;

namespace Evercam.Tests.Storage;

public abstract class S3PackStoreTests(BucketServer server) : PackStoreContract, IAsyncLifetime
{
    private PacksInBucket shared = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal override IPackStore Packs => shared.First;

    public async ValueTask InitializeAsync()
    {
        shared = await CreateAsync(server);
        shared.Open();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return shared.DisposeAsync();
    }

    [Fact]
    public async Task Each_flush_puts_one_part_and_a_finished_pack_becomes_one_object()
    {
        var addresses = await shared.PutPartsAsync(5);
        Assert.Equal(5, (await shared.KeysAsync()).Count);
        await shared.MergeAsync();
        Assert.Single(await shared.KeysAsync());
        await AssertReadsAsync(shared.First, addresses);
        await AssertReadsAsync(Reopen(), addresses);
    }

    [Fact]
    public async Task A_reader_of_parts_that_are_gone_finds_their_bytes_in_what_they_became()
    {
        var addresses = await shared.PutPartsAsync(3);
        var reader = Reopen();
        Assert.Equal([0], await reader.ListPartsAsync(Pack, Cancellation));
        await shared.MergeAsync();
        await AssertReadsAsync(reader, addresses);
    }

    [Fact]
    public async Task Gnu_tar_lists_each_part_and_what_they_become()
    {
        await shared.PutPartsAsync(3);
        var parts = await shared.KeysAsync();
        Assert.Equal(["2026-11-23T10-00-02.000000Z.jpg"], Tar.Run("tf", await shared.DownloadAsync(parts[1])));
        await shared.MergeAsync();
        Assert.Equal(
            ["2026-11-23T10-00-01.000000Z.jpg", "2026-11-23T10-00-02.000000Z.jpg", "2026-11-23T10-00-03.000000Z.jpg"],
            Tar.Run("tf", await shared.DownloadAsync(Assert.Single(await shared.KeysAsync()))));
    }

    [Fact]
    public async Task No_name_is_used_again_for_other_bytes()
    {
        await shared.PutPartsAsync(1);
        var before = Assert.Single(await shared.KeysAsync());
        await Packs.DeleteAsync(Pack, Cancellation);
        var next = Reopen();
        await AppendAsync(next, 2, Picture(2, 3_000));
        await next.FlushAsync([Pack], Cancellation);
        Assert.NotEqual(before, Assert.Single(await shared.KeysAsync()));
    }

    [Fact]
    public async Task What_is_too_large_for_one_object_becomes_several()
    {
        var addresses = await shared.PutPartsAsync(5);
        var entry = addresses[0].EntryLength;
        var packs = shared.Open(largestObject: (2 * entry) + 1_024);
        await SealAsync(packs);
        Assert.Equal(3, (await shared.KeysAsync()).Count);
        Assert.Empty(await packs.ListOpenAsync(Cancellation));
        await AssertReadsAsync(Reopen(), addresses);

        // The last one was no merger, and has no end mark; the others are finished.
        var known = await shared.KeysAsync();
        await packs.OpenAsync(Pack, Cancellation);
        await packs.SealAsync(Pack, Cancellation);
        Assert.Equal(0, packs.Merging);
        Assert.Equal(known, await shared.KeysAsync());
    }

    [Fact]
    public async Task A_late_picture_comes_behind_what_was_merged_and_is_merged_in_turn()
    {
        var addresses = await shared.PutPartsAsync(3);
        await shared.MergeAsync();
        Assert.True(await Packs.OpenAsync(Pack, Cancellation) > addresses[^1].End);
        await Packs.TruncateAsync(Pack, addresses[^1].End, Cancellation);
        addresses.Add(await AppendAsync(Packs, 4, Picture(4, 3_000)));
        Assert.Equal(addresses[2].End, addresses[3].Offset);
        await Packs.FlushAsync([Pack], Cancellation);
        await AssertReadsAsync(Reopen(), addresses);
        await shared.MergeAsync();
        Assert.Single(await shared.KeysAsync());
        await AssertReadsAsync(Reopen(), addresses);
        var items = await PackScanner.ScanAsync(Reopen(), Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat(PackItemKind.Picture, 4), items.Select(i => i.Kind));
    }

    [Fact]
    public async Task What_is_added_while_a_finished_pack_is_merged_takes_the_place_of_its_end_mark()
    {
        var addresses = await shared.PutPartsAsync(3);
        await shared.MergeAsync();
        addresses.Add(await AppendAsync(Packs, 4, Picture(4, 3_000)));
        Assert.Equal(addresses[2].End, addresses[3].Offset);
        await Packs.FlushAsync([Pack], Cancellation);
        await shared.MergeAsync();
        await AssertReadsAsync(Reopen(), addresses);
        var items = await PackScanner.ScanAsync(Reopen(), Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat(PackItemKind.Picture, 4), items.Select(i => i.Kind));
    }

    [Fact]
    public async Task What_waits_in_memory_is_bounded()
    {
        var small = new S3Options
        {
            ServiceUrl = shared.Options.ServiceUrl,
            Bucket = shared.Options.Bucket,
            AccessKey = shared.Options.AccessKey,
            SecretKey = shared.Options.SecretKey,
            BufferBytes = 8_000,
        };
        var packs = shared.Open(shared.Connect(small));
        await AppendAsync(packs, 1, Picture(1, 3_000));
        await Assert.ThrowsAsync<PacksUnavailableException>(() => AppendAsync(packs, 2, Picture(2, 9_000)));
        await packs.FlushAsync([Pack], Cancellation);
        Assert.Equal(0, packs.Bound.Taken);
        await AppendAsync(packs, 2, Picture(2, 3_000));
    }

    [Fact]
    public async Task What_is_looked_at_again_is_not_fetched_again_and_one_object_after_the_other_is_read_ahead()
    {
        var addresses = await shared.PutPartsAsync(9, length: 300_000);
        await shared.MergeAsync();
        var bucket = shared.Connect();
        using var count = bucket.Count();
        var packs = shared.Open(bucket);
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
        foreach (var (bucket, secret) in new[] { ("nowhere", shared.Options.SecretKey), (shared.Options.Bucket, "wrong") })
        {
            var packs = shared.Open(shared.Connect(new S3Options
            {
                ServiceUrl = shared.Options.ServiceUrl,
                Bucket = bucket,
                AccessKey = shared.Options.AccessKey,
                SecretKey = secret,
            }));
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

    internal override S3PackStore Reopen() => shared.Open();
}

public sealed class SwiftPackStoreTests(SwiftServer server) : S3PackStoreTests(server);

public sealed class CephPackStoreTests(CephServer server) : S3PackStoreTests(server);
