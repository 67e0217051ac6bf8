using SkiaSharp;

namespace Evercam.Server.Pictures;

/// <summary>Makes pictures smaller. Pure.</summary>
internal static class Thumbnail
{
    /// <summary>Pixels of a picture that is made smaller, at most: a file of a few kilobytes can claim to hold billions, and what is unpacked
    /// of a progressive JPEG is all of them, however small it is wanted.</summary>
    private const long MostPixels = 40_000_000;

    /// <summary>A JPEG is no higher (ITU-T T.81, B.2.2).</summary>
    private const int MostHeight = 65_500;

    private const int Quality = 80;

    /// <summary>A picture of this width as a JPEG, upright.</summary>
    /// <param name="picture">JPEG, PNG or GIF.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="smaller">The picture; <see langword="null"/> if the given one is no larger, cannot be read, or would be too high.</param>
    /// <returns><see langword="false"/> if it would take more memory than it may.</returns>
    public static bool TryMake(ReadOnlySpan<byte> picture, int width, out byte[]? smaller)
    {
        smaller = null;
        using var data = SKData.CreateCopy(picture);
        using var codec = Open(data);
        if (codec is null || codec.Info.IsEmpty)
        {
            return true;
        }

        var shown = Shown(codec);
        var height = Math.Max(1, (int)Math.Round((double)shown.Height * width / shown.Width));
        if (width >= shown.Width || height > MostHeight)
        {
            return true;
        }

        if ((long)shown.Width * shown.Height > MostPixels)
        {
            return false;
        }

        // JPEGs are unpacked at an eighth of their size, two eighths and so on: the next one that is not too small.
        var rough = codec.GetScaledDimensions(Math.Min(1, ((float)width / shown.Width) + (1f / 16)));
        using var bitmap = new SKBitmap(new SKImageInfo(rough.Width, rough.Height));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            smaller = Draw(bitmap, codec.EncodedOrigin, width, height);
        }

        return true;
    }

    /// <returns><see langword="null"/> for what is no picture, whatever the library says.</returns>
    private static SKCodec? Open(SKData data) => SKCodec.Create(data);

    private static byte[] Draw(SKBitmap bitmap, SKEncodedOrigin origin, int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        using var image = SKImage.FromBitmap(bitmap);
        // What is transparent becomes white.
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Concat(SKMatrix.CreateScale(width, height).PreConcat(Upright(origin)));
        surface.Canvas.DrawImage(
            image, new SKRect(0, 0, 1, 1), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        using var drawn = surface.Snapshot();
        using var jpeg = drawn.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }

    /// <summary>The size as people see it: a camera that hangs on its side says so in its pictures.</summary>
    private static SKSizeI Shown(SKCodec codec) => codec.EncodedOrigin >= SKEncodedOrigin.LeftTop
        ? new(codec.Info.Height, codec.Info.Width)
        : new(codec.Info.Width, codec.Info.Height);

    /// <summary>Turns the unit square as it is stored into the one that is seen (Exif 2.32, 4.6.4 A, Orientation).</summary>
    private static SKMatrix Upright(SKEncodedOrigin origin) => origin switch
    {
        SKEncodedOrigin.TopRight => new(-1, 0, 1, 0, 1, 0, 0, 0, 1),
        SKEncodedOrigin.BottomRight => new(-1, 0, 1, 0, -1, 1, 0, 0, 1),
        SKEncodedOrigin.BottomLeft => new(1, 0, 0, 0, -1, 1, 0, 0, 1),
        SKEncodedOrigin.LeftTop => new(0, 1, 0, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightTop => new(0, -1, 1, 1, 0, 0, 0, 0, 1),
        SKEncodedOrigin.RightBottom => new(0, -1, 1, -1, 0, 1, 0, 0, 1),
        SKEncodedOrigin.LeftBottom => new(0, 1, 0, -1, 0, 1, 0, 0, 1),
        _ => SKMatrix.Identity,
    };
}
