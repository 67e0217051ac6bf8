using SkiaSharp;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Draws shapes in the light of the hour. Colours are those of noon, as 0xRRGGBB.</summary>
internal sealed class Brush(SKCanvas canvas, SKColor tint) : IDisposable
{
    private readonly SKPaint _paint = new()
    {
        IsAntialias = true,
        StrokeCap = SKStrokeCap.Round,
        StrokeJoin = SKStrokeJoin.Round,
    };
    private readonly SKPathBuilder _path = new();

    public SKCanvas Canvas => canvas;

    /// <summary>The same colour, seen through: <paramref name="part"/> from 0 to 1.</summary>
    public static SKColor Rgb(uint rgb, float part = 1) =>
        new((rgb & 0xFFFFFF) | ((uint)(Math.Clamp(part, 0, 1) * 255) << 24));

    public void Dispose()
    {
        _paint.Dispose();
        _path.Dispose();
    }

    /// <summary>Moves, turns and scales what is drawn until the result is disposed.</summary>
    public SKAutoCanvasRestore At(float x, float y, float scale = 1, float degrees = 0, bool isMirrored = false)
    {
        var restore = new SKAutoCanvasRestore(canvas, doSave: true);
        canvas.Translate(x, y);
        canvas.RotateDegrees(degrees);
        canvas.Scale(isMirrored ? -scale : scale, scale);
        return restore;
    }

    public void Rect(float x, float y, float width, float height, SKColor color) =>
        canvas.DrawRect(x, y, width, height, Fill(color));

    public void Round(float x, float y, float width, float height, float radius, SKColor color) =>
        canvas.DrawRoundRect(x, y, width, height, radius, radius, Fill(color));

    public void Oval(float x, float y, float radiusX, float radiusY, SKColor color) =>
        canvas.DrawOval(x, y, radiusX, radiusY, Fill(color));

    public void Circle(float x, float y, float radius, SKColor color) => canvas.DrawCircle(x, y, radius, Fill(color));

    public void Line(float x1, float y1, float x2, float y2, float width, SKColor color) =>
        canvas.DrawLine(x1, y1, x2, y2, Stroke(width, color));

    public void Ring(float x, float y, float radius, float width, SKColor color) =>
        canvas.DrawCircle(x, y, radius, Stroke(width, color));

    public void Path(SKPath path, SKColor color) => canvas.DrawPath(path, Fill(color));

    public void Outline(SKPath path, float width, SKColor color) => canvas.DrawPath(path, Stroke(width, color));

    /// <summary>A closed shape through these corners: x, y, x, y…</summary>
    public void Shape(SKColor color, params ReadOnlySpan<float> corners)
    {
        Trace(corners);
        using var path = _path.Detach();
        canvas.DrawPath(path, Fill(color));
    }

    /// <summary>A line through these points: x, y, x, y…</summary>
    public void Lines(float width, SKColor color, params ReadOnlySpan<float> points)
    {
        Trace(points);
        using var path = _path.Detach();
        canvas.DrawPath(path, Stroke(width, color));
    }

    /// <summary>Ground that rises and falls along x from 0 to 1600, filled down to <paramref name="bottom"/>.</summary>
    public void Ground(Func<float, float> height, float bottom, SKColor top, SKColor low)
    {
        var lowest = float.MinValue;
        _path.MoveTo(-50, bottom);
        for (var x = -50f; x <= 1650; x += 25)
        {
            var y = height(x);
            lowest = Math.Max(lowest, y);
            _path.LineTo(x, y);
        }

        _path.LineTo(1650, bottom);
        _path.Close();
        using var path = _path.Detach();
        canvas.DrawPath(path, Fill(top));
        Fade(-50, lowest, 1700, bottom - lowest, top, low);
    }

    /// <summary>A rectangle whose colour changes from top to bottom.</summary>
    public void Fade(float x, float y, float width, float height, SKColor top, SKColor bottom)
    {
        // A gradient costs far more than plain strips, and noise hides the steps. Each strip reaches under the next,
        // so that no seam shows; what is seen through must not overlap, and is small.
        const float step = 6;
        if (top.Alpha < 255 || bottom.Alpha < 255)
        {
            using var shader = SKShader.CreateLinearGradient(
                new SKPoint(0, y), new SKPoint(0, y + height), [Lit(top), Lit(bottom)], null, SKShaderTileMode.Clamp);
            _paint.Shader = shader;
            canvas.DrawRect(x, y, width, height, Fill(SKColors.White));
            _paint.Shader = null;
            return;
        }

        for (var down = 0f; down < height; down += step)
        {
            var strip = Math.Min(2 * step, height - down);
            Rect(x, y + down, width, strip, Daylight.Mix(top, bottom, (down + (step / 2)) / height));
        }
    }

    /// <summary>Light that adds to what is there, whatever the hour.</summary>
    public void Glow(float x, float y, float radius, uint rgb, float strength)
    {
        if (strength <= 0)
        {
            return;
        }

        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(x, y), radius, [Rgb(rgb, strength), Rgb(rgb, strength * 0.3f), Rgb(rgb, 0)], [0, 0.35f, 1],
            SKShaderTileMode.Clamp);
        _paint.Style = SKPaintStyle.Fill;
        _paint.Color = SKColors.White;
        _paint.Shader = shader;
        _paint.BlendMode = SKBlendMode.Plus;
        canvas.DrawCircle(x, y, radius, _paint);
        _paint.BlendMode = SKBlendMode.SrcOver;
        _paint.Shader = null;
    }

    /// <summary>Light that falls on the ground.</summary>
    public void Pool(float x, float y, float radiusX, float radiusY, uint rgb, float strength)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.Scale(1, radiusY / radiusX);
        Glow(0, 0, radiusX, rgb, strength);
        canvas.Restore();
    }

    /// <summary>A beam of light that widens and fades from one point to another.</summary>
    public void Beam(float x1, float y1, float x2, float y2, float spread, uint rgb, float strength)
    {
        if (strength <= 0)
        {
            return;
        }

        var length = MathF.Sqrt(((x2 - x1) * (x2 - x1)) + ((y2 - y1) * (y2 - y1)));
        var (acrossX, acrossY) = ((y1 - y2) / length * spread, (x2 - x1) / length * spread);
        Trace([x1, y1, x2 + acrossX, y2 + acrossY, x2 - acrossX, y2 - acrossY]);
        using var path = _path.Detach();
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(x1, y1), new SKPoint(x2, y2), [Rgb(rgb, strength), Rgb(rgb, 0)], null, SKShaderTileMode.Clamp);
        _paint.Style = SKPaintStyle.Fill;
        _paint.Color = SKColors.White;
        _paint.Shader = shader;
        _paint.BlendMode = SKBlendMode.Plus;
        canvas.DrawPath(path, _paint);
        _paint.BlendMode = SKBlendMode.SrcOver;
        _paint.Shader = null;
    }

    /// <summary>What lies in the shade of something.</summary>
    public void Shadow(float x, float y, float radiusX, float radiusY, float strength = 0.3f) =>
        Oval(x, y, radiusX, radiusY, Rgb(0x101018, strength));

    private void Trace(ReadOnlySpan<float> points)
    {
        _path.MoveTo(points[0], points[1]);
        for (var i = 2; i < points.Length; i += 2)
        {
            _path.LineTo(points[i], points[i + 1]);
        }
    }

    private SKPaint Fill(SKColor color)
    {
        _paint.Style = SKPaintStyle.Fill;
        _paint.Color = Lit(color);
        return _paint;
    }

    private SKPaint Stroke(float width, SKColor color)
    {
        _paint.Style = SKPaintStyle.Stroke;
        _paint.StrokeWidth = width;
        _paint.Color = Lit(color);
        return _paint;
    }

    private SKColor Lit(SKColor color) => new(
        (byte)(color.Red * tint.Red / 255),
        (byte)(color.Green * tint.Green / 255),
        (byte)(color.Blue * tint.Blue / 255),
        color.Alpha);
}
