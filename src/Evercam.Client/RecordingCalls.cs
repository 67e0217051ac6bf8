using System.Text.Json;

namespace Evercam.Api;

/// <summary>What is recorded of a camera without being asked each time, and how long pictures are kept.</summary>
/// <param name="Status"><c>on</c>, <c>off</c> or <c>scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute, 1 to 600.</param>
/// <param name="Schedule">By English day name the spans of the camera's time, such as <c>08:00-18:00</c>.</param>
/// <param name="KeepDays">How many days pictures are kept; <see langword="null"/> for ever.</param>
/// <param name="KeepBytes">How many bytes they may take before the oldest go; <see langword="null"/> without bound.</param>
/// <param name="Notes">Free text.</param>
public sealed record Recording(
    string Status,
    int Frequency = 60,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Schedule = null,
    int? KeepDays = null,
    long? KeepBytes = null,
    string? Notes = null)
{
    internal Fields ToFields() => new()
    {
        { "status", Status },
        { "frequency", Frequency },
        { "schedule", WeekOf(Schedule) },
        { "keep_days", KeepDays },
        { "keep_bytes", KeepBytes },
        { "notes", Notes },
    };

    internal static string? WeekOf(IReadOnlyDictionary<string, IReadOnlyList<string>>? schedule) =>
        schedule is null ? null : JsonSerializer.Serialize(schedule, ApiJson.Default.IReadOnlyDictionaryStringIReadOnlyListString);
}

/// <summary>The same in the words of later clients.</summary>
/// <param name="Status"><c>on</c>, <c>off</c>, <c>paused</c> or <c>on-scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute: 1, 5, 10 or 60.</param>
/// <param name="StorageDuration">How many days pictures are kept; -1 for ever.</param>
/// <param name="Schedule">By English day name the spans of the camera's time.</param>
public sealed record CloudRecording(
    string? Status = null,
    int? Frequency = null,
    int? StorageDuration = null,
    IReadOnlyDictionary<string, IReadOnlyList<string>>? Schedule = null)
{
    internal Fields ToFields() => new()
    {
        { "status", Status },
        { "frequency", Frequency },
        { "storage_duration", StorageDuration },
        { "schedule", Recording.WeekOf(Schedule) },
    };
}

/// <summary>A span in which it was so.</summary>
/// <param name="From">Its first second.</param>
/// <param name="To">The second behind its last.</param>
/// <param name="Status"><c>recorded</c>, or why not, such as <c>offline</c>.</param>
/// <param name="By">Who deleted the pictures, where the caller may know.</param>
public sealed record CoverageSpan(long From, long To, string Status, string? By = null);

/// <summary>What is recorded, and when it was.</summary>
public sealed class RecordingCalls
{
    private readonly Wire wire;

    internal RecordingCalls(Wire wire) => this.wire = wire;

    /// <summary>Shows what is recorded: <c>GET /v1/cameras/{id}/recording</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Recording> GetAsync(string camera, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras/{camera}/recording", new(), ApiJson.Default.RecordingsAnswer, cancellation)).Recordings.One();

    /// <summary>Sets what is recorded; nothing of the settings before it is left: <c>PUT /v1/cameras/{id}/recording</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="recording">What is to be recorded.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Recording> SetAsync(string camera, Recording recording, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Put, $"v1/cameras/{camera}/recording", recording.ToFields(), ApiJson.Default.RecordingsAnswer, cancellation))
        .Recordings.One();

    /// <summary>Ends recording; pictures stay: <c>DELETE /v1/cameras/{id}/recording</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task EndAsync(string camera, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/recording", new(), cancellation);

    /// <summary>Shows the same in the words of later clients: <c>GET /v1/cameras/{id}/apps/cloud-recording</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<CloudRecording> GetCloudAsync(string camera, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras/{camera}/apps/cloud-recording", new(), ApiJson.Default.CloudRecordingsAnswer, cancellation))
        .CloudRecordings.One();

    /// <summary>Sets the same in the words of later clients; what is not said stays:
    /// <c>POST /v1/cameras/{id}/apps/cloud-recording</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="recording">What is to be recorded.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>What holds now; <see langword="null"/> for a caller who may change it and not see it.</returns>
    public async Task<CloudRecording?> SetCloudAsync(string camera, CloudRecording recording, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Post,
            $"v1/cameras/{camera}/apps/cloud-recording",
            recording.ToFields(),
            ApiJson.Default.CloudRecordingsAnswer,
            cancellation)).CloudRecordings is [var only] ? only : null;

    /// <summary>Tells when a camera was recorded, and why not, in ascending spans: <c>GET /v1/cameras/{id}/coverage</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="from">The first second; a day before <paramref name="to"/> unless said.</param>
    /// <param name="to">The second behind the last; now unless said.</param>
    /// <param name="cancellation">Ends the list.</param>
    public IAsyncEnumerable<CoverageSpan> ListCoverageAsync(
        string camera, long? from = null, long? to = null, CancellationToken cancellation = default) =>
        wire.LinkedAsync(
            $"v1/cameras/{camera}/coverage",
            new() { { "from", from }, { "to", to } },
            ApiJson.Default.CoverageAnswer,
            page => page.Spans,
            cancellation);
}

internal sealed record RecordingsAnswer(IReadOnlyList<Recording> Recordings);

internal sealed record CloudRecordingsAnswer(IReadOnlyList<CloudRecording> CloudRecordings);

internal sealed record CoverageAnswer(IReadOnlyList<CoverageSpan> Spans);
