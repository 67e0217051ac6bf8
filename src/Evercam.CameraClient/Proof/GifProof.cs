using System.Buffers.Binary;

namespace Evercam.CameraClient.Proof;

/// <summary>Walks a GIF's blocks, by their lengths, from its header to its trailer.</summary>
internal static class GifProof
{
    private const string Truncated = "truncated GIF";
    private const int HeaderLength = 13;
    private const int DescriptorLength = 10;

    public static string? FindFlaw(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderLength)
        {
            return Truncated;
        }

        var hasImage = false;
        var at = HeaderLength + ColorTableLength(bytes[10]);
        while (at < bytes.Length)
        {
            switch (bytes[at])
            {
                case 0x3B:
                    return hasImage ? null : "broken GIF: no image";
                case 0x21:
                    // An introducer and a label before the data.
                    at = SkipData(bytes, at + 2);
                    break;
                case 0x2C when bytes.Length - at < DescriptorLength:
                    return Truncated;
                case 0x2C when !IsPossibleImage(bytes.Slice(at, DescriptorLength)):
                    return "broken GIF: impossible dimensions";
                case 0x2C:
                    hasImage = true;
                    // The width of a code stands before the data.
                    at = SkipData(bytes, at + DescriptorLength + ColorTableLength(bytes[at + 9]) + 1);
                    break;
                default:
                    return "broken GIF: no block where one must be";
            }
        }

        return Truncated;
    }

    private static int ColorTableLength(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << ((flags & 0x07) + 1);

    // Pieces of up to 255 bytes, each after its length; an empty one ends them. Returns what lies behind, at most the end.
    private static int SkipData(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length && bytes[at] != 0)
        {
            at += bytes[at] + 1;
        }

        return at + 1;
    }

    private static bool IsPossibleImage(ReadOnlySpan<byte> descriptor) =>
        Dimensions.ArePossible(
            BinaryPrimitives.ReadUInt16LittleEndian(descriptor[5..]), BinaryPrimitives.ReadUInt16LittleEndian(descriptor[7..]));
}
