using Evercam.Server.Http;
using Evercam.Server.Pictures;

namespace Evercam.Server.Live;

/// <summary><c>GET /cameras/{id}/snapshot.jpg</c>.</summary>
/// <param name="Width">Pixels, if a smaller picture will do.</param>
internal sealed record PictureRequest(int? Width)
{
    public static ValueTask<PictureRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new PictureRequest(Thumbnails.Read(read)));
}

/// <summary><c>GET /cameras/{id}/live.mjpeg</c>.</summary>
/// <param name="PerSecond">Pictures per second, as asked for.</param>
internal sealed record StreamRequest(double? PerSecond)
{
    private const double Fewest = 0.1;
    private const double Most = 10;

    public static ValueTask<StreamRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new StreamRequest(read.Number("fps")));

    /// <summary>How long from one picture to the next.</summary>
    /// <exception cref="ApiException">More or fewer pictures than there may be are asked for (400).</exception>
    public TimeSpan Interval() => PerSecond is < Fewest or > Most
        ? throw ApiException.BrokenRule("fps is invalid")
        : TimeSpan.FromSeconds(1 / (PerSecond ?? 1));
}
