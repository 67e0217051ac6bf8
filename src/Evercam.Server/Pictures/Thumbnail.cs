using SkiaSharp;

namespace Evercam.Server.Pictures;

/// <summary>Makes pictures smaller. Pure.</summary>
internal static class Thumbnail
{
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
        using var codec = UprightPicture.Open(data);
        if (codec is null)
        {
            return true;
        }

        var shown = UprightPicture.SizeOf(codec);
        var height = Math.Max(1, (int)Math.Round((double)shown.Height * width / shown.Width));
        if (width >= shown.Width || height > MostHeight)
        {
            return true;
        }

        var scale = (float)width / shown.Width;
        if (!UprightPicture.IsBearable(codec, picture, scale))
        {
            return false;
        }

        using var bitmap = UprightPicture.Unpack(codec, scale);
        smaller = bitmap is null ? null : Draw(bitmap, codec.EncodedOrigin, width, height);
        return true;
    }

    private static byte[] Draw(SKBitmap bitmap, SKEncodedOrigin origin, int width, int height)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        // What is transparent becomes white.
        surface.Canvas.Clear(SKColors.White);
        UprightPicture.Draw(surface.Canvas, bitmap, origin, new SKRect(0, 0, width, height));
        using var drawn = surface.Snapshot();
        using var jpeg = drawn.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return jpeg.ToArray();
    }
}
