using Evercam.FakeCameras;
using SkiaSharp;

namespace Evercam.Tests.FakeCameras;

public class PictureTests
{
    private static readonly DateTimeOffset _noon = new(2026, 5, 23, 12, 41, 7, TimeSpan.Zero);

    public static TheoryData<Scene> Scenes => [.. Enum.GetValues<Scene>()];

    [Theory, MemberData(nameof(Scenes))]
    public void A_jpeg_decodes_and_has_the_asked_size(Scene scene)
    {
        var camera = new FakeCamera("test") { Scene = scene, Width = 481, Height = 270 };

        var jpeg = camera.TakeJpeg(_noon);

        Assert.Equal([0xFF, 0xD8, 0xFF], jpeg[..3]);
        Assert.Equal((481, 270), SizeOf(jpeg));
    }

    [Theory, MemberData(nameof(Scenes))]
    public void A_png_decodes_and_has_the_asked_size(Scene scene)
    {
        var camera = new FakeCamera("test") { Scene = scene, Width = 320, Height = 240 };

        var png = camera.TakePng(_noon);

        Assert.Equal("PNG"u8, png.AsSpan(1, 3));
        Assert.Equal((320, 240), SizeOf(png));
    }

    [Theory, MemberData(nameof(Scenes))]
    public void The_same_moment_gives_the_same_bytes(Scene scene)
    {
        var first = new FakeCamera("test") { Scene = scene, Width = 320, Height = 180 };
        var second = new FakeCamera("test") { Scene = scene, Width = 320, Height = 180 };

        Assert.Equal(first.TakeJpeg(_noon), second.TakeJpeg(_noon));
    }

    [Theory, MemberData(nameof(Scenes))]
    public void The_scene_moves_from_one_second_to_the_next(Scene scene)
    {
        var camera = new FakeCamera("test") { Scene = scene, Width = 640, Height = 360 };

        // PNG has no noise, and the clock stands in the uppermost tenth: what differs below is the scene.
        var changed = ChangedPixels(camera.TakePng(_noon), camera.TakePng(_noon.AddSeconds(1)), fromRow: 40);

        Assert.InRange(changed, 200, int.MaxValue);
    }

    [Theory, MemberData(nameof(Scenes))]
    public void Night_is_darker_than_day(Scene scene)
    {
        var camera = new FakeCamera("test") { Scene = scene, Width = 320, Height = 180 };

        Assert.InRange(Brightness(camera.TakePng(_noon.AddHours(12))), 1, Brightness(camera.TakePng(_noon)) / 2);
    }

    [Fact]
    public void Requests_within_a_fifth_of_a_second_share_a_picture()
    {
        var camera = new FakeCamera("test") { Width = 320, Height = 180 };

        var first = camera.TakeJpeg(_noon);

        Assert.Same(first, camera.TakeJpeg(_noon.AddMilliseconds(199)));
        Assert.NotEqual(first, camera.TakeJpeg(_noon.AddMilliseconds(200)));
    }

    [Fact]
    public void Day_and_night_follow_the_offset_of_the_camera()
    {
        var here = new FakeCamera("test") { Width = 320, Height = 180 };
        var there = new FakeCamera("test") { Width = 320, Height = 180, UtcOffset = TimeSpan.FromHours(12) };

        Assert.InRange(Brightness(there.TakePng(_noon)), 1, Brightness(here.TakePng(_noon)) / 2);
    }

    [Fact]
    public void The_title_is_written_into_the_picture()
    {
        var plain = new FakeCamera("test") { Title = "", Width = 640, Height = 360 };
        var titled = new FakeCamera("test") { Title = "Ab - 9/x, é", Width = 640, Height = 360 };

        var changed = ChangedPixels(plain.TakePng(_noon), titled.TakePng(_noon), fromRow: 0);

        Assert.InRange(changed, 300, 12_000);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("a b")]
    public void A_name_that_is_no_path_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new FakeCamera(name));

    [Theory]
    [InlineData(63)]
    [InlineData(3841)]
    public void A_size_out_of_range_is_refused(int pixels) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FakeCamera("test") { Width = pixels });

    private static (int Width, int Height) SizeOf(byte[] picture)
    {
        using var bitmap = SKBitmap.Decode(picture);
        return (bitmap.Width, bitmap.Height);
    }

    private static int ChangedPixels(byte[] before, byte[] after, int fromRow)
    {
        using var a = SKBitmap.Decode(before);
        using var b = SKBitmap.Decode(after);
        var rows = fromRow * a.Width;
        return a.Pixels.Skip(rows).Zip(b.Pixels.Skip(rows)).Count(pair => pair.First != pair.Second);
    }

    private static double Brightness(byte[] picture)
    {
        using var bitmap = SKBitmap.Decode(picture);
        return bitmap.Pixels.Average(pixel => pixel.Red + pixel.Green + pixel.Blue);
    }
}
