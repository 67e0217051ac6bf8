using System.Net.NetworkInformation;
using System.Security.Cryptography;

namespace Evercam.Recorder;

/// <summary>A silo must listen even where it is alone. Any free port of loopback will do, below those that the system hands out
/// by itself. What was found is taken a while later: so the next silo of this process looks further on.</summary>
internal static class SiloPort
{
    private const int First = 20_000;
    private const int Last = 32_000;

    private static int last = RandomNumberGenerator.GetInt32(Last - First);

    public static int FindFree()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners()
            .Select(listener => listener.Port).ToHashSet();
        while (true)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref last) % (Last - First));
            if (!taken.Contains(port))
            {
                return port;
            }
        }
    }
}
