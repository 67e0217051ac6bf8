using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>A tower that grows eight floors in an hour, a crane that swings, and those who work there.</summary>
internal static class BuildingSite
{
    private const float Ground = 690;

    public static void Draw(View view)
    {
        Sky.Draw(view, 600);
        Sky.DrawClouds(view, 90, 300, 6);
        DrawSkyline(view, 1, 0.72f, 470, 150);
        DrawSkyline(view, 2, 0.5f, 530, 110);
        DrawGround(view);
        DrawFloodlight(view, 120, -1);
        DrawFloodlight(view, 1480, 1);
        Tower.Draw(view, Ground);
        Crane.Draw(view, 452, Ground + 6);
        DrawHut(view);
        DrawWorkers(view, 0, 3);
        foreach (var truck in view.Moment.Passing(38, 120, 2200, 5))
        {
            Vehicles.Tipper(view, truck.Way - 300, 806, 1.05f, truck.Way, isLeftward: false);
        }

        Digger.Draw(view, 1270, 812);
        DrawWorkers(view, 3, 5);
        DrawFence(view);
    }

    private static void DrawSkyline(View view, int row, float haze, float height, float spread)
    {
        var (moment, light, brush, lamp) = view;
        var x = -40f;
        for (var i = 0; x < 1640; i++)
        {
            var width = Dice.Between(60, 140, i, row);
            var top = height - Dice.Between(0, spread, i, row + 10);
            // Haze has its own colour, so these are not painted in the light of the hour.
            var color = Daylight.Mix(Daylight.Mix(Rgb(0x141A2C), Rgb(0x5E7284), light.Day), Sky.Haze(light), haze);
            lamp.Rect(x, top, width + 2, 620 - top, color);
            for (var window = 0; window < (int)(width / 16) * 7 && light.Lamps > 0; window++)
            {
                var id = (i * 1000) + window + ((long)(moment.Seconds / 1200) * 31);
                if (Dice.Roll(id, row + 20) < 0.3f)
                {
                    lamp.Rect(
                        x + 6 + (window / 7 * 16), top + 10 + (window % 7 * 18), 6, 8,
                        Rgb(0xFFDE9C, 0.75f * light.Lamps));
                }
            }

            x += width;
        }
    }

    private static void DrawGround(View view)
    {
        var brush = view.Brush;
        brush.Ground(x => 612 + (MathF.Sin(x / 170) * 5), 900, Rgb(0x9C8A6A), Rgb(0xBFA27A));
        brush.Ground(x => 742 + (MathF.Sin((x / 210) + 1) * 6), 900, Rgb(0xB59A74), Rgb(0x94795A));
        brush.Shape(Rgb(0x8A7152, 0.8f), -50, 792, 1650, 786, 1650, 820, -50, 826);
        for (var i = 0; i < 70; i++)
        {
            var y = Dice.Between(640, 890, i, 3);
            brush.Oval(
                Dice.Roll(i, 2) * 1600, y, Dice.Between(3, 9, i, 4) * y / 800, 3,
                Rgb(Dice.Roll(i, 5) < 0.5f ? 0x7C6648u : 0xD0B68Cu, 0.6f));
        }

        brush.Shape(Rgb(0x8C6F4C), 1370, 812, 1420, 752, 1466, 722, 1516, 744, 1580, 800, 1600, 816);
        brush.Shape(Rgb(0xA4845C), 1420, 752, 1466, 722, 1516, 744, 1490, 790, 1440, 800);
        for (var pipe = 0; pipe < 6; pipe++)
        {
            var (x, y) = (1150 + (pipe % 3 * 34) + (pipe / 3 * 17), 706 - (pipe / 3 * 30));
            brush.Circle(x, y, 17, Rgb(0x9AA0A4));
            brush.Circle(x, y, 11, Rgb(0x4A4E52));
        }
    }

    private static void DrawHut(View view)
    {
        var (_, light, brush, lamp) = view;
        brush.Shadow(180, 726, 150, 10);
        for (var level = 0; level < 2; level++)
        {
            var y = 640 - (level * 84);
            brush.Fade(
                50, y, 262, 82, level == 0 ? Rgb(0x3E78A8) : Rgb(0xE4E0D4), level == 0 ? Rgb(0x2C5A84) : Rgb(0xC4C0B4));
            brush.Rect(46, y - 4, 270, 6, Rgb(0x2A2E34));
            for (var window = 0; window < 3; window++)
            {
                brush.Rect(72 + (window * 62), y + 18, 42, 34, Rgb(0x55707E));
                lamp.Rect(
                    72 + (window * 62), y + 18, 42, 34, Rgb(0xFFE4A8, 0.85f * light.Lamps * (window == 1 ? 0 : 1)));
            }

            brush.Rect(264, y + 16, 32, 66, Rgb(0x2E3A44));
        }

        using var sign = StrokeFont.Strokes("SITE OFFICE", 13);
        using (brush.At(76, 700))
        {
            brush.Outline(sign, 2.2f, Rgb(0xF4F0E2));
        }
    }

    private static void DrawFloodlight(View view, float x, float side)
    {
        var (_, light, brush, lamp) = view;
        brush.Line(x, 720, x, 400, 6, Rgb(0x3A4046));
        brush.Rect(x - 26, 392, 52, 18, Rgb(0x2B3036));
        lamp.Rect(x - 22, 396, 18, 10, Rgb(0xFFFBE8, 0.25f + (0.75f * light.Lamps)));
        lamp.Rect(x + 4, 396, 18, 10, Rgb(0xFFFBE8, 0.25f + (0.75f * light.Lamps)));
        lamp.Beam(x, 400, x - (side * 620), 760, 190, 0xE8EEFF, 0.13f * light.Lamps);
        lamp.Glow(x, 400, 120, 0xF0F4FF, 0.75f * light.Lamps);
        lamp.Pool(x - (side * 330), 770, 420, 90, 0xDCE6FF, 0.17f * light.Lamps);
    }

    private static void DrawWorkers(View view, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            // There and back again, each on a beat of their own.
            var way = view.Moment.Phase(34 + (i * 9), i * 0.37) * 2;
            var isBack = way > 1;
            var x = Dice.Between(380, 900, i, 61) + ((isBack ? 2 - way : way) * Dice.Between(180, 420, i, 62));
            var y = 730 + (i * 34);
            People.Walk(view, x, y, 74 + (i * 9), i + 40, x / 80 % 1, isBack, isWorker: true);
        }
    }

    private static void DrawFence(View view)
    {
        var brush = view.Brush;
        for (var x = -30; x < 1640; x += 140)
        {
            brush.Round(x, 872, 132, 16, 3, Rgb(0xF2EFE6));
            for (var stripe = 0; stripe < 4; stripe++)
            {
                brush.Shape(
                    Rgb(0xD8402C), x + 6 + (stripe * 33), 888, x + 18 + (stripe * 33), 872, x + 33 + (stripe * 33), 872,
                    x + 21 + (stripe * 33), 888);
            }

            brush.Rect(x + 10, 888, 8, 20, Rgb(0x6A6E74));
            brush.Rect(x + 114, 888, 8, 20, Rgb(0x6A6E74));
        }
    }
}
