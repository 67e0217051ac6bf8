using System.Globalization;

namespace Evercam.FakeCameras.Drawing;

/// <summary>What cameras write into their pictures: the name at the left, date and time at the right.</summary>
internal static class Caption
{
    public static void Draw(Brush lamp, FakeCamera camera, Moment moment)
    {
        var height = Math.Max(camera.Height / 30f, 8);
        var margin = height * 1.1f;
        var clock = Clock(moment);
        var room = camera.Width - (3 * margin);
        var titleWidth = StrokeFont.Width(camera.Title, height);
        var clockWidth = StrokeFont.Width(clock, height);
        // Both on one line where they fit, else the clock at the bottom, and smaller.
        var clockTop = titleWidth + clockWidth < room ? margin : camera.Height - margin - height;
        Write(lamp, camera.Title, margin, margin, height * Math.Min(1, room / titleWidth));
        var clockHeight = height * Math.Min(1, room / clockWidth);
        Write(lamp, clock, camera.Width - margin - StrokeFont.Width(clock, clockHeight), clockTop, clockHeight);
    }

    private static string Clock(Moment moment)
    {
        var zone = moment.Local.Offset == TimeSpan.Zero ? "'UTC'" : "zzz";
        return moment.Local.ToString($"yyyy-MM-dd  HH:mm:ss {zone}", CultureInfo.InvariantCulture);
    }

    private static void Write(Brush lamp, string text, float x, float y, float height)
    {
        using var strokes = StrokeFont.Strokes(text, height);
        using (lamp.At(x, y))
        {
            lamp.Outline(strokes, height * 0.36f, Brush.Rgb(0x000000, 0.5f));
            lamp.Outline(strokes, height * 0.15f, Brush.Rgb(0xFFFFFF));
        }
    }
}
