namespace Evercam.Server.Series;

/// <summary>How a video is to look.</summary>
/// <param name="PerSecond">Pictures per second.</param>
/// <param name="Width">Pixels, at most; even.</param>
internal sealed record VideoForm(int PerSecond, int Width);
