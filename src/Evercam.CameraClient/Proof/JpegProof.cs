using System.Buffers.Binary;

namespace Evercam.CameraClient.Proof;

/// <summary>Walks a JPEG's segments to its first scan, by their lengths, so that a thumbnail inside an EXIF segment is not taken
/// for the picture; then looks for the end mark, from the end.</summary>
internal static class JpegProof
{
    private const string Truncated = "truncated JPEG";

    private static ReadOnlySpan<byte> EndOfImage => [0xFF, 0xD9];

    public static string? FindFlaw(ReadOnlySpan<byte> bytes)
    {
        var hasFrame = false;
        var at = 2;
        while (at < bytes.Length)
        {
            if (bytes[at] != 0xFF)
            {
                return "broken JPEG: no marker where one must be";
            }

            // A marker may be preceded by any number of fill bytes.
            var mark = bytes[at..].IndexOfAnyExcept((byte)0xFF);
            if (mark < 0)
            {
                return Truncated;
            }

            at += mark + 1;
            var marker = bytes[at - 1];
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7))
            {
                continue;
            }

            if (marker is 0x00 or 0xD8 or 0xD9)
            {
                return "broken JPEG: it ends before it begins";
            }

            if (!TryTakeSegment(bytes, at, out var segment))
            {
                return Truncated;
            }

            at += 2 + segment.Length;
            if (marker == 0xDA)
            {
                return hasFrame ? FindFlawOfScan(bytes, at) : "broken JPEG: a scan without a frame";
            }

            if (IsFrame(marker))
            {
                if (!IsPossibleFrame(segment))
                {
                    return "broken JPEG: impossible dimensions";
                }

                hasFrame = true;
            }
        }

        return Truncated;
    }

    // Within a scan 0xFF is always followed by 0x00, so nothing else looks like the end mark. Searching from the end finds it
    // at once, however large the picture is.
    private static string? FindFlawOfScan(ReadOnlySpan<byte> bytes, int at) =>
        bytes[at..].LastIndexOf(EndOfImage) > 0 ? null : Truncated;

    private static bool TryTakeSegment(ReadOnlySpan<byte> bytes, int at, out ReadOnlySpan<byte> segment)
    {
        segment = default;
        if (!BinaryPrimitives.TryReadUInt16BigEndian(bytes[at..], out var length) || length < 2 || length > bytes.Length - at)
        {
            return false;
        }

        segment = bytes.Slice(at + 2, length - 2);
        return true;
    }

    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // Precision, height, width, number of components.
    private static bool IsPossibleFrame(ReadOnlySpan<byte> segment) =>
        segment.Length >= 6
        && segment[5] > 0
        && Dimensions.ArePossible(
            BinaryPrimitives.ReadUInt16BigEndian(segment[3..]), BinaryPrimitives.ReadUInt16BigEndian(segment[1..]));
}
