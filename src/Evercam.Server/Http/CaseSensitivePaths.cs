using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Evercam.Server.Http;

/// <summary>Routes match without regard to case, but the contract's paths do not, those of pages and of OAuth as little as the API's
/// (0.1): drops the candidates that only case lets in.</summary>
internal sealed class CaseSensitivePaths : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) =>
        endpoints.Any(endpoint => endpoint is RouteEndpoint);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        var path = httpContext.Request.Path.Value ?? "";
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i)
                && candidates[i].Endpoint is RouteEndpoint route
                && !SpellsAlike(route.RoutePattern, path))
            {
                candidates.SetValidity(i, value: false);
            }
        }

        return Task.CompletedTask;
    }

    /// <summary>Whether the fixed segments of a pattern stand in the path letter by letter; that they match apart from
    /// case is known. A segment that is partly fixed ends in a format suffix, whose case is free.</summary>
    internal static bool SpellsAlike(RoutePattern pattern, string path)
    {
        var rest = path.AsSpan();
        foreach (var segment in pattern.PathSegments)
        {
            rest = rest.TrimStart('/');
            var end = rest.IndexOf('/');
            var text = end < 0 ? rest : rest[..end];
            if (segment.IsSimple && segment.Parts[0] is RoutePatternLiteralPart literal && !text.SequenceEqual(literal.Content))
            {
                return false;
            }

            rest = rest[text.Length..];
        }

        return true;
    }
}
