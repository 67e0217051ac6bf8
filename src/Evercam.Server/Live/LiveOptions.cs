using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Live;

/// <summary>How much of the server live streams may take up.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Evercam:Live";

    /// <summary>How many streams may be watched at a time, of all cameras together. Default 2,000.</summary>
    [Range(0, 1_000_000)]
    public int Streams { get; init; } = 2_000;

    /// <summary>How long a viewer may take for one picture before it is dropped. Default 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
