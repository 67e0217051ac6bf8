using System.Net;
using System.Text.RegularExpressions;
using Evercam.Server.Http;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.SecondFactors;

/// <summary>An authenticator app that has scanned the key of a user.</summary>
internal sealed partial class Telephone(byte[] secret, TimeProvider clock)
{
    public const string Page = "/account/second-factor";

    /// <summary>The key, as the page showed it.</summary>
    public string Key { get; private init; } = "";

    /// <summary>The new factor, as the form brings it back.</summary>
    public string Sealed { get; private init; } = "";

    /// <summary>The code that it shows now.</summary>
    public string Code => CodeIn(0);

    /// <summary>A code that is not the one it shows, before or after.</summary>
    public string WrongCode => Enumerable.Range(0, 10).Select(number => $"00000{number}").First(code =>
        TimeCode.FindStep(secret, code, TimeCode.StepAt(clock.GetUtcNow())) is null);

    /// <summary>The code that it shows so many steps from now. The next one is taken already, and longest.</summary>
    public string CodeIn(long steps) => TimeCode.Of(secret, TimeCode.StepAt(clock.GetUtcNow()) + steps);

    /// <summary>Waits until it shows the next code.</summary>
    public string Next()
    {
        ((FakeTimeProvider)clock).Advance(TimeSpan.FromSeconds(30));
        return Code;
    }

    /// <summary>Reads the page that sets a factor up.</summary>
    public static Telephone Scan(string page, TimeProvider clock)
    {
        var key = Shown().Match(page).Groups[1].Value;
        return new(Decode(key.Replace(" ", "", StringComparison.Ordinal)), clock)
        {
            Key = key,
            Sealed = WebUtility.HtmlDecode(Hidden().Match(page).Groups[1].Value),
        };
    }

    /// <summary>The recovery codes that a page shows.</summary>
    public static IReadOnlyList<string> RecoveryCodesOf(Sight page) => [.. Recovery().Matches(page.Body).Select(match => match.Value)];

    private static byte[] Decode(string key)
    {
        const string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(key.Select(letter => Convert.ToString(letters.IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }

    [GeneratedRegex("<code class=\"key\">([A-Z2-7 ]{39})</code>")]
    private static partial Regex Shown();

    [GeneratedRegex("name=\"factor\" value=\"([^\"]+)\"")]
    private static partial Regex Hidden();

    [GeneratedRegex("(?<=<code>)[0-9]{4}-[0-9]{4}-[0-9]{4}(?=</code>)")]
    private static partial Regex Recovery();
}
