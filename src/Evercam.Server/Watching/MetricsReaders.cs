using System.Net;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Watching;

/// <summary>Who may read metrics: this machine, and the networks that are set.</summary>
internal sealed class MetricsReaders(IOptions<MetricsOptions> options)
{
    /// <summary>A proxy on this machine is on loopback, too, whoever asked it.</summary>
    private static readonly string[] ProxyHeaders = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "X-Forwarded-Host"];

    private readonly IReadOnlyList<IPNetwork> networks = [.. options.Value.Networks.Select(IPNetwork.Parse)];

    public bool Include(HttpContext context)
    {
        var source = context.Connection.RemoteIpAddress;
        if (source is null)
        {
            return false;
        }

        var plain = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        return networks.Any(network => network.Contains(plain))
            || (IPAddress.IsLoopback(plain) && !ProxyHeaders.Any(context.Request.Headers.ContainsKey));
    }
}
