using System.Collections.Frozen;
using System.Reflection;

namespace Evercam.Server.Pages;

/// <summary>Style sheets and pictures of the pages. They are served under a name that changes with their content, so that browsers
/// may keep them for ever.</summary>
internal sealed class PageFiles
{
    private const string Prefix = "Files/";
    public const string ForEver = "public, max-age=31536000, immutable";

    private readonly FrozenDictionary<string, EmbeddedFile> all = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[Prefix.Length..], name => new EmbeddedFile(name));

    /// <summary>Where the pages find one.</summary>
    public string UrlOf(string name) => $"/files/{all[name].Version}/{name}";

    public static void Map(IEndpointRouteBuilder app) => app.MapMethods(
        "/files/{version}/{name}", [HttpMethods.Get, HttpMethods.Head], (string version, string name, PageFiles files, HttpContext context) =>
            files.Serve(version, name, context));

    private IResult Serve(string version, string name, HttpContext context)
    {
        if (!all.TryGetValue(name, out var file))
        {
            return TypedResults.NotFound();
        }

        var headers = context.Response.Headers;
        headers.Vary = "Accept-Encoding";
        headers.CacheControl = version == file.Version ? ForEver : "no-cache";
        if (!EmbeddedFile.MayBeCompressed(context.Request))
        {
            return TypedResults.Stream(file.Open(), MediaTypeOf(name));
        }

        headers.ContentEncoding = "gzip";
        return TypedResults.Bytes(file.Compressed, MediaTypeOf(name));
    }

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".js" => "text/javascript; charset=utf-8",
        _ => "application/octet-stream",
    };
}
