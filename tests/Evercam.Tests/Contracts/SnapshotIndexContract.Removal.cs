using Evercam.Archive;

namespace Evercam.Tests.Contracts;

/// <summary>How pictures leave the index, and what is noted of them until their bytes are gone.</summary>
public abstract partial class SnapshotIndexContract
{
    [Fact]
    public async Task What_is_removed_is_noted_until_it_is_forgotten()
    {
        await AddAsync(Ten, Ten.AddSeconds(1), Ten.AddSeconds(2), Ten.AddHours(1));
        var erasures = await Index.RemoveAsync(camera, Ten.AddSeconds(1), Ten.AddHours(2), Cancellation);

        Assert.Equal(
            new[] { Ten.AddSeconds(1), Ten.AddSeconds(2), Ten.AddHours(1) }.Select(t => (PackAddress?)Picture(t).Address),
            erasures.Select(e => e.Entry));
        Assert.All(erasures, e => Assert.Equal((camera, e.Entry!.Value.Pack), (e.CameraKey, e.Pack!.Value)));
        Assert.Equal([Ten], (await ListAsync(Ten, Ten.AddHours(2))).Select(s => s.TakenAt));
        Assert.Equal(
            [new PackSummary(PackName.Of(camera, Ten), 1, Picture(Ten).Address.EntryLength)],
            await Index.ListPacksAsync(camera, DateTimeOffset.MinValue, 9, Cancellation));

        Assert.Equal(erasures, await ErasuresAsync());
        await Index.ForgetErasuresAsync([erasures[0], erasures[2]], Cancellation);
        Assert.Equal([erasures[1]], await ErasuresAsync());
        await Index.ForgetErasuresAsync(erasures, Cancellation);
        Assert.Empty(await ErasuresAsync());
        Assert.Empty(await Index.RemoveAsync(camera, Ten.AddHours(3), Ten.AddHours(4), Cancellation));
    }

    [Fact]
    public async Task What_is_taken_back_has_no_row_and_its_erasure_is_noted()
    {
        var (added, unknown) = (Picture(Ten), Picture(Ten.AddSeconds(1)));
        var rival = Picture(Ten.AddSeconds(2));
        var refused = rival with { Address = rival.Address with { Offset = 51_200 }, Notes = "\ud800" };
        await Index.AddAsync([added, rival], Cancellation);
        var erasures = await Index.TakeBackAsync(camera, [added, unknown, refused], Cancellation);
        Assert.Equal([added.Address, unknown.Address, refused.Address], erasures.Select(e => e.Entry!.Value));
        Assert.Equal(erasures.OrderBy(e => e.Key), await ErasuresAsync());
        Assert.Equal([rival], await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        Assert.Equal((1, rival.Address.EntryLength), await Index.SumAsync(camera, Cancellation));

        await Index.TakeBackAsync(camera, [rival], Cancellation);
        Assert.Empty(await Index.ListPacksAsync(camera, DateTimeOffset.MinValue, 9, Cancellation));
    }

    [Fact]
    public async Task A_pack_goes_whole_and_leaves_its_neighbours()
    {
        await AddAsync(Ten.AddMicroseconds(-1), Ten, Ten.AddMinutes(30), Ten.AddHours(1));
        var pack = PackName.Of(camera, Ten);
        var erasure = (await Index.RemovePackAsync(pack, Cancellation))!;
        Assert.Equal(new Erasure(erasure.Key, camera, pack, null), erasure);
        Assert.Equal([erasure], await ErasuresAsync());
        Assert.Equal(
            [Ten.AddMicroseconds(-1), Ten.AddHours(1)], (await ListAsync(Ten.AddHours(-1), Ten.AddHours(2))).Select(s => s.TakenAt));
        Assert.Equal(2, (await Index.SumAsync(camera, Cancellation)).Pictures);
    }

    [Fact]
    public async Task A_camera_goes_whole_and_leaves_the_others()
    {
        var other = NewCamera();
        await Index.AddAsync([Of(other, Ten)], Cancellation);
        await AddAsync(Ten, Ten.AddDays(-30));
        var erasure = await Index.RemoveCameraAsync(camera, Cancellation);
        Assert.Equal(new Erasure(erasure.Key, camera, null, null), erasure);
        Assert.Equal([erasure], await ErasuresAsync());
        Assert.Empty(await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        Assert.Equal((0, 0), await Index.SumAsync(camera, Cancellation));
        Assert.DoesNotContain(camera, await Index.ListCamerasAsync(Cancellation));
        Assert.Contains(other, await Index.ListCamerasAsync(Cancellation));
    }

    [Fact]
    public async Task A_large_camera_goes_in_pieces_and_its_note_comes_first()
    {
        foreach (var hour in Enumerable.Range(0, 3))
        {
            await AddAsync([.. Enumerable.Range(0, 3_000).Select(second => Ten.AddHours(hour).AddSeconds(second))]);
        }

        var noted = await Index.NoteCameraAsync(camera, Cancellation);
        Assert.Equal([noted], await Index.ListErasuresAsync(camera, Cancellation));
        Assert.Equal(9_000, (await Index.SumAsync(camera, Cancellation)).Pictures);

        Assert.True(await Index.RemoveSomeAsync(camera, Cancellation));
        var left = await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue);
        Assert.Equal((3_000, Ten.AddHours(2)), (left.Count, left[0].TakenAt));
        Assert.Equal((left.Count, left.Sum(s => s.Address.EntryLength)), await Index.SumAsync(camera, Cancellation));

        while (await Index.RemoveSomeAsync(camera, Cancellation))
        {
        }

        Assert.Empty(await ListAsync(DateTimeOffset.MinValue, DateTimeOffset.MaxValue));
        Assert.Equal(noted, await Index.NoteCameraAsync(camera, Cancellation));
        Assert.Equal([noted], await ErasuresAsync());
    }

    [Fact]
    public async Task The_erasures_of_one_camera_are_its_own()
    {
        var other = NewCamera();
        await Index.AddAsync([Of(other, Ten)], Cancellation);
        await AddAsync(Ten, Ten.AddHours(1));
        var whole = (await Index.RemovePackAsync(PackName.Of(camera, Ten.AddHours(1)), Cancellation))!;
        var entry = Assert.Single(await Index.RemoveAsync(camera, Ten, Ten.AddHours(1), Cancellation));
        await Index.RemoveAsync(other, Ten, Ten.AddHours(1), Cancellation);
        Assert.Equal([whole, entry], await Index.ListErasuresAsync(camera, Cancellation));
        Assert.Empty(await Index.ListErasuresAsync(NewCamera(), Cancellation));
    }

    [Fact]
    public async Task A_pack_is_replaced_and_counted_anew()
    {
        await AddAsync(Ten, Ten.AddSeconds(1), Ten.AddHours(1));
        Snapshot[] found = [Picture(Ten.AddSeconds(1)) with { Hash = ContentHash.Of("found"u8) }, Picture(Ten.AddSeconds(5))];
        await Index.ReplacePackAsync(PackName.Of(camera, Ten), found, Cancellation);
        Assert.Equal(found, await ListAsync(Ten, Ten.AddHours(1)));
        Assert.Equal((3, 3 * found[0].Address.EntryLength), await Index.SumAsync(camera, Cancellation));

        await Index.ReplacePackAsync(PackName.Of(camera, Ten), [], Cancellation);
        Assert.Equal(
            [Ten.AddHours(1)],
            (await Index.ListPacksAsync(camera, DateTimeOffset.MinValue, 9, Cancellation)).Select(p => p.Pack.Hour));
        Assert.Empty(await ErasuresAsync());
    }

    private async Task<List<Erasure>> ErasuresAsync() =>
        [.. (await Index.ListErasuresAsync(Cancellation)).Where(e => e.CameraKey == camera)];
}
