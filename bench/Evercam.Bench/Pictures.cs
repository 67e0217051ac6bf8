using Evercam.FakeCameras;

namespace Evercam.Bench;

/// <summary>JPEGs of about 100 KB, as the simulated cameras draw them.</summary>
internal static class Pictures
{
    public const int Count = 8;
    private const int WantedBytes = 100_000;
    private static readonly DateTimeOffset Noon = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Different scenes at different times of the day.</summary>
    public static IReadOnlyList<byte[]> Draw() => [.. Enumerable.Range(0, Count).Select(Draw)];

    private static byte[] Draw(int number)
    {
        var (width, picture) = (1280, Array.Empty<byte>());
        for (var attempt = 0; attempt < 4; attempt++)
        {
            var camera = new FakeCamera($"bench-{number}")
            {
                Scene = Enum.GetValues<Scene>()[number % Enum.GetValues<Scene>().Length],
                Width = width,
                Height = width * 9 / 16,
            };
            picture = camera.TakeJpeg(Noon.AddMinutes(number * 17));
            width = Math.Clamp((int)(width * Math.Sqrt((double)WantedBytes / picture.Length)), 320, 3840);
        }

        return picture;
    }
}
