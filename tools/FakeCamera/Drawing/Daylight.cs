using SkiaSharp;

namespace Evercam.FakeCameras.Drawing;

/// <summary>The light of an hour: sunrise at six, sunset at eight in the evening, every day.</summary>
internal sealed class Daylight
{
    private const float Sunrise = 6;
    private const float Sunset = 20;

    private static readonly SKColor _nightTint = new(0x46, 0x54, 0x82);
    private static readonly SKColor _duskTint = new(0xFF, 0xD8, 0xBC);

    public Daylight(Moment moment)
    {
        var hour = moment.Hour;
        SunWay = (hour - Sunrise) / (Sunset - Sunrise);
        MoonWay = ((hour + 24 - Sunset) % 24) / (24 - Sunset + Sunrise);
        // Down to -1 at the dead of night, up to 1 at the height of day.
        Height = SunWay is >= 0 and <= 1 ? MathF.Sin(MathF.PI * SunWay) : -MathF.Sin(MathF.PI * MoonWay);
        Day = Smooth(-0.22f, 0.25f, Height);
        Dusk = MathF.Exp(-MathF.Pow((Height - 0.05f) / 0.2f, 2));
        Tint = Mix(Mix(_nightTint, SKColors.White, Day), _duskTint, Dusk * 0.55f * Day);
        Lamps = 1 - Smooth(0.3f, 0.75f, Day);
    }

    /// <summary>From 0 at sunrise to 1 at sunset; outside at night.</summary>
    public float SunWay { get; }

    /// <summary>From 0 at sunset to 1 at sunrise; beyond by day.</summary>
    public float MoonWay { get; }

    public float Height { get; }

    /// <summary>0 at night, 1 by day.</summary>
    public float Day { get; }

    /// <summary>1 when the sun touches the horizon.</summary>
    public float Dusk { get; }

    /// <summary>1 when lamps are lit.</summary>
    public float Lamps { get; }

    /// <summary>The colour a white wall has in this light.</summary>
    public SKColor Tint { get; }

    public static float Smooth(float from, float to, float value)
    {
        var t = Math.Clamp((value - from) / (to - from), 0, 1);
        return t * t * (3 - (2 * t));
    }

    public static SKColor Mix(SKColor a, SKColor b, float part)
    {
        return new SKColor(Of(a.Red, b.Red), Of(a.Green, b.Green), Of(a.Blue, b.Blue), Of(a.Alpha, b.Alpha));

        byte Of(byte x, byte y) => (byte)(x + ((y - x) * part) + 0.5f);
    }
}
