using System.Buffers.Text;
using System.IO.Pipelines;

namespace Evercam.Server.Pictures;

/// <summary>Pictures in the Base64 of data URIs, encoded piece by piece into the answer, so that however large a picture is, it lies in
/// memory once.</summary>
internal static class DataUri
{
    /// <summary>A multiple of three: only the last piece of Base64 may need padding.</summary>
    public const int PieceLength = 48 * 1024;

    /// <summary>What stands before the Base64.</summary>
    public static string Head(string mediaType) => $"data:{mediaType};base64,";

    /// <summary>Writes a picture's Base64.</summary>
    public static async Task WriteBase64Async(this PipeWriter body, ReadOnlyMemory<byte> picture, CancellationToken cancellation)
    {
        for (var rest = picture; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(PieceLength, rest.Length)];
            Base64.EncodeToUtf8(
                piece.Span, body.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out var written);
            body.Advance(written);
            if ((await body.FlushAsync(cancellation)).IsCompleted)
            {
                return;
            }

            rest = rest[piece.Length..];
        }
    }
}
