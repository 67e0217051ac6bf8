using Evercam.Tests.Servers;
using static Evercam.Tests.Contracts.PackStoreContract;
using static Evercam.Tests.Storage.SwiftPacks;

namespace Evercam.Tests.Storage;

/// <summary>What is gone from a pack in a bucket: erased, or lost.</summary>
public sealed class S3GoneTests(SwiftServer server) : IAsyncLifetime
{
    private SwiftPacks swift = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        swift = await CreateAsync(server);
        swift.Open();
    }

    public ValueTask DisposeAsync() => swift.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_object_has_a_byte_of_an_erased_picture(bool isMerged)
    {
        var addresses = await swift.PutPartsAsync(4);
        await (isMerged ? swift.MergeAsync() : Task.CompletedTask);
        await ReadAsync(swift.First, addresses[2]);
        await swift.First.EraseAsync([addresses[2]], Cancellation);
        await HasNoByteOfTheThirdAsync();

        Assert.Equal(isMerged ? 1 : 4, (await swift.KeysAsync()).Count);
        foreach (var packs in new[] { swift.First, swift.Open() })
        {
            await AssertReadsAsync(packs, [addresses[0], addresses[1], addresses[3]], 1, 2, 4);
            Assert.DoesNotContain(await ReadAsync(packs, addresses[2]), octet => octet is not (0 or (byte)'\n'));
        }
    }

    [Fact]
    public async Task No_object_has_a_byte_of_an_erased_picture_though_somebody_put_it_there_since_the_last_look()
    {
        var addresses = await swift.PutPartsAsync(4);
        await MergeAndPutPartsBackAsync();
        await swift.First.EraseAsync([addresses[2]], Cancellation);
        await HasNoByteOfTheThirdAsync();
    }

    [Fact]
    public async Task What_the_bucket_has_lost_is_erased_already_and_its_place_is_given_to_nothing_else()
    {
        var addresses = await swift.PutPartsAsync(3);
        await swift.LoseAsync((await swift.KeysAsync())[2]);
        await swift.First.EraseAsync([addresses[2]], Cancellation);
        Assert.Equal(2, (await swift.KeysAsync()).Count);
        await AssertReadsAsync(swift.First, addresses[..2]);
        Assert.Equal(addresses[2].End, (await AppendAsync(swift.First, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task Places_that_are_held_stay_so_when_the_objects_are_listed_again()
    {
        var addresses = await swift.PutPartsAsync(3);
        await swift.LoseAsync((await swift.KeysAsync())[2]);
        var next = swift.Open();
        await next.OpenAsync(Pack, Cancellation);
        Assert.Equal(1, await next.HoldPlacesAsync(Pack, addresses, Cancellation));
        await next.EraseAsync([addresses[0]], Cancellation);
        await ReadAsync(next, addresses[1]);
        Assert.Equal(addresses[2].End, (await AppendAsync(next, 4, Picture(4, 3_000))).Offset);
    }

    [Fact]
    public async Task No_picture_takes_the_place_of_one_that_the_bucket_has_lost()
    {
        var addresses = await swift.PutPartsAsync(2);
        await swift.LoseAsync(await swift.KeysAsync());
        Assert.DoesNotContain(await ReadAsync(swift.First, addresses[1]), octet => octet != 0);
        Assert.Equal(addresses[1].End, (await AppendAsync(swift.First, 3, Picture(3, 3_000))).Offset);
    }

    [Fact]
    public async Task Parts_that_a_merger_did_not_come_to_delete_go_with_the_next_look_and_have_no_say()
    {
        var addresses = await swift.PutPartsAsync(3);
        await MergeAndPutPartsBackAsync();
        var next = swift.Open();
        await next.EraseAsync([addresses[1]], Cancellation);
        await next.OpenAsync(Pack, Cancellation);
        Assert.Single(await swift.KeysAsync());
        await AssertReadsAsync(next, [addresses[0], addresses[2]], 1, 3);
        Assert.DoesNotContain(await ReadAsync(next, addresses[1]), octet => octet is not (0 or (byte)'\n'));
    }

    [Fact]
    public async Task The_place_of_a_part_that_is_gone_is_not_filled_by_a_merger()
    {
        var addresses = await swift.PutPartsAsync(5);
        var lost = (await swift.KeysAsync())[2];
        var copy = new Dictionary<string, string> { [lost] = await swift.DownloadAsync(lost) };
        await swift.LoseAsync(lost);
        var next = swift.Open();
        await SealAsync(next);
        Assert.Equal(2, (await swift.KeysAsync()).Count);
        await AssertReadsAsync(next, [addresses[0], addresses[1], addresses[3], addresses[4]], 1, 2, 4, 5);

        await swift.UploadAsync(copy);
        await AssertReadsAsync(swift.Open(), addresses);
    }

    /// <summary>A merger that did not come to delete the parts.</summary>
    private async Task MergeAndPutPartsBackAsync()
    {
        var parts = await swift.DownloadAllAsync();
        await swift.MergeAsync();
        await swift.UploadAsync(parts);
    }

    private async Task HasNoByteOfTheThirdAsync()
    {
        foreach (var key in await swift.KeysAsync())
        {
            var content = await File.ReadAllBytesAsync(await swift.DownloadAsync(key), Cancellation);
            Assert.Equal(-1, content.AsSpan().IndexOf(Picture(3, 3_000).AsSpan(0, 32)));
        }
    }
}
