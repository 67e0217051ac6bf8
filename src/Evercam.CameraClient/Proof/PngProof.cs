using System.Buffers.Binary;

namespace Evercam.CameraClient.Proof;

/// <summary>Walks a PNG's chunks, by their lengths, from its header to its end.</summary>
internal static class PngProof
{
    private const string Truncated = "truncated PNG";
    private const int SignatureLength = 8;
    private const int HeaderLength = 13;

    // Length and type before a chunk's data, CRC after it.
    private const int Frame = 12;

    public static string? FindFlaw(ReadOnlySpan<byte> bytes)
    {
        var hasData = false;
        for (var at = SignatureLength; bytes.Length - at >= Frame;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - Frame)
            {
                return Truncated;
            }

            var type = bytes.Slice(at + 4, 4);
            if (at == SignatureLength && !IsPossibleHeader(type, bytes.Slice(at + 8, (int)length)))
            {
                return "broken PNG: no header, or impossible dimensions";
            }

            if (type.SequenceEqual("IEND"u8))
            {
                return hasData ? null : "broken PNG: no image data";
            }

            hasData |= type.SequenceEqual("IDAT"u8);
            at += (int)length + Frame;
        }

        return Truncated;
    }

    private static bool IsPossibleHeader(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data) =>
        type.SequenceEqual("IHDR"u8)
        && data.Length == HeaderLength
        && Dimensions.ArePossible(BinaryPrimitives.ReadUInt32BigEndian(data), BinaryPrimitives.ReadUInt32BigEndian(data[4..]));
}
