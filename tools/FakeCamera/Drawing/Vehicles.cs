using SkiaSharp;
using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>What drives by. Drawn with its wheels at y 0, front to the right.</summary>
internal static class Vehicles
{
    private static readonly uint[] _paints =
        [0xB3262E, 0x2F5D8A, 0xE6E6E2, 0x30343A, 0x8B9298, 0xD9A520, 0x3E6B52, 0x7F5539];

    private static readonly SKPath _car = SKPath.ParseSvgPathData(
        "M-100 -20Q-101 -42 -84 -45L-62 -48L-40 -70Q-36 -75 -28 -75H28"
        + "Q37 -75 43 -69L66 -48L88 -43Q101 -40 101 -26L101 -18Q101 -13 96 -13H-95Q-100 -13 -100 -20Z");

    private static readonly SKPath _carGlass = SKPath.ParseSvgPathData(
        "M-52 -49L-35 -66Q-33 -68 -29 -68H-2V-49ZM5 -49V-68H28Q32 -68 35 -66L53 -49Z");

    private static readonly SKPath _van = SKPath.ParseSvgPathData(
        "M-118 -20V-104Q-118 -112 -110 -112H52"
        + "Q62 -112 68 -104L92 -64L112 -56Q120 -52 120 -42V-20Q120 -14 114 -14H-112Q-118 -14 -118 -20Z");

    private static readonly SKPath _vanGlass = SKPath.ParseSvgPathData("M34 -62V-100H54Q60 -100 63 -95L82 -62Z");

    /// <summary>Something that drives by, whatever the dice give.</summary>
    public static void Drive(View view, float x, float y, float scale, long id, float way, bool isLeftward)
    {
        var kind = Dice.Roll(id, 20);
        using (view.Brush.At(x, y, scale, isMirrored: isLeftward))
        {
            var paint = Rgb(Dice.Pick<uint>(_paints, id, 21));
            switch (kind)
            {
                case < 0.74f:
                    Car(view, paint, way);
                    break;
                case < 0.9f:
                    Van(view, paint, way);
                    break;
                default:
                    Bus(view, way, isLeftward);
                    break;
            }
        }
    }

    /// <summary>A tipper for the building site.</summary>
    public static void Tipper(View view, float x, float y, float scale, float way, bool isLeftward)
    {
        var brush = view.Brush;
        using (brush.At(x, y, scale, isMirrored: isLeftward))
        {
            brush.Shadow(0, 0, 150, 9);
            brush.Rect(-130, -34, 250, 14, Rgb(0x3A3C40));
            brush.Shape(Rgb(0x6A5846), -128, -92, -90, -112, -40, -104, 10, -116, 44, -92);
            brush.Shape(Rgb(0xD98A1E), -140, -94, 50, -94, 40, -38, -126, -38);
            brush.Lines(4, Rgb(0xB06E12), -84, -90, -80, -42, -36, -42, -36, -90, 6, -90, 4, -42);
            brush.Round(58, -108, 66, 84, 10, Rgb(0xE8A02A));
            brush.Round(84, -98, 36, 34, 5, Rgb(0x8FB4C6));
            brush.Rect(114, -44, 14, 20, Rgb(0x3A3C40));
            foreach (var wheel in (ReadOnlySpan<float>)[-98, -52, 88])
            {
                Wheel(brush, wheel, 22, way);
            }

            Lights(view, 124, -40, -132, -44);
        }
    }

    private static void Car(View view, SKColor paint, float way)
    {
        var brush = view.Brush;
        brush.Shadow(0, 1, 108, 8);
        brush.Path(_car, paint);
        brush.Path(_carGlass, Rgb(0x33424E));
        brush.Shape(Rgb(0x7E97A6), -40, -52, -28, -66, -16, -66, -28, -52);
        brush.Line(-98, -34, 99, -34, 1.6f, Daylight.Mix(paint, SKColors.Black, 0.25f));
        brush.Line(1.5f, -66, 1.5f, -18, 1.6f, Daylight.Mix(paint, SKColors.Black, 0.3f));
        Wheel(brush, -60, 17, way);
        Wheel(brush, 62, 17, way);
        Lights(view, 97, -33, -98, -36);
    }

    private static void Van(View view, SKColor paint, float way)
    {
        var brush = view.Brush;
        brush.Shadow(0, 1, 128, 9);
        brush.Path(_van, paint);
        brush.Path(_vanGlass, Rgb(0x33424E));
        brush.Line(26, -104, 26, -20, 2, Daylight.Mix(paint, SKColors.Black, 0.25f));
        brush.Rect(-104, -82, 112, 10, Daylight.Mix(paint, SKColors.White, 0.4f));
        Wheel(brush, -72, 19, way);
        Wheel(brush, 78, 19, way);
        Lights(view, 114, -38, -117, -44);
    }

    private static void Bus(View view, float way, bool isLeftward)
    {
        var (_, light, brush, lamp) = view;
        brush.Shadow(0, 1, 205, 10);
        brush.Round(-200, -158, 400, 146, 12, Rgb(0x1F7A62));
        brush.Rect(-200, -62, 400, 12, Rgb(0xF0E6C8));
        brush.Round(-190, -138, 376, 66, 6, Rgb(0x24323A));
        lamp.Round(-190, -138, 376, 66, 6, Rgb(0xFFE6A8, 0.75f * light.Lamps));
        for (var pillar = -124; pillar < 180; pillar += 62)
        {
            brush.Rect(pillar, -138, 5, 66, Rgb(0x1F7A62));
            brush.Circle(pillar + 30, -86, 10, Rgb(0x3A3030));
            brush.Round(pillar + 18, -80, 24, 9, 4, Rgb(0x50485A));
        }

        using (lamp.At(isLeftward ? 60 : -60, -34, isMirrored: isLeftward))
        using (var sign = StrokeFont.Strokes("14 Harbour", 15))
        {
            lamp.Outline(sign, 2.4f, Daylight.Mix(Rgb(0xF0E6C8), Rgb(0x9AA08C), light.Lamps));
        }

        Wheel(brush, -128, 22, way);
        Wheel(brush, 124, 22, way);
        Lights(view, 196, -36, -198, -36);
    }

    private static void Wheel(Brush brush, float x, float radius, float way)
    {
        var y = -radius + 1;
        brush.Circle(x, y, radius, Rgb(0x1C1D20));
        brush.Circle(x, y, radius * 0.58f, Rgb(0xA9AEB4));
        for (var spoke = 0; spoke < 3; spoke++)
        {
            var angle = (way / radius) + (spoke * MathF.PI / 3);
            var (dx, dy) = (MathF.Cos(angle) * radius * 0.5f, MathF.Sin(angle) * radius * 0.5f);
            brush.Line(x - dx, y - dy, x + dx, y + dy, 2, Rgb(0x5C6066));
        }
    }

    private static void Lights(View view, float frontX, float frontY, float rearX, float rearY)
    {
        var (_, light, brush, lamp) = view;
        brush.Oval(frontX - 2, frontY, 5, 6, Rgb(0xF4F0DC));
        brush.Round(rearX - 1, rearY - 6, 6, 12, 2, Rgb(0xB01818));
        lamp.Beam(frontX, frontY, frontX + 300, frontY + 22, 40, 0xFFF0C8, 0.2f * light.Lamps);
        lamp.Pool(frontX + 150, 2, 170, 24, 0xFFF0C8, 0.4f * light.Lamps);
        lamp.Glow(frontX, frontY, 34, 0xFFF4D8, 0.9f * light.Lamps);
        lamp.Glow(rearX, rearY, 26, 0xFF2A1A, 0.8f * light.Lamps);
    }
}
