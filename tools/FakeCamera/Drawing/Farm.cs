using SkiaSharp;
using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Hills, fields, a windmill that turns, cows that graze, a tractor, birds.</summary>
internal static class Farm
{
    private const float Horizon = 470;

    public static void Draw(View view)
    {
        Sky.Draw(view, Horizon);
        Sky.DrawClouds(view, 80, 330, 8);
        DrawBirds(view);
        DrawLand(view);
        DrawCloudShadows(view);
        DrawWindmill(view, 1210, 520);
        DrawBarn(view, 230, 560);
        DrawTractor(view);
        DrawFence(view.Brush);
        // Those far away first.
        foreach (var cow in (ReadOnlySpan<int>)[1, 4, 2, 5, 0, 3])
        {
            DrawCow(view, cow);
        }

        DrawGrass(view);
    }

    private static void DrawLand(View view)
    {
        var (_, light, brush, lamp) = view;
        var far = Daylight.Mix(Daylight.Mix(Rgb(0x18243A), Rgb(0x7E9DB0), light.Day), Sky.Haze(light), 0.45f);
        lamp.Ground(x => 424 + (MathF.Sin((x / 190) + 0.4f) * 26) + (MathF.Sin(x / 71) * 7), 520, far, far);
        brush.Ground(x => 458 + (MathF.Sin((x / 260) + 2) * 24), 600, Rgb(0x7F9F68), Rgb(0x8FAE62));
        for (var tree = 0; tree < 34; tree++)
        {
            var x = (tree * 49) + Dice.Between(-14, 14, tree, 1);
            var size = Dice.Between(9, 20, tree, 2);
            brush.Circle(
                x, 458 + (MathF.Sin((x / 260) + 2) * 24) - (size * 0.4f), size,
                Rgb(tree % 3 == 0 ? 0x557A48u : 0x496E44u));
        }

        brush.Ground(x => 500 + (MathF.Sin((x / 320) + 4.4f) * 16), 640, Rgb(0xD6B45A), Rgb(0xC09A42));
        for (var row = -12; row < 26; row++)
        {
            brush.Line(760 + (row * 44), 512, 700 + (row * 96), 640, 2.2f, Rgb(0x9A7A30, 0.4f));
        }

        brush.Ground(x => 556 + (MathF.Sin((x / 410) + 1) * 18), 720, Rgb(0x8AB05A), Rgb(0x7AA24E));
        brush.Ground(x => 640 + (MathF.Sin((x / 500) + 3) * 14), 900, Rgb(0x83B050), Rgb(0x548436));
    }

    private static void DrawWindmill(View view, float x, float y)
    {
        var (moment, light, brush, lamp) = view;
        brush.Shadow(x, y + 66, 84, 9);
        brush.Shape(Rgb(0xEDE4D0), x - 58, y + 66, x - 36, y - 110, x + 36, y - 110, x + 58, y + 66);
        brush.Shape(Rgb(0xCDBFA4), x + 8, y + 66, x + 14, y - 110, x + 36, y - 110, x + 58, y + 66);
        brush.Shape(Rgb(0x5E4034), x - 44, y - 108, x - 26, y - 146, x, y - 158, x + 26, y - 146, x + 44, y - 108);
        brush.Round(x - 13, y + 20, 26, 46, 12, Rgb(0x6A4A36));
        foreach (var (windowX, windowY) in (ReadOnlySpan<(float, float)>)[(-8, -34), (-8, -80)])
        {
            brush.Rect(x + windowX, y + windowY, 16, 22, Rgb(0x4A5C68));
            lamp.Rect(x + windowX, y + windowY, 16, 22, Rgb(0xFFD890, light.Lamps));
        }

        for (var sail = 0; sail < 4; sail++)
        {
            using (brush.At(x, y - 118, degrees: (moment.Phase(14) * 360) + (sail * 90)))
            {
                brush.Line(0, 0, 178, 0, 6, Rgb(0x5E4634));
                brush.Shape(Rgb(0xF8F2E4, 0.92f), 34, 2, 176, 2, 176, 38, 34, 32);
                for (var bar = 0; bar < 7; bar++)
                {
                    brush.Line(34 + (bar * 23.6f), 0, 34 + (bar * 23.6f), 35, 2, Rgb(0x8A6E54));
                }

                brush.Line(34, 18, 176, 20, 2, Rgb(0x8A6E54));
            }
        }

        brush.Circle(x, y - 118, 10, Rgb(0x3E2E24));
    }

    private static void DrawBarn(View view, float x, float y)
    {
        var (_, light, brush, lamp) = view;
        brush.Shadow(x + 40, y + 84, 210, 12);
        brush.Round(x + 172, y - 80, 54, 164, 20, Rgb(0xB8BEC2));
        brush.Oval(x + 199, y - 72, 27, 22, Rgb(0x98A0A6));
        brush.Rect(x - 120, y - 10, 280, 94, Rgb(0xA83A2E));
        brush.Shape(Rgb(0x7E2A22), x - 136, y - 6, x - 100, y - 76, x + 140, y - 76, x + 176, y - 6);
        brush.Shape(
            Rgb(0xB8463A), x - 120, y + 84, x - 120, y - 6, x - 96, y - 62, x - 48, y - 98, x, y - 62, x + 24, y - 6,
            x + 24, y + 84);
        brush.Lines(7, Rgb(0xF0E8DA), x - 124, y - 4, x - 98, y - 64, x - 48, y - 100, x + 2, y - 64, x + 28, y - 4);
        brush.Rect(x - 80, y + 16, 64, 68, Rgb(0xF0E8DA));
        brush.Rect(x - 75, y + 21, 54, 63, Rgb(0x93352A));
        brush.Lines(5, Rgb(0xF0E8DA), x - 75, y + 21, x - 21, y + 84);
        brush.Lines(5, Rgb(0xF0E8DA), x - 21, y + 21, x - 75, y + 84);
        brush.Rect(x - 62, y - 46, 28, 28, Rgb(0x3E2A24));
        lamp.Rect(x - 62, y - 46, 28, 28, Rgb(0xFFD080, 0.9f * light.Lamps));
        lamp.Glow(x - 48, y + 6, 110, 0xFFC070, 0.6f * light.Lamps);
        lamp.Pool(x - 48, y + 90, 150, 28, 0xFFC070, 0.4f * light.Lamps);
        for (var window = 0; window < 3; window++)
        {
            brush.Rect(x + 46 + (window * 38), y + 18, 22, 24, Rgb(0x4A3A38));
            lamp.Rect(x + 46 + (window * 38), y + 18, 22, 24, Rgb(0xFFD080, 0.6f * light.Lamps));
        }
    }

    private static void DrawTractor(View view)
    {
        var (moment, light, brush, lamp) = view;
        var way = moment.Phase(150) * 2;
        var isBack = way > 1;
        var x = 560 + ((isBack ? 2 - way : way) * 940);
        var roll = x / 24;
        using (brush.At(x, 606 + (MathF.Sin((x / 410) + 1) * 8), 0.82f, isMirrored: isBack))
        {
            brush.Shadow(0, 2, 74, 7);
            brush.Rect(-104, -20, 56, 8, Rgb(0x6A6E74));
            for (var tine = 0; tine < 5; tine++)
            {
                brush.Line(-104 + (tine * 12), -12, -110 + (tine * 12), 2, 4, Rgb(0x54585E));
            }

            brush.Round(-10, -52, 72, 30, 6, Rgb(0x2F7A3E));
            brush.Round(-40, -92, 46, 70, 6, Rgb(0x2F7A3E));
            brush.Round(-34, -86, 34, 34, 4, Rgb(0x86A8B4));
            brush.Line(44, -52, 44, -80, 5, Rgb(0x3A3C40));
            Wheel(brush, -30, -26, 28, roll);
            Wheel(brush, 48, -16, 17, roll * 1.6f);
            lamp.Glow(62, -38, 40, 0xFFF0C8, 0.8f * light.Lamps);
            lamp.Beam(62, -38, 290, -10, 50, 0xFFF0C8, 0.3f * light.Lamps);
        }
    }

    private static void Wheel(Brush brush, float x, float y, float radius, float angle)
    {
        brush.Circle(x, y, radius, Rgb(0x222428));
        brush.Circle(x, y, radius * 0.5f, Rgb(0xE0B83A));
        var (dx, dy) = (MathF.Cos(angle) * radius * 0.45f, MathF.Sin(angle) * radius * 0.45f);
        brush.Line(x - dx, y - dy, x + dx, y + dy, 4, Rgb(0x8A6E1C));
    }

    private static void DrawCow(View view, int id)
    {
        var (moment, light, brush, _) = view;
        var drift = moment.Phase(170 + (id * 23), id * 0.29) * 2;
        var isLeftward = drift > 1;
        var x = 130 + (id * 245) + ((isLeftward ? 2 - drift : drift) * 120);
        var y = 720 + (id * 2 % 3 * 44) + (id / 3 * 10);
        var scale = (y - 420) / 300;
        var step = moment.Swing(2.6, id * 0.17);
        var graze = Daylight.Smooth(-0.3f, 0.4f, moment.Swing(19, id * 0.23));
        var hide = Rgb(id % 3 == 0 ? 0x8A5A36u : 0xF4F0E8u);
        var spot = Rgb(id % 3 == 0 ? 0xF0E4D2u : 0x2E2A28u);
        brush.Shadow(x, y + 1, 74 * scale, 9 * scale, 0.12f + (0.2f * light.Day));
        using (brush.At(x, y, scale, isMirrored: isLeftward))
        {
            foreach (var (leg, shift) in (ReadOnlySpan<(float, float)>)[(-44, 1), (36, -1), (-32, -1), (46, 1)])
            {
                brush.Lines(11, Daylight.Mix(hide, SKColors.Black, 0.14f), leg, -40, leg + (step * shift * 5), -5);
                brush.Line(leg + (step * shift * 5) - 2, -3, leg + (step * shift * 5) + 3, -3, 7, Rgb(0x2E2622));
            }

            brush.Lines(
                5, spot, -60, -82, -68 + (moment.Swing(2.2, id * 0.4) * 7), -56,
                -66 + (moment.Swing(2.2, id * 0.4) * 14), -34);
            brush.Round(-62, -92, 122, 58, 26, hide);
            brush.Oval(-24, -70, 22, 17, spot);
            brush.Oval(20, -76, 18, 13, spot);
            brush.Oval(-8, -38, 14, 8, Rgb(0xE8B0A0));
            using (brush.At(52, -78, degrees: 12 + (62 * graze)))
            {
                brush.Lines(32, hide, -8, 4, 26, 0);
                brush.Round(24, -17, 46, 31, 13, hide);
                brush.Round(56, -13, 18, 24, 9, Rgb(0xE6B4A4));
                brush.Lines(8, spot, 28, -14, 20, -24);
                brush.Lines(4, Rgb(0xE8DEC8), 36, -16, 38, -26);
                brush.Circle(47, -7, 3, Rgb(0x201C1A));
            }
        }
    }

    private static void DrawBirds(View view)
    {
        for (var i = 0; i < 9 && view.Light.Day > 0.3f; i++)
        {
            var x = (view.Moment.Phase(64) * 2100) - 200 - (Math.Abs(i - 4) * 34);
            var y = 200 + ((i - 4) * 15) + (view.Moment.Swing(9) * 26);
            var flap = view.Moment.Swing(0.9, i * 0.13) * 8;
            view.Brush.Lines(3, Rgb(0x3A4650), x - 14, y - flap, x, y, x + 14, y - flap);
        }
    }

    private static void DrawCloudShadows(View view)
    {
        for (var i = 0; i < 3; i++)
        {
            var x = (view.Moment.Phase(95 + (i * 31), i * 0.33) * 2300) - 350;
            view.Brush.Oval(x, 570 + (i * 90), 240, 34 + (i * 8), Rgb(0x20381C, 0.13f * view.Light.Day));
        }
    }

    private static void DrawFence(Brush brush)
    {
        brush.Lines(5, Rgb(0x8A6A48), -20, 652, 520, 660, 1100, 652, 1640, 662);
        brush.Lines(5, Rgb(0x8A6A48), -20, 672, 520, 680, 1100, 672, 1640, 682);
        for (var x = 10; x < 1600; x += 88)
        {
            brush.Rect(x, 636 + (MathF.Sin(x / 180f) * 4), 9, 58, Rgb(0x765838));
        }
    }

    private static void DrawGrass(View view)
    {
        for (var i = 0; i < 150; i++)
        {
            var x = Dice.Roll(i, 1) * 1600;
            var y = Dice.Between(840, 905, i, 2);
            var bend = (view.Moment.Swing(3.4, (i * 0.01) + (x / 1200)) * 6) + Dice.Between(-5, 5, i, 3);
            view.Brush.Lines(
                3, Rgb(i % 2 == 0 ? 0x6C9A40u : 0x4A7A30u), x, y, x + (bend * 0.4f), y - 16, x + bend, y - 30);
            if (i % 7 == 0)
            {
                view.Brush.Circle(x + bend, y - 32, 4.5f, Rgb(Dice.Pick<uint>([0xF4E04A, 0xF8F8F0, 0xE05A4A], i, 4)));
            }
        }
    }
}
