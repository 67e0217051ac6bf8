using SkiaSharp;

namespace Evercam.Server.Pictures;

/// <summary>Unpacks and draws pictures the way people see them: a camera that hangs on its side says so in its pictures. Pure.</summary>
internal static class UprightPicture
{
    /// <summary>Pixels of a picture that is unpacked, at most: a file of a few kilobytes can claim to hold billions, and what is unpacked
    /// of a progressive JPEG is all of them, however small it is wanted.</summary>
    private const long MostPixels = 40_000_000;

    /// <returns><see langword="null"/> for what is no picture.</returns>
    public static SKCodec? Open(SKData data)
    {
        // Whatever the library says, it is null for what it does not know.
        var codec = SKCodec.Create(data);
        if (codec is { Info.IsEmpty: true })
        {
            codec.Dispose();
            return null;
        }

        return codec;
    }

    /// <summary>The size as people see it.</summary>
    public static SKSizeI SizeOf(SKCodec codec) => codec.EncodedOrigin >= SKEncodedOrigin.LeftTop
        ? new(codec.Info.Height, codec.Info.Width)
        : new(codec.Info.Width, codec.Info.Height);

    /// <summary>Whether it may be unpacked.</summary>
    public static bool IsBearable(SKSizeI size) => (long)size.Width * size.Height <= MostPixels;

    /// <summary>The pixels as they are stored, at this share of their size or somewhat more.</summary>
    /// <returns><see langword="null"/> if not all of them are there.</returns>
    public static SKBitmap? Unpack(SKCodec codec, float scale)
    {
        // JPEGs are unpacked at an eighth of their size, two eighths and so on: the next one that is not too small.
        var rough = codec.GetScaledDimensions(Math.Min(1, scale + (1f / 16)));
        var bitmap = new SKBitmap(new SKImageInfo(rough.Width, rough.Height));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) == SKCodecResult.Success)
        {
            return bitmap;
        }

        bitmap.Dispose();
        return null;
    }

    /// <summary>Draws pixels as they are stored, upright.</summary>
    public static void Draw(SKCanvas canvas, SKBitmap bitmap, SKEncodedOrigin origin, SKRect place)
    {
        using var image = SKImage.FromBitmap(bitmap);
        canvas.Save();
        canvas.Concat(SKMatrix.CreateScaleTranslation(place.Width, place.Height, place.Left, place.Top).PreConcat(Turn(origin)));
        canvas.DrawImage(image, new SKRect(0, 0, 1, 1), new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        canvas.Restore();
    }

    /// <summary>Turns the unit square as it is stored into the one that is seen (Exif 2.32, 4.6.4 A, Orientation).</summary>
    private static SKMatrix Turn(SKEncodedOrigin origin) => origin switch
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
