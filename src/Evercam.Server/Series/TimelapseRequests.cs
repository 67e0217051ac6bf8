using Evercam.Server.Http;

namespace Evercam.Server.Series;

/// <summary><c>/cameras/{id}/timelapses/{timelapse}</c>.</summary>
internal sealed record TimelapseRequest(string Id)
{
    public static ValueTask<TimelapseRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new TimelapseRequest(read.RequiredText("timelapse")));
}

/// <summary><c>GET /cameras/{id}/timelapses</c>: a page of them.</summary>
/// <param name="Limit">How many at most.</param>
/// <param name="Offset">How many to leave out before them.</param>
internal sealed record TimelapsesRequest(int Limit, int Offset)
{
    private const int Usual = 100;
    private const int Most = 1_000;

    /// <summary>What is shown to those who ask for no page.</summary>
    public static TimelapsesRequest First { get; } = new(Usual, 0);

    public static ValueTask<TimelapsesRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new TimelapsesRequest(
        read.Integer("limit") is > 0 and var limit ? (int)Math.Min(limit, Most) : Usual,
        (int)Math.Clamp(read.Integer("offset") ?? 0, 0, int.MaxValue)));
}
