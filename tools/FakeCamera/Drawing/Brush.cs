using SkiaSharp;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Draws shapes in the light of the hour. Colours are those of noon, as 0xRRGGBB.</summary>
internal sealed class Brush(SKCanvas canvas, SKColor tint) : IDisposable
{
    private readonly SKPaint _paint = new() { IsAntialias = true, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
    private readonly SKPathBuilder _path = new();

    public SKCanvas Canvas => canvas;

    /// <summary>The same colour, seen through: <paramref name="part"/> from 0 to 1.</summary>
    public static SKColor Rgb(uint rgb, float part = 1) => new((rgb & 0xFFFFFF) | ((uint)(Math.Clamp(part, 0, 1) * 255) << 24));

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
    public void Ground(Func<float, float> height, float bottom, SKColor top, SKColor low, float step = 25)
    {
        _path.MoveTo(-50, bottom);
        for (var x = -50f; x <= 1650; x += step)
        {
            _path.LineTo(x, height(x));
        }

        _path.LineTo(1650, bottom);
        _path.Close();
        using var path = _path.Detach();
        path.GetBounds(out var bounds);
        canvas.DrawPath(path, Vertical(bounds.Top, bottom, top, low));
        _paint.Shader = null;
    }

    /// <summary>A rectangle whose colour changes from top to bottom.</summary>
    public void Fade(float x, float y, float width, float height, SKColor top, SKColor bottom)
    {
        canvas.DrawRect(x, y, width, height, Vertical(y, y + height, top, bottom));
        _paint.Shader = null;
    }

    /// <summary>Light that adds to what is there, whatever the hour.</summary>
    public void Glow(float x, float y, float radius, uint rgb, float strength)
    {
        if (strength <= 0)
        {
            return;
        }

        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(x, y), radius, [Rgb(rgb, strength), Rgb(rgb, strength * 0.3f), Rgb(rgb, 0)], [0, 0.35f, 1], SKShaderTileMode.Clamp);
        _paint.Style = SKPaintStyle.Fill;
        _paint.Color = SKColors.White;
        _paint.Shader = shader;
        _paint.BlendMode = SKBlendMode.Plus;
        canvas.DrawCircle(x, y, radius, _paint);
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

    private SKPaint Vertical(float top, float bottom, SKColor from, SKColor to)
    {
        using var shader = SKShader.CreateLinearGradient(
            new SKPoint(0, top), new SKPoint(0, bottom), [Lit(from), Lit(to)], null, SKShaderTileMode.Clamp);
        _paint.Style = SKPaintStyle.Fill;
        _paint.Color = SKColors.White;
        _paint.Shader = shader;
        return _paint;
    }

    private SKColor Lit(SKColor color) => new(
        (byte)(color.Red * tint.Red / 255), (byte)(color.Green * tint.Green / 255), (byte)(color.Blue * tint.Blue / 255), color.Alpha);
}
