using System.Net.Http.Headers;
using System.Text.Json.Serialization.Metadata;

namespace Evercam.Api;

/// <summary>A picture that is kept.</summary>
/// <param name="Camera">The camera's id.</param>
/// <param name="Notes">What was written to it.</param>
/// <param name="CreatedAt">When it was taken, in Unix seconds.</param>
/// <param name="Timezone">The camera's time zone.</param>
/// <param name="Data">The picture as a data URI, where it was asked for.</param>
/// <param name="Kept">Whether it is marked to be kept, where that was asked for.</param>
public sealed record Snapshot(string Camera, string? Notes, long CreatedAt, string Timezone, string? Data = null, bool? Kept = null)
{
    /// <summary>The picture itself, where it was asked for.</summary>
    public Picture? ToPicture() => Data is null ? null : Picture.OfAnswer(Data);
}

/// <summary>Pictures that are kept.</summary>
public sealed class SnapshotCalls
{
    private readonly Wire wire;

    internal SnapshotCalls(Wire wire) => this.wire = wire;

    /// <summary>Takes a picture now and keeps it: <c>POST /v1/cameras/{id}/snapshots</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="notes">What to write to it, at most 10,000 characters.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Snapshot> TakeAsync(string camera, string? notes = null, CancellationToken cancellation = default) =>
        (await wire.SendAsync(HttpMethod.Post, $"v1/cameras/{camera}/snapshots", new() { { "notes", notes } }, Answer, cancellation)).Snapshots.One();

    /// <summary>Keeps a picture that somebody took: <c>POST /v1/cameras/{id}/snapshots/{timestamp}</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">When it was taken, in Unix seconds. A second that has a picture is refused.</param>
    /// <param name="picture">A JPEG, PNG or GIF file. It is not closed.</param>
    /// <param name="notes">What to write to it, at most 10,000 characters.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Snapshot> UploadAsync(
        string camera, long timestamp, Stream picture, string? notes = null, CancellationToken cancellation = default)
    {
        // The server judges by the first bytes what it is.
        using var data = new StreamContent(new LeftOpen(picture));
        data.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var text = new StringContent(notes ?? "");
        using var form = new MultipartFormDataContent { { data, "data", "picture" } };
        if (notes is not null)
        {
            form.Add(text, "notes");
        }

        return (await wire.AskAsync(
            HttpMethod.Post, $"v1/cameras/{camera}/snapshots/{timestamp}", new(), form, Answer, cancellation)).Snapshots.One();
    }

    /// <summary>Lists all pictures, oldest first, in one answer however many there are: <c>GET /v1/cameras/{id}/snapshots</c>. Most
    /// want <see cref="ListAsync"/>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<Snapshot>> ListAllAsync(string camera, CancellationToken cancellation = default) =>
        (await wire.GetAsync($"v1/cameras/{camera}/snapshots", new(), Answer, cancellation)).Snapshots;

    /// <summary>Lists the pictures of a span of time, oldest first, page by page as they are read:
    /// <c>GET /v1/cameras/{id}/snapshots/range</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="from">The first second.</param>
    /// <param name="to">The last second, included.</param>
    /// <param name="withData">Whether the pictures themselves are wanted, as data URIs.</param>
    /// <param name="withKept">Whether to tell which are marked to be kept.</param>
    /// <param name="pageSize">How many come at a time; the server's own choice if it is <see langword="null"/>.</param>
    /// <param name="cancellation">Ends the list.</param>
    public IAsyncEnumerable<Snapshot> ListAsync(
        string camera, long from, long to, bool withData = false, bool withKept = false, int? pageSize = null,
        CancellationToken cancellation = default) =>
        wire.LinkedAsync(
            $"v1/cameras/{camera}/snapshots/range",
            new() { { "from", from }, { "to", to }, { "with_data", Wanted(withData) }, { "with_kept", Wanted(withKept) }, { "limit", pageSize } },
            Answer,
            page => page.Snapshots,
            cancellation);

    /// <summary>Lists the pictures that are marked to be kept, oldest first: <c>GET /v1/cameras/{id}/snapshots/kept</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="from">The first second, if there is one.</param>
    /// <param name="to">The last second, if there is one, included.</param>
    /// <param name="withData">Whether the pictures themselves are wanted, as data URIs.</param>
    /// <param name="cancellation">Ends the list.</param>
    public IAsyncEnumerable<Snapshot> ListKeptAsync(
        string camera, long? from = null, long? to = null, bool withData = false, CancellationToken cancellation = default) =>
        wire.LinkedAsync(
            $"v1/cameras/{camera}/snapshots/kept",
            new() { { "from", from }, { "to", to }, { "with_data", Wanted(withData) } },
            Answer,
            page => page.Snapshots,
            cancellation);

    /// <summary>Tells of the latest picture; <see langword="null"/> if there is none:
    /// <c>GET /v1/cameras/{id}/snapshots/latest</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="withData">Whether the picture itself is wanted, as a data URI.</param>
    /// <param name="withKept">Whether to tell if it is marked to be kept.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Snapshot?> GetLatestAsync(
        string camera, bool withData = false, bool withKept = false, CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/snapshots/latest",
            new() { { "with_data", Wanted(withData) }, { "with_kept", Wanted(withKept) } },
            Answer,
            cancellation)).Snapshots.SingleOrDefault();

    /// <summary>Shows the latest picture: <c>GET /v1/cameras/{id}/snapshots/latest.jpg</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="width">The width in pixels of a smaller picture.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenLatestAsync(string camera, int? width = null, CancellationToken cancellation = default) =>
        wire.DownloadAsync($"v1/cameras/{camera}/snapshots/latest.jpg", new() { { "width", width } }, cancellation);

    /// <summary>Tells of the picture nearest to a second: <c>GET /v1/cameras/{id}/snapshots/{timestamp}</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">The second.</param>
    /// <param name="range">How many seconds off it may be; any number unless said.</param>
    /// <param name="withData">Whether the picture itself is wanted, as a data URI.</param>
    /// <param name="withKept">Whether to tell if it is marked to be kept.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Snapshot> GetAsync(
        string camera, long timestamp, long? range = null, bool withData = false, bool withKept = false,
        CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/snapshots/{timestamp}",
            new() { { "range", range }, { "with_data", Wanted(withData) }, { "with_kept", Wanted(withKept) } },
            Answer,
            cancellation)).Snapshots.One();

    /// <summary>Shows the picture nearest to a second: <c>GET /v1/cameras/{id}/snapshots/{timestamp}.jpg</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">The second.</param>
    /// <param name="range">How many seconds off it may be; any number unless said.</param>
    /// <param name="width">The width in pixels of a smaller picture.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenAsync(
        string camera, long timestamp, long? range = null, int? width = null, CancellationToken cancellation = default) =>
        wire.DownloadAsync(
            $"v1/cameras/{camera}/snapshots/{timestamp}.jpg", new() { { "range", range }, { "width", width } }, cancellation);

    /// <summary>Tells which days of a month have pictures, in the camera's time zone:
    /// <c>GET /v1/cameras/{id}/snapshots/{year}/{month}/days</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="year">The year.</param>
    /// <param name="month">The month.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<int>> ListDaysAsync(string camera, int year, int month, CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/snapshots/{year}/{month}/days", new(), ApiJson.Default.DaysAnswer, cancellation)).Days;

    /// <summary>Tells which hours of a day have pictures, in the camera's time zone:
    /// <c>GET /v1/cameras/{id}/snapshots/{year}/{month}/{day}/hours</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="day">The day.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<int>> ListHoursAsync(string camera, DateOnly day, CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/snapshots/{day.Year}/{day.Month}/{day.Day}/hours", new(), ApiJson.Default.HoursAnswer, cancellation)).Hours;

    /// <summary>Deletes the pictures of exactly that second: <c>DELETE /v1/cameras/{id}/snapshots/{timestamp}</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">The second.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string camera, long timestamp, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/snapshots/{timestamp}", new(), cancellation);

    /// <summary>Marks the pictures of exactly that second to be kept: <c>PUT /v1/cameras/{id}/snapshots/{timestamp}/keep</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">The second.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Snapshot> KeepAsync(string camera, long timestamp, CancellationToken cancellation = default) =>
        (await wire.SendAsync(
            HttpMethod.Put, $"v1/cameras/{camera}/snapshots/{timestamp}/keep", new(), Answer, cancellation)).Snapshots.One();

    /// <summary>Takes that mark off: <c>DELETE /v1/cameras/{id}/snapshots/{timestamp}/keep</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timestamp">The second.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task ReleaseAsync(string camera, long timestamp, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/snapshots/{timestamp}/keep", new(), cancellation);

    private static JsonTypeInfo<SnapshotsAnswer> Answer => ApiJson.Default.SnapshotsAnswer;

    private static bool? Wanted(bool wanted) => wanted ? true : null;
}

internal sealed record SnapshotsAnswer(IReadOnlyList<Snapshot> Snapshots);

internal sealed record DaysAnswer(IReadOnlyList<int> Days);

internal sealed record HoursAnswer(IReadOnlyList<int> Hours);
