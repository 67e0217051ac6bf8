namespace Evercam.Server.Http;

/// <summary>The host that a request names (RFC 9110, 7.2). Pages are drawn at an address, so it must be possible to write one with it.</summary>
internal static class ReadableHost
{
    public const string Words = "The request names no host that there can be.";

    /// <summary>Stands in where HTTP/1.0 names none: plain health checks do without.</summary>
    private const string Nobody = "localhost";

    /// <summary>Whether an address can be written with the host.</summary>
    public static bool Check(HttpRequest request)
    {
        if (!request.Host.HasValue)
        {
            request.Host = new(Nobody);
        }

        return Uri.TryCreate($"{Uri.UriSchemeHttp}://{request.Host.Value}/", UriKind.Absolute, out _);
    }
}
