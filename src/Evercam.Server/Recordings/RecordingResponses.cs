using Evercam.Recorder;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Recordings;

/// <summary><c>{"recordings":[…]}</c>.</summary>
internal sealed record RecordingsResponse(IReadOnlyList<RecordingResponse> Recordings);

/// <summary>What is recorded of a camera.</summary>
/// <param name="CameraId">The camera's id.</param>
/// <param name="Status"><c>on</c>, <c>off</c> or <c>scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute.</param>
/// <param name="Schedule">By English day name the spans of local time; <see langword="null"/> if there is none.</param>
/// <param name="KeepDays">How many days pictures are kept; <see langword="null"/> for ever.</param>
/// <param name="KeepBytes">How many bytes they may take; <see langword="null"/> without bound.</param>
/// <param name="Notes">Free text.</param>
internal sealed record RecordingResponse(
    string CameraId,
    string Status,
    int Frequency,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Schedule,
    int? KeepDays,
    long? KeepBytes,
    string? Notes)
{
    public static RecordingResponse Of(string cameraId, Recording recording) => new(
        cameraId,
        RecordingWords.Of(recording.Status),
        recording.PicturesPerMinute,
        WeeklySchedule.Days(recording.Schedule),
        recording.KeepDays,
        recording.KeepBytes,
        recording.Notes);
}

/// <summary><c>{"cloud_recordings":[…]}</c>, as later clients know it.</summary>
internal sealed record CloudRecordingsResponse(IReadOnlyList<CloudRecordingResponse> CloudRecordings);

/// <summary>What is recorded of a camera, in the words of later clients.</summary>
/// <param name="CameraId">The camera's id.</param>
/// <param name="Status"><c>on</c>, <c>off</c>, <c>paused</c> or <c>on-scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute.</param>
/// <param name="StorageDuration">How many days pictures are kept; -1 for ever.</param>
/// <param name="Schedule">By English day name the spans of local time; <see langword="null"/> if there is none.</param>
internal sealed record CloudRecordingResponse(
    string CameraId,
    string Status,
    int Frequency,
    int StorageDuration,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Schedule)
{
    public static CloudRecordingResponse Of(string cameraId, Recording recording) => new(
        cameraId,
        RecordingWords.OfCloud(recording.Status),
        recording.PicturesPerMinute,
        recording.KeepDays ?? RecordingWords.ForEver,
        WeeklySchedule.Days(recording.Schedule));
}
