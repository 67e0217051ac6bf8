namespace Evercam.Api;

/// <summary>A time-lapse that was ordered.</summary>
public sealed record Timelapse
{
    /// <summary>What it is called in paths.</summary>
    public required string Id { get; init; }

    /// <summary>The camera's id.</summary>
    public required string CameraId { get; init; }

    /// <summary>Who ordered it; <see langword="null"/> for an application by itself.</summary>
    public string? UserId { get; init; }

    /// <summary><c>waiting</c>, <c>running</c>, <c>done</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>How much of it is made, from 0 to 1.</summary>
    public double Progress { get; init; }

    /// <summary>Why it failed; <see langword="null"/> if it did not.</summary>
    public string? Reason { get; init; }

    /// <summary>The first second, as it was ordered.</summary>
    public long? From { get; init; }

    /// <summary>The last second.</summary>
    public long? To { get; init; }

    /// <summary>The step.</summary>
    public required string Every { get; init; }

    /// <summary>The time of day.</summary>
    public string? At { get; init; }

    /// <summary>Pictures per second.</summary>
    public int? Fps { get; init; }

    /// <summary>Pixels, at most.</summary>
    public int? Width { get; init; }

    /// <summary>How many pictures it shows; <see langword="null"/> until it is made.</summary>
    public int? Frames { get; init; }

    /// <summary>How large it is; <see langword="null"/> until it is made.</summary>
    public long? Bytes { get; init; }

    /// <summary>When it was ordered, in Unix seconds.</summary>
    public long CreatedAt { get; init; }

    /// <summary>When it was made, or had failed.</summary>
    public long? EndedAt { get; init; }
}

/// <summary>Time-lapses that are made in the background.</summary>
public sealed class TimelapseCalls
{
    private const int PageSize = 100;

    private readonly Wire wire;

    internal TimelapseCalls(Wire wire) => this.wire = wire;

    /// <summary>Orders one: <c>POST /v1/cameras/{id}/timelapses</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="order">Which pictures.</param>
    /// <param name="fps">How many pictures a second of the video shows, 1 to 60; 24 unless said.</param>
    /// <param name="width">Pixels, at most.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Timelapse> CreateAsync(
        string camera, SeriesOrder order, int? fps = null, int? width = null, CancellationToken cancellation = default)
    {
        var fields = order.ToFields();
        fields.Add("fps", fps);
        fields.Add("width", width);
        return (await wire.SendAsync(
            HttpMethod.Post, $"v1/cameras/{camera}/timelapses", fields, ApiJson.Default.TimelapsesAnswer, cancellation)).Timelapses.One();
    }

    /// <summary>Lists those that the caller may see, latest first: <c>GET /v1/cameras/{id}/timelapses</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the list.</param>
    public IAsyncEnumerable<Timelapse> ListAsync(string camera, CancellationToken cancellation = default) => Pages.CountedAsync(
        async (seen, cancellation) => (await wire.GetAsync(
            $"v1/cameras/{camera}/timelapses",
            new() { { "limit", PageSize }, { "offset", seen } },
            ApiJson.Default.TimelapsesAnswer,
            cancellation)).Timelapses,
        PageSize,
        cancellation);

    /// <summary>Tells how far one is: <c>GET /v1/cameras/{id}/timelapses/{timelapse}</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timelapse">The id of the time-lapse.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<Timelapse> GetAsync(string camera, string timelapse, CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/timelapses/{timelapse}", new(), ApiJson.Default.TimelapsesAnswer, cancellation)).Timelapses.One();

    /// <summary>Shows a finished one: <c>GET /v1/cameras/{id}/timelapses/{timelapse}.mp4</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timelapse">The id of the time-lapse.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenAsync(string camera, string timelapse, CancellationToken cancellation = default) =>
        wire.DownloadAsync($"v1/cameras/{camera}/timelapses/{timelapse}.mp4", new(), cancellation);

    /// <summary>Deletes one: <c>DELETE /v1/cameras/{id}/timelapses/{timelapse}</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="timelapse">The id of the time-lapse.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task DeleteAsync(string camera, string timelapse, CancellationToken cancellation = default) =>
        wire.DeleteAsync($"v1/cameras/{camera}/timelapses/{timelapse}", new(), cancellation);
}

internal sealed record TimelapsesAnswer(IReadOnlyList<Timelapse> Timelapses);
