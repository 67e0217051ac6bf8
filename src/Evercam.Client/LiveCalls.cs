namespace Evercam.Api;

/// <summary>A picture of now, with when it was taken.</summary>
/// <param name="Camera">The camera's id.</param>
/// <param name="CreatedAt">When it was taken, in Unix seconds.</param>
/// <param name="Timezone">The camera's time zone.</param>
/// <param name="Data">The picture as a data URI.</param>
public sealed record LiveSnapshot(string Camera, long CreatedAt, string Timezone, string Data)
{
    /// <summary>The picture itself.</summary>
    public Picture ToPicture() => Picture.OfAnswer(Data);
}

/// <summary>What cameras see now.</summary>
public sealed class LiveCalls
{
    private readonly Wire wire;

    internal LiveCalls(Wire wire) => this.wire = wire;

    /// <summary>Shows the live picture: <c>GET /v1/cameras/{id}/snapshot.jpg</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="width">The width in pixels of a smaller picture; <see langword="null"/> for the picture as it is.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<Download> GetAsync(string camera, int? width = null, CancellationToken cancellation = default) =>
        wire.DownloadAsync($"v1/cameras/{camera}/snapshot.jpg", new() { { "width", width } }, cancellation);

    /// <summary>Shows the live picture with its time: <c>GET /v1/cameras/{id}/live</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<LiveSnapshot> GetWithTimeAsync(string camera, CancellationToken cancellation = default) =>
        wire.GetAsync($"v1/cameras/{camera}/live", new(), ApiJson.Default.LiveSnapshot, cancellation);

    /// <summary>Shows picture after picture, until the caller or the right to see them ends: <c>GET /v1/cameras/{id}/live.mjpeg</c>.</summary>
    /// <param name="camera">The camera's id.</param>
    /// <param name="perSecond">How many pictures a second at most, 0.1 to 10; one unless said otherwise.</param>
    /// <param name="cancellation">Ends the stream.</param>
    /// <exception cref="EvercamException">The server refused, or what comes is no stream of pictures.</exception>
    /// <exception cref="IOException">The stream was broken off.</exception>
    public IAsyncEnumerable<Picture> StreamAsync(string camera, double? perSecond = null, CancellationToken cancellation = default) =>
        PictureStream.ReadAsync(wire, $"v1/cameras/{camera}/live.mjpeg", new() { { "fps", perSecond } }, cancellation);
}
