using SkiaSharp;
using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Passers-by, and workers with a helmet and a vest.</summary>
internal static class People
{
    private static readonly uint[] _coats =
        [0x8C2F39, 0x2E5E7E, 0x3F6B4A, 0xC98B2B, 0x5A4A78, 0x7A6A58, 0xD8D2C4, 0x2B2F38, 0xB84A62];
    private static readonly uint[] _trousers = [0x2C3446, 0x4A4238, 0x1F2228, 0x596270, 0x6B5540];
    private static readonly uint[] _skins = [0xF0C8A4, 0xD9A27A, 0xA8704A, 0x7A4E34, 0xF4D4B8];
    private static readonly uint[] _hairs = [0x2A1E18, 0x5A3A22, 0x8A6A3C, 0x1A1A1E, 0xB8B4AC, 0x7A3A20];

    /// <summary>Someone who walks, feet at this point, this tall.</summary>
    /// <param name="view">The scene.</param>
    /// <param name="x">Where the feet are.</param>
    /// <param name="y">Where the feet are.</param>
    /// <param name="height">From foot to crown.</param>
    /// <param name="id">Who it is.</param>
    /// <param name="step">Where in the double step, 0 to 1.</param>
    /// <param name="isLeftward">Which way.</param>
    /// <param name="isWorker">Wears a helmet and a vest.</param>
    public static void Walk(
        View view, float x, float y, float height, long id, float step, bool isLeftward, bool isWorker = false)
    {
        var brush = view.Brush;
        var swing = MathF.Sin(step * MathF.Tau);
        var trousers = Rgb(Dice.Pick<uint>(_trousers, id, 1));
        var coat = Rgb(isWorker ? 0xF26A1B : Dice.Pick<uint>(_coats, id, 2));
        brush.Shadow(x, y, height * 0.2f, height * 0.045f, 0.28f * (0.4f + view.Light.Day));
        using (brush.At(x, y - (height * 0.012f * Math.Abs(swing)), height / 104, isMirrored: isLeftward))
        {
            Leg(brush, -swing, trousers);
            brush.Lines(7.5f, Darker(coat), 0, -80, swing * -9, -66, (swing * -15) + 3, -53);
            Leg(brush, swing, trousers);
            brush.Round(-11.5f, -88, 23, 44, 10, coat);
            if (isWorker)
            {
                brush.Rect(-11.5f, -68, 23, 5, Rgb(0xE8F0A0));
            }
            else if (Dice.Roll(id, 4) < 0.35f)
            {
                brush.Round(-20, -84, 12, 26, 5, Rgb(Dice.Pick<uint>(_coats, id, 5)));
            }

            brush.Lines(7.5f, Darker(coat), 1, -80, swing * 10, -66, (swing * 15) + 4, -54);
            Head(brush, id, isWorker);
        }
    }

    private static void Head(Brush brush, long id, bool isWorker)
    {
        brush.Circle(-1.2f, -97.5f, 9.2f, Rgb(Dice.Pick<uint>(_hairs, id, 6)));
        brush.Circle(1.6f, -95.5f, 7.6f, Rgb(Dice.Pick<uint>(_skins, id, 3)));
        if (isWorker)
        {
            brush.Shape(Rgb(0xFFD21F), -10, -98, -8, -106, 0, -109, 8, -106, 10, -98);
            brush.Line(-10, -98, 13, -98, 3, Rgb(0xE8B810));
        }
    }

    private static void Leg(Brush brush, float swing, SKColor trousers)
    {
        var lift = swing < 0 ? -swing * 5 : 0;
        brush.Lines(8.5f, trousers, 0, -48, (swing * 9) + 2, -25 - lift, (swing * 19) - lift, -4 - lift);
        brush.Line((swing * 19) - lift, -3 - lift, (swing * 19) + 6 - lift, -3 - lift, 6, Rgb(0x22201E));
    }

    private static SKColor Darker(SKColor color) => Daylight.Mix(color, SKColors.Black, 0.15f);
}
