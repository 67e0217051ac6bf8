using Evercam.Server.Http;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Walks;

/// <summary>A method and a path of the API, as the server maps them: tests that walk all of them cover what is added later.</summary>
internal sealed record ApiRoute(string Method, RoutePattern Pattern, Need Need)
{
    /// <summary>The names of the segments that vary.</summary>
    public IEnumerable<string> Names => Pattern.Parameters.Select(parameter => parameter.Name);

    public bool HasBody => Method is "POST" or "PATCH" or "PUT" or "DELETE";

    /// <summary>Whether a request that names something existing leaves nothing of it.</summary>
    public bool EndsWhatItNames => Method == "DELETE" && Pattern.RawText!.EndsWith("/{id}", StringComparison.Ordinal);

    public static IReadOnlyList<ApiRoute> Of(EvercamApp app) =>
    [
        .. from route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where ApiPath.PatternOf(route) is not null
           from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
           where method != "HEAD"
           select new ApiRoute(method, route.RoutePattern, route.Metadata.GetMetadata<Need>()!),
    ];

    /// <summary>What the server maps beside the API: pages, their files, and what supervisors ask.</summary>
    public static IReadOnlyList<(string Method, string Path)> Beside(EvercamApp app) =>
    [
        .. from route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           where ApiPath.PatternOf(route) is null
           from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST"]
           select (method, route.RoutePattern.RawText!),
    ];

    /// <summary>The path, from the root on, with these segments in place of the names.</summary>
    public string Path(Func<string, string> segment) => string.Concat(Pattern.PathSegments.Select(parts =>
        "/" + string.Concat(parts.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart parameter => segment(parameter.Name),
            _ => throw new InvalidOperationException($"{part.PartKind} is no part of a route."),
        }))));

    public override string ToString() => $"{Method} {Pattern.RawText}";
}
