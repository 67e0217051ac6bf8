using System.Buffers.Binary;

namespace Evercam.Server.Pictures;

/// <summary>Tells which JPEGs are unpacked row by row: those whose single scan holds all of the picture, as cameras make them. Of a
/// progressive one, and of one with a scan for each colour, all coefficients lie in memory until the last scan was read.</summary>
internal static class SequentialJpeg
{
    /// <summary>Looks at the segments before the first scan (ITU-T T.81, B.2.1 to B.2.3).</summary>
    /// <param name="bytes">Anything.</param>
    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        if (bytes is not [0xFF, 0xD8, ..])
        {
            return false;
        }

        var components = 0;
        for (var rest = bytes[2..]; TryTakeSegment(ref rest, out var marker, out var segment);)
        {
            switch (marker)
            {
                // Baseline and extended sequential, Huffman coding: precision, height, width, number of components.
                case 0xC0 or 0xC1 when segment.Length > 5:
                    components = segment[5];
                    break;
                case 0xDA:
                    return components > 0 && segment is [var inScan, ..] && inScan == components;
                case >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return false;
                default:
                    break;
            }
        }

        return false;
    }

    private static bool TryTakeSegment(ref ReadOnlySpan<byte> rest, out byte marker, out ReadOnlySpan<byte> segment)
    {
        marker = 0;
        segment = default;
        var name = rest.IndexOfAnyExcept((byte)0xFF);
        if (name < 1 || !BinaryPrimitives.TryReadUInt16BigEndian(rest[(name + 1)..], out var length)
            || length < 2 || length > rest.Length - name - 1)
        {
            return false;
        }

        // Those that stand alone have no place here, and decoders pass over them: what they would hide from this one must not count.
        marker = rest[name];
        if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD9))
        {
            return false;
        }

        segment = rest.Slice(name + 3, length - 2);
        rest = rest[(name + 1 + length)..];
        return true;
    }
}
