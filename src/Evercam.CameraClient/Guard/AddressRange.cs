using System.Net;

namespace Evercam.CameraClient.Guard;

/// <summary>Reads a range of addresses, as a setting writes it.</summary>
internal static class AddressRange
{
    /// <summary>A CIDR range, or one address. <see langword="null"/> for anything else: also for bits behind the prefix, for
    /// shorthands such as <c>10.1/16</c>, which would mean 10.0.0.1, and for IPv4 ranges in IPv6 dress, which would
    /// never match because addresses are undressed first.</summary>
    public static IPNetwork? Parse(string text)
    {
        var (address, prefix) = text.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
            ? (text[..slash], text[slash..])
            : (text, text.Contains(':', StringComparison.Ordinal) ? "/128" : "/32");
        var isWrittenOut = address.Contains(':', StringComparison.Ordinal) || address.Count(letter => letter == '.') == 3;
        return isWrittenOut
            && IPAddress.TryParse(address, out var first)
            && !first.IsIPv4MappedToIPv6
            && IPNetwork.TryParse(address + prefix, out var range)
            && range.BaseAddress.Equals(first)
                ? range
                : null;
    }
}
