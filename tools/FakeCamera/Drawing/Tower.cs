using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>The building under construction: begun at the full hour, done at the next.</summary>
internal static class Tower
{
    private const int Floors = 8;
    private const float FloorHeight = 58;
    private const float Left = 560;
    private const float Width = 500;
    private const float DepthX = 96;
    private const float DepthY = -30;
    private const int Bays = 5;

    public static void Draw(View view, float ground)
    {
        var brush = view.Brush;
        var progress = view.Moment.PartOfHour * Floors;
        var done = (int)progress;
        brush.Shape(
            Rgb(0x000000, 0.16f), Left - 30, ground + 6, Left + Width + 170, ground + 6,
            Left + Width + 250, ground - 30, Left + 60, ground - 30);
        DrawSlab(brush, ground, 1, 12);
        for (var floor = 0; floor < done; floor++)
        {
            DrawFloor(view, ground - (floor * FloorHeight), floor, isGlazed: floor < done - 2);
        }

        if (done < Floors)
        {
            DrawGrowth(brush, ground - (done * FloorHeight), progress - done);
        }

        DrawScaffold(brush, ground, Math.Min(done + 1, Floors));
        DrawCrew(view, ground - (done * FloorHeight));
    }

    private static void DrawFloor(View view, float y, int floor, bool isGlazed)
    {
        var (moment, light, brush, lamp) = view;
        var top = y - FloorHeight;
        brush.Shape(
            Rgb(isGlazed ? 0x46606Eu : 0x544E48u), Left + Width, y, Left + Width + DepthX, y + DepthY,
            Left + Width + DepthX, top + DepthY, Left + Width, top);
        brush.Rect(Left, top, Width, FloorHeight, Rgb(isGlazed ? 0x3C4A54u : 0x6A625Au));
        for (var bay = 0; bay < Bays; bay++)
        {
            var x = Left + (bay * Width / Bays);
            if (isGlazed)
            {
                brush.Fade(x + 5, top + 12, (Width / Bays) - 10, FloorHeight - 18, Rgb(0x7FA6BE), Rgb(0xB8D4E2));
                brush.Shape(Rgb(0xFFFFFF, 0.22f), x + 14, y - 6, x + 44, top + 12, x + 62, top + 12, x + 32, y - 6);
                brush.Rect(x + (Width / Bays / 2) - 1.5f, top + 12, 3, FloorHeight - 18, Rgb(0x3C4A54));
                brush.Shape(Rgb(0x8FB0C2, 0.8f), SideBay(bay, y - 8, top + 14));
            }
            else
            {
                brush.Rect(x + 8, top + 12, (Width / Bays) - 16, FloorHeight - 12, Rgb(0x3A3632));
                brush.Rect(x + 8, top + 12, (Width / Bays) - 16, 9, Rgb(0x2A2724));
                brush.Line(x + 40, y - 2, x + 40, top + 12, 3, Rgb(0x8A6A4A));
            }

            var shift = (floor * 16) + bay + ((long)(moment.Seconds / 700) * 131);
            var isWorked = Dice.Roll(shift, 3) < (isGlazed ? 0.3f : 0.5f);
            lamp.Rect(
                x + 8, top + 12, (Width / Bays) - 16, FloorHeight - 16,
                Rgb(0xFFE0A0, isWorked ? 0.62f * light.Lamps : 0));
        }

        DrawSlab(brush, top, 1, 10);
    }

    private static float[] SideBay(int bay, float low, float high)
    {
        var (from, to) = ((bay + 0.12f) / Bays, (bay + 0.88f) / Bays);
        return
        [
            Left + Width + (DepthX * from), low + (DepthY * from), Left + Width + (DepthX * to), low + (DepthY * to),
            Left + Width + (DepthX * to), high + (DepthY * to), Left + Width + (DepthX * from), high + (DepthY * from),
        ];
    }

    /// <summary>Columns rise in the first half, then the next slab is laid from left to right.</summary>
    private static void DrawGrowth(Brush brush, float y, float part)
    {
        var rise = Math.Min(part * 2, 1) * FloorHeight;
        for (var column = 0; column <= Bays; column++)
        {
            var x = Left + (column * (Width - 16) / Bays);
            brush.Rect(x + DepthX, y - rise + DepthY, 12, rise, Rgb(0x86807A));
        }

        for (var column = 0; column <= Bays; column++)
        {
            var x = Left + (column * (Width - 16) / Bays);
            brush.Rect(x, y - rise, 16, rise, Rgb(0xB2ACA4));
            brush.Lines(2, Rgb(0x8A4A2C), x + 4, y - rise, x + 4, y - rise - 14);
            brush.Lines(2, Rgb(0x8A4A2C), x + 11, y - rise, x + 11, y - rise - 14);
        }

        if (part > 0.5f)
        {
            DrawSlab(brush, y - FloorHeight, (part - 0.5f) * 2, 10);
        }

        for (var post = 0; post <= 10; post++)
        {
            brush.Line(Left + (post * Width / 10), y, Left + (post * Width / 10), y - 22, 2.5f, Rgb(0xE08A2C));
        }

        brush.Line(Left, y - 20, Left + Width, y - 20, 2.5f, Rgb(0xE08A2C));
        brush.Line(Left, y - 11, Left + Width, y - 11, 2, Rgb(0xE08A2C));
    }

    private static void DrawSlab(Brush brush, float y, float part, float thickness)
    {
        var right = Left - 8 + ((Width + 16) * part);
        brush.Shape(Rgb(0xD2CCC2), Left - 8, y, right, y, right + DepthX, y + DepthY, Left - 8 + DepthX, y + DepthY);
        brush.Rect(Left - 8, y, right - Left + 8, thickness, Rgb(0xB8B2A8));
        brush.Shape(
            Rgb(0x8E8880), right, y, right + DepthX, y + DepthY, right + DepthX, y + DepthY + thickness,
            right, y + thickness);
    }

    private static void DrawScaffold(Brush brush, float ground, int floors)
    {
        var top = ground - (floors * FloorHeight) - 16;
        for (var pole = 0; pole < 3; pole++)
        {
            brush.Line(Left - 14 - (pole * 22), ground, Left - 14 - (pole * 22), top, 3, Rgb(0x98A0A6));
        }

        for (var floor = 0; floor < floors; floor++)
        {
            var y = ground - (floor * FloorHeight);
            brush.Rect(Left - 62, y - FloorHeight, 52, 5, Rgb(0xA8824E));
            var (from, to) = floor % 2 == 0 ? (Left - 58, Left - 14) : (Left - 14, Left - 58);
            brush.Line(from, y, to, y - FloorHeight, 2.5f, Rgb(0x98A0A6));
        }
    }

    private static void DrawCrew(View view, float y)
    {
        for (var i = 0; i < 3; i++)
        {
            var way = view.Moment.Phase(26 + (i * 7), i * 0.41) * 2;
            var isBack = way > 1;
            var x = Left + 40 + (i * 150) + ((isBack ? 2 - way : way) * 120);
            People.Walk(view, x, y, 44, i + 70, x / 40 % 1, isBack, isWorker: true);
        }
    }
}
