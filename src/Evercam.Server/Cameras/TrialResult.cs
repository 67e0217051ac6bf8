using System.Buffers.Text;
using System.Text;
using Evercam.CameraClient;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Evercam.Server.Cameras;

/// <summary>The answer of <c>GET /cameras/test</c>: a picture as a data URI; no envelope. It is encoded piece by piece into the
/// answer, so that however large it is, it lies in memory once.</summary>
/// <param name="picture">The picture, given back when it is told.</param>
/// <param name="trial">The trial, which ends then.</param>
internal sealed class TrialResult(CameraPicture picture, IDisposable trial) : IResult
{
    /// <summary>A multiple of three: only the last piece of Base64 may need padding.</summary>
    private const int PieceLength = 12 * 1024;

    /// <summary>Who reads more slowly keeps the place of someone else.</summary>
    private static readonly MinDataRate Pace = new(bytesPerSecond: 16 * 1024, gracePeriod: TimeSpan.FromSeconds(5));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var ending = trial;
        using var told = picture;
        httpContext.Features.Get<IHttpMinResponseDataRateFeature>()?.MinDataRate = Pace;

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
