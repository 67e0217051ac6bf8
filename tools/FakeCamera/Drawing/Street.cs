using SkiaSharp;
using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>A row of shops, people on the pavement, traffic both ways.</summary>
internal static class Street
{
    private const float Pavement = 640;
    private const float Kerb = 706;

    private static readonly House[] _houses =
    [
        new(0, 300, 190, 0xB8674C, 0x7A3B2C, "BAKERY", 0xC8553D, HasGable: false),
        new(300, 320, 132, 0xE9DDBF, 0xB9A06C, "BOOKS & MAPS", 0x2F5D62, HasGable: true),
        new(620, 280, 214, 0x9FB5A0, 0x5E7663, "FLOWERS", 0x8A4F7D, HasGable: false),
        new(900, 350, 156, 0x93A8BC, 0x52677C, "CAFE MIRA", 0x9C3D32, HasGable: true),
        new(1250, 350, 202, 0xDDAE68, 0x9A7038, "BICYCLES", 0x31628F, HasGable: false),
    ];

    public static void Draw(View view)
    {
        Sky.Draw(view, 560);
        Sky.DrawClouds(view, 50, 190, 5);
        for (var i = 0; i < _houses.Length; i++)
        {
            DrawHouse(view, _houses[i], i);
        }

        DrawGround(view);
        DrawLane(view, lane: 1, y: 664, height: 92, speed: 58, isLeftward: false);
        DrawTree(view, 284, 1);
        DrawTree(view, 906, 2);
        DrawTree(view, 1566, 3);
        DrawLamp(view, 610);
        DrawLamp(view, 1225);
        DrawLane(view, lane: 2, y: 690, height: 100, speed: 66, isLeftward: true);
        DrawTraffic(view, lane: 3, y: 774, scale: 1, speed: 240, headway: 4.3, isLeftward: true);
        DrawTraffic(view, lane: 4, y: 872, scale: 1.22f, speed: 290, headway: 5.1, isLeftward: false);
    }

    private static void DrawHouse(View view, House house, int number)
    {
        var brush = view.Brush;
        var (x, width) = (house.X, house.Width);
        if (house.HasGable)
        {
            var middle = x + (width / 2);
            brush.Rect(x + (width * 0.76f), house.Top - 96, 30, 80, Rgb(house.Trim));
            brush.Shape(Rgb(0x5A4440), x - 8, house.Top, middle, house.Top - 104, x + width + 8, house.Top);
            brush.Circle(middle, house.Top - 42, 17, Rgb(0xF2EEE2));
            brush.Circle(middle, house.Top - 42, 12, Rgb(0x56707E));
        }

        brush.Fade(
            x, house.Top, width, Pavement - house.Top, Rgb(house.Wall),
            Daylight.Mix(Rgb(house.Wall), SKColors.Black, 0.16f));
        brush.Rect(x - 4, house.Top - 12, width + 8, 16, Rgb(house.Trim));
        brush.Rect(x, house.Top + 4, width, 7, Rgb(0x000000, 0.14f));
        brush.Line(x + width, house.Top, x + width, Pavement, 2.5f, Rgb(0x000000, 0.22f));
        var columns = (int)(width / 92);
        var spacing = width / columns;
        for (var row = 0; row < 2; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var left = x + (column * spacing) + (spacing / 2) - 24;
                DrawWindow(
                    view, left, house.Top + 32 + (row * (430 - house.Top) * 0.48f), (430 - house.Top) * 0.34f,
                    (number * 100) + (row * 10) + column, house.Trim);
            }
        }

        DrawShop(view, house, number);
    }

    private static void DrawWindow(View view, float x, float y, float height, int id, uint trim)
    {
        var (moment, light, brush, lamp) = view;
        const float width = 48;
        brush.Rect(x - 5, y - 5, width + 10, height + 10, Rgb(0xF4EFE4));
        brush.Fade(x, y, width, height, Rgb(0x5D7888), Rgb(0x8FA9B6));
        brush.Shape(Rgb(0xC4D6DE, 0.5f), x + 4, y + height, x + 26, y, x + 38, y, x + 16, y + height);
        // Someone is at home, or not, for a quarter of an hour.
        var evening = (long)(moment.Seconds / 900) + (id * 7919);
        var isLit = Dice.Roll(evening, 9) < (moment.Hour is > 1 and < 5 ? 0.12f : 0.6f);
        if (isLit)
        {
            lamp.Fade(x, y, width, height, Rgb(0xFFDF9A, light.Lamps), Rgb(0xE8A856, light.Lamps));
            brush.Rect(x, y, 11, height, Rgb(0xD8C8A8, 0.8f));
            brush.Rect(x + width - 11, y, 11, height, Rgb(0xD8C8A8, 0.8f));
        }

        brush.Rect(x + (width / 2) - 2, y, 4, height, Rgb(0xF4EFE4));
        brush.Rect(x, y + (height * 0.4f), width, 4, Rgb(0xF4EFE4));
        brush.Rect(x - 8, y + height + 4, width + 16, 7, Rgb(trim));
    }

    private static void DrawShop(View view, House house, int number)
    {
        var (_, light, brush, lamp) = view;
        var (x, width) = (house.X + 14, house.Width - 28);
        brush.Rect(x, 452, width, Pavement - 452, Rgb(0x4A3B32));
        var (glassX, glassWidth, doorX) = (x + 12, width - 110, x + width - 84);
        brush.Fade(glassX, 500, glassWidth, 116, Rgb(0x3A4A52), Rgb(0x5C6E74));
        lamp.Fade(glassX, 500, glassWidth, 116, Rgb(0xFFE2A0, 0.9f * light.Lamps), Rgb(0xE9A95C, 0.9f * light.Lamps));
        DrawGoods(view, glassX, glassWidth, number);
        brush.Shape(Rgb(0xFFFFFF, 0.12f), glassX + 20, 616, glassX + 90, 520, glassX + 130, 520, glassX + 60, 616);
        brush.Rect(glassX, 616, glassWidth, 24, Rgb(house.Awning));
        brush.Rect(doorX, 500, 72, 140, Rgb(house.Awning));
        brush.Fade(doorX + 10, 510, 52, 92, Rgb(0x4A5C64), Rgb(0x6C7E84));
        lamp.Rect(doorX + 10, 510, 52, 92, Rgb(0xFFD894, 0.8f * light.Lamps));
        brush.Circle(doorX + 62, 580, 4, Rgb(0xE0C060));
        DrawAwning(brush, x - 6, width + 12, house.Awning);
        brush.Rect(x, 446, width, 38, Rgb(0x2A2624));
        using var sign = StrokeFont.Strokes(house.Sign, 20);
        var left = x + ((width - StrokeFont.Width(house.Sign, 20)) / 2);
        using (brush.At(left, 455))
        {
            brush.Outline(sign, 3, Rgb(0xF5E6C4));
            lamp.Outline(sign, 3, Rgb(0xFFE9B8, light.Lamps));
        }

        lamp.Glow(glassX + (glassWidth / 2), 640, 190, 0xFFB860, 0.3f * light.Lamps);
    }

    private static void DrawGoods(View view, float x, float width, int number)
    {
        uint[] colors = number switch
        {
            0 => [0xC98B45, 0xE0B070, 0xA86A30],
            1 => [0x8C2F39, 0x2E5E7E, 0xD9B34A, 0x3F6B4A],
            2 => [0xE0506A, 0xF2C14E, 0xE88ACB, 0xFFFFFF],
            3 => [0xF0E8DC, 0x7A4A30, 0xC8553D],
            _ => [0x31628F, 0xB3262E, 0x2B2F38, 0x3E8B62],
        };
        for (var i = 0; (i * 22) + 18 < width; i++)
        {
            var color = Rgb(Dice.Pick<uint>(colors, i, number));
            var height = Dice.Between(16, 40, i, 30 + number);
            switch (number)
            {
                case 2:
                    view.Brush.Line(x + 14 + (i * 22), 612, x + 14 + (i * 22), 612 - height, 4, Rgb(0x4A7A4A));
                    view.Brush.Circle(x + 14 + (i * 22), 608 - height, 10, color);
                    break;
                case 4 when i % 4 == 1:
                    DrawBicycle(view.Brush, x + (i * 22), color);
                    break;
                case 4:
                    break;
                default:
                    view.Brush.Round(x + 6 + (i * 22), 614 - height, 17, height, number == 0 ? 8 : 2, color);
                    break;
            }
        }
    }

    private static void DrawBicycle(Brush brush, float x, SKColor color)
    {
        brush.Ring(x, 594, 17, 2.5f, Rgb(0x24262A));
        brush.Ring(x + 50, 594, 17, 2.5f, Rgb(0x24262A));
        brush.Lines(3.5f, color, x, 594, x + 14, 568, x + 40, 568, x + 24, 594, x, 594);
        brush.Lines(3.5f, color, x + 24, 594, x + 12, 562);
        brush.Lines(3.5f, color, x + 50, 594, x + 38, 558, x + 46, 554);
        brush.Line(x + 6, 561, x + 18, 561, 4, Rgb(0x24262A));
    }

    private static void DrawAwning(Brush brush, float x, float width, uint color)
    {
        var stripes = (int)(width / 26);
        var each = width / stripes;
        for (var i = 0; i < stripes; i++)
        {
            var stripe = i % 2 == 0 ? Rgb(color) : Rgb(0xF6F0E2);
            var left = x + (i * each);
            brush.Shape(stripe, left + 4, 482, left + each + 3, 482, left + each, 522, left, 522);
            brush.Oval(left + (each / 2), 522, each / 2, 9, stripe);
        }

        brush.Rect(x, 530, width, 10, Rgb(0x000000, 0.13f));
    }

    private static void DrawGround(View view)
    {
        var brush = view.Brush;
        brush.Fade(-50, Pavement, 1700, Kerb - Pavement, Rgb(0xA8A298), Rgb(0xC6C0B4));
        for (var i = -4; i < 34; i++)
        {
            brush.Line((i * 56) + 20, Pavement, (i * 62) - 60, Kerb, 1.3f, Rgb(0x000000, 0.12f));
        }

        brush.Line(-50, 670, 1650, 670, 1.3f, Rgb(0x000000, 0.12f));
        brush.Rect(-50, Kerb, 1700, 9, Rgb(0xDAD5CA));
        brush.Fade(-50, Kerb + 9, 1700, 200, Rgb(0x4E5157), Rgb(0x62656B));
        for (var i = 0; i < 12; i++)
        {
            brush.Shape(
                Rgb(0xE8E6DA, 0.85f), (i * 150) - 20, 797, (i * 150) + 62, 797, (i * 150) + 60, 805,
                (i * 150) - 26, 805);
        }

        brush.Rect(-50, 715, 1700, 4, Rgb(0x000000, 0.18f));
    }

    private static void DrawLane(View view, int lane, float y, float height, float speed, bool isLeftward)
    {
        var crowd = 0.4f + (0.6f * view.Light.Day);
        foreach (var passer in view.Moment.Passing(4.6, speed, 1760, lane))
        {
            if (Dice.Roll(passer.Id, 8) < crowd)
            {
                var x = isLeftward ? 1680 - passer.Way : passer.Way - 80;
                People.Walk(
                    view, x, y, height * Dice.Between(0.86f, 1.06f, passer.Id, 7), passer.Id, passer.Way / 88 % 1,
                    isLeftward);
            }
        }
    }

    private static void DrawTraffic(
        View view, int lane, float y, float scale, float speed, double headway, bool isLeftward)
    {
        var density = 0.35f + (0.55f * view.Light.Day);
        foreach (var passer in view.Moment.Passing(headway, speed, 2200, lane))
        {
            if (Dice.Roll(passer.Id, 8) < density)
            {
                var x = isLeftward ? 1900 - passer.Way : passer.Way - 300;
                Vehicles.Drive(view, x, y, scale, passer.Id, passer.Way / scale, isLeftward);
            }
        }
    }

    private static void DrawTree(View view, float x, int id)
    {
        var brush = view.Brush;
        brush.Shadow(x, Kerb - 4, 60, 7);
        brush.Shape(Rgb(0x5E4632), x - 9, Kerb - 4, x - 6, 520, x + 6, 520, x + 9, Kerb - 4);
        for (var leaf = 0; leaf < 34; leaf++)
        {
            // From the dark outside below to the light middle above.
            var way = leaf / 34f;
            var angle = leaf * 2.4f;
            var away = 58 * (1 - (way * 0.9f));
            var sway = view.Moment.Swing(5, (id * 0.3) + (leaf * 0.05)) * 4;
            var green = Daylight.Mix(Rgb(0x35602F), Rgb(0x83B055), (way * 0.75f) + (0.25f * Dice.Roll(leaf, id)));
            brush.Oval(
                x + sway + (MathF.Cos(angle) * away), 474 - (way * 16) + (MathF.Sin(angle) * away * 0.8f), 25, 22,
                green);
        }
    }

    private static void DrawLamp(View view, float x)
    {
        var (_, light, brush, lamp) = view;
        brush.Line(x, Kerb - 3, x, 400, 7, Rgb(0x2B3036));
        brush.Lines(6, Rgb(0x2B3036), x, 404, x + 10, 384, x + 42, 378);
        brush.Round(x + 34, 374, 38, 10, 4, Rgb(0x2B3036));
        brush.Round(x - 8, Kerb - 34, 16, 32, 4, Rgb(0x2B3036));
        lamp.Glow(x + 54, 386, 250, 0xFFC878, 0.55f * light.Lamps);
        lamp.Pool(x + 54, Kerb - 20, 230, 46, 0xFFC070, 0.42f * light.Lamps);
        lamp.Round(x + 38, 382, 30, 5, 2, Rgb(0xFFF2CC, 0.3f + (0.7f * light.Lamps)));
    }

    private sealed record House(
        float X, float Width, float Top, uint Wall, uint Trim, string Sign, uint Awning, bool HasGable);
}
