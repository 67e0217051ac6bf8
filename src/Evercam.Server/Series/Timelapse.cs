using System.Text.Json.Serialization;

namespace Evercam.Server.Series;

/// <summary>A video that is made in the background: what was ordered, by whom, and what became of it.</summary>
internal sealed record Timelapse
{
    /// <summary>What tells it from all others: 32 hexadecimal digits, later ones greater.</summary>
    public required string Id { get; init; }

    /// <summary>The number of the camera, never its id, which another may get.</summary>
    public required long CameraKey { get; init; }

    /// <summary>Which pictures, and how the video is to look.</summary>
    public required VideoRequest Order { get; init; }

    /// <summary>The user who ordered it, in person or behind a client's token.</summary>
    public required long? UserKey { get; init; }

    /// <summary>The client that ordered it.</summary>
    public required long? ClientKey { get; init; }

    public required DateTimeOffset OrderedAt { get; init; }

    public TimelapseStatus Status { get; init; } = TimelapseStatus.Waiting;

    /// <summary>When it was made, or had failed; <see langword="null"/> before.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How many pictures it shows.</summary>
    public int Frames { get; init; }

    /// <summary>How large it is.</summary>
    public long Bytes { get; init; }

    /// <summary>Why it failed, for whoever ordered it.</summary>
    public string? Reason { get; init; }

    /// <summary>Who ordered it.</summary>
    [JsonIgnore]
    public Orderer By => new(UserKey, ClientKey);

    /// <summary>As one that came to nothing.</summary>
    /// <param name="reason">Why, for whoever ordered it.</param>
    public Timelapse Failed(string reason) => this with { Status = TimelapseStatus.Failed, Reason = reason, Frames = 0, Bytes = 0 };
}

/// <summary>How far a time-lapse is.</summary>
internal enum TimelapseStatus
{
    Waiting = 1,
    Running = 2,
    Done = 3,
    Failed = 4,
}

/// <summary>How it is written down.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Timelapse))]
internal sealed partial class TimelapseJson : JsonSerializerContext;
