using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Evercam.Server.Http;

/// <summary>Bounds what the system takes of an answer before its reader's side has room for it: otherwise megabytes would be ahead of a slow
/// reader, and nobody could tell from what is written whether that reader takes anything.</summary>
internal static class UnsentBytes
{
    /// <summary>More than nearly every picture has.</summary>
    public const int Most = 128 * 1024;

    /// <summary><c>TCP_NOTSENT_LOWAT</c> of Linux, see tcp(7).</summary>
    private const int NotSentLowWater = 25;

    public static void Bound(ConnectionContext connection)
    {
        if (OperatingSystem.IsLinux() && connection.Features.Get<IConnectionSocketFeature>() is { Socket: { ProtocolType: ProtocolType.Tcp } socket })
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, NotSentLowWater, BitConverter.GetBytes(Most));
        }
    }
}
