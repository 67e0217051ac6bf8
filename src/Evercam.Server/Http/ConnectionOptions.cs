using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Http;

/// <summary>How long and how often others may hold on to the server. Section <c>Evercam:Connections</c>.</summary>
internal sealed class ConnectionOptions
{
    public const string Section = "Evercam:Connections";

    /// <summary>How many connections there may be at a time, of all sources together; one more is closed at once. Default 10,000; 10 to
    /// 1,000,000. Each takes one of the files that the process may have open.</summary>
    [Range(10, 1_000_000)]
    public int Most { get; init; } = 10_000;

    /// <summary>How many of them from one address (IPv6: one /64 network), so that nobody takes all of them. Proxies in
    /// <c>Evercam:Http:TrustedProxies</c> are not counted. Default 2,000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int PerSource { get; init; } = 2_000;

    /// <summary>How long a connection may stay open on which nothing is asked. Default 130 s; 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>How long the line and the headers of a request may take to arrive, from their first byte on. Default 15 s; 1 s to
    /// 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeadTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How many bytes a second a body must bring, and who is answered must take. A body that brings fewer within any <see
    /// cref="Grace"/> is refused (408). Of an answer up to 320 KB are ahead of its reader: who does not take them within <see cref="Grace"/>
    /// and as long as they last at this rate is hung up on. Default 500; 0 to 1,000,000. 0 switches both off.</summary>
    [Range(0, 1_000_000)]
    public int SlowestBytesPerSecond { get; init; } = 500;

    /// <summary>How long a body or an answer may pause. Default 20 s; 2 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:02", "00:10:00")]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);
}
