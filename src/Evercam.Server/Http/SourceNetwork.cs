using System.Net;
using System.Net.Sockets;

namespace Evercam.Server.Http;

/// <summary>Where a request comes from, as far as limits are concerned.</summary>
internal static class SourceNetwork
{
    /// <summary>The address; of IPv6, where one customer has a whole /64, that network.</summary>
    public static string Of(IPAddress? source) => source switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => source.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(source.GetAddressBytes(), 0, 8),
        _ => source.ToString(),
    };
}
