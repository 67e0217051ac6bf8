using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Boats on the waves, a lighthouse, gulls, and a quay.</summary>
internal static class Harbour
{
    private const float Horizon = 400;

    private static readonly uint[] _containers = [0xB8563E, 0x3E7A94, 0xD0A040, 0x5E8A5A, 0xA8A8A0];
    private static readonly uint[] _hulls = [0xB3362E, 0x2C5A86, 0xF0EBDC, 0x2E6A58, 0x22303E];

    public static void Draw(View view)
    {
        Sky.Draw(view, Horizon);
        Sky.DrawClouds(view, 70, 270, 7);
        DrawFarShore(view);
        DrawSea(view);
        DrawShip(view);
        foreach (var boat in view.Moment.Passing(34, 38, 2000, 11))
        {
            DrawSailingBoat(view, 1800 - boat.Way, 470, 0.62f, boat.Id, isLeftward: true);
        }

        DrawWaves(view, 425, 480, 12);
        DrawHeadland(view);
        DrawWaves(view, 490, 590, 16);
        foreach (var boat in view.Moment.Passing(44, 62, 2200, 12))
        {
            DrawSailingBoat(view, boat.Way - 300, 600, 1.1f, boat.Id, isLeftward: false);
        }

        DrawWaves(view, 595, 645, 9);
        DrawBuoy(view, 1130, 640);
        DrawWaves(view, 650, 715, 10);
        foreach (var boat in view.Moment.Passing(29, 150, 2300, 13))
        {
            DrawMotorBoat(view, 1950 - boat.Way, 706, boat.Id);
        }

        DrawWaves(view, 720, 752, 5);
        DrawFishingBoat(view, 330, 746);
        DrawWaves(view, 776, 830, 8);
        DrawQuay(view);
        DrawGulls(view);
    }

    private static void DrawFarShore(View view)
    {
        var (_, light, _, lamp) = view;
        var far = Daylight.Mix(Daylight.Mix(Rgb(0x121C30), Rgb(0x6F8EA4), light.Day), Sky.Haze(light), 0.4f);
        lamp.Ground(x => 372 + (MathF.Sin((x / 240) + 1) * 22) + (MathF.Sin(x / 83) * 6), Horizon + 4, far, far);
        for (var house = 0; house < 26; house++)
        {
            var x = 120 + (house * 34) + Dice.Between(-10, 10, house, 1);
            lamp.Rect(x, 389, 12, 9, Daylight.Mix(far, Rgb(0xF4EEE2), 0.5f * light.Day));
            lamp.Glow(x + 6, 394, 12, 0xFFD080, Dice.Roll(house, 2) < 0.7f ? light.Lamps : 0);
        }
    }

    private static void DrawSea(View view)
    {
        var (moment, light, brush, lamp) = view;
        var far = Daylight.Mix(Daylight.Mix(Rgb(0x16223E), Rgb(0x6FA4BE), light.Day), Sky.Haze(light), 0.3f);
        var near = Daylight.Mix(Daylight.Mix(Rgb(0x0A1226), Rgb(0x1F5E7E), light.Day), Rgb(0x4A4468), light.Dusk * 0.4f);
        lamp.Fade(-50, Horizon, 1700, 520, far, near);
        var isNight = light.SunWay is < 0 or > 1;
        var (x, _) = Sky.Arc(isNight ? light.MoonWay : light.SunWay, Horizon);
        var glitter = isNight ? Rgb(0xE8ECFF) : Daylight.Mix(Rgb(0xFFFFFF), Rgb(0xFFC27A), light.Dusk);
        var strength = isNight ? 0.5f : 0.35f + (0.4f * light.Dusk);
        for (var i = 0; i < 90; i++)
        {
            var y = Horizon + 4 + (i * i * 0.05f);
            var spread = 16 + ((y - Horizon) * 0.3f);
            var shimmer = moment.Swing(1.3 + Dice.Roll(i, 4), Dice.Roll(i, 5));
            var width = spread * (0.12f + (0.26f * Dice.Roll(i, 6))) * (0.6f + (0.4f * shimmer));
            lamp.Oval(
                x + ((Dice.Roll(i, 7) - 0.5f) * spread * 2), y, width, 1.2f + ((y - Horizon) * 0.008f),
                glitter.WithAlpha((byte)(255 * strength * (0.45f + (0.45f * shimmer)))));
        }
    }

    private static void DrawWaves(View view, float top, float bottom, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var y = top + ((bottom - top) * (i + 0.5f) / count);
            var scale = (y - Horizon + 40) / 300;
            var drift = view.Moment.Phase(40 / (0.4 + scale), Dice.Roll(i, (int)top)) * 1900;
            for (var crest = 0; crest < 4; crest++)
            {
                var x = ((drift + (crest * 480) + (Dice.Roll((i * 8) + crest, 9) * 300)) % 1900) - 150;
                var lift = view.Moment.Swing(2.8, (x / 500) + (i * 0.3)) * 3 * scale;
                var width = Dice.Between(40, 100, (i * 8) + crest, 10) * scale;
                view.Brush.Lines(
                    1.4f + (1.4f * scale), Rgb(crest % 2 == 0 ? 0xD8EEF4u : 0x123E58u, 0.34f),
                    x, y + lift, x + (width * 0.3f), y - (5 * scale) + lift,
                    x + (width * 0.6f), y - (4 * scale) + lift, x + width, y + scale + lift);
            }
        }
    }

    private static void DrawShip(View view)
    {
        var (moment, light, brush, lamp) = view;
        foreach (var ship in moment.Passing(210, 11, 2300, 10))
        {
            using (brush.At(ship.Way - 380, Horizon + 12 + moment.Swing(7), 0.75f))
            {
                brush.Shape(Rgb(0x3A4A5A), -230, -30, 250, -34, 224, 4, -210, 4);
                brush.Rect(-216, 0, 436, 5, Rgb(0x9A3A30));
                for (var box = 0; box < 24; box++)
                {
                    brush.Rect(
                        -130 + (box % 12 * 27), -48 - (box / 12 * 16), 26, 15,
                        Rgb(Dice.Pick<uint>(_containers, box, (int)ship.Id)));
                }

                brush.Rect(-204, -84, 52, 54, Rgb(0xECE8DE));
                brush.Rect(-198, -78, 40, 9, Rgb(0x3A4A54));
                lamp.Rect(-198, -78, 40, 9, Rgb(0xFFE0A0, light.Lamps));
                brush.Rect(-186, -104, 18, 20, Rgb(0xC84A36));
                lamp.Glow(236, -44, 16, 0xFFFFFF, light.Lamps);
                lamp.Glow(-178, -108, 14, 0xFF4030, light.Lamps);
            }
        }
    }

    private static void DrawHeadland(View view)
    {
        var (moment, light, brush, lamp) = view;
        brush.Shape(
            Rgb(0x6E7A5A), 1180, 452, 1240, 420, 1310, 398, 1400, 372, 1500, 366, 1660, 350, 1660, 470, 1200, 462);
        brush.Shape(
            Rgb(0x857C70), 1160, 462, 1230, 436, 1320, 428, 1420, 440, 1540, 428, 1660, 436, 1660, 486, 1190, 474);
        brush.Shape(Rgb(0xF4F0E6), 1386, 378, 1396, 206, 1444, 206, 1454, 378);
        for (var band = 0; band < 3; band++)
        {
            var y = 226 + (band * 56);
            var (top, low) = (24 + ((y - 206) * 0.058f), 24 + ((y - 178) * 0.058f));
            brush.Shape(Rgb(0xC23A30), 1420 - top, y, 1420 + top, y, 1420 + low, y + 28, 1420 - low, y + 28);
        }

        brush.Rect(1388, 200, 64, 8, Rgb(0x3A3E44));
        brush.Rect(1402, 168, 36, 32, Rgb(0x9AB4BE));
        brush.Shape(Rgb(0xC23A30), 1394, 168, 1420, 140, 1446, 168);
        brush.Rect(1486, 336, 74, 44, Rgb(0xF0E8D8));
        brush.Shape(Rgb(0xA84A36), 1478, 338, 1523, 306, 1568, 338);
        brush.Rect(1500, 350, 14, 16, Rgb(0x4A5C68));
        lamp.Rect(1500, 350, 14, 16, Rgb(0xFFD890, light.Lamps));
        // The beam turns: it is seen long when it sweeps across, and blinds when it points here.
        var turn = moment.Phase(9) * MathF.Tau;
        var (across, towards) = (MathF.Cos(turn), MathF.Sin(turn));
        lamp.Beam(
            1420, 184, 1420 + (1100 * across), 200 + (30 * towards), 12 + (60 * Math.Abs(across)), 0xFFF2C4,
            0.5f * light.Lamps * Math.Abs(across));
        lamp.Glow(
            1420, 184, 60 + (90 * Math.Max(0, towards)), 0xFFF2C4,
            (0.5f + (0.5f * Math.Max(0, towards))) * light.Lamps);
    }

    private static void DrawSailingBoat(View view, float x, float y, float scale, long id, bool isLeftward)
    {
        var (moment, light, brush, lamp) = view;
        var bob = moment.Swing(3.6, Dice.Roll(id, 1)) * 4 * scale;
        var lean = 3 + (moment.Swing(4.4, Dice.Roll(id, 2)) * 3);
        using (brush.At(x, y + bob, scale, lean * (isLeftward ? -1 : 1), isLeftward))
        {
            brush.Line(0, -14, 0, -178, 4, Rgb(0x6A5038));
            brush.Shape(Rgb(0xF8F4EA), 5, -172, 5, -26, 70, -26);
            brush.Shape(Rgb(0xE4DCCC), -4, -158, -4, -24, -56, -24);
            brush.Shape(Rgb(Dice.Pick<uint>(_hulls, id, 3)), 5, -112, 5, -92, 39, -92, 30, -112);
            brush.Shape(Rgb(Dice.Pick<uint>(_hulls, id, 3)), -72, -18, 84, -22, 62, 8, -56, 8);
            brush.Rect(-70, -18, 150, 4, Rgb(0xF4F0E4));
            brush.Shape(Rgb(0xFFFFFF, 0.6f), -90, 8, -50, 3, 60, 3, 82, 8, 40, 12, -40, 12);
            lamp.Glow(0, -180, 26, 0xFFFFFF, 0.9f * light.Lamps);
            lamp.Glow(78, -24, 20, 0x40FF60, 0.8f * light.Lamps);
        }
    }

    private static void DrawMotorBoat(View view, float x, float y, long id)
    {
        var (moment, light, brush, lamp) = view;
        using (brush.At(x, y + (moment.Swing(1.7) * 5), 1, 3 + (moment.Swing(1.7, 0.2) * 2), isMirrored: true))
        {
            brush.Shape(Rgb(0xFFFFFF, 0.5f), -230, 13, -90, 2, -60, 14);
            brush.Shape(Rgb(0xFFFFFF, 0.7f), -110, 14, 30, 2, 110, 4, 70, 16);
            brush.Shape(Rgb(0xF4F2EA), -92, -30, 60, -34, 122, -40, 78, 8, -84, 8);
            brush.Shape(Rgb(Dice.Pick<uint>(_hulls, id, 3)), -90, -14, 98, -18, 78, 8, -86, 8);
            brush.Shape(Rgb(0x3A505C), 0, -34, 22, -62, 34, -62, 50, -36);
            brush.Circle(-18, -62, 9, Rgb(0xE0B088));
            brush.Round(-30, -54, 24, 26, 8, Rgb(0xE8702A));
            lamp.Glow(112, -38, 30, 0xFFFFFF, 0.9f * light.Lamps);
        }
    }

    private static void DrawFishingBoat(View view, float x, float y)
    {
        var (moment, light, brush, lamp) = view;
        brush.Lines(3, Rgb(0x8A7A5A), x - 176, y - 40, x - 240, y + 40, x - 270, 846);
        using (brush.At(x, y + (moment.Swing(4.2) * 6), 1.25f, moment.Swing(5.1, 0.3) * 2))
        {
            brush.Line(-40, -60, -40, -196, 6, Rgb(0x6A5038));
            brush.Lines(2.5f, Rgb(0x4A4438), -150, -52, -40, -190, 130, -62);
            brush.Line(-40, -84, 60, -150, 5, Rgb(0x6A5038));
            brush.Rect(14, -122, 70, 74, Rgb(0xF2EDE0));
            brush.Rect(8, -130, 82, 10, Rgb(0xC84A36));
            brush.Rect(22, -112, 24, 24, Rgb(0x4A6470));
            brush.Rect(52, -112, 24, 24, Rgb(0x4A6470));
            lamp.Rect(22, -112, 24, 24, Rgb(0xFFE0A0, 0.9f * light.Lamps));
            lamp.Rect(52, -112, 24, 24, Rgb(0xFFE0A0, 0.9f * light.Lamps));
            brush.Shape(Rgb(0x2C6A78), -150, -58, -120, -48, 110, -48, 158, -66, 122, 16, -126, 16);
            brush.Shape(Rgb(0x9C3A30), -132, 2, 128, 2, 122, 16, -126, 16);
            brush.Lines(5, Rgb(0xF4EEDE), -150, -58, -120, -48, 110, -48, 158, -66);
            for (var tyre = 0; tyre < 3; tyre++)
            {
                brush.Ring(-90 + (tyre * 58), -22, 10, 5, Rgb(0x1E2022));
            }

            using (var name = StrokeFont.Strokes("AOIFE", 14))
            using (brush.At(78, -38))
            {
                brush.Outline(name, 2.2f, Rgb(0xF4EEDE));
            }

            lamp.Glow(-40, -198, 60, 0xFFF0D0, 0.8f * light.Lamps);
        }
    }

    private static void DrawBuoy(View view, float x, float y)
    {
        var (moment, light, brush, lamp) = view;
        using (brush.At(x, y + (moment.Swing(3.1) * 5), 1, moment.Swing(2.6) * 7))
        {
            brush.Shape(Rgb(0xC83A2C), -22, 0, -12, -54, 12, -54, 22, 0);
            brush.Rect(-18, -26, 36, 10, Rgb(0xF4F0E4));
            brush.Line(0, -54, 0, -74, 4, Rgb(0x3A3E44));
            brush.Oval(0, 2, 28, 7, Rgb(0x8A2A20));
            lamp.Glow(0, -76, 46, 0xFF4A30, moment.Phase(2.5) < 0.4f ? 0.25f + (0.7f * light.Lamps) : 0);
        }
    }

    private static void DrawQuay(View view)
    {
        var (moment, light, brush, lamp) = view;
        brush.Fade(-50, 826, 1700, 16, Rgb(0xC2BAAC), Rgb(0xB0A898));
        brush.Fade(-50, 842, 1700, 70, Rgb(0x8E867A), Rgb(0x6E675E));
        for (var i = 0; i < 18; i++)
        {
            brush.Line(i * 96, 842, (i * 96) - 10, 905, 2, Rgb(0x000000, 0.16f));
        }

        foreach (var x in (ReadOnlySpan<float>)[60, 640, 1220])
        {
            brush.Round(x - 16, 800, 32, 34, 8, Rgb(0x33383E));
            brush.Oval(x, 800, 24, 9, Rgb(0x464C54));
        }

        for (var crate = 0; crate < 3; crate++)
        {
            // Two side by side, the third on top.
            var (x, y) = (760 + (crate * 52) - (crate / 2 * 78), 786 - (crate / 2 * 42));
            brush.Rect(x, y, 48, 42, Rgb(0xA87C48));
            brush.Line(x, y, x + 48, y + 42, 4, Rgb(0x7E5A30));
        }

        brush.Line(1040, 834, 1040, 640, 7, Rgb(0x2B3036));
        brush.Round(1018, 628, 44, 16, 6, Rgb(0x2B3036));
        lamp.Round(1024, 640, 32, 9, 4, Rgb(0xFFF2CC, 0.3f + (0.7f * light.Lamps)));
        lamp.Glow(1040, 648, 190, 0xFFC878, 0.5f * light.Lamps);
        lamp.Pool(1040, 842, 260, 40, 0xFFC878, 0.45f * light.Lamps);
        foreach (var passer in moment.Passing(9, 56, 1800, 14))
        {
            if (Dice.Roll(passer.Id, 8) < 0.25f + (0.5f * light.Day))
            {
                People.Walk(view, passer.Way - 100, 868, 120, passer.Id, passer.Way / 96 % 1, isLeftward: false);
            }
        }
    }

    private static void DrawGulls(View view)
    {
        for (var i = 0; i < 6 && view.Light.Day > 0.3f; i++)
        {
            var angle = (view.Moment.Phase(16 + (i * 3), i * 0.21) * MathF.Tau) + i;
            var x = 420 + (i * 160) + (MathF.Cos(angle) * 150);
            var y = 250 + (i % 3 * 60) + (MathF.Sin(angle) * 44);
            var flap = view.Moment.Swing(1.1 + (i * 0.1), i * 0.3) * 10;
            view.Brush.Lines(4.5f, Rgb(0xFAFAF6), x - 24, y - flap, x - 9, y - 5, x, y, x + 9, y - 5, x + 24, y - flap);
            view.Brush.Line(x - 4, y, x + 6, y + 1, 5, Rgb(0xE4E4E0));
        }
    }
}
