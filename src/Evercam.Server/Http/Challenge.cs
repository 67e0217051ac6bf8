using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Http;

/// <summary>How a caller who proved nothing is asked to (contract 0.8).</summary>
internal static class Challenge
{
    /// <summary>The value of <c>WWW-Authenticate</c>. For a page's script one at which no browser opens its password box.</summary>
    public static string For(HttpRequest request) => IsScript(request) ? "Bearer realm=\"Evercam\"" : "Basic realm=\"Evercam\"";

    private static bool IsScript(HttpRequest request) =>
        request.Headers.ContainsKey(HeaderNames.Origin)
        || string.Equals(request.Headers.XRequestedWith, "XMLHttpRequest", StringComparison.OrdinalIgnoreCase);
}
