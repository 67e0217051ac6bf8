using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace Evercam.Server.Http;

/// <summary>Reads values as contract 0.4 says: what is a boolean, an integer, a time, a text.</summary>
internal static class ParamText
{
    private const NumberStyles Decimal =
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>A text that can be stored, printed and sent: no U+0000, no half of a surrogate pair.</summary>
    public static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                return false;
            }

            if (char.IsSurrogate(text[i]))
            {
                if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }

    /// <summary>The text that these bytes are; <see langword="null"/> if they are none. Put-up replacements would make one text of
    /// different bytes.</summary>
    public static string? OfUtf8(ReadOnlySpan<byte> bytes) => Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;

    public static bool? Boolean(string text) => text.ToUpperInvariant() switch
    {
        "1" or "ON" or "T" or "TRUE" or "Y" or "YES" => true,
        "0" or "OFF" or "F" or "FALSE" or "N" or "NO" => false,
        _ => null,
    };

    /// <summary>Digits with an optional sign, a decimal fraction cut toward zero; <see langword="null"/> for anything
    /// else and beyond 64 bits. Blanks around it are let pass, because an unencoded <c>+</c> in a query arrives as
    /// one.</summary>
    public static long? Integer(ReadOnlySpan<char> text)
    {
        text = text.Trim(' ');
        var point = text.IndexOf('.');
        if (point >= 0 && (point + 1 == text.Length || text[(point + 1)..].ContainsAnyExceptInRange('0', '9')))
        {
            return null;
        }

        var whole = point < 0 ? text : text[..point];
        return long.TryParse(whole, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;
    }

    /// <summary>A JSON number, which may have an exponent, as an integer.</summary>
    public static long? IntegerOfNumber(string number)
    {
        if (!number.AsSpan().ContainsAny('e', 'E'))
        {
            return Integer(number);
        }

        return Fraction(number) is { } value && decimal.Truncate(value) is >= long.MinValue and <= long.MaxValue and var whole
            ? (long)whole
            : null;
    }

    /// <summary>A decimal number, exponent allowed; <see langword="null"/> for anything else and beyond 28
    /// digits.</summary>
    public static decimal? Fraction(ReadOnlySpan<char> text) =>
        decimal.TryParse(text.Trim(' '), Decimal, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>Unix seconds as a moment; <see langword="null"/> outside the years 1 to 9999.</summary>
    public static DateTimeOffset? Moment(decimal unixSeconds)
    {
        // 9999-12-31T23:59:59.9999999 is the last moment there is.
        const decimal first = -62_135_596_800m;
        const decimal end = 253_402_300_800m;
        return unixSeconds is >= first and < end
            ? DateTimeOffset.UnixEpoch.AddTicks((long)decimal.Floor(unixSeconds * TimeSpan.TicksPerSecond))
            : null;
    }
}
