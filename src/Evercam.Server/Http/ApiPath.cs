using Microsoft.AspNetCore.Routing.Patterns;

namespace Evercam.Server.Http;

/// <summary>Which paths belong to the API, and so follow the contract rather than the pages' habits.</summary>
internal static class ApiPath
{
    public const string Root = "/v1";

    /// <summary>Who is logged in: beside the API, and answered like it.</summary>
    public const string OwnUser = "/user";

    public static bool IsApi(string? path) =>
        path is not null
        && path.StartsWith(Root, StringComparison.Ordinal)
        && (path.Length == Root.Length || path[Root.Length] == '/');

    /// <summary>Whether scripts of other sites may read the answer: the API, what it takes to get a token for it, the script that
    /// pages of other sites load, and what describes it all.</summary>
    public static bool IsForScripts(string path) =>
        IsApi(path)
        || path.StartsWith("/js/", StringComparison.Ordinal)
        || path.StartsWith("/openapi/", StringComparison.Ordinal)
        || path is OwnUser or "/oauth2/token" or "/oauth2/tokeninfo" or "/oauth2/revoke"
        || path.StartsWith("/.well-known/", StringComparison.Ordinal);

    /// <summary>A path segment as its sender meant it: the server decodes all but the slash, so that routes can tell it
    /// from the ones between segments.</summary>
    public static string Unescape(string segment) =>
        segment.Contains("%2", StringComparison.Ordinal)
            ? segment.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase)
            : segment;

    /// <summary>The pattern of a route of the API; <see langword="null"/> for the pages' routes.</summary>
    public static RoutePattern? PatternOf(Endpoint? endpoint) =>
        endpoint is RouteEndpoint
        {
            RoutePattern: { PathSegments: [{ IsSimple: true, Parts: [RoutePatternLiteralPart { Content: "v1" }] }, ..] } pattern
        }
            ? pattern
            : null;
}
