using System.Text;

namespace Evercam.FakeCameras.Auth;

/// <summary>The <c>name=value, name="value"</c> list of RFC 9110, section 11.</summary>
internal static class AuthParams
{
    /// <summary>The parameters by lower-case name; null if the text breaks the grammar or says something twice.</summary>
    public static Dictionary<string, string>? Parse(ReadOnlySpan<char> text)
    {
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        while (true)
        {
            text = text.TrimStart(" \t,");
            if (text.IsEmpty)
            {
                return found;
            }

            var equals = text.IndexOf('=');
            if (equals <= 0)
            {
                return null;
            }

            var name = text[..equals].Trim().ToString();
            text = text[(equals + 1)..].TrimStart();
            var value = text is ['"', ..] ? TakeQuoted(ref text) : TakeToken(ref text);
            if (value is null || !found.TryAdd(name, value))
            {
                return null;
            }
        }
    }

    public static string Quote(string value) =>
        $"\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string? TakeToken(ref ReadOnlySpan<char> text)
    {
        var comma = text.IndexOf(',');
        var token = (comma < 0 ? text : text[..comma]).Trim();
        text = comma < 0 ? [] : text[comma..];
        return token.IsEmpty || token.IndexOfAny(" \"") >= 0 ? null : token.ToString();
    }

    private static string? TakeQuoted(ref ReadOnlySpan<char> text)
    {
        var value = new StringBuilder();
        for (var i = 1; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"':
                    text = text[(i + 1)..].TrimStart();
                    return text.IsEmpty || text[0] == ',' ? value.ToString() : null;
                case '\\' when i + 1 < text.Length:
                    value.Append(text[++i]);
                    break;
                default:
                    value.Append(text[i]);
                    break;
            }
        }

        return null;
    }
}
