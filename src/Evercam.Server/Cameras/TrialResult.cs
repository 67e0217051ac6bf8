using System.Buffers.Text;
using System.Text;
using Evercam.Server.Pictures;

namespace Evercam.Server.Cameras;

/// <summary>The answer of <c>GET /cameras/test</c>: a picture as a data URI; no envelope. It is encoded piece by piece into the
/// answer, so that however large it is, it lies in memory once.</summary>
/// <param name="tried">The picture, given back when it is told.</param>
internal sealed class TrialResult(TriedPicture tried) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        tried.EndWith(httpContext);
        var picture = tried.Picture;
        var head = Encoding.ASCII.GetBytes($$"""{"status":"ok","data":"{{DataUri.Head(picture.MediaType)}}""");
        var tail = "\"}"u8.ToArray();
        var (response, cancellation) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = head.Length + Base64.GetMaxEncodedToUtf8Length(picture.Bytes.Length) + tail.Length;

        var body = response.BodyWriter;
        await body.WriteAsync(head, cancellation);
        await body.WriteBase64Async(picture.Bytes, cancellation);
        await body.WriteAsync(tail, cancellation);
    }
}
