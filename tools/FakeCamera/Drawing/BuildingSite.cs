namespace Evercam.FakeCameras.Drawing;

internal static class BuildingSite
{
    public static void Draw(View view)
    {
        Sky.Draw(view, 500);
        Sky.DrawClouds(view, 120, 320);
        view.Brush.Rect(0, 500, 1600, 400, Brush.Rgb(0x7A8F5A));
    }
}
