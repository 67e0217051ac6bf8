namespace Evercam.Storage.Catalog;

/// <summary>What is recorded of a camera without being asked each time, and how long all of its pictures are kept. Columns of
/// the camera's own row.</summary>
public sealed class Recording
{
    /// <summary>Whether pictures are recorded.</summary>
    public RecordingStatus Status { get; set; } = RecordingStatus.Off;

    /// <summary>Pictures per minute, 1 to 600.</summary>
    public int PicturesPerMinute { get; set; } = 60;

    /// <summary>For <see cref="RecordingStatus.Scheduled"/>: JSON, by English day name the spans of local time to record, such as
    /// <c>{"Monday":["08:00-18:00"]}</c>.</summary>
    public string? Schedule { get; set; }

    /// <summary>Days, 1 or more, that pictures are kept; <see langword="null"/> means without end.</summary>
    public int? KeepDays { get; set; }

    /// <summary>Bytes, 1 or more, that the pictures may take before the oldest go; <see langword="null"/> means no bound.</summary>
    public long? KeepBytes { get; set; }

    /// <summary>Free text, at most 2,048 characters.</summary>
    public string? Notes { get; set; }
}

/// <summary>When a camera is recorded. The numbers are stored.</summary>
public enum RecordingStatus
{
    /// <summary>Never.</summary>
    Off = 1,

    /// <summary>Always.</summary>
    On = 2,

    /// <summary>In the spans of <see cref="Recording.Schedule"/>.</summary>
    Scheduled = 3,

    /// <summary>Not for now: as off, told apart by clients that know the word.</summary>
    Paused = 4,
}
