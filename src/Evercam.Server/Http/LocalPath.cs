using Microsoft.AspNetCore.Http.Extensions;

namespace Evercam.Server.Http;

/// <summary>A path of this server that a page may send its visitor back to (contract 2.11). What a browser could take for
/// another host is none.</summary>
internal static class LocalPath
{
    /// <summary>The longest line of a request, in bytes.</summary>
    public const int LongestLine = 32 * 1024;

    /// <summary>How long a path may be when it is escaped to be part of another one's query: there must be room for the rest of that
    /// one's line.</summary>
    public const int MostLetters = 30 * 1024;

    /// <summary>The path, ready for a <c>Location</c> header; <see langword="null"/> if it leads away from here, or is too long to be
    /// led to.</summary>
    public static string? Of(string? text) =>
        text is ['/', ..] and not ['/', '/' or '\\', ..] && text.Length <= MostLetters && !text.Any(char.IsControl)
        && Encode(text) is var path && Fits(path) ? path : null;

    /// <summary>Whether pages can lead on to a path: it survives the way through the log-in.</summary>
    public static bool Fits(string path) => Uri.EscapeDataString(path).Length <= MostLetters;

    /// <summary>The log-in page, which leads on to a local path.</summary>
    public static string LogIn(string? then) => then is null ? "/login" : $"/login?rt={Uri.EscapeDataString(then)}";

    /// <summary>The page to sign up, which leads on to a local path.</summary>
    public static string SignUp(string? then) => then is null ? "/signup" : $"/signup?rt={Uri.EscapeDataString(then)}";

    /// <summary>Where a request wanted to go, to be led there later; <see langword="null"/> for a form, which nobody can send
    /// again, and for what is too long.</summary>
    public static string? BackTo(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetEncodedPathAndQuery() is var path && Fits(path) ? path : null;

    /// <summary>Headers are ASCII: other letters are escaped, and what is escaped already stays as it is.</summary>
    private static string Encode(string path) =>
        string.Concat(path.EnumerateRunes().Select(rune => rune.Value is > ' ' and < 0x7F
            ? rune.ToString()
            : Uri.EscapeDataString(rune.ToString())));
}
