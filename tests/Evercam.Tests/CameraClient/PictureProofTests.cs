using CsCheck;
using Evercam.CameraClient;
using Evercam.Tests.Servers;

namespace Evercam.Tests.CameraClient;

public class PictureProofTests
{
    // 32 x 32, ten scans, made by cjpeg -progressive.
    private const string Progressive = """
        /9j/4AAQSkZJRgABAQAAAQABAAD/2wCDEAAoABwAHgAjAB4AGQAoACMAIQAjAC0AKwAoADAAPABkAEEAPAA3ADcAPAB7AFgAXQBJAGQAkQCAAJ
        kAlgCPAIAAjACKAKAAtADmAMMAoACqANoArQCKAIwAyAERAMsA2gDuAPUBAgEEAQIAmwDBARsBLwEYAPoBLADmAP0BAgD4/9sAQwErLS08NTx2
        QUF2+KWMpfj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4/8IAEQgAIAAgAwEiAAIRAQMRAf/EABgAAQ
        ADAQAAAAAAAAAAAAAAAAQAAQMC/8QAGAEAAwEBAAAAAAAAAAAAAAAAAAEDAgT/2gAMAwEAAhADEAAAAcOkloKuw8w0mt2WwUTD/8QAGhAAAwEB
        AQEAAAAAAAAAAAAAAAECEQMhMv/aAAgBAQABBQLmtKbKSOdErIoobxr4oofpFodYXIobP//EABsRAAMAAgMAAAAAAAAAAAAAAAABEQIhIkFh/9
        oACAEDAQE/AU7fBK0fGzswa3T/xAAYEQADAQEAAAAAAAAAAAAAAAAAAQIRA//aAAgBAgEBPwGJRzbIt7mEwktTP//EABsQAAEEAwAAAAAAAAAA
        AAAAAAABAhAxESBB/9oACAEBAAY/AiyjHRsoo2U1/8QAGxABAQEBAAMBAAAAAAAAAAAAAQARQSExUXH/2gAIAQEAAT8hXXyFmI/IWYD8hXXiBi
        6bc3MhnskOXy5uYqB7bFnmFeRl3dITl//aAAwDAQACAAMAAAAQymHH/8QAHBEBAQABBQEAAAAAAAAAAAAAAREAITFBgaFR/9oACAEDAQE/EEBf
        id74SbxJ3hbC6PMZCizzP//EABgRAQEBAQEAAAAAAAAAAAAAAAEAESGh/9oACAECAQE/EGOpKMWPh6u0F//EAB4QAQACAQUBAQAAAAAAAAAAAA
        EAESExQVFhwXGB/9oACAEBAAE/EFVSX18iWUXqqamDWlREomQ5gsNw8rTPSekVeksjurMf0wz0npDKtKDuFSPqpvcdRooDyzFUJss//9k=
        """;

    public static TheoryData<string, string> Pictures => new()
    {
        { "small.jpg", "image/jpeg" },
        { "hd.jpg", "image/jpeg" },
        { "progressive", "image/jpeg" },
        { "picture.png", "image/png" },
        { "picture.gif", "image/gif" },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Knows_a_whole_picture_by_its_bytes(string name, string mediaType)
    {
        Assert.True(PictureProof.TryProve(await ReadAsync(name), out var found, out var flaw));

        Assert.Equal((mediaType, null), (found, flaw));
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Refuses_every_picture_that_is_cut_anywhere(string name, string mediaType)
    {
        _ = mediaType;
        var picture = await ReadAsync(name);

        for (var length = 0; length < picture.Length; length++)
        {
            Assert.False(PictureProof.TryProve(picture.AsSpan(0, length), out var found, out var flaw), $"{length} bytes");
            Assert.Null(found);
            Assert.NotEmpty(flaw);
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public async Task Tolerates_what_follows_the_end(string name, string mediaType)
    {
        byte[] padded = [.. await ReadAsync(name), .. "\r\n--boundary--\0\0\0"u8];

        Assert.True(PictureProof.TryProve(padded, out var found, out _));
        Assert.Equal(mediaType, found);
    }

    [Fact]
    public async Task Is_not_deceived_by_a_thumbnail_inside()
    {
        var thumbnail = await ReadAsync("small.jpg");
        var picture = await ReadAsync("hd.jpg");
        byte[] exif = [0xFF, 0xE1, (byte)((thumbnail.Length + 2) >> 8), (byte)(thumbnail.Length + 2), .. thumbnail];
        byte[] whole = [.. picture[..2], .. exif, .. picture[2..]];

        Assert.True(PictureProof.TryProve(whole, out _, out _));
        Assert.False(PictureProof.TryProve(whole.AsSpan(0, exif.Length + 2), out _, out var flaw));
        Assert.Equal("truncated JPEG", flaw);
        Assert.False(PictureProof.TryProve(whole.AsSpan(0, whole.Length - 2), out _, out flaw));
        Assert.Equal("truncated JPEG", flaw);
    }

    [Theory]
    [InlineData("", "the answer is empty")]
    [InlineData("<html>", "the bytes are no JPEG, PNG or GIF picture")]
    [InlineData("FF", "the bytes are no JPEG, PNG or GIF picture")]
    [InlineData("FFD8", "truncated JPEG")]
    [InlineData("FFD8FF", "truncated JPEG")]
    [InlineData("FFD8FFFFFFFF", "truncated JPEG")]
    [InlineData("FFD8FFE0", "truncated JPEG")]
    [InlineData("FFD8FFE00000", "truncated JPEG")]
    [InlineData("FFD8FFE0000100", "truncated JPEG")]
    [InlineData("FFD8FFE0FFFF00", "truncated JPEG")]
    [InlineData("FFD8FFD9", "broken JPEG: it ends before it begins")]
    [InlineData("FFD8FFD8", "broken JPEG: it ends before it begins")]
    [InlineData("FFD800", "broken JPEG: no marker where one must be")]
    [InlineData("FFD8FFDA000201FFD9", "broken JPEG: a scan without a frame")]
    [InlineData("FFD8FFC0000201FFD9", "broken JPEG: impossible dimensions")]
    [InlineData("FFD8FFC0000B080000001003011100", "broken JPEG: impossible dimensions")]
    [InlineData("FFD8FFC0000B08FFFFFFFF03011100", "broken JPEG: impossible dimensions")]
    [InlineData("FFD8FFC0000B08001000100001110000", "broken JPEG: impossible dimensions")]
    [InlineData("FFD8FFC0000B080010001003011100FFDA0002FFD9", "truncated JPEG")]
    [InlineData("89504E470D0A1A0A", "truncated PNG")]
    [InlineData("89504E470D0A1A0A0000000049454E44AE426082", "broken PNG: no header, or impossible dimensions")]
    [InlineData("89504E470D0A1A0AFFFFFFFF4948445200000000", "truncated PNG")]
    [InlineData("89504E470D0A1A0A0000000D494844520000000000000001080000000000000000", "broken PNG: no header, or impossible dimensions")]
    [InlineData("89504E470D0A1A0A0000000D49484452FFFFFFFFFFFFFFFF080000000000000000", "broken PNG: no header, or impossible dimensions")]
    [InlineData("89504E470D0A1A0A0000000D4948445200000001000000010800000000000000000000000049454E44AE426082", "broken PNG: no image data")]
    [InlineData("474946383961", "truncated GIF")]
    [InlineData("474946383961010001000000003B", "broken GIF: no image")]
    [InlineData("47494638396101000100000000AA", "broken GIF: no block where one must be")]
    [InlineData("4749463839610100010000000021", "truncated GIF")]
    [InlineData("474946383961010001000000002C00000000000000000000", "broken GIF: impossible dimensions")]
    [InlineData("474946383961010001000000002C0000000001000100000201", "truncated GIF")]
    public void Says_what_is_wrong(string hex, string expected)
    {
        var bytes = hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : RawCamera.Octets(hex);

        Assert.False(PictureProof.TryProve(bytes, out var mediaType, out var flaw));
        Assert.Equal((null, expected), (mediaType, flaw));
    }

    [Fact]
    public async Task Never_throws_whatever_is_broken()
    {
        var pictures = new List<byte[]>();
        foreach (var (name, _) in Pictures.Select(row => row.Data))
        {
            pictures.Add((await ReadAsync(name))[..700]);
        }

        Gen.Select(Gen.Int[0, pictures.Count - 1].Select(at => pictures[at]), Gen.Select(Gen.Int[0, 699], Gen.Byte).Array[0, 20], Gen.Int[0, 700])
            .Sample((picture, changes, length) =>
            {
                var broken = picture[..length];
                foreach (var (at, value) in changes.Where(change => change.Item1 < length))
                {
                    broken[at] = value;
                }

                Assert.Equal(PictureProof.TryProve(broken, out var mediaType, out var flaw), mediaType is not null);
                Assert.NotEqual(mediaType is null, flaw is null);
            }, iter: 20_000);
    }

    [Theory]
    [InlineData("text/html", true)]
    [InlineData("TEXT/plain; charset=utf-8", true)]
    [InlineData("application/xhtml+xml", true)]
    [InlineData("application/json", true)]
    [InlineData("application/problem+JSON", true)]
    [InlineData("application/xml", true)]
    [InlineData("image/svg+xml", true)]
    [InlineData("multipart/x-mixed-replace; boundary=x", true)]
    [InlineData("image/jpeg", false)]
    [InlineData("image/jpg", false)]
    [InlineData("application/octet-stream", false)]
    [InlineData("jpeg", false)]
    [InlineData("", false)]
    [InlineData("IMAGE/JPEG; name=\"text/html.xml\"", false)]
    [InlineData(" text/html", true)]
    public void Knows_types_that_are_no_picture(string contentType, bool isNone) =>
        Assert.Equal(isNone, PictureProof.IsNoPictureType(contentType));

    private static async Task<byte[]> ReadAsync(string name) =>
        name == "progressive" ? Convert.FromBase64String(Progressive) : await Photographs.ReadAsync(name);
}
