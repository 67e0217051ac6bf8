using System.Globalization;

namespace Evercam.Server.Series;

/// <summary>What ffmpeg is told. It is given bare pixels by a pipe: nothing that a camera or a stranger sent reaches its many readers of
/// files, and it may open nothing by itself. Pure.</summary>
internal static class FfmpegArguments
{
    /// <summary>How many seconds of a stream a viewer gets at once: a key frame begins them.</summary>
    private const int SecondsTogether = 2;

    /// <summary>For a video that is sent while it is made: in pieces that each can be shown.</summary>
    public static IReadOnlyList<string> ForStream((int Width, int Height) size, int perSecond) =>
    [
        .. Encode(size, perSecond), "-g", Number(SecondsTogether * perSecond),
        "-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", "pipe:1",
    ];

    /// <summary>For a video that is kept: with its table of contents at the beginning, so that players find any moment of it.</summary>
    public static IReadOnlyList<string> ForFile((int Width, int Height) size, int perSecond, string path) =>
        [.. Encode(size, perSecond), "-movflags", "+faststart", "-f", "mp4", "-y", $"file:{path}"];

    private static IEnumerable<string> Encode((int Width, int Height) size, int perSecond) =>
    [
        "-hide_banner", "-loglevel", "error", "-nostdin",
        "-protocol_whitelist", "pipe",
        "-f", "rawvideo", "-pixel_format", "bgra", "-framerate", Number(perSecond),
        "-video_size", string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}"),
        "-i", "pipe:0",
        // Players take pictures of any size for BT.709, if they are told so.
        "-vf", "scale=out_color_matrix=bt709:out_range=tv",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-threads", "2",
    ];

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
