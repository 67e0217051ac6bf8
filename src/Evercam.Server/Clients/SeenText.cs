using System.Globalization;
using System.Text;

namespace Evercam.Server.Clients;

/// <summary>Text that is what it looks like: a name on the consent page must not be a blank, and no two names may look the same because
/// one holds what shows nothing. Pure.</summary>
internal static class SeenText
{
    /// <summary>What no browser shows (Unicode's <c>Default_Ignorable_Code_Point</c>), and what is drawn as a blank: fillers of Hangul
    /// and Khitan, the empty pattern of Braille, a note without a head.</summary>
    private static readonly (int First, int Last)[] Unseen =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8), (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>Whether every letter of it is seen, and it is more than marks that stand on nothing. Of the blanks only the plain one
    /// may part words.</summary>
    public static bool Is(string text) => !text.EnumerateRunes().Any(IsUnseen) && text.EnumerateRunes().Any(IsInk);

    private static bool IsUnseen(Rune letter) =>
        Array.Exists(Unseen, range => letter.Value >= range.First && letter.Value <= range.Last)
        || (letter.Value != ' ' && Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.PrivateUse);

    private static bool IsInk(Rune letter) =>
        Rune.IsLetterOrDigit(letter) || Rune.IsNumber(letter) || Rune.IsSymbol(letter) || Rune.IsPunctuation(letter);
}
