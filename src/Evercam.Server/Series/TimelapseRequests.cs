using Evercam.Server.Http;

namespace Evercam.Server.Series;

/// <summary><c>/cameras/{id}/timelapses/{timelapse}</c>.</summary>
internal sealed record TimelapseRequest(string Id)
{
    public static ValueTask<TimelapseRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new TimelapseRequest(read.RequiredText("timelapse")));
}
