using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Evercam.Server.Rights;

/// <summary>
/// Where a client may be called back: an absolute <c>http</c> or <c>https</c> URI, or a host name with an optional port, which
/// stands for every URI there (contract 2.2). Tokens are sent to it. So nothing is let in that a browser might read otherwise
/// than we do: no user info, no fragment, no character that does not belong into a URI; and no comma, with which the API lists them
/// (contract 4.10).
/// </summary>
internal static partial class CallbackUri
{
    private const int MaxLength = 2048;
    private const int HostLength = 253;

    public static bool IsValid(string text)
    {
        if (text.Length > MaxLength)
        {
            return false;
        }

        var absolute = Absolute().Match(text);
        var authority = Authority().Match(absolute.Success ? absolute.Groups["authority"].Value : text);
        return authority.Success && IsHost(authority.Groups["host"].Value) && IsPort(authority.Groups["port"]);
    }

    /// <summary>Whether a client that registered these may be answered at this URI: it is one of them letter by letter, or on one
    /// of their hosts.</summary>
    public static bool Matches(IEnumerable<string> registered, string uri) =>
        IsAbsolute(uri) && registered.Any(entry => entry == uri || (!IsAbsolute(entry) && Covers(entry, uri)));

    /// <summary>Where a client is answered that does not say where: the first absolute URI; <see langword="null"/> if there is
    /// none.</summary>
    public static string? DefaultOf(IEnumerable<string> registered) => registered.FirstOrDefault(IsAbsolute);

    private static bool IsAbsolute(string text) => Absolute().IsMatch(text) && IsValid(text);

    /// <summary>Whether a host, with an optional port, stands for this URI. Without encryption only on the visitor's own
    /// machine.</summary>
    private static bool Covers(string host, string uri)
    {
        var absolute = Absolute().Match(uri);
        var (entry, there) = (Authority().Match(host), Authority().Match(absolute.Groups["authority"].Value));
        var isEncrypted = absolute.Groups["scheme"].Value.Equals("https", StringComparison.OrdinalIgnoreCase);
        var name = there.Groups["host"].Value;
        return entry.Success
            && entry.Groups["host"].Value.Equals(name, StringComparison.OrdinalIgnoreCase)
            && Port(entry) == Port(there)
            && (isEncrypted || IsLoopback(name));

        int Port(Match authority) => authority.Groups["port"] is { Success: true } port
            ? int.Parse(port.ValueSpan, CultureInfo.InvariantCulture)
            : isEncrypted ? 443 : 80;
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsHost(string host)
    {
        if (host[0] == '[')
        {
            return IPAddress.TryParse(host.AsSpan()[1..^1], out _);
        }

        // A name that ends with a number, 0x7f included, is no name: browsers read it as an address.
        var last = host.AsSpan(host.LastIndexOf('.') + 1);
        var isNumeric = !last.ContainsAnyExceptInRange('0', '9') || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return host.Length <= HostLength && (!isNumeric || (IPAddress.TryParse(host, out var address) && address.ToString() == host));
    }

    private static bool IsPort(Group port) =>
        !port.Success || int.Parse(port.ValueSpan, CultureInfo.InvariantCulture) is > IPEndPoint.MinPort and <= IPEndPoint.MaxPort;

    [GeneratedRegex(@"\A(?<scheme>[Hh][Tt][Tt][Pp][Ss]?)://(?<authority>[^/?]+)([/?][A-Za-z0-9._~:/?\[\]@!$&'()*+;=%-]*)?\z")]
    private static partial Regex Absolute();

    [GeneratedRegex(
        @"\A(?<host>\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)"
        + @"(:(?<port>[0-9]{1,5}))?\z")]
    private static partial Regex Authority();
}
