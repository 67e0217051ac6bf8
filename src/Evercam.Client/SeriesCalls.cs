namespace Evercam.Api;

/// <summary>Which pictures a series has.</summary>
/// <param name="From">The first second.</param>
/// <param name="To">The last second, included.</param>
/// <param name="Every">How far apart: a number with <c>m</c>, <c>h</c>, <c>d</c> or <c>w</c>.</param>
/// <param name="At"><c>HH:MM</c>, for steps of days and weeks; that of <paramref name="From"/> unless said.</param>
public sealed record SeriesOrder(long From, long To, string Every, string? At = null)
{
    internal Fields ToFields() => new() { { "from", From }, { "to", To }, { "every", Every }, { "at", At } };
}

/// <summary>A step of a series.</summary>
/// <param name="WantedAt">The second that it is about.</param>
/// <param name="Snapshot">The picture nearest to it; <see langword="null"/> if there is none within half a step.</param>
public sealed record SeriesStep(long WantedAt, Snapshot? Snapshot);

/// <summary>Of many kept pictures one for each step of time, and all of an hour.</summary>
public sealed class SeriesCalls
{
    private readonly Wire wire;

    internal SeriesCalls(Wire wire) => this.wire = wire;

    /// <summary>Lists one picture per step: <c>GET /v1/cameras/{id}/snapshots/series</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="order">Which pictures.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<IReadOnlyList<SeriesStep>> ListAsync(string camera, SeriesOrder order, CancellationToken cancellation = default) =>
        (await wire.GetAsync(
            $"v1/cameras/{camera}/snapshots/series", order.ToFields(), ApiJson.Default.SeriesAnswer, cancellation)).Series;

    /// <summary>Packs one picture per step into a TAR file: <c>GET /v1/cameras/{id}/snapshots/series.tar</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="order">Which pictures.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenArchiveAsync(string camera, SeriesOrder order, CancellationToken cancellation = default) =>
        wire.DownloadAsync($"v1/cameras/{camera}/snapshots/series.tar", order.ToFields(), cancellation);

    /// <summary>Films one picture per step: <c>GET /v1/cameras/{id}/snapshots/series.mp4</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="order">Which pictures.</param>
    /// <param name="fps">How many pictures a second of the video shows, 1 to 60; 24 unless said.</param>
    /// <param name="width">Pixels, at most.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenVideoAsync(
        string camera, SeriesOrder order, int? fps = null, int? width = null, CancellationToken cancellation = default)
    {
        var query = order.ToFields();
        query.Add("fps", fps);
        query.Add("width", width);
        return wire.DownloadAsync($"v1/cameras/{camera}/snapshots/series.mp4", query, cancellation);
    }

    /// <summary>Packs all pictures of an hour of the camera's clock into a TAR file:
    /// <c>GET /v1/cameras/{id}/snapshots/{year}/{month}/{day}/{hour}.tar</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="day">The day.</param>
    /// <param name="hour">The hour, 0 to 23.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> OpenHourAsync(string camera, DateOnly day, int hour, CancellationToken cancellation = default) =>
        wire.DownloadAsync($"v1/cameras/{camera}/snapshots/{day.Year}/{day.Month}/{day.Day}/{hour}.tar", new(), cancellation);
}

internal sealed record SeriesAnswer(IReadOnlyList<SeriesStep> Series);
