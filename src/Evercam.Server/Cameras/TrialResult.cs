using System.Buffers.Text;
using System.Text;

namespace Evercam.Server.Cameras;

/// <summary>The answer of <c>GET /cameras/test</c>: a picture as a data URI; no envelope. It is encoded piece by piece into the
/// answer, so that however large it is, it lies in memory once.</summary>
/// <param name="tried">The picture, given back when it is told.</param>
internal sealed class TrialResult(TriedPicture tried) : IResult
{
    /// <summary>A multiple of three: only the last piece of Base64 may need padding.</summary>
    private const int PieceLength = 12 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        tried.EndWith(httpContext);
        var picture = tried.Picture;
        var head = Encoding.ASCII.GetBytes($$"""{"status":"ok","data":"data:{{picture.MediaType}};base64,""");
        var tail = "\"}"u8.ToArray();
        var (response, cancellation) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = head.Length + Base64.GetMaxEncodedToUtf8Length(picture.Bytes.Length) + tail.Length;

        var body = response.BodyWriter;
        await body.WriteAsync(head, cancellation);
        for (var rest = picture.Bytes; !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(PieceLength, rest.Length)];
            Base64.EncodeToUtf8(
                piece.Span, body.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out var written);
            body.Advance(written);
            await body.FlushAsync(cancellation);
            rest = rest[piece.Length..];
        }

        await body.WriteAsync(tail, cancellation);
    }
}
