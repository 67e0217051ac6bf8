using System.Buffers.Binary;
using Evercam.FakeCameras;
using Evercam.Server.Pictures;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using SkiaSharp;

namespace Evercam.Tests.Pictures;

/// <summary>Smaller pictures for whoever asks for a width.</summary>
public sealed class ThumbnailTests(SqlitePictures server) : IClassFixture<SqlitePictures>
{
    private const long Second = 1_397_651_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("hd.jpg", 320, 180)]
    [InlineData("hd.jpg", 64, 36)]
    [InlineData("hd.jpg", 1279, 719)]
    [InlineData("large.jpg", 1920, 1080)]
    [InlineData("picture.png", 160, 120)]
    [InlineData("picture.gif", 100, 75)]
    public async Task A_smaller_picture_has_the_width_that_was_asked_for(string name, int width, int height)
    {
        var picture = await Photographs.ReadAsync(name);
        Assert.True(Thumbnail.TryMake(picture, width, out var smaller));
        using var decoded = SKBitmap.Decode(smaller);
        Assert.Equal((width, height), (decoded.Width, decoded.Height));

        // It shows the same: each quarter has, on the whole, the colour that it had.
        using var whole = SKBitmap.Decode(picture);
        foreach (var (x, y) in new[] { (0, 0), (1, 0), (0, 1), (1, 1) })
        {
            Assert.All(Mean(whole, x, y).Zip(Mean(decoded, x, y)), pair => Assert.Equal(pair.First, pair.Second, 8.0));
        }
    }

    [Theory]
    [InlineData("small.jpg", 160)]
    [InlineData("small.jpg", 1920)]
    [InlineData("picture.png", 320)]
    public async Task A_picture_never_grows(string name, int width)
    {
        Assert.True(Thumbnail.TryMake(await Photographs.ReadAsync(name), width, out var smaller));
        Assert.Null(smaller);
    }

    [Theory]
    [InlineData(1, "red", "green")]
    [InlineData(2, "green", "red")]
    [InlineData(3, "white", "blue")]
    [InlineData(4, "blue", "white")]
    [InlineData(5, "red", "blue")]
    [InlineData(6, "blue", "red")]
    [InlineData(7, "white", "green")]
    [InlineData(8, "green", "white")]
    public void A_camera_on_its_side_is_seen_upright(byte orientation, string left, string right)
    {
        Assert.True(Thumbnail.TryMake(Turned(Quarters(), orientation), 100, out var smaller));
        using var upright = SKBitmap.Decode(smaller);
        Assert.Equal((100, orientation < 5 ? 50 : 200), (upright.Width, upright.Height));
        Assert.Equal((left, right), (NameOf(upright.GetPixel(20, 10)), NameOf(upright.GetPixel(80, 10))));
    }

    [Fact]
    public void What_cannot_be_read_is_given_as_it_is()
    {
        Assert.True(Thumbnail.TryMake(Stage.Jpeg, 64, out var smaller));
        Assert.Null(smaller);
        Assert.True(Thumbnail.TryMake([], 64, out smaller));
        Assert.Null(smaller);
    }

    [Fact]
    public void A_file_that_claims_to_hold_billions_of_pixels_is_not_unpacked() =>
        Assert.False(Thumbnail.TryMake(Bomb(30_000, 30_000), 64, out _));

    [Fact]
    public void A_picture_of_a_very_large_camera_is_made_smaller()
    {
        var picture = Large(8_000, 6_000);
        Assert.True(Thumbnail.TryMake(picture, 640, out var smaller));
        using var decoded = SKBitmap.Decode(smaller);
        Assert.Equal((640, 480), (decoded.Width, decoded.Height));

        // Of one whose coefficients come in several scans, all of them would be in memory.
        Assert.False(Thumbnail.TryMake(Renamed(picture, 0xC0, 0xC2), 640, out _));
        Assert.True(SequentialJpeg.Is(picture));
        Assert.False(SequentialJpeg.Is(InTwoScans(picture)));
        Assert.False(Thumbnail.TryMake(Claiming(picture, 20_000, 20_000), 640, out _));
    }

    /// <summary>A marker that stands alone has no length: what would be taken for it may be a frame that decoders see.</summary>
    [Theory]
    [InlineData(0x00)]
    [InlineData(0x01)]
    [InlineData(0xD0)]
    [InlineData(0xD7)]
    public void A_jpeg_that_hides_a_frame_behind_a_marker_is_not_taken_for_one_of_one_scan(byte marker)
    {
        const int Skipped = 0xFFC2 - 2;
        Assert.False(SequentialJpeg.Is([0xFF, 0xD8, 0xFF, marker, 0xFF, 0xC2, .. new byte[Skipped], .. Large(64, 64)[2..]]));
    }

    [Fact]
    public void A_picture_that_would_be_too_high_for_a_jpeg_is_given_as_it_is()
    {
        Assert.True(Thumbnail.TryMake(Bomb(100, 200_000), 64, out var smaller));
        Assert.Null(smaller);
    }

    [Fact]
    public async Task A_stored_picture_is_given_smaller_and_known_by_a_tag_of_its_own()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second, await Photographs.ReadAsync("hd.jpg"));
        var whole = await stage.GetAsync($"snapshots/{Second}.jpg");
        foreach (var path in new[] { $"snapshots/{Second}.jpg?width=320", $"snapshots/{Second + 5}.jpg?width=320.9", "snapshots/latest.jpg?width=320" })
        {
            var picture = await stage.GetAsync(path);
            Assert.Equal((200, "image/jpeg", $"{Second}"), (picture.Status, picture.Header("Content-Type"), picture.Header("X-Snapshot-Created-At")));
            using var decoded = SKBitmap.Decode(picture.Bytes);
            Assert.Equal((320, 180), (decoded.Width, decoded.Height));
            Assert.NotEqual(whole.Header("ETag"), picture.Header("ETag"));
            var again = await stage.AskAsync(
                HttpMethod.Get, path, stage.Owner, adjust: request => request.Headers.IfNoneMatch.Add(new(picture.Header("ETag")!)));
            Assert.Equal((304, 0), (again.Status, again.Bytes.Length));
        }

        Assert.Contains("immutable", (await stage.GetAsync($"snapshots/{Second}.jpg?width=320")).Header("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal(whole.Bytes, (await stage.GetAsync($"snapshots/{Second}.jpg?width=1280")).Bytes);

        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Status);
        Assert.Equal(404, (await stage.GetAsync($"snapshots/{Second}.jpg?width=320")).Status);
    }

    [Fact]
    public async Task A_picture_that_is_too_large_to_be_made_smaller_is_refused_where_a_smaller_one_is_asked_for()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second, Bomb(30_000, 30_000), "image/png");
        (await stage.GetAsync("snapshots/latest.jpg?width=64")).Refuses(400, "The picture is too large to be made smaller");
        Assert.Equal(200, (await stage.GetAsync("snapshots/latest.jpg")).Status);
    }

    [Fact]
    public async Task A_live_picture_is_given_smaller()
    {
        var camera = new FakeCamera("gate") { Width = 640, Height = 480 };
        await using var host = await FakeCameraHost.StartAsync([camera], Cancellation);
        var stage = await Stage.SetAsync(server.App, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg")));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => stage.GetAsync("snapshot.jpg?width=320")));
        foreach (var answer in answers)
        {
            using var decoded = SKBitmap.Decode(answer.Bytes);
            Assert.Equal((200, 320, 240), (answer.Status, decoded.Width, decoded.Height));
        }
    }

    /// <summary>The mean red, green and blue of a quarter.</summary>
    private static double[] Mean(SKBitmap bitmap, int right, int below)
    {
        var (width, height) = (bitmap.Width / 2, bitmap.Height / 2);
        var pixels = (from x in Enumerable.Range(right * width, width)
                      from y in Enumerable.Range(below * height, height)
                      select bitmap.GetPixel(x, y)).ToList();
        return [pixels.Average(pixel => pixel.Red), pixels.Average(pixel => pixel.Green), pixels.Average(pixel => pixel.Blue)];
    }

    private static string NameOf(SKColor color) => (color.Red > 128, color.Green > 128, color.Blue > 128) switch
    {
        (true, false, false) => "red",
        (false, true, false) => "green",
        (false, false, true) => "blue",
        _ => "white",
    };

    /// <summary>Red and green above blue and white, 400 by 200 pixels.</summary>
    private static byte[] Quarters()
    {
        using var surface = SKSurface.Create(new SKImageInfo(400, 200));
        (SKColor Color, float X, float Y)[] quarters =
            [(SKColors.Red, 0, 0), (SKColors.Lime, 200, 0), (SKColors.Blue, 0, 100), (SKColors.White, 200, 100)];
        foreach (var (color, x, y) in quarters)
        {
            using var paint = new SKPaint { Color = color };
            surface.Canvas.DrawRect(x, y, 200, 100, paint);
        }

        using var image = surface.Snapshot();
        using var jpeg = image.Encode(SKEncodedImageFormat.Jpeg, 95);
        return jpeg.ToArray();
    }

    /// <summary>A JPEG of one colour.</summary>
    private static byte[] Large(int width, int height)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Gray8));
        bitmap.Erase(SKColors.Gray);
        using var jpeg = bitmap.Encode(SKEncodedImageFormat.Jpeg, 50);
        return jpeg.ToArray();
    }

    /// <summary>The JPEG with another kind of frame (ITU-T T.81, table B.1).</summary>
    private static byte[] Renamed(byte[] jpeg, byte from, byte to)
    {
        var renamed = jpeg.ToArray();
        renamed[jpeg.AsSpan().IndexOf((byte[])[0xFF, from]) + 1] = to;
        return renamed;
    }

    /// <summary>The JPEG as one that says that its first scan holds one of two components.</summary>
    private static byte[] InTwoScans(byte[] jpeg)
    {
        var frame = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        byte[] more = [.. jpeg[..(frame + 10)], .. jpeg[(frame + 10)..(frame + 13)], .. jpeg[(frame + 10)..]];
        more[frame + 3] += 3;
        more[frame + 9]++;
        more[frame + 13]++;
        return more;
    }

    /// <summary>The JPEG as one that says that it is larger.</summary>
    private static byte[] Claiming(byte[] jpeg, ushort width, ushort height)
    {
        var claiming = jpeg.ToArray();
        var frame = jpeg.AsSpan().IndexOf((byte[])[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(claiming.AsSpan(frame + 5), height);
        BinaryPrimitives.WriteUInt16BigEndian(claiming.AsSpan(frame + 7), width);
        return claiming;
    }

    /// <summary>A JPEG that says how its camera hangs (Exif, tag 274).</summary>
    private static byte[] Turned(byte[] jpeg, byte orientation) =>
    [
        .. jpeg[..2],
        0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. "MM\0*"u8, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0,
        .. jpeg[2..],
    ];

    /// <summary>A small PNG that claims to be large.</summary>
    private static byte[] Bomb(int width, int height)
    {
        var size = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        (size[8], size[9]) = (8, 2);
        return [137, 80, 78, 71, 13, 10, 26, 10, .. Chunk("IHDR"u8, size), .. Chunk("IDAT"u8, [0x78, 0x9C, 3, 0, 0, 0, 0, 1]), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, byte[] data)
    {
        var (length, sum) = (new byte[4], new byte[4]);
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        byte[] named = [.. type, .. data];
        BinaryPrimitives.WriteUInt32BigEndian(sum, Checksum(named));
        return [.. length, .. named, .. sum];
    }

    /// <summary>CRC-32 as PNG has it (W3C PNG, annex D).</summary>
    private static uint Checksum(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var octet in bytes)
        {
            sum ^= octet;
            for (var bit = 0; bit < 8; bit++)
            {
                sum = (sum & 1) == 1 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
            }
        }

        return ~sum;
    }
}
