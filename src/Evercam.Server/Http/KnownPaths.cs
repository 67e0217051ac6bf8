using System.Collections.Frozen;
using Evercam.Server.OAuth;
using Microsoft.AspNetCore.Routing.Template;

namespace Evercam.Server.Http;

/// <summary>
/// What becomes of a request under <c>/v1</c>, or for who is logged in, that no route takes: an unknown path is 404, an unknown method
/// 405 with the methods that are known, and <c>OPTIONS</c> names them. It does so of pages, too; of their paths in another case, the framework
/// would say that only the method is unknown.
/// </summary>
internal sealed class KnownPaths(RequestDelegate next, EndpointDataSource endpoints)
{
    private readonly Lazy<Known[]> known = new(() =>
        [.. endpoints.Endpoints.OfType<RouteEndpoint>().Select(Known.Of)]);

    public Task InvokeAsync(HttpContext context)
    {
        var (path, isQuestion) = (context.Request.Path, HttpMethods.IsOptions(context.Request.Method));
        var isOfApi = path.Value == ApiPath.OwnUser || ApiPath.IsApi(path);
        var (endpoint, isWrongMethod) = (context.GetEndpoint(), context.GetEndpoint() is not (null or RouteEndpoint));
        if (isOfApi ? IsOfApi(endpoint) : !(isQuestion || isWrongMethod) || !path.HasValue || OAuthSetup.Answers(path))
        {
            return next(context);
        }

        var allow = Allow(path, isOfApi);
        if (allow.Length == 0)
        {
            return isOfApi || isWrongMethod ? throw ApiException.NotFound() : next(context);
        }

        if (!isQuestion)
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
    private string Allow(PathString path, bool isOfApi)
    {
        var methods = known.Value.Where(route => IsOfApi(route.Endpoint) == isOfApi && route.Matches(path)).SelectMany(route => route.Methods).ToFrozenSet();
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
