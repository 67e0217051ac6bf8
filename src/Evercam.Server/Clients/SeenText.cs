using System.Globalization;
using System.Text;

namespace Evercam.Server.Clients;

/// <summary>Text that is what it looks like: a name on the consent page must not be a blank, and no two names may look the same because
/// one holds what shows nothing, or writes a letter in another way. Pure.</summary>
internal static class SeenText
{
    /// <summary>What no browser shows (Unicode's <c>Default_Ignorable_Code_Point</c>), what is drawn as a blank (fillers of Hangul
    /// and Khitan, the empty pattern of Braille, a note without a head), and what stands for something that is not there.</summary>
    private static readonly (int First, int Last)[] Unseen =
    [
        (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
        (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFFD), (0x16FE4, 0x16FE4), (0x1BCA0, 0x1BCA3), (0x1D159, 0x1D159), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
    ];

    /// <summary>What Unicode has a second time under another number: accents apart from their letter, parts of Hangul syllables, and
    /// letters that were taken over from older sets. Normal form C would make one of both, and this program runs without its tables; so
    /// names are written in it.</summary>
    private static readonly (int First, int Last)[] Doubled =
    [
        (0x0300, 0x036F), (0x0374, 0x0374), (0x037E, 0x037E), (0x0387, 0x0387), (0x0653, 0x0655), (0x0958, 0x095F), (0x1100, 0x11FF),
        (0x1F71, 0x1F71), (0x1F73, 0x1F73), (0x1F75, 0x1F75), (0x1F77, 0x1F77), (0x1F79, 0x1F79), (0x1F7B, 0x1F7B), (0x1F7D, 0x1F7D),
        (0x2126, 0x2126), (0x212A, 0x212B), (0x2329, 0x232A), (0x3099, 0x309A), (0xF900, 0xFAFF), (0xFB00, 0xFB06), (0xFB1D, 0xFB4E),
        (0xFF01, 0xFF5E), (0x2F800, 0x2FA1F),
    ];

    /// <summary>Scripts whose letters look alike: a word has letters of one of them.</summary>
    private static readonly (int First, int Last)[][] Alike =
    [
        [(0x0041, 0x024F), (0x1E00, 0x1EFF)],
        [(0x0370, 0x03FF), (0x1F00, 0x1FFF)],
        [(0x0400, 0x052F), (0x1C80, 0x1C8F)],
    ];

    /// <summary>Whether every letter of it is seen, and can be written in no other way. Of the blanks only the plain one may part words,
    /// and a mark stands on a letter.</summary>
    public static bool Is(string text)
    {
        var letters = $" {text}".EnumerateRunes().ToList();
        return letters.TrueForAll(letter => !IsUnseen(letter) && !IsAmong(Doubled, letter))
            && letters.Exists(IsInk)
            && Array.TrueForAll(text.Split(' '), IsOfOneScript)
            && !letters.Zip(letters.Skip(1)).Any(pair => pair.First.Value == ' ' && IsMark(pair.Second));
    }

    private static bool IsOfOneScript(string word) => Alike.Count(
        script => word.EnumerateRunes().Any(letter => Rune.IsLetter(letter) && IsAmong(script, letter))) <= 1;

    private static bool IsUnseen(Rune letter) =>
        IsAmong(Unseen, letter)
        || (letter.Value != ' ' && Rune.GetUnicodeCategory(letter) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    private static bool IsInk(Rune letter) =>
        Rune.IsLetterOrDigit(letter) || Rune.IsNumber(letter) || Rune.IsSymbol(letter) || Rune.IsPunctuation(letter);

    private static bool IsMark(Rune letter) => Rune.GetUnicodeCategory(letter)
        is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsAmong((int First, int Last)[] ranges, Rune letter) =>
        Array.Exists(ranges, range => letter.Value >= range.First && letter.Value <= range.Last);
}
