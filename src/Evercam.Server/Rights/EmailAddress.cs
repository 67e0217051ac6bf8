using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Rights;

/// <summary>What an email is like (contract 4.1.2), by what mail servers take: words and dots before the <c>@</c>, or words that
/// blanks part in quotes, and the name of a host behind it; both in any script, in the one spelling that Unicode has for it. Telephone companies
/// gave their customers dots where no rule allows them, and some hosts have underscores. What is in quotes that need not be, is another
/// spelling of what is not; other letters in quotes mean something to one mail server or another, as comments do. Only its owner's answer to a mail proves that it is one. Pure.</summary>
internal static partial class EmailAddress
{
    /// <summary>The longest address that mail can be sent to.</summary>
    private const int MostLetters = 254;

    private const int MostBeforeAt = 64;

    private const string BeforeAt = @"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u00A1-\uFFEF-[\s\p{Cc}\p{Cf}\p{Co}\p{Cn}]]+";
    private const string Quoted = @"""[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+)+""";
    private const string Label = @"[\p{L}\p{Nd}_](?:[\p{L}\p{M}\p{Nd}_-]{0,61}[\p{L}\p{M}\p{Nd}_])?";

    public static bool Is(string text) =>
        text.Length <= MostLetters && Form().IsMatch(text) && text.IndexOf('@', StringComparison.Ordinal) is var at and <= MostBeforeAt
        && Mailbox.AsciiHost(text[(at + 1)..]) is not null && Spelling.IsOnly(text);

    /// <summary>The last label is no number: some would read the whole as an address of the network.</summary>
    [GeneratedRegex($@"\A(?:{BeforeAt}|{Quoted})@(?:{Label}\.)+(?!(?:\p{{Nd}}+|0[xX][0-9A-Fa-f]*)\z){Label}\z")]
    private static partial Regex Form();
}
