using System.Net;
using System.Net.Sockets;

namespace Evercam.Tests.Servers;

/// <summary>A loopback port that was free a moment ago: someone may take it in between.</summary>
internal static class FreePort
{
    public static int Find()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
