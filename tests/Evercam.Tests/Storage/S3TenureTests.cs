using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Storage.S3;
using Evercam.Tests.Servers;
using static Evercam.Tests.Contracts.PackStoreContract;
using static Evercam.Tests.Storage.PacksInBucket;

namespace Evercam.Tests.Storage;

/// <summary>Servers that had, have, or believe to have a camera, and its packs in one bucket.</summary>
public abstract class S3TenureTests(BucketServer server) : IAsyncLifetime
{
    private const long Range = 1L << 36;

    private readonly Belief first = new(1);
    private readonly Belief second = new(2);
    private PacksInBucket shared = null!;
#pragma warning disable CA2213 // They end with what opened them.
    private S3PackStore before = null!;
    private S3PackStore after = null!;
#pragma warning restore CA2213

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        shared = await CreateAsync(server);
        (before, after) = (shared.Open(first), shared.Open(second));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return shared.DisposeAsync();
    }

    public static TheoryData<string> Changes => ["open", "append", "truncate", "hold", "erase", "seal", "delete"];

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whoever_believes_to_have_a_camera_changes_nothing_where_a_later_one_has_added(string change)
    {
        var old = await PutAsync(before, 1);
        var good = await PutAsync(after, 2);
        Assert.Equal(Range << 1, good.Offset);
        var stale = shared.Open(first);
        Assert.Equal(Picture(2, 3_000), await ReadAsync(stale, good));
        var known = await shared.AllKeysAsync();
        await Assert.ThrowsAsync<CameraElsewhereException>(() => ChangeAsync(stale, change, old));
        Assert.Equal(2, first.Surpassed);
        Assert.Equal(known, await shared.AllKeysAsync());
        Assert.Equal(Picture(1, 3_000), await ReadAsync(stale, old));
        Assert.Equal(Picture(2, 3_000), await ReadAsync(stale, good));
        Assert.Equal(good.End, (await PutAsync(after, 3)).Offset);
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Whoever_has_lost_a_camera_changes_nothing(string change)
    {
        var old = await PutAsync(before, 1);
        await PutAsync(before, 2);
        var known = await shared.AllKeysAsync();
        first.Number = null;
        await Assert.ThrowsAsync<CameraElsewhereException>(() => ChangeAsync(before, change, old));
        Assert.Equal(known, await shared.AllKeysAsync());
    }

    [Theory]
    [InlineData("erase")]
    [InlineData("delete")]
    public async Task What_is_known_of_a_pack_is_looked_at_again_before_anything_is_deleted(string change)
    {
        var old = await PutAsync(before, 1);
        var waiting = await AppendAsync(before, 2, Picture(2, 3_000));
        await PutAsync(after, 3);
        var known = await shared.AllKeysAsync();
        await Assert.ThrowsAsync<CameraElsewhereException>(() => ChangeAsync(before, change, old));
        Assert.Equal(known, await shared.AllKeysAsync());
        Assert.Equal(old.End, waiting.Offset);
    }

    [Fact]
    public async Task What_waits_is_not_put_once_it_is_known_that_a_later_one_has_added()
    {
        await PutAsync(before, 1);
        var waiting = await AppendAsync(before, 2, Picture(2, 3_000));
        var good = await PutAsync(after, 3);
        await Assert.ThrowsAsync<CameraElsewhereException>(() => before.EraseAsync([good], Cancellation));
        var known = await shared.AllKeysAsync();
        var flushing = await Assert.ThrowsAsync<PacksNotDurableException>(() => before.FlushAsync([Pack], Cancellation));
        Assert.IsType<CameraElsewhereException>(flushing.Reasons[Pack]);
        Assert.Equal(known, await shared.AllKeysAsync());
        Assert.Equal(Picture(2, 3_000), await ReadAsync(before, waiting));
    }

    [Fact]
    public async Task A_camera_that_is_deleted_goes_whoever_had_it()
    {
        await PutAsync(before, 1);
        await PutAsync(after, 2);
        await before.DeleteCameraAsync(7, Cancellation);
        Assert.Empty(await shared.AllKeysAsync());
        Assert.Empty(await shared.Open(first).ListOpenAsync(Cancellation));
    }

    [Fact]
    public async Task Nothing_is_cut_off_that_another_one_has_put()
    {
        var old = await PutAsync(before, 1);
        await PutAsync(before, 2);
        Assert.True(await after.OpenAsync(Pack, Cancellation) > old.End);
        var known = await shared.AllKeysAsync();
        await after.TruncateAsync(Pack, old.End, Cancellation);
        Assert.Equal(known, await shared.AllKeysAsync());
        var kept = await PutAsync(after, 3);
        await PutAsync(after, 4);
        await after.TruncateAsync(Pack, kept.End, Cancellation);
        Assert.Equal(known.Count + 1, (await shared.AllKeysAsync()).Count);
        Assert.Equal(kept.End, (await PutAsync(after, 5)).Offset);
    }

    [Fact]
    public async Task What_is_put_late_is_hidden_by_no_end_mark_and_keeps_its_pack_open()
    {
        for (var i = 1; i <= 2; i++)
        {
            await PutAsync(before, i);
        }

        await AppendAsync(before, 3, Picture(3, 3_000));
        await after.OpenAsync(Pack, Cancellation);
        await before.FlushAsync([Pack], Cancellation);
        await SealAsync(after);
        Assert.Equal([Pack], await after.ListOpenAsync(Cancellation));

        await AppendAsync(before, 4, Picture(4, 3_000));
        await after.OpenAsync(Pack, Cancellation);
        await SealAsync(after);
        Assert.Empty(await after.ListOpenAsync(Cancellation));
        await before.FlushAsync([Pack], Cancellation);
        var items = await PackScanner.ScanAsync(shared.Open(second), Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(Enumerable.Repeat(PackItemKind.Picture, 4), items.Select(i => i.Kind));
    }

    [Fact]
    public async Task What_another_one_has_merged_is_erased_at_the_first_try()
    {
        List<PackAddress> addresses = [await PutAsync(before, 1), await PutAsync(before, 2)];
        await after.OpenAsync(Pack, Cancellation);
        await SealAsync(before);
        await after.EraseAsync([addresses[0]], Cancellation);
        Assert.Equal(Picture(2, 3_000), await ReadAsync(shared.Open(second), addresses[1]));
        Assert.DoesNotContain(await ReadAsync(shared.Open(second), addresses[0]), octet => octet is not (0 or (byte)'\n'));
    }

    [Fact]
    public async Task A_range_that_has_lost_its_begin_is_reached_at_once_and_the_damage_is_told()
    {
        var lost = await PutAsync(before, 1);
        var kept = await PutAsync(before, 2);
        await shared.LoseAsync((await shared.AllKeysAsync())[0]);
        var next = shared.Open(second);
        Assert.Equal(Range, await next.FindNextRangeAsync(Pack, 0, Cancellation));
        Assert.Null(await next.FindNextRangeAsync(Pack, Range, Cancellation));
        var items = await PackScanner.ScanAsync(next, Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(
            [(PackItemKind.Damage, lost.Offset, lost.End), (PackItemKind.Picture, kept.Offset, kept.End)],
            items.Select(i => (i.Kind, i.Offset, i.End)));
    }

    [Fact]
    public async Task Whoever_is_alone_goes_on_behind_what_others_have_added_before()
    {
        var address = await PutAsync(after, 1);
        var alone = shared.Open(new Belief(0));
        await alone.OpenAsync(Pack, Cancellation);
        Assert.Equal(address.End, (await PutAsync(alone, 2)).Offset);
        await alone.EraseAsync([address], Cancellation);
        Assert.DoesNotContain(await ReadAsync(shared.Open(second), address), octet => octet is not (0 or (byte)'\n'));
    }

    private static Task ChangeAsync(S3PackStore packs, string change, PackAddress entry) => change switch
    {
        "open" => packs.OpenAsync(Pack, Cancellation),
        "append" => AppendAsync(packs, 9, Picture(9, 3_000)),
        "truncate" => packs.TruncateAsync(Pack, entry.End, Cancellation),
        "hold" => packs.HoldPlacesAsync(Pack, [entry], Cancellation),
        "erase" => packs.EraseAsync([entry], Cancellation),
        "seal" => packs.SealAsync(Pack, Cancellation),
        _ => packs.DeleteAsync(Pack, Cancellation),
    };

    /// <summary>What a server believes of each camera.</summary>
    private sealed class Belief(long? number) : ITenures
    {
        public long? Number { get; set; } = number;

        public bool AreShared => true;

        /// <summary>The latest tenure that it was told of.</summary>
        public long Surpassed { get; private set; }

        public long? Of(long cameraKey) => Number;

        public void WasSurpassed(long cameraKey, long number) => Surpassed = number;
    }
}

public sealed class SwiftTenureTests(SwiftServer server) : S3TenureTests(server);

public sealed class CephTenureTests(CephServer server) : S3TenureTests(server);
