using System.Net;
using System.Net.Sockets;

namespace Evercam.CameraClient.Guard;

/// <summary>IPv4 addresses that travel inside IPv6 ones: a translator or tunnel on the way would unpack and reach them.</summary>
internal static class EmbeddedAddress
{
    private static readonly IPNetwork LocalNat64 = IPNetwork.Parse("64:ff9b:1::/48");

    private static readonly IPNetwork Unspecified = IPNetwork.Parse("0.0.0.0/8");

    private static readonly (IPNetwork Prefix, int Offset, byte Mask)[] Forms =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12, 0x00),         // NAT64, RFC 6052
        (IPNetwork.Parse("2002::/16"), 2, 0x00),             // 6to4, RFC 3056
        (IPNetwork.Parse("2001::/32"), 12, 0xFF),            // Teredo, RFC 4380: the client's address, inverted
        (IPNetwork.Parse("::ffff:0:0:0/96"), 12, 0x00),      // SIIT, RFC 2765
        (IPNetwork.Parse("::/96"), 12, 0x00),                // IPv4-compatible, RFC 4291
    ];

    /// <summary>The address itself, as IPv4 if it is one that IPv6 only maps, and those that may be inside it.</summary>
    public static (IPAddress Outer, IReadOnlyList<IPAddress> Inner) Unwrap(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return (address, []);
        }

        if (address.IsIPv4MappedToIPv6)
        {
            return (address.MapToIPv4(), []);
        }

        // :: and ::1 look IPv4-compatible and are not.
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any))
        {
            return (address, []);
        }

        var octets = address.GetAddressBytes();
        if (LocalNat64.Contains(address))
        {
            return (address, InLocalNat64(octets));
        }

        foreach (var (prefix, offset, mask) in Forms)
        {
            if (prefix.Contains(address))
            {
                return (address, [At(octets, [offset, offset + 1, offset + 2, offset + 3], mask)]);
            }
        }

        // ISATAP, RFC 5214: any prefix, told by the interface's number.
        return octets[8..12] is [0x00 or 0x02, 0x00, 0x5E, 0xFE] ? (address, [At(octets, [12, 13, 14, 15])]) : (address, []);
    }

    /// <summary>A network's own NAT64 prefix (RFC 8215) may be of any length that RFC 6052 knows from 48 bits on, and nothing in the
    /// address tells which: whatever it may mean must be permitted. Where a reading finds nothing but the zeros around the address,
    /// it is not the one that is meant, unless no other finds more.</summary>
    private static IPAddress[] InLocalNat64(byte[] octets)
    {
        // The octet at 8 is left out by all that reach it.
        IPAddress[] readings =
        [
            At(octets, [6, 7, 9, 10]), At(octets, [7, 9, 10, 11]), At(octets, [9, 10, 11, 12]), At(octets, [12, 13, 14, 15]),
        ];
        IPAddress[] meant = [.. readings.Where(reading => !Unspecified.Contains(reading))];
        return meant.Length > 0 ? meant : readings;
    }

    private static IPAddress At(byte[] octets, ReadOnlySpan<int> places, byte mask = 0x00)
    {
        Span<byte> inner = stackalloc byte[4];
        for (var i = 0; i < inner.Length; i++)
        {
            inner[i] = (byte)(octets[places[i]] ^ mask);
        }

        return new IPAddress(inner);
    }
}
