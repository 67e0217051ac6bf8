using System.Collections.Frozen;
using SkiaSharp;

namespace Evercam.FakeCameras.Drawing;

/// <summary>Letters made of strokes, because a bare machine has no fonts. Capitals are 7 units tall, from y 0 to 7.</summary>
internal static class StrokeFont
{
    private const float CapHeight = 7;
    private const float Gap = 1.8f;
    private const float Blank = 2.6f;
    private const float DigitWidth = 4.4f;
    private const string Bowl = "M3.8 4.75A1.9 2.25 0 1 0 0 4.75A1.9 2.25 0 1 0 3.8 4.75";

    private static readonly Glyph _unknown = new("M0 1H3.6V7H0Z");

    private static readonly FrozenDictionary<char, Glyph> _glyphs = new Dictionary<char, Glyph>
    {
        ['A'] = new("M0 7L2.4 0L4.8 7M.85 4.6H3.95"),
        ['B'] = new("M0 3.4H2.5A1.7 1.7 0 0 0 2.5 0H0V7H2.7A1.8 1.8 0 0 0 2.7 3.4"),
        ['C'] = new("M4.6 1.5A2.6 3.5 0 1 0 4.6 5.5"),
        ['D'] = new("M0 7V0H1.6A3 3.5 0 0 1 1.6 7Z"),
        ['E'] = new("M4 0H0V7H4M0 3.4H3.4"),
        ['F'] = new("M4 0H0V7M0 3.5H3.4"),
        ['G'] = new("M4.6 1.5A2.6 3.5 0 1 0 4.9 4.8V3.8H2.9"),
        ['H'] = new("M0 0V7M4.4 0V7M0 3.4H4.4"),
        ['I'] = new("M0 0V7"),
        ['J'] = new("M3.2 0V5.2A1.7 1.8 0 0 1 0 5.6"),
        ['K'] = new("M0 0V7M4.2 0L0 4.4M1.6 2.8L4.4 7"),
        ['L'] = new("M0 0V7H3.8"),
        ['M'] = new("M0 7V0L2.7 4.4L5.4 0V7"),
        ['N'] = new("M0 7V0L4.4 7V0"),
        ['O'] = new("M2.6 0A2.6 3.5 0 1 1 2.6 7A2.6 3.5 0 1 1 2.6 0Z"),
        ['P'] = new("M0 7V0H2.6A1.95 1.95 0 0 1 2.6 3.9H0"),
        ['Q'] = new("M2.6 0A2.6 3.5 0 1 1 2.6 7A2.6 3.5 0 1 1 2.6 0ZM3.3 5.1L5.2 7.3"),
        ['R'] = new("M0 7V0H2.6A1.95 1.95 0 0 1 2.6 3.9H0M2.4 3.9L4.5 7"),
        ['S'] = new("M4.1 1.2C3.6 .3 2.9 0 2.1 0C.9 0 .1 .7 .1 1.7C.1 4 4.3 2.9 4.3 5.2C4.3 6.3 3.4 7 2.2 7C1.2 7 .4 6.6 0 5.7"),
        ['T'] = new("M0 0H4.6M2.3 0V7"),
        ['U'] = new("M0 0V4.7A2.2 2.3 0 0 0 4.4 4.7V0"),
        ['V'] = new("M0 0L2.4 7L4.8 0"),
        ['W'] = new("M0 0L1.6 7L3.3 1.6L5 7L6.6 0"),
        ['X'] = new("M0 0L4.4 7M4.4 0L0 7"),
        ['Y'] = new("M0 0L2.3 3.6L4.6 0M2.3 3.6V7"),
        ['Z'] = new("M0 0H4.2L0 7H4.4"),
        ['a'] = new(Bowl + "M3.8 2.5V7"),
        ['b'] = new(Bowl + "M0 0V7"),
        ['c'] = new("M3.6 3.4A1.9 2.25 0 1 0 3.6 6.1"),
        ['d'] = new(Bowl + "M3.8 0V7"),
        ['e'] = new("M.1 4.7H3.8A1.9 2.2 0 1 0 3.4 6.2"),
        ['f'] = new("M2.6 .3C1.4 -.3 .9 .6 .9 1.6V7M0 2.6H2.2"),
        ['g'] = new(Bowl + "M3.8 2.5V7.2A1.8 1.8 0 0 1 .4 8.2"),
        ['h'] = new("M0 0V7M0 4.4A1.8 1.9 0 0 1 3.6 4.4V7"),
        ['i'] = new("M0 2.5V7M0 .6V.7"),
        ['j'] = new("M1.4 2.5V7.6A1.2 1.2 0 0 1 0 8.7M1.4 .6V.7"),
        ['k'] = new("M0 0V7M3.3 2.5L0 5.2M1.3 4.2L3.5 7"),
        ['l'] = new("M0 0V7"),
        ['m'] = new("M0 2.5V7M0 4.2A1.4 1.7 0 0 1 2.8 4.2V7M2.8 4.2A1.4 1.7 0 0 1 5.6 4.2V7"),
        ['n'] = new("M0 2.5V7M0 4.4A1.8 1.9 0 0 1 3.6 4.4V7"),
        ['o'] = new(Bowl),
        ['p'] = new(Bowl + "M0 2.5V9"),
        ['q'] = new(Bowl + "M3.8 2.5V9"),
        ['r'] = new("M0 2.5V7M0 4.6C.2 3.2 1.2 2.4 2.3 2.6"),
        ['s'] = new("M3.1 3.2C2.8 2.7 2.2 2.5 1.6 2.5C.8 2.5 .2 2.9 .2 3.6C.2 5.1 3.3 4.4 3.3 5.8C3.3 6.6 2.5 7 1.7 7C.9 7 .3 6.7 0 6.1"),
        ['t'] = new("M.9 .8V5.6C.9 6.9 1.7 7.2 2.6 6.8M0 2.6H2.4"),
        ['u'] = new("M0 2.5V5.1A1.8 1.9 0 0 0 3.6 5.1V2.5M3.6 2.5V7"),
        ['v'] = new("M0 2.5L1.8 7L3.6 2.5"),
        ['w'] = new("M0 2.5L1.3 7L2.7 3L4.1 7L5.4 2.5"),
        ['x'] = new("M0 2.5L3.4 7M3.4 2.5L0 7"),
        ['y'] = new("M0 2.5L1.8 7M3.6 2.5L1.3 8.4Q1 9 .2 8.9"),
        ['z'] = new("M0 2.5H3.3L0 7H3.4"),
        ['0'] = new("M2.2 0A2.2 3.5 0 1 1 2.2 7A2.2 3.5 0 1 1 2.2 0Z", DigitWidth),
        ['1'] = new("M.9 1.5L2.6 0V7", DigitWidth),
        ['2'] = new("M.2 1.9C.3 .7 1.1 0 2.2 0C3.4 0 4.2 .8 4.2 1.9C4.2 3.3 2.6 4.6 .1 7H4.3", DigitWidth),
        ['3'] = new("M.2 1.3C.6 .4 1.3 0 2.2 0C3.3 0 4.1 .7 4.1 1.7C4.1 2.7 3.3 3.4 1.7 3.4C3.4 3.4 4.4 4.1 4.4 5.2"
            + "C4.4 6.3 3.5 7 2.2 7C1.1 7 .3 6.5 0 5.6", DigitWidth),
        ['4'] = new("M3.3 7V0L0 4.9H4.4", DigitWidth),
        ['5'] = new("M4 0H.8L.5 3.1C1.1 2.7 1.6 2.6 2.2 2.6C3.5 2.6 4.4 3.5 4.4 4.8C4.4 6.1 3.4 7 2.1 7C1.1 7 .3 6.5 0 5.8", DigitWidth),
        ['6'] = new("M3.7 .3C1.6 -.5 0 2 0 4.8A2.2 2.2 0 1 0 4.4 4.8A2.2 2.1 0 0 0 0 4.8", DigitWidth),
        ['7'] = new("M0 0H4.3L1.5 7", DigitWidth),
        ['8'] = new("M2.2 3.3A1.8 1.65 0 1 1 2.2 0A1.8 1.65 0 1 1 2.2 3.3A2.1 1.85 0 1 1 2.2 7A2.1 1.85 0 1 1 2.2 3.3", DigitWidth),
        ['9'] = new("M.7 6.7C2.8 7.5 4.4 5 4.4 2.2A2.2 2.2 0 1 0 0 2.2A2.2 2.1 0 0 0 4.4 2.2", DigitWidth),
        [':'] = new("M0 2.3V2.4M0 5.6V5.7"),
        ['-'] = new("M0 3.8H2.6"),
        ['+'] = new("M0 3.8H3.6M1.8 2V5.6"),
        ['.'] = new("M0 6.9V7"),
        [','] = new("M.4 6.7L0 8"),
        ['/'] = new("M0 7.6L2.8 -.6"),
        ['_'] = new("M0 7.8H4"),
        ['\''] = new("M0 0V1.6"),
        ['('] = new("M1.3 -.6C-.4 1.6 -.4 5.6 1.3 7.8"),
        [')'] = new("M0 -.6C1.7 1.6 1.7 5.6 0 7.8"),
        ['!'] = new("M0 0V4.8M0 6.9V7"),
        ['?'] = new("M0 1.6C.2 .6 1 0 1.9 0C3.1 0 3.8 .8 3.8 1.8C3.8 3.2 1.9 3.4 1.9 5M1.9 6.9V7"),
        ['&'] = new("M4.6 7L1.1 2.6C.2 1.4 .8 0 2 0C3.3 0 3.9 1.6 2.4 2.7C.8 3.7 0 4.2 0 5.3C0 7.6 3.6 7.6 4.6 4.2"),
        [' '] = new("", Blank - Gap),
    }.ToFrozenDictionary();

    /// <summary>How wide a text is whose capitals are this tall.</summary>
    public static float Width(string text, float height) =>
        (text.Sum(c => Of(c).Width + Gap) - (text.Length > 0 ? Gap : 0)) * height / CapHeight;

    /// <summary>The strokes of a text, its capitals between y 0 and <paramref name="height"/>.</summary>
    public static SKPath Strokes(string text, float height)
    {
        using var line = new SKPathBuilder();
        var x = 0f;
        foreach (var glyph in text.Select(Of))
        {
            line.AddPath(glyph.Strokes, x - glyph.Left, 0, SKPathAddMode.Append);
            x += glyph.Width + Gap;
        }

        using var path = line.Detach();
        var scaled = new SKPath();
        path.Transform(SKMatrix.CreateScale(height / CapHeight, height / CapHeight), scaled);
        return scaled;
    }

    private static Glyph Of(char letter) => _glyphs.GetValueOrDefault(letter, _unknown);

    private sealed class Glyph
    {
        public Glyph(string strokes, float? width = null)
        {
            Strokes = SKPath.ParseSvgPathData(strokes);
            Strokes.GetTightBounds(out var bounds);
            Left = width is null ? bounds.Left : 0;
            Width = width ?? bounds.Width;
        }

        public SKPath Strokes { get; }

        public float Left { get; }

        public float Width { get; }
    }
}
