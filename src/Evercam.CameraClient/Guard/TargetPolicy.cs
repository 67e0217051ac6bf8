using System.Net;

namespace Evercam.CameraClient.Guard;

/// <summary>Which addresses may be asked for pictures (contract 4.9). Private ranges may: that is where cameras live.</summary>
internal sealed class TargetPolicy
{
    private static readonly (IPNetwork Range, string Rule)[] Refused =
    [
        (IPNetwork.Parse("169.254.0.0/16"), "link-local and metadata addresses are refused"),
        (IPNetwork.Parse("fe80::/10"), "link-local addresses are refused"),
        (IPNetwork.Parse("fd00:ec2::254/128"), "metadata addresses are refused"),
        (IPNetwork.Parse("fd00:ec2::23/128"), "metadata addresses are refused"),
        (IPNetwork.Parse("fd20:ce::254/128"), "metadata addresses are refused"),
        (IPNetwork.Parse("fd00:c1::a9fe:a9fe/128"), "metadata addresses are refused"),
        (IPNetwork.Parse("fd00:42::42/128"), "metadata addresses are refused"),
        (IPNetwork.Parse("100.100.100.200/32"), "metadata addresses are refused"),
        (IPNetwork.Parse("168.63.129.16/32"), "metadata addresses are refused"),
        (IPNetwork.Parse("192.0.0.192/32"), "metadata addresses are refused"),
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified addresses are refused"),
        (IPNetwork.Parse("::/128"), "unspecified addresses are refused"),
        (IPNetwork.Parse("255.255.255.255/32"), "broadcast addresses are refused"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast addresses are refused"),
        (IPNetwork.Parse("ff00::/8"), "multicast addresses are refused"),
    ];

    private readonly IPNetwork[] allowed;
    private readonly IPNetwork[] denied;
    private readonly bool allowLoopback;
    private readonly OwnAddresses machine;
    private volatile IPEndPoint? own;

    /// <param name="options">What may be asked.</param>
    /// <param name="machine">The addresses of the machine itself.</param>
    /// <exception cref="ArgumentException">A range is none. Better no server than one that guards the wrong network.</exception>
    public TargetPolicy(CameraClientOptions options, OwnAddresses? machine = null)
    {
        allowed = [.. options.AllowedRanges.Select(Parse)];
        denied = [.. options.DeniedRanges.Select(Parse)];
        allowLoopback = options.AllowLoopback;
        this.machine = machine ?? OwnAddresses.OfThisMachine;
    }

    /// <summary>What this program itself serves as a camera, at exactly this address and port: it may be asked though a rule refuses the address,
    /// unless the address is in a denied range. <see langword="null"/> if nothing is.</summary>
    public IPEndPoint? Own
    {
        get => own;
        set => own = value;
    }

    /// <summary>The rule that refuses a port of an address; <see langword="null"/> if it may be asked.</summary>
    public string? WhyRefused(IPAddress address, int port)
    {
        var rule = WhyRefused(address);
        return rule is not null && !IsDenied(address) && own is { } served && served.Port == port && served.Address.Equals(address) ? null : rule;
    }

    /// <summary>The rule that refuses an address; <see langword="null"/> if it may be asked.</summary>
    public string? WhyRefused(IPAddress address)
    {
        var (outer, inner) = EmbeddedAddress.Unwrap(address);
        if (IsDenied(address))
        {
            return "the address is in a denied range";
        }

        return IsIn(allowed, outer)
            ? null
            : RuleAgainst(outer) ?? inner.Select(RuleAgainst).FirstOrDefault(rule => rule is not null);
    }

    private bool IsDenied(IPAddress address)
    {
        var (outer, inner) = EmbeddedAddress.Unwrap(address);
        return IsIn(denied, outer) || inner.Any(address => IsIn(denied, address));
    }

    private string? RuleAgainst(IPAddress address)
    {
        if (IPAddress.IsLoopback(address))
        {
            return allowLoopback || IsIn(allowed, address) ? null : "loopback addresses are refused";
        }

        foreach (var (range, rule) in Refused)
        {
            if (range.Contains(address))
            {
                return IsIn(allowed, address) ? null : rule;
            }
        }

        // The same sockets wait there as at loopback, the server's own among them.
        return allowLoopback || IsIn(allowed, address) || !machine.Contains(address) ? null : "addresses of this machine are refused";
    }

    private static bool IsIn(IPNetwork[] ranges, IPAddress address)
    {
        foreach (var range in ranges)
        {
            if (range.Contains(address))
            {
                return true;
            }
        }

        return false;
    }

    private static IPNetwork Parse(string text) =>
        AddressRange.Parse(text) ?? throw new ArgumentException($"\"{text}\" is not an address range.");
}
