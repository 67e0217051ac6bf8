using SkiaSharp;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Takes a camera's pictures: five a second at most, however many ask.</summary>
internal sealed class Shutter(FakeCamera camera)
{
    /// <summary>Scenes are painted on a canvas of this size, then fitted to the picture.</summary>
    private const float SceneWidth = 1600;
    private const float SceneHeight = 900;

    private static readonly SKJpegEncoderOptions _jpeg =
        new(80, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore);

    private static readonly long _exposureTicks = TimeSpan.FromMilliseconds(200).Ticks;

    private readonly Lock _lock = new();
    private long _takenAt = -1;
    private byte[] _taken = [];

    public byte[] TakeJpeg(DateTimeOffset now)
    {
        var exposure = now.UtcTicks / _exposureTicks;
        lock (_lock)
        {
            if (_takenAt != exposure)
            {
                _taken = Take(exposure, isNoisy: true, pixels => pixels.Encode(_jpeg));
                _takenAt = exposure;
            }

            return _taken;
        }
    }

    /// <summary>Without noise, which a PNG would keep grain by grain.</summary>
    public byte[] TakePng(DateTimeOffset now) =>
        Take(now.UtcTicks / _exposureTicks, isNoisy: false, pixels => pixels.Encode(SKPngEncoderOptions.Default));

    private byte[] Take(long exposure, bool isNoisy, Func<SKPixmap, SKData?> encode)
    {
        var moment = new Moment(new DateTimeOffset(exposure * _exposureTicks, TimeSpan.Zero).ToOffset(camera.UtcOffset));
        var light = new Daylight(moment);
        using var bitmap = new SKBitmap(
            new SKImageInfo(camera.Width, camera.Height, SKImageInfo.PlatformColorType, SKAlphaType.Opaque));
        using (var canvas = new SKCanvas(bitmap))
        using (var brush = new Brush(canvas, light.Tint))
        using (var lamp = new Brush(canvas, SKColors.White))
        {
            Paint(canvas, new View(moment, light, brush, lamp));
            if (isNoisy)
            {
                canvas.Flush();
                SensorNoise.Add(bitmap.GetPixelSpan(), bitmap.RowBytes, exposure, light);
            }

            Caption.Draw(lamp, camera, moment);
        }

        using var pixels = bitmap.PeekPixels();
        using var encoded = encode(pixels) ?? throw new InvalidOperationException("Skia encoded no picture.");
        return encoded.ToArray();
    }

    private void Paint(SKCanvas canvas, View view)
    {
        canvas.Save();
        // A picture of another shape shows the middle of the scene.
        var scale = Math.Max(camera.Width / SceneWidth, camera.Height / SceneHeight);
        canvas.Translate((camera.Width - (SceneWidth * scale)) / 2, (camera.Height - (SceneHeight * scale)) / 2);
        canvas.Scale(scale);
        switch (camera.Scene)
        {
            case Scene.BuildingSite:
                BuildingSite.Draw(view);
                break;
            case Scene.Street:
                Street.Draw(view);
                break;
            case Scene.Farm:
                Farm.Draw(view);
                break;
            case Scene.Harbour:
                Harbour.Draw(view);
                break;
            default:
                throw new InvalidOperationException($"Nobody painted a {camera.Scene}.");
        }

        canvas.Restore();
    }
}

/// <summary>All that a scene needs to be painted.</summary>
/// <param name="Moment">What moves goes by it.</param>
/// <param name="Light">The light of the hour.</param>
/// <param name="Brush">Paints what the light falls on.</param>
/// <param name="Lamp">Paints what shines of itself.</param>
internal sealed record View(Moment Moment, Daylight Light, Brush Brush, Brush Lamp);
