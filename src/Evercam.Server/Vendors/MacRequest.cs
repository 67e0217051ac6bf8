using System.Text.RegularExpressions;
using Evercam.Server.Http;

namespace Evercam.Server.Vendors;

/// <summary><c>GET /vendors/{mac}</c>.</summary>
internal sealed record MacRequest(string Mac)
{
    public static ValueTask<MacRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new MacRequest(read.RequiredText("mac")));
}

/// <summary>The part of a MAC address that says who made the device.</summary>
internal static partial class MacPrefix
{
    private const int Length = 8;

    /// <summary>The first three octets of three to six, as the catalog holds them: <c>AA:BB:CC</c>; <see langword="null"/> if the
    /// text is something else.</summary>
    public static string? Of(string mac) =>
        Pattern().IsMatch(mac) ? mac[..Length].Replace('-', ':').ToUpperInvariant() : null;

    [GeneratedRegex(@"\A[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){2,5}\z")]
    private static partial Regex Pattern();
}
