using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Activities;

/// <summary>What the logs of cameras hold, and how long. Section <c>Evercam:Activity</c>.</summary>
internal sealed class ActivityOptions
{
    public const string Section = "Evercam:Activity";

    /// <summary>Days that a line is kept. Default 90; 1 to 3650.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; init; } = 90;

    /// <summary>Who looks at a camera again and again writes one line in this time. Default 5 min; 1 s to 1 day.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan Pause { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>So many lines about a camera may one known caller write within <see cref="Pause"/>, from however many networks.
    /// Default 50; 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int CallerPerPause { get; init; } = 50;

    /// <summary>So many may all known callers together. Default 1000; 1 to 1,000,000.</summary>
    [Range(1, 1_000_000)]
    public int KnownPerPause { get; init; } = 1_000;

    /// <summary>So many lines about a camera may anonymous callers write within <see cref="Pause"/>; of a larger crowd no more is
    /// said. Default 100; 0 to 100,000.</summary>
    [Range(0, 100_000)]
    public int AnonymousPerPause { get; init; } = 100;
}
