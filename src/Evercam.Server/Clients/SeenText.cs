using System.Globalization;
using System.Text;
using Evercam.Server.Rights;

namespace Evercam.Server.Clients;

/// <summary>Text that is what it looks like: a name on the consent page must not be a blank, and no two names may look the same because
/// one holds what shows nothing, or writes a letter in another way. Pure.</summary>
internal static class SeenText
{
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
        return letters.TrueForAll(letter => !IsUnseen(letter)) && Spelling.IsComposed(text)
            && letters.Exists(IsInk)
            && Array.TrueForAll(text.Split(' '), IsOfOneScript)
            && !letters.Zip(letters.Skip(1)).Any(pair => pair.First.Value == ' ' && IsMark(pair.Second));
    }

    private static bool IsOfOneScript(string word) => Alike.Count(
        script => word.EnumerateRunes().Any(letter => Rune.IsLetter(letter) && IsAmong(script, letter))) <= 1;

    private static bool IsUnseen(Rune letter) =>
        Spelling.IsUnseen(letter)
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
