using CsCheck;
using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Tests.Archive;

public class TarEntryTests
{
    private static readonly ContentHash Hash = ContentHash.Of("picture"u8);

    public static TheoryData<string, string?> Entries => new()
    {
        { "2026-11-23T10:00:01.123456Z", null },
        { "2026-11-23T10:00:01.000000Z", "" },
        { "1969-12-31T23:59:59.999999Z", "before the epoch" },
        { "0001-01-01T00:00:00.000000Z", "year one" },
        { "9999-12-31T23:59:59.000000Z", "beyond eleven octal digits" },
        { "2026-01-01T00:00:00.000000Z", "two\nlines = and é, 日本, \U0001F600" },
        { "2026-01-01T00:00:00.000000Z", new string('n', 70) },
        { "2026-01-01T00:00:00.000000Z", new string('é', 40_000) },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void Headers_give_back_what_was_written(string moment, string? notes)
    {
        var takenAt = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);
        var headers = TarEntry.EncodeHeaders(takenAt, PictureType.Png, 1_234, Hash, notes).AsSpan();
        Assert.Equal(0, headers.Length % 512);
        Assert.Equal(TarEntry.BlockKind.Pax, TarEntry.Classify(headers[..512]));
        Assert.Equal((Hash, notes), TarEntry.ReadPaxBody(headers.Slice(512, (int)TarEntry.ReadLength(headers))));
        Assert.Equal(TarEntry.BlockKind.File, TarEntry.Classify(headers[^512..]));
        Assert.Equal(1_234, TarEntry.ReadLength(headers[^512..]));
        Assert.Equal((takenAt, PictureType.Png), TarEntry.ReadName(headers[^512..]));
    }

    [Fact]
    public void A_record_counts_its_own_digits()
    {
        // The length of a record passes 99 and 999 while its own digits grow.
        for (var length = 0; length < 1_200; length++)
        {
            var notes = new string('x', length);
            var headers = TarEntry.EncodeHeaders(DateTimeOffset.UnixEpoch, PictureType.Jpeg, 1, Hash, notes).AsSpan();
            Assert.Equal(notes, TarEntry.ReadPaxBody(headers.Slice(512, (int)TarEntry.ReadLength(headers)))?.Notes);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(257)]
    [InlineData(511)]
    public void A_flipped_byte_makes_a_header_invalid(int at)
    {
        var headers = TarEntry.EncodeHeaders(DateTimeOffset.UnixEpoch, PictureType.Jpeg, 1, Hash, null);
        headers[at] ^= 1;
        Assert.Equal(TarEntry.BlockKind.Invalid, TarEntry.Classify(headers.AsSpan(0, 512)));
    }

    [Fact]
    public void Arbitrary_bytes_are_never_more_than_no_entry() =>
        Gen.Byte.Array[512, 1_024].Sample(bytes =>
        {
            TarEntry.Classify(bytes.AsSpan(0, 512));
            TarEntry.ReadLength(bytes);
            TarEntry.ReadName(bytes);
            Assert.Null(TarEntry.ReadPaxBody(bytes));
        });
}
