using System.Collections.Concurrent;
using System.Diagnostics;

namespace Evercam.Tests.EvercamJs;

/// <summary>Pictures of one colour, which a test can tell apart by their pixels.</summary>
internal static class Paint
{
    private static readonly ConcurrentDictionary<string, Task<byte[]>> Mixed = new();

    /// <param name="colour">As ffmpeg names it: <c>red</c>, <c>lime</c>, <c>blue</c>.</param>
    public static Task<byte[]> OfAsync(string colour) => Mixed.GetOrAdd(colour, MixAsync);

    private static async Task<byte[]> MixAsync(string colour)
    {
        using var ffmpeg = Process.Start(new ProcessStartInfo(
            "ffmpeg", ["-v", "error", "-f", "lavfi", "-i", $"color={colour}:s=320x180", "-frames:v", "1", "-f", "mjpeg", "-"])
        {
            RedirectStandardOutput = true,
        })!;
        using var picture = new MemoryStream();
        await ffmpeg.StandardOutput.BaseStream.CopyToAsync(picture);
        await ffmpeg.WaitForExitAsync();
        return picture.ToArray();
    }
}
