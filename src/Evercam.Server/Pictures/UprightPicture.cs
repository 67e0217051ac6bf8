using SkiaSharp;

namespace Evercam.Server.Pictures;

/// <summary>Unpacks and draws pictures the way people see them: a camera that hangs on its side says so in its pictures. Pure.</summary>
internal static class UprightPicture
{
    /// <summary>Pixels that are in memory at once, at most: a file of a few kilobytes can claim to hold billions.</summary>
    private const long MostUnpacked = 40_000_000;

    /// <summary>Pixels of a picture that goes through memory row by row, at most: it costs time alone, a second or two.</summary>
    private const long MostRead = 200_000_000;

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

    /// <summary>Whether it may be unpacked. What is unpacked of most pictures is all of them, however small they are wanted.</summary>
    /// <param name="codec">The picture.</param>
    /// <param name="bytes">Its file.</param>
    /// <param name="scale">At which share of its size.</param>
    public static bool IsBearable(SKCodec codec, ReadOnlySpan<byte> bytes, float scale)
    {
        var (whole, rough) = (Pixels(codec.Info.Size), Pixels(RoughSizeOf(codec, scale)));
        return whole <= MostUnpacked || (whole <= MostRead && rough <= MostUnpacked && SequentialJpeg.Is(bytes));
    }

    /// <summary>The pixels as they are stored, at this share of their size or somewhat more.</summary>
    /// <returns><see langword="null"/> if not all of them are there.</returns>
    public static SKBitmap? Unpack(SKCodec codec, float scale)
    {
        var rough = RoughSizeOf(codec, scale);
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

    /// <summary>JPEGs are unpacked at an eighth of their size, two eighths and so on: the next one that is not too small.</summary>
    private static SKSizeI RoughSizeOf(SKCodec codec, float scale) => codec.GetScaledDimensions(Math.Min(1, scale + (1f / 16)));

    private static long Pixels(SKSizeI size) => (long)size.Width * size.Height;

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
