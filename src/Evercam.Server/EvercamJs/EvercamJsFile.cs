using Evercam.Server.Pages;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.EvercamJs;

/// <summary>The script that shows cameras on pages of other sites (contract 6), at both of its addresses.</summary>
internal sealed class EvercamJsFile
{
    /// <summary>Where it is always the newest.</summary>
    public const string Path = "/js/v1/evercam.js";

    /// <summary>The same, without the version of the API.</summary>
    public const string OtherPath = "/js/evercam.js";

    private readonly EmbeddedFile file = new("evercam.js");

    /// <summary>Where it may be kept for ever: the version changes with the content.</summary>
    public string Url => $"{Path}?v={file.Version}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet(Path, Serve);
        pages.MapGet(OtherPath, Serve);
    }

    private static IResult Serve(EvercamJsFile script, HttpContext context)
    {
        var file = script.file;
        var headers = context.Response.Headers;
        headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        // Pages that name no version hear of a new one within minutes.
        headers.CacheControl = context.Request.Query["v"] == file.Version ? PageFiles.ForEver : "public, max-age=300";
        if (!EmbeddedFile.MayBeCompressed(context.Request))
        {
            return TypedResults.Stream(file.Open(), "application/javascript", entityTag: new($"\"{file.Version}\""));
        }

        headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(file.Compressed, "application/javascript", entityTag: new($"\"{file.Version}-gzip\""));
    }
}
