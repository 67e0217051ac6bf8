using Evercam.Server.Http;
using NodaTime;
using NodaTime.Text;

namespace Evercam.Server.Snapshots;

/// <summary><c>GET /cameras/{id}/pictures/{year}/{month}/{day}/play</c>: the picture nearest to a moment, the first one from a moment on, or
/// the first one of the day. What is none of these is as if it were not said.</summary>
/// <param name="Day">The day.</param>
/// <param name="At">Near which second.</param>
/// <param name="From">From which second on.</param>
/// <param name="Time">Near which time of the camera's clock.</param>
internal sealed record PlayRequest(PicturesRequest Day, DateTimeOffset? At, DateTimeOffset? From, LocalTime? Time)
{
    public static async ValueTask<PlayRequest?> BindAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return new(
            (await PicturesRequest.BindAsync(context))!,
            Moment("at"),
            Moment("from"),
            TimeOf(LocalTimePattern.ExtendedIso) ?? TimeOf(LocalTimePattern.CreateWithInvariantCulture("HH:mm")));

        DateTimeOffset? Moment(string name) => ParamText.Integer(query[name].ToString()) is { } second ? ParamText.Moment(second) : null;

        LocalTime? TimeOf(LocalTimePattern pattern) =>
            pattern.Parse(query["time"].ToString()) is { Success: true } time ? time.Value : null;
    }
}
