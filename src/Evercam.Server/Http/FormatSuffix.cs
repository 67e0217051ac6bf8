using Evercam.Server.OpenApi;
using Microsoft.AspNetCore.WebUtilities;

namespace Evercam.Server.Http;

/// <summary>
/// Brings a path to the form that the routes spell: runs of slashes collapse, and a trailing slash goes. Under <c>/v1</c>, one format
/// suffix is cut off the end, too, and asking for XML is refused. The reference alone has its slash at the end: it finds what it needs beside itself.
/// </summary>
internal sealed class FormatSuffix(RequestDelegate next)
{
    private const string Picture = "snapshot.jpg";
    private const StringComparison AnyCase = StringComparison.OrdinalIgnoreCase;

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var asked = request.Path.Value ?? "";
        var path = Collapse(asked);
        // Before anything is refused: who answers must see that it is a path of the API.
        request.Path = new PathString(path == OpenApiSetup.Reference && asked[^1] == '/' ? path + '/' : path);
        if (!ApiPath.IsApi(path))
        {
            return next(context);
        }

        path = Cut(path);
        if (AsksForXml(request.QueryString))
        {
            throw ApiException.UnsupportedFormat("xml");
        }

        request.Path = new PathString(path);
        return next(context);
    }

    /// <summary>The path with single slashes and none at its end.</summary>
    internal static string Collapse(string path)
    {
        if (!path.Contains("//", StringComparison.Ordinal) && (path.Length < 2 || path[^1] != '/'))
        {
            return path;
        }

        var collapsed = new char[path.Length];
        var length = 0;
        foreach (var letter in path)
        {
            if (letter != '/' || length == 0 || collapsed[length - 1] != '/')
            {
                collapsed[length++] = letter;
            }
        }

        return new string(collapsed, 0, length > 1 && collapsed[length - 1] == '/' ? length - 1 : length);
    }

    /// <summary>The path without its format suffix, where it has one.</summary>
    /// <exception cref="ApiException">The suffix is <c>.xml</c> (406).</exception>
    internal static string Cut(string path)
    {
        var last = path.AsSpan(path.LastIndexOf('/') + 1);
        var dot = last.LastIndexOf('.');
        if (dot <= 0)
        {
            // A segment that is nothing but a suffix is a name: there must be something that has the format.
            return path;
        }

        var suffix = last[(dot + 1)..];
        if (suffix.Equals("xml", AnyCase))
        {
            throw ApiException.UnsupportedFormat("xml");
        }

        if (suffix.Equals("json", AnyCase) || (IsPicture(suffix) && last[..dot].SequenceEqual(Picture) && Depth(path) == 4))
        {
            return path[..^(suffix.Length + 1)];
        }

        // What is kept has endings that tell its forms from JSON; the routes spell them in lower case.
        return (suffix.Equals("jpg", AnyCase) || suffix.Equals("tar", AnyCase) || suffix.Equals("mp4", AnyCase)) && Depth(path) >= 5
            ? $"{path.AsSpan(..^3)}{path[^3..].ToLowerInvariant()}"
            : path;
    }

    private static bool IsPicture(ReadOnlySpan<char> suffix) =>
        suffix.Equals("jpg", AnyCase) || suffix.Equals("jpeg", AnyCase) || suffix.Equals("img", AnyCase);

    /// <summary>How many segments the path has, if it lies under <c>/v1/cameras/</c>; else 0.</summary>
    private static int Depth(ReadOnlySpan<char> path) =>
        path.StartsWith("/v1/cameras/", StringComparison.Ordinal) ? path.Count('/') : 0;

    private static bool AsksForXml(QueryString query)
    {
        if (query.Value?.Contains("format", StringComparison.Ordinal) != true)
        {
            return false;
        }

        var xml = false;
        foreach (var pair in new QueryStringEnumerable(query.Value))
        {
            if (pair.DecodeName().Span.SequenceEqual("format"))
            {
                xml = pair.DecodeValue().Span.Equals("xml", AnyCase);
            }
        }

        return xml;
    }
}
