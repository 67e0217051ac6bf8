using System.Text.Encodings.Web;
using System.Text.Json;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Coverage;

/// <summary><c>{"camera_id":…,"timezone":…,"spans":[…]}</c>, written span by span: there may be thousands.</summary>
/// <param name="access">The camera, and who asks.</param>
/// <param name="spans">Ascending.</param>
/// <param name="names">Of users who deleted pictures: those that may be told, and are still there.</param>
internal sealed class CoverageResult(
    CameraAccess access, IReadOnlyList<CoverageSpan> spans, IReadOnlyDictionary<long, string?> names) : IResult
{
    private const int FlushFrom = 16 * 1024;
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonEncodedText From = JsonEncodedText.Encode("from");
    private static readonly JsonEncodedText To = JsonEncodedText.Encode("to");
    private static readonly JsonEncodedText Status = JsonEncodedText.Encode("status");

    /// <summary>Whether the caller may know who deleted pictures: the camera's owner may, and whoever did it.</summary>
    /// <param name="access">The camera, and who asks.</param>
    /// <param name="userKey">Who deleted them; <see langword="null"/> if nobody knows.</param>
    public static bool Shows(CameraAccess access, long? userKey) =>
        access.IsOwner || (userKey is not null && userKey == access.Caller.UserKey);

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var (response, cancellation) = (httpContext.Response, httpContext.RequestAborted);
        response.ContentType = "application/json; charset=utf-8";
        await response.StartAsync(cancellation);
        await using var json = new Utf8JsonWriter(response.BodyWriter, Options);
        json.WriteStartObject();
        json.WriteString("camera_id", access.Camera.Id);
        json.WriteString("timezone", access.Camera.Timezone);
        json.WriteStartArray("spans");
        foreach (var span in spans)
        {
            Write(json, span);
            if (json.BytesPending + response.BodyWriter.UnflushedBytes > FlushFrom)
            {
                await json.FlushAsync(cancellation);
                await response.BodyWriter.FlushAsync(cancellation);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void Write(Utf8JsonWriter json, CoverageSpan span)
    {
        json.WriteStartObject();
        json.WriteNumber(From, span.From);
        json.WriteNumber(To, span.To);
        json.WriteString(Status, WordOf(span.Status));
        if (span.Status == CoverageStatus.Deleted && Shows(access, span.UserKey))
        {
            json.WriteString("by", span.UserKey is { } user ? names.GetValueOrDefault(user) : null);
        }

        json.WriteEndObject();
    }

    private static ReadOnlySpan<byte> WordOf(CoverageStatus status) => status switch
    {
        CoverageStatus.Recorded => "recorded"u8,
        CoverageStatus.Offline => "offline"u8,
        CoverageStatus.Unauthorized => "unauthorized"u8,
        CoverageStatus.NotScheduled => "not_scheduled"u8,
        CoverageStatus.Off => "off"u8,
        CoverageStatus.Retention => "retention"u8,
        CoverageStatus.Deleted => "deleted"u8,
        CoverageStatus.DiskFull or CoverageStatus.NoRoom => "disk_full"u8,
        CoverageStatus.ServerDown => "server_down"u8,
        _ => "unknown"u8,
    };
}
