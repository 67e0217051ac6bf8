using System.Collections.Frozen;
using System.Net;
using System.Net.NetworkInformation;

namespace Evercam.CameraClient.Guard;

/// <summary>The addresses of this machine beside loopback: whoever connects to one of them is where loopback leads, too.</summary>
/// <param name="look">Lists them, which takes some milliseconds.</param>
/// <param name="time">Tells when a list is too old.</param>
internal sealed class OwnAddresses(Func<IEnumerable<IPAddress>> look, TimeProvider time)
{
    /// <summary>How long a list is good where nothing is told of a change.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private FrozenSet<IPAddress> known = FrozenSet<IPAddress>.Empty;
    private long lookedAt;
    private volatile bool isChanged = true;

    /// <summary>Those of the machine that this process runs on, for all of it.</summary>
    public static OwnAddresses OfThisMachine { get; } = Watch();

    /// <summary>Whether an address is one of this machine's, whatever zone it names.</summary>
    public bool Contains(IPAddress address)
    {
        lock (gate)
        {
            if (isChanged || time.GetElapsedTime(lookedAt) >= Fresh)
            {
                // Before the look: what changes meanwhile is looked at again.
                (isChanged, lookedAt) = (false, time.GetTimestamp());
                Look();
            }

            return known.Contains(Plain(address));
        }
    }

    /// <summary>Something has changed: the next question looks anew.</summary>
    public void Forget() => isChanged = true;

    private void Look()
    {
        try
        {
            known = look().Select(Plain).ToFrozenSet();
        }
        catch (NetworkInformationException)
        {
            // The system does not tell just now. What it told before is more likely than that there are none.
        }
    }

    private static OwnAddresses Watch()
    {
        var own = new OwnAddresses(OfInterfaces, TimeProvider.System);
        NetworkChange.NetworkAddressChanged += (_, _) => own.Forget();
        return own;
    }

    private static IEnumerable<IPAddress> OfInterfaces() =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address);

    private static IPAddress Plain(IPAddress address) => new(address.GetAddressBytes());
}
