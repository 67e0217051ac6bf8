using System.Globalization;

namespace Evercam.Storage.Catalog;

/// <summary>Which mailbox an email names. The same one may be written in several ways, and who has it by one of them has it by all: whatever
/// compares emails compares these. Emails themselves stay as they were typed. Pure.</summary>
public static class Mailbox
{
    /// <summary>No host in DNS has more, and to write a longer one as DNS would takes a time that grows with its square.</summary>
    private const int LongestHost = 253;

    private static readonly IdnMapping Hosts = new();

    /// <summary>One text for all ways to write an address: its host may be written with or without a dot at its end, in its own script or
    /// as DNS has it, and all of it in any case. Whatever is no address stays as it is, but for the case.</summary>
    /// <remarks>Letters that Unicode has twice are not made one here: this program runs without the tables for that, so no address that
    /// holds one is taken in.</remarks>
    public static string Of(string email)
    {
        var at = email.LastIndexOf('@');
        var host = email[(at + 1)..].TrimEnd('.');
        // Some capital letters have a small one that has no capital.
        return $"{email[..(at + 1)]}{AsciiHost(host) ?? host}".ToLowerInvariant().ToUpperInvariant();
    }

    /// <summary>A host as DNS has it; <see langword="null"/> if it or a label of it is too long, or a label is empty.</summary>
    public static string? AsciiHost(string host)
    {
        try
        {
            return host.Length <= LongestHost ? Hosts.GetAscii(host.ToLowerInvariant()) : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
