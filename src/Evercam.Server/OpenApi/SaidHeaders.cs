using Evercam.Server.Http;
using Evercam.Server.LogIn;
using Microsoft.OpenApi;

namespace Evercam.Server.OpenApi;

/// <summary>The headers that operations heed, and those of their answers, beside what each request or answer carries.</summary>
internal static class SaidHeaders
{
    private const string PictureTime = "X-Snapshot-Created-At";

    private static readonly Dictionary<string, string> Words = DocumentTable.Rows("headers.txt", 2).ToDictionary(row => row[0], row => row[1]);

    /// <summary>What an operation heeds of a request.</summary>
    /// <param name="said">What is said of the operation: what its answers may be tells what it heeds.</param>
    public static IEnumerable<AskedParam> AskedBy(SaidOperation said)
    {
        var (inParts, isKept) = (MayAnswer(said, StatusCodes.Status206PartialContent), MayAnswer(said, StatusCodes.Status304NotModified));
        string[] names =
        [
            .. inParts ? ["Range", "If-Range"] : Array.Empty<string>(),
            .. isKept ? ["If-None-Match", "If-Match"] : Array.Empty<string>(),
            .. inParts ? ["If-Modified-Since", "If-Unmodified-Since"] : Array.Empty<string>(),
        ];
        return IsEventStream(said)
            ? [new("Last-Event-ID", ParamType.Integer, IsRequired: false)]
            : names.Select(name => new AskedParam(name, ParamType.Text, IsRequired: false));
    }

    /// <summary>What an answer carries; <see langword="null"/> if it is nothing of its own.</summary>
    public static Dictionary<string, IOpenApiHeader>? Of(string route, SaidOperation said, int status) =>
        Names(route, said, status).ToList() is { Count: > 0 } names ? Of(names) : null;

    /// <summary>What is said of them.</summary>
    public static Dictionary<string, IOpenApiHeader> Of(IEnumerable<string> names) => names.ToDictionary(
        name => name,
        name => (IOpenApiHeader)new OpenApiHeader
        {
            Description = Words[name],
            Schema = new OpenApiSchema { Type = name == PictureTime ? JsonSchemaType.Integer : JsonSchemaType.String },
        });

    private static IEnumerable<string> Names(string route, SaidOperation said, int status) => status switch
    {
        StatusCodes.Status200OK or StatusCodes.Status206PartialContent or StatusCodes.Status304NotModified => OfGood(said, status),
        StatusCodes.Status201Created => ["Location"],
        StatusCodes.Status302Found => route == $"POST {LogInEndpoints.Way}" ? ["Location", "Set-Cookie"] : ["Location"],
        StatusCodes.Status401Unauthorized => ["WWW-Authenticate"],
        StatusCodes.Status405MethodNotAllowed => ["Allow"],
        StatusCodes.Status416RangeNotSatisfiable => ["Content-Range"],
        StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable => ["Retry-After"],
        _ => [],
    };

    private static IEnumerable<string> OfGood(SaidOperation said, int status)
    {
        if (MayAnswer(said, StatusCodes.Status304NotModified))
        {
            yield return "ETag";
        }

        if (MayAnswer(said, StatusCodes.Status206PartialContent))
        {
            yield return "Last-Modified";
            yield return "Accept-Ranges";
            if (said.Answer is "picture")
            {
                yield return PictureTime;
            }
        }
        else if (said.Answer is "application/x-tar" or "video/mp4")
        {
            yield return "Content-Disposition";
        }

        if (status == StatusCodes.Status206PartialContent)
        {
            yield return "Content-Range";
        }

        if (IsEventStream(said) || said.Answer is "multipart/x-mixed-replace")
        {
            yield return "X-Accel-Buffering";
        }
    }

    private static bool MayAnswer(SaidOperation said, int status) => said.More.Contains(status);

    private static bool IsEventStream(SaidOperation said) => said.Answer is "text/event-stream";
}
