using System.Text;
using CsCheck;
using Evercam.Archive;
using Evercam.Archive.Pack;
using Evercam.Server.Commands.Remote;
using Evercam.Storage.Disk;
using Evercam.Tests.Archive;

namespace Evercam.Tests.Attack;

/// <summary>TAR files that a disk, a crash or somebody else has changed: packs, and exports that are gone on with.</summary>
public sealed class PackFuzzTests : IDisposable
{
    private const int Block = TarEntry.BlockLength;

    private static readonly DateTimeOffset Hour = new(2014, 4, 16, 12, 0, 0, TimeSpan.Zero);
    private static readonly PackName Pack = new(7, Hour);

    private readonly TempFolder folder = TempFolder.InMemory();
    private readonly DiskPackStore disk;

    public PackFuzzTests() => disk = new(folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        disk.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_pack_is_walked_from_its_beginning_to_its_end()
    {
        var erased = TarEntry.EncodeErased(Picture(1).Length);
        await Bearing.AllAsync(
            Signed([[.. Picture(1), .. Picture(2, "a note"), .. new byte[2 * Block]], [.. Picture(1), .. erased, .. Picture(3)], [.. erased, .. new byte[Block], .. Picture(4)]]),
            bytes => bytes.Length, WalkAsync, LongForm.Cases(everyday: 10_000));
    }

    [Theory]
    [InlineData("00000001001")]
    [InlineData("00000000777")]
    [InlineData("x")]
    public async Task What_is_behind_an_erased_place_of_an_odd_length_is_found(string length)
    {
        var erased = TarEntry.EncodeErased(3 * Block);
        erased.AsSpan(124, 12).Clear();
        Encoding.ASCII.GetBytes(length, erased.AsSpan(124));
        Sign(erased.AsSpan(0, Block));
        var found = await WalkAsync([.. erased, .. Picture(1)]);
        Assert.Single(found, item => item.Kind == PackItemKind.Picture);
    }

    [Fact]
    public void Blocks_are_read_or_refused()
    {
        Bearing.All(
            Signed([Picture(1), Picture(2, "two\nlines"), TarEntry.EncodeErased(4 * Block)]), bytes => bytes.Length,
            bytes =>
            {
                byte[] header = [.. bytes, .. new byte[Block]];
                _ = TarEntry.Classify(header.AsSpan(0, Block));
                Assert.InRange(TarEntry.ReadLength(header), -1, 0xF_FFFF_FFFF);
                if (TarEntry.ReadName(header) is { } name)
                {
                    Assert.Equal(name, TarEntry.ReadName(TarEntry.NameOf(name.TakenAt, name.Type)));
                }

                _ = TarEntry.ReadPaxBody(header.AsSpan(Math.Min(Block, bytes.Length)));
            },
            LongForm.Cases(everyday: 30_000));
    }

    [Fact]
    public void An_export_is_read_up_to_its_last_whole_picture()
    {
        byte[] export =
        [
            .. PictureTar.Begin("gate at https://cameras.example.org"), .. PictureTar.Entry("2014-04-16/2014-04-16T12-23-20Z.jpg", 1_397_651_000, "a note", [1, 2, 3]),
            .. PictureTar.Entry("2014-04-16/2014-04-16T12-23-21Z.jpg", 1_397_651_001, null, [4]), .. new byte[2 * Block],
        ];
        Bearing.All(
            Signed([export]), bytes => bytes.Length,
            bytes =>
            {
                using var stream = new MemoryStream(bytes);
                if (PictureTar.Read(stream) is { } content)
                {
                    Assert.InRange(content.End, 0, bytes.Length);
                    Assert.All(content.Names, name => Assert.NotNull(PictureName.OwnSecond(name)));
                }
            },
            LongForm.Cases(everyday: 2_000));
    }

    /// <summary>Each place belongs to one thing, on the grid that TAR has, and none beyond the end.</summary>
    private async Task<List<PackItem>> WalkAsync(byte[] bytes)
    {
        var packs = Interposed.Around<IPackStore>(disk, call =>
        {
            if (call.Method == nameof(IPackStore.FindNextRangeAsync))
            {
                return call.GoThrough();
            }

            var (offset, buffer) = (call.Argument<long>(), call.Argument<Memory<byte>>());
            var rest = offset < bytes.Length ? bytes.AsMemory((int)offset) : Memory<byte>.Empty;
            var read = Math.Min(rest.Length, buffer.Length);
            rest[..read].CopyTo(buffer);
            return new ValueTask<int>(read);
        });
        var (at, found) = (0L, new List<PackItem>());
        await foreach (var item in PackScanner.ScanAsync(packs, Pack, part: 0, start: 0, verify: true, Cancellation))
        {
            Assert.Equal((at, 0), (item.Offset, item.Offset % Block));
            Assert.InRange(item.End, item.Offset + 1, bytes.Length);
            Assert.Equal(item.Kind is PackItemKind.Picture or PackItemKind.Altered, item.Snapshot is not null);
            at = item.End;
            found.Add(item);
        }

        return found;
    }

    /// <summary>Changed files, half of them with sums that are right again: who changes on purpose reckons anew.</summary>
    private static Gen<byte[]> Signed(IReadOnlyList<byte[]> files) => Gen.Select(Garbled.Bytes(files), Gen.Bool, (bytes, isSigned) =>
    {
        var file = bytes.ToArray();
        for (var at = 0; isSigned && at + Block <= file.Length; at += Block)
        {
            var header = file.AsSpan(at, Block);
            if (header.Slice(257, 5).SequenceEqual("ustar"u8))
            {
                Sign(header);
            }
        }

        return file;
    });

    private static void Sign(Span<byte> header)
    {
        "        "u8.CopyTo(header[148..]);
        var sum = 0;
        foreach (var octet in header)
        {
            sum += octet;
        }

        Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ", header.Slice(148, 8));
    }

    private static byte[] Picture(int second, string? notes = null)
    {
        byte[] picture = [1, 2, 3, (byte)second];
        var takenAt = Hour.AddSeconds(second);
        return [.. TarEntry.EncodeHeaders(takenAt, PictureType.Jpeg, picture.Length, ContentHash.Of(picture), notes), .. picture, .. new byte[Block - picture.Length]];
    }
}
