using System.Diagnostics;

namespace Evercam.Tests.Servers;

/// <summary>Pictures that ffmpeg made, once for all tests: a detailed scene in several sizes and formats.</summary>
public static class Photographs
{
    private static readonly Lazy<Task<Dictionary<string, byte[]>>> All = new(MakeAllAsync);

    private static readonly (string Name, string Source)[] Scenes =
    [
        ("small.jpg", "testsrc=s=160x120"),
        ("hd.jpg", "mandelbrot=s=1280x720"),
        ("large.jpg", "mandelbrot=s=2560x1440"),
        ("picture.png", "testsrc2=s=320x240"),
        ("picture.gif", "testsrc2=s=320x240"),
    ];

    public static IEnumerable<string> Names => Scenes.Select(scene => scene.Name);

    public static async Task<byte[]> ReadAsync(string name) => (await All.Value)[name];

    private static async Task<Dictionary<string, byte[]>> MakeAllAsync()
    {
        var pictures = new Dictionary<string, byte[]>();
        foreach (var (name, source) in Scenes)
        {
            pictures.Add(name, await MakeAsync(name, source));
        }

        return pictures;
    }

    private static async Task<byte[]> MakeAsync(string name, string source)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}-{name}");
        try
        {
            using var ffmpeg = Process.Start("ffmpeg",
                ["-v", "error", "-f", "lavfi", "-i", source, "-frames:v", "1", "-q:v", "4", file]);
            await ffmpeg.WaitForExitAsync();
            Assert.Equal(0, ffmpeg.ExitCode);
            return await File.ReadAllBytesAsync(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
