using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Evercam.Tests.Servers;

/// <summary>A loopback port that is free, for those who must know it before they listen. It lies below those that the system gives
/// to anybody who asks for any, as thousands of connections of other tests do; and none is found twice. So nobody takes it meanwhile
/// but another run of the tests, which begins elsewhere.</summary>
internal static class FreePort
{
    private const int First = 12_000;

    /// <summary>From here on silos listen, and then the system gives.</summary>
    private const int End = 20_000;

    private static int last = RandomNumberGenerator.GetInt32(End - First);

    public static int Find()
    {
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % (End - First));
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody has it: the next one will do.
            }
        }
    }
}
