using Evercam.Archive;

namespace Evercam.Tests.Contracts;

/// <summary>Pictures that are marked to be kept.</summary>
public abstract partial class SnapshotIndexContract
{
    [Fact]
    public async Task A_mark_is_put_on_a_picture_and_taken_off_and_both_may_be_repeated()
    {
        await AddAsync(Ten, Ten.AddSeconds(1), Ten.AddHours(1));
        await Index.KeepAsync(camera, [Ten, Ten.AddHours(1), Ten.AddMicroseconds(1)], Cancellation);
        await Index.KeepAsync(camera, [Ten], Cancellation);
        Assert.Equal([Picture(Ten), Picture(Ten.AddHours(1))], await KeptAsync());
        Assert.Equal((2, 2 * Picture(Ten).Address.EntryLength), await Index.SumKeptAsync(camera, Cancellation));

        await Index.ReleaseAsync(camera, [Ten, Ten.AddSeconds(1)], Cancellation);
        await Index.ReleaseAsync(camera, [Ten], Cancellation);
        Assert.Equal([Picture(Ten.AddHours(1))], await KeptAsync());
        Assert.Empty(await Index.ListKeptAsync(NewCamera(), Ten, Ten.AddDays(1), 9, Cancellation));
    }

    [Fact]
    public async Task A_pack_with_a_kept_picture_does_not_go_whole()
    {
        await AddAsync([.. Enumerable.Range(0, 5).Select(minute => Ten.AddMinutes(minute))]);
        await Index.KeepAsync(camera, [Ten.AddMinutes(2)], Cancellation);
        var pack = PackName.Of(camera, Ten);
        Assert.Null(await Index.RemovePackAsync(pack, Cancellation));
        Assert.Equal(5, (await Index.SumAsync(camera, Cancellation)).Pictures);
        Assert.Empty(await ErasuresAsync());

        Assert.Equal(
            new[] { 0, 1, 3 }.Select(minute => Picture(Ten.AddMinutes(minute))), await Index.ListLooseAsync(pack, 3, Cancellation));
        Assert.Equal(4, (await Index.ListLooseAsync(pack, 9, Cancellation)).Count);
        Assert.Empty(await Index.ListLooseAsync(PackName.Of(camera, Ten.AddHours(1)), 9, Cancellation));
        var first = await Index.RemoveLooseAsync(pack, 3, Cancellation);
        Assert.Equal(
            new[] { 0, 1, 3 }.Select(minute => (PackAddress?)Picture(Ten.AddMinutes(minute)).Address), first.Select(e => e.Entry));
        var rest = await Index.RemoveLooseAsync(pack, 3, Cancellation);
        Assert.Single(rest);
        Assert.Empty(await Index.RemoveLooseAsync(pack, 3, Cancellation));
        Assert.Equal([.. first, .. rest], await ErasuresAsync());
        Assert.Equal([Picture(Ten.AddMinutes(2))], await ListAsync(Ten, Ten.AddHours(1)));
        Assert.Equal((1, Picture(Ten).Address.EntryLength), await Index.SumAsync(camera, Cancellation));
    }

    [Fact]
    public async Task Only_pictures_that_may_go_count_among_the_oldest()
    {
        var old = new DateTimeOffset(1999, 1, 1, 0, 0, 0, TimeSpan.Zero);
        await AddAsync(old, old.AddHours(1), old.AddHours(1).AddMinutes(1), old.AddHours(2));
        await Index.KeepAsync(camera, [old, old.AddHours(1)], Cancellation);
        PackSummary[] loose =
        [
            new(PackName.Of(camera, old.AddHours(1)), 1, Picture(old).Address.EntryLength),
            new(PackName.Of(camera, old.AddHours(2)), 1, Picture(old).Address.EntryLength),
        ];
        Assert.Equal(loose, await Index.ListLoosePacksAsync(camera, old, 9, Cancellation));
        Assert.Equal(loose[1..], await Index.ListLoosePacksAsync(camera, old.AddHours(2), 9, Cancellation));
        Assert.Equal(
            loose, (await Index.ListOldestPacksAsync(1_000, Cancellation)).Where(p => p.Pack.CameraKey == camera));
        await Index.RemoveCameraAsync(camera, Cancellation);
        Assert.Equal((0, 0), await Index.SumKeptAsync(camera, Cancellation));
    }

    [Fact]
    public async Task A_mark_goes_with_its_row_and_comes_back_with_no_other_picture()
    {
        await AddAsync(Ten, Ten.AddSeconds(1), Ten.AddSeconds(2));
        await Index.KeepAsync(camera, [Ten, Ten.AddSeconds(1), Ten.AddSeconds(2)], Cancellation);
        await Index.RemoveAsync(camera, Ten, Ten.AddSeconds(1), Cancellation);
        await Index.TakeBackAsync(camera, [Picture(Ten.AddSeconds(1))], Cancellation);
        await AddAsync(Ten, Ten.AddSeconds(1));
        Assert.Equal([Picture(Ten.AddSeconds(2))], await KeptAsync());

        await Index.ReplacePackAsync(PackName.Of(camera, Ten), [Picture(Ten.AddSeconds(2))], Cancellation);
        Assert.Equal([Picture(Ten.AddSeconds(2))], await KeptAsync());
        await Index.ReplacePackAsync(PackName.Of(camera, Ten), [], Cancellation);
        await AddAsync(Ten.AddSeconds(2));
        Assert.Empty(await KeptAsync());
    }

    private Task<IReadOnlyList<Snapshot>> KeptAsync() =>
        Index.ListKeptAsync(camera, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, int.MaxValue, Cancellation);
}
