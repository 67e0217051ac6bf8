using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Events;

/// <summary>How much of the server streams of events may take up. Section <c>Evercam:Events</c>.</summary>
internal sealed class EventOptions
{
    public const string Section = "Evercam:Events";

    /// <summary>How many streams there may be at a time, of all callers together. Default 1,000.</summary>
    [Range(0, 1_000_000)]
    public int Streams { get; init; } = 1_000;

    /// <summary>How many of them one user or client may have. Default 10.</summary>
    [Range(1, 1_000_000)]
    public int PerCaller { get; init; } = 10;

    /// <summary>How long a reader may take for what it is sent before it is dropped. Default 10 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a stream in which nothing happens shows that it is still there. Default 15 s; 1 s to 10 min.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);
}
