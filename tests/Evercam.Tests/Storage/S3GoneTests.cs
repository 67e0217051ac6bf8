using Evercam.Tests.Servers;
using static Evercam.Tests.Contracts.PackStoreContract;
using static Evercam.Tests.Storage.PacksInBucket;

namespace Evercam.Tests.Storage;

/// <summary>What is gone from a pack in a bucket: erased, or lost.</summary>
public abstract class S3GoneTests(BucketServer server) : IAsyncLifetime
{
    private PacksInBucket shared = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_object_has_a_byte_of_an_erased_picture(bool isMerged)
    {
        var addresses = await shared.PutPartsAsync(4);
        await (isMerged ? shared.MergeAsync() : Task.CompletedTask);
        await ReadAsync(shared.First, addresses[2]);
        await shared.First.EraseAsync([addresses[2]], Cancellation);
        await HasNoByteOfTheThirdAsync();

        Assert.Equal(isMerged ? 1 : 4, (await shared.KeysAsync()).Count);
        foreach (var packs in new[] { shared.First, shared.Open() })
        {
            await AssertReadsAsync(packs, [addresses[0], addresses[1], addresses[3]], 1, 2, 4);
            Assert.DoesNotContain(await ReadAsync(packs, addresses[2]), octet => octet is not (0 or (byte)'\n'));
        }
    }

    [Fact]
    public async Task No_object_has_a_byte_of_an_erased_picture_though_somebody_put_it_there_since_the_last_look()
    {
        var addresses = await shared.PutPartsAsync(4);
        await MergeAndPutPartsBackAsync();
        await shared.First.EraseAsync([addresses[2]], Cancellation);
        await HasNoByteOfTheThirdAsync();
    }

    [Fact]
    public async Task What_the_bucket_has_lost_is_erased_already_and_its_place_is_given_to_nothing_else()
    {
        var addresses = await shared.PutPartsAsync(3);
        await shared.LoseAsync((await shared.KeysAsync())[2]);
        await shared.First.EraseAsync([addresses[2]], Cancellation);
        Assert.Equal(2, (await shared.KeysAsync()).Count);
        await AssertReadsAsync(shared.First, addresses[..2]);
        Assert.Equal(addresses[2].End, (await AppendAsync(shared.First, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task Places_that_are_held_stay_so_when_the_objects_are_listed_again()
    {
        var addresses = await shared.PutPartsAsync(3);
        await shared.LoseAsync((await shared.KeysAsync())[2]);
        var next = shared.Open();
        await next.OpenAsync(Pack, Cancellation);
        Assert.Equal(1, await next.HoldPlacesAsync(Pack, addresses, Cancellation));
        await next.EraseAsync([addresses[0]], Cancellation);
        await ReadAsync(next, addresses[1]);
        Assert.Equal(addresses[2].End, (await AppendAsync(next, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task No_picture_takes_the_place_of_one_that_the_bucket_has_lost()
    {
        var addresses = await shared.PutPartsAsync(2);
        await shared.LoseAsync(await shared.KeysAsync());
        Assert.DoesNotContain(await ReadAsync(shared.First, addresses[1]), octet => octet != 0);
        Assert.Equal(addresses[1].End, (await AppendAsync(shared.First, 3, Picture(3, 3_000))).Offset);
    }

    [Fact]
    public async Task Parts_that_a_merger_did_not_come_to_delete_go_with_the_next_look_and_have_no_say()
    {
        var addresses = await shared.PutPartsAsync(3);
        await MergeAndPutPartsBackAsync();
        var next = shared.Open();
        await next.EraseAsync([addresses[1]], Cancellation);
        await next.OpenAsync(Pack, Cancellation);
        Assert.Single(await shared.KeysAsync());
        await AssertReadsAsync(next, [addresses[0], addresses[2]], 1, 3);
        Assert.DoesNotContain(await ReadAsync(next, addresses[1]), octet => octet is not (0 or (byte)'\n'));
    }

    [Fact]
    public async Task The_place_of_a_part_that_is_gone_is_not_filled_by_a_merger()
    {
        var addresses = await shared.PutPartsAsync(5);
        var lost = (await shared.KeysAsync())[2];
        var copy = new Dictionary<string, string> { [lost] = await shared.DownloadAsync(lost) };
        await shared.LoseAsync(lost);
        var next = shared.Open();
        await SealAsync(next);
        Assert.Equal(2, (await shared.KeysAsync()).Count);
        await AssertReadsAsync(next, [addresses[0], addresses[1], addresses[3], addresses[4]], 1, 2, 4, 5);

        await shared.UploadAsync(copy);
        await AssertReadsAsync(shared.Open(), addresses);
    }

    /// <summary>A merger that did not come to delete the parts.</summary>
    private async Task MergeAndPutPartsBackAsync()
    {
        var parts = await shared.DownloadAllAsync();
        await shared.MergeAsync();
        await shared.UploadAsync(parts);
    }

    private async Task HasNoByteOfTheThirdAsync()
    {
        foreach (var key in await shared.KeysAsync())
        {
            var content = await File.ReadAllBytesAsync(await shared.DownloadAsync(key), Cancellation);
            Assert.Equal(-1, content.AsSpan().IndexOf(Picture(3, 3_000).AsSpan(0, 32)));
        }
    }
}

public sealed class SwiftGoneTests(SwiftServer server) : S3GoneTests(server);

public sealed class CephGoneTests(CephServer server) : S3GoneTests(server);
