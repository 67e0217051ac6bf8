using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>Which pages of other sites may do what (contract 0.10).</summary>
internal sealed class Origins(IOptions<HttpOptions> options)
{
    private readonly HttpOptions settings = options.Value;

    /// <summary>Whether a page of this origin may read answers: by default any page may.</summary>
    public bool MayRead(string origin) =>
        settings.Origins.Count == 0 || settings.Origins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a request that the browser vouches for by a cookie may change something: it comes from a page
    /// of this host or of an origin we trust, or from no page at all.</summary>
    public bool MayChange(HttpRequest request)
    {
        var origin = request.Headers.Origin;
        return origin.Count == 0 || IsOurs(origin.ToString(), request);
    }

    /// <summary>Whether a form that reaches one of our pages was on a page of ours, or of an origin we trust, or came from no
    /// page at all. Old browsers name the page by its address alone.</summary>
    public bool MaySubmit(HttpRequest request)
    {
        var page = request.Headers.Referer;
        return request.Headers.Origin.Count > 0 || page.Count == 0
            ? MayChange(request)
            : Uri.TryCreate(page.ToString(), UriKind.Absolute, out var uri) && IsOurs(uri.GetLeftPart(UriPartial.Authority), request);
    }

    private bool IsOurs(string origin, HttpRequest request) =>
        string.Equals(origin, OriginOf(request), StringComparison.OrdinalIgnoreCase)
        || settings.TrustedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase);

    /// <summary>What browsers call this server. Of a port that its scheme implies they never speak, but a proxy may.</summary>
    private static string OriginOf(HttpRequest request)
    {
        var written = $"{request.Scheme}://{request.Host}";
        return Uri.TryCreate(written, UriKind.Absolute, out var uri) ? uri.GetLeftPart(UriPartial.Authority) : written;
    }
}
