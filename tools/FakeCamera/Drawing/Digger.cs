using static Evercam.FakeCameras.Drawing.Brush;

namespace Evercam.FakeCameras.Drawing;

/// <summary>An excavator that bites into the heap at its right and drops what it took at its left.</summary>
internal static class Digger
{
    private const uint Orange = 0xE98B1E;
    private const uint Dark = 0xA85E10;

    public static void Draw(View view, float x, float y)
    {
        var brush = view.Brush;
        var beat = view.Moment.Phase(11);
        // Reach out, bite, lift; then the arm comes back over.
        var reach = 0.5f - (0.5f * MathF.Cos(beat * MathF.Tau));
        var boom = -58 + (24 * reach);
        var arm = 96 - (38 * reach) + (14 * MathF.Sin(beat * MathF.Tau * 2));
        brush.Shadow(x, y + 2, 120, 11);
        brush.Round(x - 96, y - 36, 188, 36, 18, Rgb(0x2C2E32));
        for (var wheel = 0; wheel < 5; wheel++)
        {
            brush.Circle(x - 76 + (wheel * 37), y - 18, 11, Rgb(0x5A5E64));
        }

        using (brush.At(x, y - 38))
        {
            brush.Round(-92, -58, 150, 56, 10, Rgb(Orange));
            brush.Rect(-92, -24, 150, 10, Rgb(Dark));
            brush.Round(-88, -50, 52, 24, 5, Rgb(0x3A3C40));
            brush.Round(2, -108, 62, 82, 9, Rgb(Orange));
            brush.Round(12, -100, 44, 44, 5, Rgb(0x6F93A6));
            brush.Shape(Rgb(0xFFFFFF, 0.25f), 18, -58, 36, -98, 46, -98, 28, -58);
            using (brush.At(48, -40, degrees: boom))
            {
                brush.Shape(Rgb(Orange), 0, -13, 110, -24, 178, -9, 178, 7, 110, 2, 0, 13);
                brush.Line(20, 8, 96, 16, 7, Rgb(0xB8BCC0));
                using (brush.At(174, -1, degrees: arm))
                {
                    brush.Shape(Rgb(Dark), -14, -11, 116, -7, 116, 7, -14, 11);
                    using (brush.At(114, 0, degrees: 34 - (70 * reach)))
                    {
                        brush.Shape(Rgb(0x3A3C40), -12, -14, 40, -18, 52, 6, 38, 34, 10, 40, -6, 22);
                        brush.Lines(4, Rgb(0x8A8E92), 40, -18, 54, -10, 52, 6);
                    }
                }
            }
        }
    }
}
