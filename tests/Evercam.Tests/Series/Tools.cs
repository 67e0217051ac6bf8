using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Evercam.Tests.Series;

/// <summary>What GNU tar and ffprobe make of an answer: programs that know nothing of us.</summary>
internal static class Tools
{
    /// <summary>The names in a TAR file, after it was unpacked into a folder.</summary>
    public static async Task<IReadOnlyList<string>> UnpackAsync(byte[] tar, string folder)
    {
        var file = Path.Combine(folder, "it.tar");
        await File.WriteAllBytesAsync(file, tar, TestContext.Current.CancellationToken);
        var (output, complaints) = await RunAsync("tar", "-xvf", file, "-C", folder);
        Assert.Equal("", complaints);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What a video is: codec, size, frames and seconds.</summary>
    public static async Task<(string Codec, int Width, int Height, int Frames, double Seconds)> ProbeAsync(byte[] video)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "it.mp4");
        await File.WriteAllBytesAsync(file, video, TestContext.Current.CancellationToken);
        var (output, complaints) = await RunAsync(
            "ffprobe", "-v", "error", "-count_frames", "-of", "json",
            "-show_entries", "format=duration:stream=codec_name,width,height,nb_read_frames", file);
        Assert.Equal("", complaints);
        var probed = JsonNode.Parse(output)!;
        var stream = Assert.Single(probed["streams"]!.AsArray())!;
        return ((string)stream["codec_name"]!, (int)stream["width"]!, (int)stream["height"]!, Number(stream["nb_read_frames"]), Fraction(probed["format"]!["duration"]));
    }

    private static int Number(JsonNode? node) => int.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);

    private static double Fraction(JsonNode? node) => double.Parse((string)node!, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<(string Output, string Complaints)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, complaints) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (await output, await complaints);
    }
}
