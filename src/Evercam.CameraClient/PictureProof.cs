using System.Diagnostics.CodeAnalysis;
using Evercam.CameraClient.Proof;

namespace Evercam.CameraClient;

/// <summary>Tells by its bytes whether something is a whole picture, and of which kind. Decodes nothing: it walks the
/// structure, so a picture costs a few hundred nanoseconds whatever its size. Never reads outside, never throws.</summary>
public static class PictureProof
{
    /// <summary>Whether these bytes are one whole JPEG, PNG or GIF picture. Bytes behind its end are tolerated: many cameras
    /// pad.</summary>
    /// <param name="bytes">Anything.</param>
    /// <param name="mediaType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/gif</c>.</param>
    /// <param name="flaw">What is wrong with it, for the log.</param>
    public static bool TryProve(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? mediaType, [NotNullWhen(false)] out string? flaw)
    {
        (mediaType, flaw) = bytes switch
        {
            [0xFF, 0xD8, ..] => ("image/jpeg", JpegProof.FindFlaw(bytes)),
            [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ("image/png", PngProof.FindFlaw(bytes)),
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] =>
                ("image/gif", GifProof.FindFlaw(bytes)),
            [] => (null, "the answer is empty"),
            _ => (null, "the bytes are no JPEG, PNG or GIF picture"),
        };
        mediaType = flaw is null ? mediaType : null;
        return mediaType is not null;
    }

    /// <summary>Whether a <c>Content-Type</c> says that this is something else: text, a page, data, or an endless stream of
    /// pictures. Anything else is left to the bytes: many cameras call a picture <c>application/octet-stream</c>, or nothing.</summary>
    internal static bool IsNoPictureType(string contentType)
    {
        // Its parameters may be the name of a file, or anything else.
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var type = contentType.AsSpan(0, end < 0 ? contentType.Length : end).Trim();
        return type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase)
            || type.Contains("html", StringComparison.OrdinalIgnoreCase)
            || type.Contains("json", StringComparison.OrdinalIgnoreCase)
            || type.Contains("xml", StringComparison.OrdinalIgnoreCase);
    }
}
