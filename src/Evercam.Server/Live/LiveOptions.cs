using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Live;

/// <summary>How much of the server live streams may take up.</summary>
internal sealed class LiveOptions
{
    public const string Section = "Evercam:Live";

    /// <summary>How many streams may be watched at a time, of all cameras together. Default 2,000.</summary>
    [Range(0, 1_000_000)]
    public int Streams { get; init; } = 2_000;

    /// <summary>How many of one camera. Default 1,000: a camera that everyone wants to see leaves room for the others.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerCamera { get; init; } = 1_000;

    /// <summary>How many one caller may watch: a user in person, a client, or a user's token. Default 200: a wall of
    /// cameras.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerCaller { get; init; } = 200;

    /// <summary>How many may be watched from one address, whoever is there. Default 500: an office.</summary>
    [Range(1, 1_000_000)]
    public int StreamsPerSource { get; init; } = 500;

    /// <summary>How long a viewer may take for one picture before it is dropped. Default 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);
}
