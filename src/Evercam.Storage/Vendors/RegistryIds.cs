using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Evercam.Storage.Vendors;

/// <summary>Vendor ids for organisations of the registry, made of their names alone: the same on every server, and after every
/// import. Spellings that differ in case and punctuation make the same id, and so one vendor.</summary>
internal static class RegistryIds
{
    /// <summary><c>Axis Communications AB</c> becomes <c>axis-communications-ab</c>.</summary>
    public static string Of(string organisation)
    {
        var id = new StringBuilder(organisation.Length);
        foreach (var letter in organisation.ToLowerInvariant())
        {
            var plain = Plain(letter);
            if (plain != "-")
            {
                id.Append(plain);
            }
            else if (id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }

        return id.ToString().TrimEnd('-') is { Length: > 0 } readable ? readable : OfUnreadable(organisation);
    }

    /// <summary>The id itself, or with the first number that makes it differ from all that are taken.</summary>
    public static string Free(string id, HashSet<string> taken) =>
        Enumerable.Range(1, int.MaxValue)
            .Select(number => number == 1 ? id : string.Create(CultureInfo.InvariantCulture, $"{id}-{number}"))
            .First(candidate => !taken.Contains(candidate));

    /// <summary>For a name without a single Latin letter or digit.</summary>
    private static string OfUnreadable(string organisation) =>
        $"organisation-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(organisation)).AsSpan(..4))}";

    /// <summary>Letters without their marks. By hand, because the runtime cannot take them off without ICU.</summary>
    private static string Plain(char letter) => letter switch
    {
        'à' or 'á' or 'â' or 'ã' or 'ä' or 'å' => "a",
        'æ' => "ae",
        'ç' or 'č' => "c",
        'è' or 'é' or 'ê' or 'ë' => "e",
        'ğ' => "g",
        'ì' or 'í' or 'î' or 'ï' or 'ı' or 'İ' => "i",
        'ł' => "l",
        'ñ' => "n",
        'ò' or 'ó' or 'ô' or 'õ' or 'ö' or 'ø' => "o",
        'š' or 'ş' => "s",
        'ß' => "ss",
        'ù' or 'ú' or 'û' or 'ü' or 'µ' => "u",
        'ý' or 'ÿ' => "y",
        'ž' => "z",
        _ when CharUnicodeInfo.GetUnicodeCategory(letter) == UnicodeCategory.NonSpacingMark => "",
        _ => char.IsAsciiLetterOrDigit(letter) ? letter.ToString() : "-",
    };
}
