using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>A tower crane seen from the side: its jib swings towards the camera and away, so it seems longer and shorter.</summary>
internal static class Crane
{
    private const float Top = 152;
    private const float Reach = 760;
    private const float CounterReach = 210;
    private const float MastHalf = 15;

    private const uint Yellow = 0xF2B632;
    private const uint Dark = 0xC48A18;

    public static void Draw(View view, float x, float ground)
    {
        var (moment, light, brush, lamp) = view;
        var turn = 0.72f + (0.62f * moment.Swing(46));
        var shown = MathF.Cos(turn);
        var dip = MathF.Sin(turn) * 26;
        DrawMast(brush, x, ground);
        var (tipX, tipY) = (x + (Reach * shown), Top + dip);
        var (tailX, tailY) = (x - (CounterReach * shown), Top - (dip * 0.3f));
        DrawLoad(view, x, shown, dip);
        DrawBoom(brush, x, Top, tipX, tipY, 26, 20);
        DrawBoom(brush, x, Top, tailX, tailY, 18, 5);
        brush.Rect(tailX - 6, tailY - 4, 56 * shown, 44, Rgb(0x8A8E92));
        brush.Lines(
            3, Rgb(0x5A5E64), x + (Reach * shown * 0.72f), Top + (dip * 0.72f) - 20, x, Top - 66,
            tailX + 10, tailY - 6);
        brush.Shape(Rgb(Yellow), x - 10, Top - 4, x, Top - 70, x + 10, Top - 4);
        brush.Rect(x - 18, Top - 4, 36, 14, Rgb(Dark));
        brush.Round(x + 8, Top + 10, 40, 34, 5, Rgb(Yellow));
        brush.Round(x + 16, Top + 14, 28, 20, 3, Rgb(0x4E6878));
        lamp.Round(x + 16, Top + 14, 28, 20, 3, Rgb(0xFFE6B0, 0.8f * light.Lamps));
        var isOn = moment.Phase(1.6) < 0.55f;
        foreach (var (lightX, lightY) in (ReadOnlySpan<(float, float)>)[(x, Top - 72), (tipX, tipY - 22)])
        {
            lamp.Circle(lightX, lightY, 4, Rgb(isOn ? 0xFF3A2Au : 0x7A2018u));
            lamp.Glow(lightX, lightY, 44, 0xFF3020, isOn ? 0.25f + (0.6f * light.Lamps) : 0);
        }
    }

    private static void DrawMast(Brush brush, float x, float ground)
    {
        brush.Rect(x - 44, ground - 14, 88, 20, Rgb(0x9A948A));
        brush.Line(x - MastHalf, ground - 10, x - MastHalf, Top, 5, Rgb(Yellow));
        brush.Line(x + MastHalf, ground - 10, x + MastHalf, Top, 5, Rgb(Dark));
        var side = 1;
        for (var y = ground - 12; y > Top + 28; y -= 30)
        {
            brush.Line(x - (side * MastHalf), y, x + (side * MastHalf), y - 30, 3, Rgb(Dark));
            brush.Line(x - MastHalf, y, x + MastHalf, y, 2.5f, Rgb(Yellow));
            side = -side;
        }
    }

    private static void DrawBoom(Brush brush, float x, float y, float toX, float toY, float height, int bays)
    {
        brush.Line(x, y, toX, toY, 5, Rgb(Yellow));
        brush.Line(x, y - height, toX, toY - (height * 0.45f), 4, Rgb(Dark));
        for (var bay = 0; bay < bays; bay++)
        {
            var (from, middle, to) = (bay / (float)bays, (bay + 0.5f) / bays, (bay + 1f) / bays);
            var rise = height * (1 - (0.55f * middle));
            brush.Lines(
                2.2f, Rgb(Dark), x + ((toX - x) * from), y + ((toY - y) * from),
                x + ((toX - x) * middle), y + ((toY - y) * middle) - rise, x + ((toX - x) * to), y + ((toY - y) * to));
        }
    }

    private static void DrawLoad(View view, float x, float shown, float dip)
    {
        var brush = view.Brush;
        var along = 0.52f + (0.3f * view.Moment.Swing(61, 0.2));
        var trolleyX = x + (Reach * shown * along);
        var trolleyY = Top + (dip * along);
        var hookY = trolleyY + 120 + (70 * view.Moment.Swing(37, 0.6));
        var sway = view.Moment.Swing(4.2) * 7;
        brush.Rect(trolleyX - 16, trolleyY, 32, 10, Rgb(0x4A4E54));
        brush.Line(trolleyX - 6, trolleyY + 8, trolleyX + sway - 3, hookY, 1.8f, Rgb(0x33363A));
        brush.Line(trolleyX + 6, trolleyY + 8, trolleyX + sway + 3, hookY, 1.8f, Rgb(0x33363A));
        brush.Round(trolleyX + sway - 7, hookY, 14, 18, 4, Rgb(0xD8402C));
        brush.Lines(
            2, Rgb(0x33363A), trolleyX + sway - 46, hookY + 50, trolleyX + sway, hookY + 16,
            trolleyX + sway + 46, hookY + 50);
        for (var beam = 0; beam < 3; beam++)
        {
            brush.Rect(trolleyX + sway - 58, hookY + 50 + (beam * 8), 116, 6, Rgb(beam == 1 ? 0x8E5A3Cu : 0xA86C48u));
        }
    }
}
