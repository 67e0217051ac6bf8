using SkiaSharp;
using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Sun, moon, stars and clouds over any scene.</summary>
internal static class Sky
{
    private const int Stars = 90;

    private static readonly SKColor _nightTop = Rgb(0x070B1C);
    private static readonly SKColor _nightLow = Rgb(0x1E2A4A);
    private static readonly SKColor _dayTop = Rgb(0x3F86C8);
    private static readonly SKColor _dayLow = Rgb(0xC9E2F0);
    private static readonly SKColor _duskTop = Rgb(0x4A5590);
    private static readonly SKColor _duskLow = Rgb(0xF6A468);

    /// <summary>The colour of the sky where it meets the land: distance fades into it.</summary>
    public static SKColor Haze(Daylight light) =>
        Daylight.Mix(Daylight.Mix(_nightLow, _dayLow, light.Day), _duskLow, light.Dusk * 0.8f);

    /// <summary>The sky down to a horizon.</summary>
    public static void Draw(View view, float horizon)
    {
        var (_, light, _, lamp) = view;
        var top = Daylight.Mix(Daylight.Mix(_nightTop, _dayTop, light.Day), _duskTop, light.Dusk * 0.7f);
        lamp.Fade(-50, -50, 1700, horizon + 51, top, Haze(light));
        DrawStars(view, horizon);
        DrawMoon(view, horizon);
        DrawSun(view, horizon);
    }

    /// <summary>Clouds that drift from left to right, between two heights.</summary>
    public static void DrawClouds(View view, float top, float bottom, int count = 6)
    {
        var (moment, light, _, lamp) = view;
        var white = Daylight.Mix(Daylight.Mix(Rgb(0x262F4A), Rgb(0xF6F9FB), light.Day), Rgb(0xF7C3A0), light.Dusk * 0.7f);
        var shade = Daylight.Mix(Daylight.Mix(Rgb(0x1C2440), Rgb(0xCDDCE8), light.Day), Rgb(0x9C7C94), light.Dusk * 0.7f);
        for (var i = 0; i < count; i++)
        {
            var near = Dice.Roll(i, 1 + (int)top);
            var scale = 0.5f + (0.8f * near);
            var wind = 2000 / (9 + (10 * near));
            var x = (moment.Phase(wind * 6, Dice.Roll(i, 2 + (int)top)) * 2200) - 300;
            var y = bottom + ((top - bottom) * near);
            using (lamp.At(x, y, scale))
            {
                Puffs(lamp, i, 1, 0, shade);
                Puffs(lamp, i, 0.94f, -5, white);
            }
        }
    }

    private static void Puffs(Brush lamp, int cloud, float size, float y, SKColor color)
    {
        lamp.Round(-110 * size, y - (18 * size), 220 * size, 30 * size, 15 * size, color);
        for (var puff = 0; puff < 5; puff++)
        {
            var radius = (Dice.Between(26, 48, cloud, 10 + puff) - (Math.Abs(puff - 2) * 6)) * size;
            lamp.Oval((-78 + (puff * 39)) * size, y - (12 * size) - (radius * 0.35f), radius, radius * 0.8f, color);
        }
    }

    private static void DrawStars(View view, float horizon)
    {
        var (moment, light, _, lamp) = view;
        var strength = 1 - Daylight.Smooth(0, 0.35f, light.Day);
        for (var star = 0; star < Stars && strength > 0; star++)
        {
            var twinkle = 0.75f + (0.25f * moment.Swing(3 + (4 * Dice.Roll(star, 4)), Dice.Roll(star, 5)));
            var bright = Dice.Roll(star, 3);
            lamp.Circle(
                Dice.Roll(star, 1) * 1600, Dice.Roll(star, 2) * horizon * 0.85f, 0.9f + (1.3f * bright * bright),
                Rgb(0xFFFFF0, strength * twinkle * (0.35f + (0.65f * bright))));
        }
    }

    private static void DrawMoon(View view, float horizon)
    {
        if (view.Light.MoonWay is < 0 or > 1)
        {
            return;
        }

        var (x, y) = Arc(view.Light.MoonWay, horizon);
        view.Lamp.Glow(x, y, 130, 0xB8C8F0, 0.35f * (1 - view.Light.Day));
        view.Lamp.Circle(x, y, 26, Rgb(0xF2F0E2));
        view.Lamp.Circle(x - 7, y - 5, 6, Rgb(0xD8D6CA));
        view.Lamp.Circle(x + 8, y + 7, 4.5f, Rgb(0xD8D6CA));
        view.Lamp.Circle(x + 5, y - 11, 3, Rgb(0xD8D6CA));
    }

    private static void DrawSun(View view, float horizon)
    {
        if (view.Light.SunWay is < -0.02f or > 1.02f)
        {
            return;
        }

        var (x, y) = Arc(view.Light.SunWay, horizon);
        view.Lamp.Glow(x, y, 380, 0xFFA860, 0.12f + (0.4f * view.Light.Dusk));
        view.Lamp.Glow(x, y, 110, 0xFFE4C0, 0.55f);
        view.Lamp.Circle(x, y, 34, Daylight.Mix(Rgb(0xFFFBE6), Rgb(0xFFC872), view.Light.Dusk));
    }

    /// <summary>Rises at the left, sets at the right.</summary>
    public static (float X, float Y) Arc(float way, float horizon) =>
        (120 + (1360 * way), horizon + 20 - ((horizon - 70) * MathF.Sin(MathF.PI * way)));
}
