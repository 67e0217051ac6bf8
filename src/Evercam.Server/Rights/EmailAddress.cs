using System.Globalization;
using System.Text.RegularExpressions;

namespace Evercam.Server.Rights;

/// <summary>What an email is like (contract 4.1.2), by what mail servers take: words and dots before the <c>@</c>, without
/// quotes and comments, and the name of a host behind it; both in any script. Telephone companies gave their customers dots where no rule
/// allows them. Only its owner's answer to a mail proves that it is one.
/// Pure.</summary>
internal static partial class EmailAddress
{
    /// <summary>The longest address that mail can be sent to.</summary>
    private const int MostLetters = 254;

    private const int MostBeforeAt = 64;

    private const string BeforeAt = @"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u00A1-\uFFEF-[\s\p{Cc}\p{Cf}\p{Co}\p{Cn}]]+";
    private const string Label = @"[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}-]{0,61}[\p{L}\p{M}\p{Nd}])?";

    private static readonly IdnMapping Hosts = new();

    public static bool Is(string text) =>
        text.Length <= MostLetters && Form().IsMatch(text) && text.IndexOf('@', StringComparison.Ordinal) is var at and <= MostBeforeAt
        && AsciiHost(text[(at + 1)..]) is not null;

    /// <summary>One text for all ways to write an address: its host may be written with or without a dot at its end, in its own script or
    /// as DNS has it, and all of it in any case. Whatever is no address stays as it is, but for the case.</summary>
    public static string Normal(string email)
    {
        var at = email.LastIndexOf('@');
        var host = email[(at + 1)..].TrimEnd('.');
        return $"{email[..(at + 1)]}{AsciiHost(host) ?? host}".ToUpperInvariant();
    }

    /// <summary>A host as DNS has it; <see langword="null"/> if a label of it is empty or too long.</summary>
    private static string? AsciiHost(string host)
    {
        try
        {
            return Hosts.GetAscii(host.ToLowerInvariant());
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The last label is no number: some would read the whole as an address of the network.</summary>
    [GeneratedRegex($@"\A{BeforeAt}@(?:{Label}\.)+(?!\p{{Nd}}+\z){Label}\z")]
    private static partial Regex Form();
}
