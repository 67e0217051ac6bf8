using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Tests.Contracts;

/// <summary>What every place for packs must do. One subclass per driver.</summary>
public abstract class PackStoreContract
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly PackName Pack = new(7, Ten);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    internal abstract IPackStore Packs { get; }

    /// <summary>The same packs, as a process that starts after a crash finds them.</summary>
    internal abstract IPackStore Reopen();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(100_000)]
    public async Task What_was_appended_is_read_back(int length)
    {
        var picture = Picture(1, length);
        var first = await AppendAsync(Packs, 1, picture);
        var second = await AppendAsync(Packs, 2, Picture(2, 3_000));
        Assert.Equal(0, first.Offset);
        Assert.Equal(first.End, second.Offset);
        Assert.Equal(picture, await ReadAsync(Packs, first));
        Assert.Equal(Picture(2, 3_000), await ReadAsync(Packs, second));
    }

    [Fact]
    public async Task A_read_beyond_the_end_or_of_no_pack_gives_nothing()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 100));
        Assert.Equal(0, await Packs.ReadAsync(Pack, 0, address.End, new byte[8], Cancellation));
        Assert.Equal(512, await Packs.ReadAsync(Pack, 0, address.End - 512, new byte[8_000], Cancellation));
        Assert.Equal(0, await Packs.ReadAsync(new PackName(8, Ten), 0, 0, new byte[8], Cancellation));
        Assert.Equal(0, await Packs.ReadAsync(Pack, 3, 0, new byte[8], Cancellation));
    }

    [Fact]
    public async Task Two_places_are_read_where_there_is_enough_in_both()
    {
        var first = await AppendAsync(Packs, 1, Picture(1, 700));
        var second = await AppendAsync(Packs, 2, Picture(2, 900));
        var (one, other) = (new byte[900], new byte[700]);
        Assert.True(await ReadBothAsync(Pack, second.PictureOffset, first.PictureOffset));
        Assert.Equal(Picture(2, 900), one);
        Assert.Equal(Picture(1, 700), other);
        Assert.False(await ReadBothAsync(Pack, second.End - 512, 0));
        Assert.False(await ReadBothAsync(Pack, 0, second.End - 512));
        Assert.False(await ReadBothAsync(new PackName(8, Ten), 0, 0));
        Assert.False(await ReadBothAsync(Pack, 0, 0, part: 3));

        ValueTask<bool> ReadBothAsync(PackName pack, long from, long otherFrom, int part = 0) =>
            Packs.ReadBothAsync(pack, part, (from, one), (otherFrom, other), Cancellation);
    }

    [Fact]
    public async Task A_flushed_pack_is_found_by_the_next_process_as_open()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 100));
        await Packs.FlushAsync([Pack], Cancellation);
        var next = Reopen();
        Assert.Equal([Pack], await next.ListOpenAsync(Cancellation));
        Assert.Equal(Picture(1, 100), await ReadAsync(next, address));
    }

    [Fact]
    public async Task A_pack_has_a_list_that_goes_with_it()
    {
        await AppendAsync(Packs, 1, Picture(1, 100));
        Assert.Null(await Packs.ReadKeptAsync(Pack, Cancellation));
        await Packs.WriteKeptAsync(Pack, "first\n"u8.ToArray(), Cancellation);
        await Packs.WriteKeptAsync(Pack, "second\n"u8.ToArray(), Cancellation);
        Assert.Equal("second\n"u8.ToArray(), await Reopen().ReadKeptAsync(Pack, Cancellation));
        Assert.Equal([Pack], await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));

        await Packs.WriteKeptAsync(Pack, ReadOnlyMemory<byte>.Empty, Cancellation);
        await Packs.WriteKeptAsync(Pack, ReadOnlyMemory<byte>.Empty, Cancellation);
        Assert.Null(await Packs.ReadKeptAsync(Pack, Cancellation));
        await Packs.WriteKeptAsync(Pack, "third\n"u8.ToArray(), Cancellation);
        await Packs.DeleteAsync(Pack, Cancellation);
        Assert.Null(await Packs.ReadKeptAsync(Pack, Cancellation));
    }

    [Fact]
    public async Task Which_time_was_believed_last_is_kept_beside_the_packs()
    {
        Assert.Null(await Packs.ReadTimeAsync(Cancellation));
        await Packs.WriteTimeAsync("one"u8.ToArray(), Cancellation);
        await Packs.WriteTimeAsync("two"u8.ToArray(), Cancellation);
        Assert.Equal("two"u8.ToArray(), await Reopen().ReadTimeAsync(Cancellation));
        Assert.Empty(await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Many_packs_are_flushed_together()
    {
        var names = Enumerable.Range(1, 40).Select(camera => new PackName(camera, Ten)).ToList();
        foreach (var name in names)
        {
            await AppendAsync(Packs, 1, Picture((int)name.CameraKey, 2_000), name);
        }

        await Packs.FlushAsync(names, Cancellation);
        Assert.Equal(names, await Reopen().ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Packs_are_listed_by_camera_and_hour()
    {
        PackName[] names = [new(2, Ten), new(10, Ten.AddYears(-3)), new(10, Ten), new(10, Ten.AddHours(1)), new(10, Ten.AddDays(30))];
        foreach (var name in names.Reverse())
        {
            await AppendAsync(Packs, 1, Picture(1, 10), name);
        }

        Assert.Equal(names, await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
        Assert.Equal([0], await Packs.ListPartsAsync(names[0], Cancellation));
        Assert.Empty(await Packs.ListPartsAsync(new PackName(3, Ten), Cancellation));
    }

    [Fact]
    public async Task A_sealed_pack_is_no_longer_open_and_opens_again_for_a_late_picture()
    {
        var first = await AppendAsync(Packs, 1, Picture(1, 700));
        await Packs.SealAsync(Pack, Cancellation);
        Assert.Empty(await Packs.ListOpenAsync(Cancellation));

        await Packs.TruncateAsync(Pack, first.End, Cancellation);
        var second = await AppendAsync(Packs, 2, Picture(2, 900));
        await Packs.FlushAsync([Pack], Cancellation);
        Assert.Equal([Pack], await Packs.ListOpenAsync(Cancellation));
        Assert.Equal(first.End, second.Offset);
        Assert.Equal(Picture(1, 700), await ReadAsync(Packs, first));
        Assert.Equal(Picture(2, 900), await ReadAsync(Packs, second));
    }

    [Fact]
    public async Task The_places_of_what_was_cut_off_are_given_to_nothing_else()
    {
        var first = await AppendAsync(Packs, 1, Picture(1, 700));
        var half = await AppendAsync(Packs, 2, Picture(2, 70_000));
        var lost = await AppendAsync(Packs, 3, Picture(3, 700));
        await Packs.TruncateAsync(Pack, half.Offset + 5_000, Cancellation);
        await Packs.TruncateAsync(Pack, lost.End, Cancellation);
        Assert.Equal(half.Offset + 5_000, await Packs.OpenAsync(Pack, Cancellation));
        Assert.Equal(2, await Packs.HoldPlacesAsync(Pack, [lost, first, half], Cancellation));
        Assert.Equal(0, await Packs.HoldPlacesAsync(Pack, [lost, first, half], Cancellation));

        var next = await AppendAsync(Packs, 4, Picture(4, 900));
        Assert.Equal(lost.End, next.Offset);
        var zeros = new byte[lost.End - half.Offset];
        Assert.Equal(zeros.Length, await Packs.ReadAsync(Pack, 0, half.Offset, zeros, Cancellation));
        Assert.DoesNotContain(zeros, octet => octet != 0);
        Assert.Equal(Picture(1, 700), await ReadAsync(Packs, first));
        Assert.Equal(Picture(4, 900), await ReadAsync(Packs, next));
        var items = await PackScanner.ScanAsync(Packs, Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([PackItemKind.Picture, PackItemKind.Damage, PackItemKind.Picture], items.Select(i => i.Kind));
    }

    [Fact]
    public async Task The_places_of_a_pack_that_is_lost_are_kept_and_one_that_never_was_is_not_made()
    {
        Assert.Equal(0, await Packs.OpenAsync(Pack, Cancellation));
        Assert.Equal(0, await Packs.HoldPlacesAsync(new PackName(8, Ten), [], Cancellation));
        Assert.Empty(await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
        Assert.Equal(1, await Packs.HoldPlacesAsync(Pack, [new PackAddress(Pack, 0, 2_048, 1_536, 512)], Cancellation));
        Assert.Equal(4_096, (await AppendAsync(Packs, 1, Picture(1, 10))).Offset);
        await Packs.FlushAsync([Pack], Cancellation);
        Assert.Equal([Pack], await Packs.ListOpenAsync(Cancellation));
    }

    [Fact]
    public async Task Sealing_a_pack_that_never_came_to_be_forgets_it()
    {
        await Packs.SealAsync(Pack, Cancellation);
        Assert.Empty(await Packs.ListOpenAsync(Cancellation));
        Assert.Empty(await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task An_erased_entry_leaves_no_byte_of_its_picture_and_its_neighbours_whole()
    {
        var first = await AppendAsync(Packs, 1, Picture(1, 5_000));
        var second = await AppendAsync(Packs, 2, Picture(2, 1_500_000));
        var third = await AppendAsync(Packs, 3, Picture(3, 5_000));
        await Packs.EraseAsync([second], Cancellation);

        Assert.DoesNotContain(await ReadAsync(Packs, second), octet => octet is not (0 or (byte)'\n'));
        Assert.Equal(Picture(1, 5_000), await ReadAsync(Packs, first));
        Assert.Equal(Picture(3, 5_000), await ReadAsync(Packs, third));
        var items = await PackScanner.ScanAsync(Packs, Pack, 0, 0, verify: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal([PackItemKind.Picture, PackItemKind.Erased, PackItemKind.Picture], items.Select(i => i.Kind));
    }

    [Fact]
    public async Task Erasing_what_is_gone_is_passed_over()
    {
        var address = await AppendAsync(Packs, 1, Picture(1, 5_000));
        await Packs.EraseAsync([address with { Offset = address.End }], Cancellation);
        await Packs.DeleteAsync(Pack, Cancellation);
        await Packs.EraseAsync([address], Cancellation);
        Assert.Empty(await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task What_is_not_there_may_be_deleted_as_well_as_what_is()
    {
        Assert.True(Packs.MayDelete(Pack));
        await AppendAsync(Packs, 1, Picture(1, 50));
        Assert.True(Packs.MayDelete(Pack));
    }

    [Fact]
    public async Task A_deleted_pack_is_gone_and_its_name_can_be_used_again()
    {
        var old = await AppendAsync(Packs, 1, Picture(1, 5_000));
        await ReadAsync(Packs, old);
        await Packs.DeleteAsync(Pack, Cancellation);
        await Packs.DeleteAsync(Pack, Cancellation);
        Assert.Equal(0, await Packs.ReadAsync(Pack, 0, 0, new byte[8], Cancellation));
        Assert.Empty(await Packs.ListOpenAsync(Cancellation));

        var address = await AppendAsync(Packs, 2, Picture(2, 600));
        Assert.Equal(0, address.Offset);
        Assert.Equal(Picture(2, 600), await ReadAsync(Packs, address));
    }

    [Fact]
    public async Task Deleting_a_camera_takes_its_packs_and_card_and_no_others()
    {
        await AppendAsync(Packs, 1, Picture(1, 50));
        var other = await AppendAsync(Packs, 1, Picture(1, 50), new PackName(77, Ten));
        await Packs.WriteCardAsync(7, "{}"u8.ToArray(), Cancellation);
        await Packs.DeleteCameraAsync(7, Cancellation);
        await Packs.DeleteCameraAsync(7, Cancellation);
        Assert.Equal([other.Pack], await Packs.ListAsync(refused => throw refused, Cancellation).ToListAsync(Cancellation));
        Assert.Equal([other.Pack], await Packs.ListOpenAsync(Cancellation));
        Assert.Null(await Packs.ReadCardAsync(7, Cancellation));
    }

    [Fact]
    public async Task The_card_beside_the_packs_is_replaced()
    {
        Assert.Null(await Packs.ReadCardAsync(7, Cancellation));
        await Packs.WriteCardAsync(7, "one, longer"u8.ToArray(), Cancellation);
        await Packs.WriteCardAsync(7, "two"u8.ToArray(), Cancellation);
        Assert.Equal("two"u8.ToArray(), await Reopen().ReadCardAsync(7, Cancellation));
    }

    [Fact]
    public async Task Of_cards_that_are_written_at_once_one_is_there_whole()
    {
        var cards = Enumerable.Range(1, 12).Select(i => Picture(i, i * 50)).ToList();
        for (var round = 0; round < 20; round++)
        {
            await Task.WhenAll(cards.Select(card => Task.Run(() => Packs.WriteCardAsync(7, card, Cancellation), Cancellation)));
            Assert.Contains(await Packs.ReadCardAsync(7, Cancellation), cards);
        }
    }

    [Fact]
    public async Task More_packs_are_read_than_may_stay_open()
    {
        var addresses = new List<PackAddress>();
        for (var camera = 1; camera <= 50; camera++)
        {
            addresses.Add(await AppendAsync(Packs, 1, Picture(camera, 600), new PackName(camera, Ten)));
        }

        foreach (var address in addresses.Concat(addresses))
        {
            Assert.Equal(Picture((int)address.Pack.CameraKey, 600), await ReadAsync(Packs, address));
        }
    }

    internal static byte[] Picture(int seed, int length)
    {
        var bytes = new byte[length];
#pragma warning disable CA5394 // Repeatable bytes, not secrets.
        new Random(seed).NextBytes(bytes);
#pragma warning restore CA5394
        return bytes;
    }

    internal static async Task<PackAddress> AppendAsync(IPackStore packs, int second, byte[] picture, PackName? pack = null)
    {
        var name = pack ?? Pack;
        var headers = TarEntry.EncodeHeaders(
            name.Hour.AddSeconds(second), PictureType.Jpeg, picture.Length, ContentHash.Of(picture), "Notes: é");
        return await packs.AppendAsync(name, headers, picture, Cancellation);
    }

    internal static async Task<byte[]> ReadAsync(IPackStore packs, PackAddress address)
    {
        var bytes = new byte[address.Length];
        Assert.Equal(
            bytes.Length, await packs.ReadAsync(address.Pack, address.Part, address.PictureOffset, bytes, Cancellation));
        return bytes;
    }
}
