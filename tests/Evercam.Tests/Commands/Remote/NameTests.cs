using System.Text;
using CsCheck;
using Evercam.Server.Commands.Remote;
using Evercam.Tests.Servers;
using NodaTime;

namespace Evercam.Tests.Commands.Remote;

/// <summary>Times as people type them, and as names and cameras tell them.</summary>
public sealed class NameTests
{
    private static readonly DateTimeZone Dublin = DateTimeZoneProviders.Tzdb["Europe/Dublin"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1397651000", 1_397_651_000)]
    [InlineData("-5", -5)]
    [InlineData("2014-04-16", 1_397_602_800)]
    [InlineData("2014-04-16T13:23", 1_397_650_980)]
    [InlineData("2014-04-16 13:23:20", 1_397_651_000)]
    [InlineData("2014-04-16T12:23:20Z", 1_397_651_000)]
    [InlineData("2014-04-16T14:23:20+02:00", 1_397_651_000)]
    [InlineData("2014-04-16T10:23-02:00", 1_397_650_980)]
    [InlineData("2026-03-29T01:30", 1_774_746_000)]
    [InlineData("2025-10-26T01:30", 1_761_438_600)]
    [InlineData("2014-04-16Z", 1_397_606_400)]
    [InlineData("2014-04-16+02:00", 1_397_599_200)]
    [InlineData("2014-04-16-02:00", 1_397_613_600)]
    [InlineData("2014-02-30Z", null)]
    [InlineData("yesterday", null)]
    [InlineData("2014-02-30", null)]
    [InlineData("2014-04-16T25:00Z", null)]
    [InlineData("", null)]
    public void A_moment_is_read_in_the_cameras_zone_unless_it_names_one(string text, int? second) =>
        Assert.Equal(second, MomentText.Read(text, Dublin, isEnd: false));

    [Theory]
    [InlineData("2014-04-16", 1_397_689_199)]
    [InlineData("2026-03-29", 1_774_825_199)]
    [InlineData("2014-04-16T13:23:20", 1_397_651_000)]
    [InlineData("2014-04-16Z", 1_397_692_799)]
    [InlineData("2026-03-29+01:00", 1_774_825_199)]
    [InlineData("2014-04-16T12:23:20Z", 1_397_651_000)]
    [InlineData("2025-10-26T01:59:59", 1_761_443_999)]
    [InlineData("2025-10-26T01:30", 1_761_442_200)]
    [InlineData("2025-03-30T01:30", 1_743_296_399)]
    [InlineData("2025-03-30T02:00", 1_743_296_400)]
    public void A_day_or_a_time_at_the_end_means_all_of_it(string text, int second) => Assert.Equal(second, MomentText.Read(text, Dublin, isEnd: true));

    [Theory]
    [InlineData("Etc/UTC", "9999-12-31", 253_402_214_400, 253_402_300_799)]
    [InlineData("America/Los_Angeles", "9999-12-31", 253_402_243_200, 253_402_300_799)]
    [InlineData("America/Los_Angeles", "9999-12-31T20:00", 253_402_300_799, 253_402_300_799)]
    [InlineData("Pacific/Kiritimati", "9999-12-31", 253_402_164_000, 253_402_250_399)]
    [InlineData("America/Los_Angeles", "9999-12-31-08:00", 253_402_243_200, 253_402_300_799)]
    [InlineData("Etc/GMT-14", "0001-01-01", -62_135_596_800, -62_135_560_801)]
    [InlineData("Etc/GMT-14", "0001-01-01T12:00", -62_135_596_800, -62_135_596_800)]
    public void At_the_ends_of_the_calendar_a_moment_is_the_nearest_that_there_is(string zone, string text, long first, long last) => Assert.Equal(
        (first, last),
        (MomentText.Read(text, DateTimeZoneProviders.Tzdb[zone], isEnd: false), MomentText.Read(text, DateTimeZoneProviders.Tzdb[zone], isEnd: true)));

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MinValue)]
    public void A_second_that_no_calendar_has_is_called_by_its_number(long second) =>
        Assert.Equal($"{second}", PictureName.Of(second), ignoreCase: false);

    [Fact]
    public void A_name_of_our_own_is_read_as_it_was_written() => Gen.Long[-62_135_596_800, 253_402_300_799].Sample(second =>
        Assert.Equal(second, PictureName.OwnSecond(PictureName.Of(second) + ".jpg")));

    [Theory]
    [InlineData("2014-04-16T12-23-20Z.jpg", 1_397_651_000)]
    [InlineData("2014-04-16T12-23-20.123456Z.jpg", 1_397_651_000)]
    [InlineData("20140416132320.jpg", 1_397_651_000)]
    [InlineData("IMG_20140416_132320.jpg", 1_397_651_000)]
    [InlineData("2014-04-16_13-23-20.jpeg", 1_397_651_000)]
    [InlineData("2014-04-16 13.23.20.png", 1_397_651_000)]
    [InlineData("192.168.1.64_01_20140416132320123_TIMING.jpg", 1_397_651_000)]
    [InlineData("Front Door_00_20140416132320.jpg", 1_397_651_000)]
    [InlineData("snapshot_20140416T132320.jpg", 1_397_651_000)]
    [InlineData("1397651000.jpg", 1_397_651_000)]
    [InlineData("1397651000123.jpg", 1_397_651_000)]
    [InlineData("door.jpg", null)]
    [InlineData("20149916132320.jpg", null)]
    [InlineData("12345.jpg", null)]
    public async Task A_name_tells_when_a_picture_was_taken(string name, int? second)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder[name], await Photographs.ReadAsync("small.jpg"), Cancellation);
        Assert.Equal(second, PictureTime.Read(folder[name], Dublin));
    }

    [Theory]
    [InlineData("DSC0001.jpg", "2014:04:16 13:23:20", null, 1_397_651_000)]
    [InlineData("DSC0001.jpg", "2014:04:16 14:23:20", "+02:00", 1_397_651_000)]
    [InlineData("20200101000000.jpg", "2014:04:16 13:23:20", null, 1_397_651_000)]
    [InlineData("2014-04-16T12-23-20Z.jpg", "2001:01:01 00:00:00", null, 1_397_651_000)]
    [InlineData("20140416132320.jpg", "0000:00:00 00:00:00", null, 1_397_651_000)]
    [InlineData("20140416132320.jpg", "    :  :     :  :  ", null, 1_397_651_000)]
    public async Task What_the_camera_wrote_into_a_picture_goes_before_the_name_that_it_gave(string name, string time, string? offset, int second)
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder[name], WithExif(await Photographs.ReadAsync("small.jpg"), time, offset), Cancellation);
        Assert.Equal(second, PictureTime.Read(folder[name], Dublin));
    }

    [Fact]
    public void Damaged_pictures_tell_nothing_and_break_nothing()
    {
        using var folder = new TempFolder();
        var file = folder["DSC0001.jpg"];
        var whole = WithExif([0xFF, 0xD8, 0xFF, 0xD9], "2014:04:16 13:23:20", "+02:00");
        Gen.Select(Gen.Int[2, whole.Length - 1], Gen.Byte, Gen.Int[2, whole.Length]).Sample(
            (at, value, length) =>
            {
                var damaged = whole.ToArray();
                damaged[at] = value;
                File.WriteAllBytes(file, damaged[..length]);
                PictureTime.Read(file, Dublin);
            },
            iter: 500,
            threads: 1);
    }

    /// <summary>A JPEG with the two tags behind its first mark (TIFF 6.0, Exif 2.31).</summary>
    private static byte[] WithExif(byte[] jpeg, string time, string? offset)
    {
        var texts = new List<(ushort Tag, byte[] Text)> { (0x9003, Encoding.ASCII.GetBytes(time + '\0')) };
        if (offset is not null)
        {
            texts.Add((0x9011, Encoding.ASCII.GetBytes(offset + '\0')));
        }

        using var tiff = new MemoryStream();
        using var write = new BinaryWriter(tiff);
        write.Write("II*\0"u8);
        write.Write(8);
        Directory([(0x8769, 4, 1, 26)]);
        var at = 26 + 2 + (12 * texts.Count) + 4;
        Directory([.. texts.Select(text => (text.Tag, (ushort)2, text.Text.Length, (at += text.Text.Length) - text.Text.Length))]);
        texts.ForEach(text => write.Write(text.Text));
        write.Flush();

        var length = tiff.Length + 8;
        return [0xFF, 0xD8, 0xFF, 0xE1, (byte)(length >> 8), (byte)length, .. "Exif\0\0"u8, .. tiff.ToArray(), .. jpeg[2..]];

        void Directory(IReadOnlyList<(ushort Tag, ushort Type, int Count, int Value)> entries)
        {
            write.Write((ushort)entries.Count);
            foreach (var (tag, type, count, value) in entries)
            {
                write.Write(tag);
                write.Write(type);
                write.Write(count);
                write.Write(value);
            }

            write.Write(0);
        }
    }
}
