namespace Evercam.Server.Http;

/// <summary>Text that stays on its line, and shows its letters in the order in which they are: no control characters, no breaks of lines and
/// paragraphs, and nothing that turns the direction of what follows, which belongs to others.</summary>
internal static class OneLine
{
    public static bool Is(string text) => !text.Any(Breaks);

    /// <summary>Whether a letter leaves the line, or turns it.</summary>
    public static bool Breaks(char letter) =>
        char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
