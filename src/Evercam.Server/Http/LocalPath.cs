using Microsoft.AspNetCore.Http.Extensions;

namespace Evercam.Server.Http;

/// <summary>A path of this server that a page may send its visitor back to (contract 2.11). What a browser could take for
/// another host is none.</summary>
internal static class LocalPath
{
    /// <summary>No request that this server takes has a longer line.</summary>
    private const int MostLetters = 8 * 1024;

    /// <summary>The path, ready for a <c>Location</c> header; <see langword="null"/> if it leads away from here.</summary>
    public static string? Of(string? text) =>
        text is ['/', ..] and not ['/', '/' or '\\', ..] && text.Length <= MostLetters && !text.Any(char.IsControl) ? Encode(text) : null;

    /// <summary>The log-in page, which leads on to a local path.</summary>
    public static string LogIn(string? then) => then is null ? "/login" : $"/login?rt={Uri.EscapeDataString(then)}";

    /// <summary>The page to sign up, which leads on to a local path.</summary>
    public static string SignUp(string? then) => then is null ? "/signup" : $"/signup?rt={Uri.EscapeDataString(then)}";

    /// <summary>Where a request wanted to go, to be led there later; <see langword="null"/> for a form, which nobody can send
    /// again.</summary>
    public static string? BackTo(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) ? request.GetEncodedPathAndQuery() : null;

    /// <summary>Headers are ASCII: other letters are escaped, and what is escaped already stays as it is.</summary>
    private static string Encode(string path) =>
        string.Concat(path.EnumerateRunes().Select(rune => rune.Value is > ' ' and < 0x7F
            ? rune.ToString()
            : Uri.EscapeDataString(rune.ToString())));
}
