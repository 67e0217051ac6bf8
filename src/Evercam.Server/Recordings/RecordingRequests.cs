using Evercam.Server.Http;

namespace Evercam.Server.Recordings;

/// <summary><c>PUT /cameras/{id}/recording</c>.</summary>
/// <param name="Status"><c>on</c>, <c>off</c> or <c>scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute.</param>
/// <param name="Schedule">A week, as JSON.</param>
/// <param name="KeepDays">How many days pictures are kept.</param>
/// <param name="KeepBytes">How many bytes they may take.</param>
/// <param name="Notes">Free text.</param>
internal sealed record RecordingRequest(
    string Status, long? Frequency, string? Schedule, long? KeepDays, long? KeepBytes, string? Notes)
{
    public static ValueTask<RecordingRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new RecordingRequest(
        read.RequiredText("status"),
        read.Integer("frequency"),
        read.Json("schedule"),
        read.Integer("keep_days"),
        read.Integer("keep_bytes"),
        read.Text("notes")));
}

/// <summary><c>POST /cameras/{id}/apps/cloud-recording</c>.</summary>
/// <param name="Status"><c>on</c>, <c>off</c>, <c>paused</c> or <c>on-scheduled</c>.</param>
/// <param name="Frequency">Pictures per minute.</param>
/// <param name="Schedule">A week, as JSON.</param>
/// <param name="StorageDuration">How many days pictures are kept; -1 for ever.</param>
internal sealed record CloudRecordingRequest(string? Status, long? Frequency, string? Schedule, long? StorageDuration)
{
    public static ValueTask<CloudRecordingRequest?> BindAsync(HttpContext context) => Params.BindAsync(
        context,
        read => new CloudRecordingRequest(
            read.Text("status"), read.Integer("frequency"), read.Json("schedule"), read.Integer("storage_duration")));
}
