using System.Buffers;

namespace Evercam.CameraClient.Digest;

/// <summary>Reads what RFC 9110 calls challenges: <c>Digest realm="a, b", nonce=x, Basic realm=c</c>. Whatever makes no sense is
/// passed over, so that one odd challenge does not hide the next.</summary>
internal static class ChallengeParser
{
    private const int MaxLength = 8192;
    private const int MaxChallenges = 16;

    private static readonly SearchValues<char> Token = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>The challenges of one header value.</summary>
    public static IReadOnlyList<Challenge> ParseChallenges(string header)
    {
        var (_, challenges) = Parse(header);
        return challenges;
    }

    /// <summary>The parameters of a header that has no scheme, such as <c>Authentication-Info</c>.</summary>
    public static Challenge ParseParameters(string header)
    {
        var (parameters, _) = Parse(header);
        return parameters;
    }

    private static (Challenge BeforeAnyScheme, List<Challenge> Challenges) Parse(string header)
    {
        var rest = header.AsSpan(0, Math.Min(header.Length, MaxLength));
        var current = new Challenge(string.Empty);
        var beforeAnyScheme = current;
        var challenges = new List<Challenge>();
        while (!rest.IsEmpty)
        {
            var word = TakeToken(ref rest);
            if (word.IsEmpty)
            {
                PassOver(ref rest);
                continue;
            }

            // A word before '=' is a parameter, any other a scheme: the comma between two challenges looks like every other.
            var after = rest.TrimStart(" \t");
            if (after is ['=', ..])
            {
                rest = after[1..].TrimStart(" \t");
                current.Add(word.ToString(), TakeValue(ref rest));
            }
            else if (challenges.Count < MaxChallenges)
            {
                current = new Challenge(word.ToString());
                challenges.Add(current);
            }
            else
            {
                break;
            }
        }

        return (beforeAnyScheme, challenges);
    }

    private static ReadOnlySpan<char> TakeToken(ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExcept(Token);
        var token = end < 0 ? rest : rest[..end];
        rest = rest[token.Length..];
        return token;
    }

    private static void PassOver(ref ReadOnlySpan<char> rest)
    {
        if (rest[0] == '"')
        {
            TakeQuoted(ref rest);
        }
        else
        {
            rest = rest[1..];
        }
    }

    private static string TakeValue(ref ReadOnlySpan<char> rest)
    {
        if (rest is ['"', ..])
        {
            return TakeQuoted(ref rest);
        }

        // Laxer than a token: some cameras do not quote a Base64 nonce.
        var end = rest.IndexOfAny(" \t,\"");
        var value = end < 0 ? rest : rest[..end];
        rest = rest[value.Length..];
        return value.ToString();
    }

    private static string TakeQuoted(ref ReadOnlySpan<char> rest)
    {
        var text = rest[1..];
        var end = text.IndexOfAny('"', '\\');
        if (end >= 0 && text[end] == '"')
        {
            rest = text[(end + 1)..];
            return text[..end].ToString();
        }

        var unquoted = new char[text.Length];
        var length = 0;
        var at = 0;
        for (; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                at++;
            }

            unquoted[length++] = text[at];
        }

        rest = at < text.Length ? text[(at + 1)..] : [];
        return new string(unquoted, 0, length);
    }
}
