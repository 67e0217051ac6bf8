using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Evercam.Server.Http;

/// <summary>Takes away headers of a request that say nothing which is understood here, before anybody acts on them.</summary>
internal static class OddHeaders
{
    private const string ForwardedProto = "X-Forwarded-Proto";

    public static void Drop(IHeaderDictionary headers)
    {
        // A range of anything but bytes is no range (RFC 9110, 14.2).
        if (headers.Range is { Count: > 0 } range && !$"{range}".StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            headers.Remove(HeaderNames.Range);
        }

        // What a proxy says becomes a part of addresses that are sent to others.
        if (headers.TryGetValue(ForwardedProto, out var schemes) && !AreHttp(schemes))
        {
            headers.Remove(ForwardedProto);
        }
    }

    private static bool AreHttp(StringValues schemes) => $"{schemes}".Split(',', StringSplitOptions.TrimEntries).All(
        scheme => scheme.Equals(Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase) || scheme.Equals(Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase));
}
