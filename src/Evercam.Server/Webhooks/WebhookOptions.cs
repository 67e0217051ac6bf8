using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Webhooks;

/// <summary>How notices are sent to webhooks. Section <c>Evercam:Webhooks</c>.</summary>
internal sealed class WebhookOptions
{
    public const string Section = "Evercam:Webhooks";

    /// <summary>How many webhooks a user may have. Default 20.</summary>
    [Range(0, 100_000)]
    public int PerUser { get; init; } = 20;

    /// <summary>How long a receiver may take as a whole, from connecting to its answer. Default 10 s; 0.1 s to 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a delivery rests after its first attempt; three times as long after each further one. Default 10 s; 1 s to
    /// 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest rest. Default 3 h; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromHours(3);

    /// <summary>How long a delivery is tried. Default 1 day; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan KeepTrying { get; init; } = TimeSpan.FromDays(1);

    /// <summary>A webhook to which nothing has arrived for so long is switched off when a delivery is given up, and its user told. Default
    /// 3 days; 1 s to 365 days.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan SwitchOffAfter { get; init; } = TimeSpan.FromDays(3);

    /// <summary>How many webhooks are sent something at a time. Default 64; 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int AtOnce { get; init; } = 64;

    /// <summary>How many of them may be one user's. Default 4; 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int AtOncePerUser { get; init; } = 4;

    /// <summary>Trials that a user may ask for within a minute. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int TrialsPerMinute { get; init; } = 10;

    /// <summary>Whether an <c>https</c> receiver must show a certificate that this machine trusts. Default yes.</summary>
    public bool RequireValidCertificates { get; init; } = true;
}
