using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evercam.FakeCameras.Drawing;

/// <summary>The grain of a small sensor: luminance only, more of it in the dark.</summary>
internal static class SensorNoise
{
    private const int Grains = 1 << 15;
    private const int Middle = 32;

    // Four bytes a grain, alike for red, green and blue.
    private static readonly byte[] _byDay = Make(2.2f);
    private static readonly byte[] _byNight = Make(3.6f);

    public static void Add(Span<byte> pixels, int rowBytes, long exposure, Daylight light)
    {
        var grain = light.Day > 0.4f ? _byDay : _byNight;
        var middle = Vector128.Create((byte)Middle);
        for (var row = 0; (row * rowBytes) + rowBytes <= pixels.Length; row++)
        {
            var line = MemoryMarshal.Cast<byte, Vector128<byte>>(pixels.Slice(row * rowBytes, rowBytes));
            // Each row begins elsewhere in the noise, so that no pattern shows.
            var start = (int)(Dice.Mix(exposure, row) % (uint)(grain.Length - rowBytes)) & ~3;
            var noise = MemoryMarshal.Cast<byte, Vector128<byte>>(grain.AsSpan(start, rowBytes));
            for (var i = 0; i < line.Length; i++)
            {
                var lighter = Vector128.SubtractSaturate(noise[i], middle);
                var darker = Vector128.SubtractSaturate(middle, noise[i]);
                line[i] = Vector128.SubtractSaturate(Vector128.AddSaturate(line[i], lighter), darker);
            }
        }
    }

    private static byte[] Make(float deviation)
    {
        var noise = new byte[Grains * 4];
        for (var i = 0; i < Grains; i++)
        {
            // Three dice make a bell; their sum has a deviation of one half.
            var bell = Dice.Roll(i, 1) + Dice.Roll(i, 2) + Dice.Roll(i, 3) - 1.5f;
            noise.AsSpan(i * 4, 4).Fill((byte)Math.Clamp(Middle + (bell * 2 * deviation), 0, 255));
        }

        return noise;
    }
}
