using System.Net;

namespace Evercam.Api;

/// <summary>A whole picture in memory.</summary>
/// <param name="MediaType">What it is, such as <c>image/jpeg</c>.</param>
/// <param name="Bytes">As the camera sent them.</param>
public sealed record Picture(string MediaType, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The picture in a data URI, as the API embeds it in JSON.</summary>
    /// <param name="uri"><c>data:image/jpeg;base64,…</c>.</param>
    /// <exception cref="FormatException">It is none.</exception>
    public static Picture OfDataUri(string uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        const string scheme = "data:", coding = ";base64,";
        var at = uri.IndexOf(coding, StringComparison.Ordinal);
        return at > 0 && uri.StartsWith(scheme, StringComparison.Ordinal)
            ? new(uri[scheme.Length..at], Convert.FromBase64String(uri[(at + coding.Length)..]))
            : throw new FormatException("This is no picture in a data URI.");
    }

    /// <summary>The picture in an answer.</summary>
    /// <exception cref="EvercamException">There is none.</exception>
    internal static Picture OfAnswer(string uri)
    {
        try
        {
            return OfDataUri(uri);
        }
        catch (Exception odd) when (odd is FormatException or ArgumentNullException)
        {
            throw EvercamException.NoAnswer(HttpStatusCode.OK, odd);
        }
    }
}
