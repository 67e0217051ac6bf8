using System.Buffers.Text;
using System.Text.Json;
using Evercam.Recorder;
using Evercam.Server.Pictures;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Live;

/// <summary>A picture as <see cref="LiveResponse"/>, encoded piece by piece: whoever asks for the same picture shares it.</summary>
/// <param name="response">What is told, of the data only what stands before the Base64.</param>
/// <param name="picture">The picture.</param>
internal sealed class LiveResult(LiveResponse response, LivePicture picture) : IResult
{
    /// <summary>How the answer ends, behind the data.</summary>
    private static readonly byte[] End = "\"}"u8.ToArray();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var json = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        var begin = JsonSerializer.SerializeToUtf8Bytes(response, json).AsMemory()[..^End.Length];
        var (answer, cancellation) = (httpContext.Response, httpContext.RequestAborted);
        answer.ContentType = "application/json; charset=utf-8";
        answer.ContentLength = begin.Length + Base64.GetMaxEncodedToUtf8Length(picture.Bytes.Length) + End.Length;
        await answer.BodyWriter.WriteAsync(begin, cancellation);
        await answer.BodyWriter.WriteBase64Async(picture.Bytes, cancellation);
        await answer.BodyWriter.WriteAsync(End, cancellation);
    }
}
