using System.Collections.Frozen;
using Microsoft.AspNetCore.Routing.Template;

namespace Evercam.Server.Http;

/// <summary>
/// What becomes of a request under <c>/v1</c>, or for who is logged in, that no route takes: an unknown path is 404, an unknown method
/// 405 with the methods that are known, and <c>OPTIONS</c> names them.
/// </summary>
internal sealed class KnownPaths(RequestDelegate next, EndpointDataSource endpoints)
{
    private readonly Lazy<Known[]> known = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Where(IsOfApi).Select(Known.Of)]);

    public Task InvokeAsync(HttpContext context)
    {
        var path = context.Request.Path;
        if (IsOfApi(context.GetEndpoint()) || (path.Value != ApiPath.OwnUser && !ApiPath.IsApi(path)))
        {
            return next(context);
        }

        var allow = Allow(path);
        if (allow.Length == 0)
        {
            throw ApiException.NotFound();
        }

        if (!HttpMethods.IsOptions(context.Request.Method))
        {
            throw ApiException.MethodNotAllowed(allow);
        }

        context.Response.StatusCode = StatusCodes.Status204NoContent;
        context.Response.Headers.Allow = allow;
        return Task.CompletedTask;
    }

    private static bool IsOfApi(Endpoint? endpoint) =>
        ApiPath.PatternOf(endpoint) is not null || endpoint is RouteEndpoint { RoutePattern.RawText: ApiPath.OwnUser };

    /// <summary>The methods of a path as the <c>Allow</c> header lists them; nothing if the path is unknown.</summary>
    private string Allow(PathString path)
    {
        var methods = known.Value.Where(route => route.Matches(path)).SelectMany(route => route.Methods).ToFrozenSet();
        return methods.Count == 0 ? "" : string.Join(", ", methods.Append(HttpMethods.Options).Order(StringComparer.Ordinal));
    }

    private sealed record Known(RouteEndpoint Endpoint, TemplateMatcher Matcher, IReadOnlyList<string> Methods)
    {
        public static Known Of(RouteEndpoint endpoint) => new(
            endpoint,
            new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []),
            endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []);

        public bool Matches(PathString path) =>
            Matcher.TryMatch(path, []) && CaseSensitivePaths.SpellsAlike(Endpoint.RoutePattern, path.Value ?? "");
    }
}
