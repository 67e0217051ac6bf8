using System.Globalization;
using System.Text;

namespace Evercam.Server.OAuth;

/// <summary>Where a browser is sent with the answer to a question: exactly as contract 2.4 and 2.6 write it. Pure.</summary>
internal static class AnswerUri
{
    /// <summary>With an access token.</summary>
    public static string OfToken(string redirectUri, string token, TimeSpan lifetime, string? state) => Write(
        redirectUri,
        '#',
        ("access_token", token),
        ("token_type", "bearer"),
        ("expires_in", ((long)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture)),
        ("state", state));

    /// <summary>With a code.</summary>
    /// <param name="redirectUri">Where to.</param>
    /// <param name="code">The code.</param>
    /// <param name="state">What the application gave along.</param>
    /// <param name="inQuery">Whether the application looks for it there; else in the fragment.</param>
    public static string OfCode(string redirectUri, string code, string? state, bool inQuery) =>
        Write(redirectUri, inQuery ? '?' : '#', ("code", code), ("state", state));

    /// <summary>With a refusal.</summary>
    /// <param name="redirectUri">Where to.</param>
    /// <param name="error">The contract's word for it.</param>
    /// <param name="description">One sentence.</param>
    /// <param name="state">What the application gave along.</param>
    /// <param name="inQuery">Whether it looks for codes in the query, and so for refusals.</param>
    public static string OfError(string redirectUri, string error, string description, string? state, bool inQuery) => Write(
        redirectUri, inQuery ? '?' : '#', ("error", error), ("error_description", description), ("state", state));

    private static string Write(string redirectUri, char mark, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        var uri = new StringBuilder(redirectUri);
        if (mark == '?' && redirectUri.Contains('?', StringComparison.Ordinal))
        {
            mark = '&';
        }

        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                uri.Append(mark).Append(name).Append('=').Append(Encode(value));
                mark = '&';
            }
        }

        return uri.ToString();
    }

    /// <summary>As forms encode.</summary>
    private static string Encode(string value) => Uri.EscapeDataString(value)
        .Replace("%20", "+", StringComparison.Ordinal)
        .Replace("%2A", "*", StringComparison.Ordinal)
        .Replace("~", "%7E", StringComparison.Ordinal);
}
