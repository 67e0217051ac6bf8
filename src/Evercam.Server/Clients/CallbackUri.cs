using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Evercam.Server.Clients;

/// <summary>
/// Where a client may be called back: an absolute <c>http</c> or <c>https</c> URI, or a host name with an optional port, which
/// stands for every URI there (contract 2.2). Tokens are sent to it. So nothing is let in that a browser might read otherwise
/// than we do: no user info, no fragment, no character that does not belong into a URI.
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

    [GeneratedRegex(@"\A[Hh][Tt][Tt][Pp][Ss]?://(?<authority>[^/?]+)([/?][A-Za-z0-9._~:/?\[\]@!$&'()*+;=%-]*)?\z")]
    private static partial Regex Absolute();

    [GeneratedRegex(
        @"\A(?<host>\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*)"
        + @"(:(?<port>[0-9]{1,5}))?\z")]
    private static partial Regex Authority();
}
