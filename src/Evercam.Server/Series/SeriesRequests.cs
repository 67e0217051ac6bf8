using Evercam.Server.Http;
using Evercam.Server.Snapshots;

namespace Evercam.Server.Series;

/// <summary><c>GET /cameras/{id}/snapshots/series</c>, and what the other forms of it have in common.</summary>
/// <param name="From">Unix seconds; <see langword="null"/> if it is blank.</param>
/// <param name="To">The same.</param>
/// <param name="Every">How long from one picture to the next: a number with <c>m</c>, <c>h</c>, <c>d</c> or <c>w</c>.</param>
/// <param name="At">The time of day, for steps of days.</param>
internal sealed record SeriesRequest(DateTimeOffset? From, DateTimeOffset? To, string Every, string? At)
{
    public static ValueTask<SeriesRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, Read);

    public static SeriesRequest Read(ParamReader read) =>
        new(Moment(read, "from"), Moment(read, "to"), read.RequiredText("every"), read.Text("at"));

    private static DateTimeOffset? Moment(ParamReader read, string name)
    {
        var seconds = read.RequiredInteger(name);
        var moment = seconds is null ? null : ParamText.Moment(seconds.Value);
        if (seconds is not null && moment is null)
        {
            read.Refuse($"{name} is invalid");
        }

        return moment;
    }
}

/// <summary><c>GET /cameras/{id}/snapshots/series.mp4</c>.</summary>
/// <param name="Series">Which pictures.</param>
/// <param name="PerSecond">How many of them a second of the video shows.</param>
/// <param name="Width">Pixels, at most.</param>
internal sealed record VideoRequest(SeriesRequest Series, long? PerSecond, long? Width)
{
    public static ValueTask<VideoRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, Read);

    public static VideoRequest Read(ParamReader read) => new(SeriesRequest.Read(read), read.Integer("fps"), read.Integer("width"));
}

/// <summary><c>GET /cameras/{id}/snapshots/{year}/{month}/{day}/{hour}.tar</c>.</summary>
/// <param name="Day">The day of the camera's clock.</param>
/// <param name="Hour">The hour that its clock shows.</param>
internal sealed record HourRequest(DayRequest Day, int Hour)
{
    public static ValueTask<HourRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
    {
        var day = DayRequest.Read(read);
        var hour = read.Integer("hour") ?? 0;
        if (hour is < 0 or > 23)
        {
            read.Refuse("Invalid hour value");
        }

        return new HourRequest(day, (int)Math.Clamp(hour, 0, 23));
    });
}
