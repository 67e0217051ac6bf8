using System.Runtime.InteropServices;
using SkiaSharp;

namespace Evercam.Server.Pictures;

/// <summary>The frame that the pictures of a video are drawn into, one after the other: as large as the first of them, or smaller. One of
/// another shape has black beside it.</summary>
internal sealed class VideoFrame : IDisposable
{
    /// <summary>No narrow picture makes a tower of it.</summary>
    private const int MostHeight = 4096;

    private const int BytesPerPixel = 4;

    /// <summary>Where no collection moves it: it is drawn into from outside, and read from here.</summary>
    private readonly byte[] pixels;

    private readonly SKSurface surface;

    private VideoFrame(SKSizeI size, SKCodec first, SKBitmap bitmap)
    {
        Width = size.Width;
        Height = size.Height;
        pixels = GC.AllocateUninitializedArray<byte>(Width * Height * BytesPerPixel, pinned: true);
        surface = SKSurface.Create(
            new SKImageInfo(Width, Height, SKColorType.Bgra8888, SKAlphaType.Opaque), Marshal.UnsafeAddrOfPinnedArrayElement(pixels, 0));
        Draw(first, bitmap);
    }

    /// <summary>Even, as <see cref="Height"/> is: the way videos keep colours takes two columns and two rows together.</summary>
    public int Width { get; }

    public int Height { get; }

    /// <summary>What was drawn last: row by row blue, green, red and a byte that means nothing.</summary>
    public ReadOnlyMemory<byte> Pixels => pixels;

    /// <summary>A frame for a picture and others like it, with the picture in it.</summary>
    /// <param name="picture">JPEG, PNG or GIF.</param>
    /// <param name="width">Pixels, at most.</param>
    /// <returns><see langword="null"/> if that is no picture, or not all of one.</returns>
    public static VideoFrame? TryBegin(ReadOnlySpan<byte> picture, int width)
    {
        using var data = SKData.CreateCopy(picture);
        using var codec = UprightPicture.Open(data);
        if (codec is null)
        {
            return null;
        }

        var size = Fit(UprightPicture.SizeOf(codec), width);
        using var bitmap = Unpack(codec, picture, size);
        return bitmap is null ? null : new VideoFrame(size, codec, bitmap);
    }

    /// <summary>Draws the next picture.</summary>
    /// <returns><see langword="false"/> if that is none, or not all of one; the frame is as it was.</returns>
    public bool TryDraw(ReadOnlySpan<byte> picture)
    {
        using var data = SKData.CreateCopy(picture);
        using var codec = UprightPicture.Open(data);
        using var bitmap = codec is null ? null : Unpack(codec, picture, new(Width, Height));
        if (bitmap is null)
        {
            return false;
        }

        Draw(codec!, bitmap);
        return true;
    }

    public void Dispose() => surface.Dispose();

    private static SKSizeI Fit(SKSizeI size, int width)
    {
        var scale = Math.Min(1, Math.Min((double)width / size.Width, (double)MostHeight / size.Height));
        return new(Even(size.Width * scale), Even(size.Height * scale));
    }

    private static int Even(double pixels) => Math.Max(2, (int)Math.Round(pixels / 2, MidpointRounding.ToZero) * 2);

    private static SKBitmap? Unpack(SKCodec codec, ReadOnlySpan<byte> picture, SKSizeI frame)
    {
        var scale = ScaleOf(UprightPicture.SizeOf(codec), frame);
        return UprightPicture.IsBearable(codec, picture, scale) ? UprightPicture.Unpack(codec, scale) : null;
    }

    private static float ScaleOf(SKSizeI size, SKSizeI frame) =>
        Math.Min((float)frame.Width / size.Width, (float)frame.Height / size.Height);

    private void Draw(SKCodec codec, SKBitmap bitmap)
    {
        var size = UprightPicture.SizeOf(codec);
        var scale = ScaleOf(size, new(Width, Height));
        surface.Canvas.Clear(SKColors.Black);
        UprightPicture.Draw(surface.Canvas, bitmap, codec.EncodedOrigin, PlaceOf(size.Width * scale, size.Height * scale));
        surface.Flush();
    }

    /// <summary>In the middle. What lacks less than the two pixels that even sizes may cost fills the frame.</summary>
    private SKRect PlaceOf(float width, float height)
    {
        var (left, top) = ((Width - width) / 2, (Height - height) / 2);
        return left <= 1 && top <= 1 ? new(0, 0, Width, Height) : new(left, top, left + width, top + height);
    }
}
