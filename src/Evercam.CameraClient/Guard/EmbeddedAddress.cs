using System.Net;
using System.Net.Sockets;

namespace Evercam.CameraClient.Guard;

/// <summary>IPv4 addresses that travel inside IPv6 ones: a translator or tunnel on the way would unpack and reach them.</summary>
internal static class EmbeddedAddress
{
    private static readonly (IPNetwork Prefix, int Offset, byte Mask)[] Forms =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12, 0x00),         // NAT64, RFC 6052
        (IPNetwork.Parse("64:ff9b:1::/48"), 12, 0x00),       // NAT64 with a prefix of one's own, RFC 8215
        (IPNetwork.Parse("2002::/16"), 2, 0x00),             // 6to4, RFC 3056
        (IPNetwork.Parse("2001::/32"), 12, 0xFF),            // Teredo, RFC 4380: the client's address, inverted
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12, 0x00),      // SIIT, RFC 2765
        (IPNetwork.Parse("::/96"), 12, 0x00),                // IPv4-compatible, RFC 4291
    ];

    /// <summary>The address itself, as IPv4 if it is one that IPv6 only maps, and the one inside it, if any.</summary>
    public static (IPAddress Outer, IPAddress? Inner) Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return (address, null);
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return (address.MapToIPv4(), null);
        }

        // :: and ::1 look IPv4-compatible and are not.
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any))
        {
            return (address, null);
        }

        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        foreach (var (prefix, offset, mask) in Forms)
        {
            if (prefix.Contains(address))
            {
                var inner = octets.Slice(offset, 4);
                return (address, new IPAddress(
                    [(byte)(inner[0] ^ mask), (byte)(inner[1] ^ mask), (byte)(inner[2] ^ mask), (byte)(inner[3] ^ mask)]));
            }
        }

        // ISATAP, RFC 5214: any prefix, told by the interface's number.
        return octets[8..12] is [0x00 or 0x02, 0x00, 0x5E, 0xFE] ? (address, new IPAddress(octets[12..])) : (address, null);
    }
}
