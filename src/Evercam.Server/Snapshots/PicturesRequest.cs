using Evercam.Server.Http;

namespace Evercam.Server.Snapshots;

/// <summary><c>GET /cameras/{id}/pictures/{year}/{month}/{day}/{hour}</c>, or less of it. A page of no day or hour is none.</summary>
/// <param name="Year">The year; <see langword="null"/> for the latest picture.</param>
/// <param name="Month">The month, 1 to 12.</param>
/// <param name="Day">The day; whether the month has it is not yet known.</param>
/// <param name="Hour">The hour, 0 to 23.</param>
/// <param name="Minute">From which minute on, counted from the beginning of the hour: an hour that the clock shows twice has more than 60.</param>
/// <param name="After">Later than which moment.</param>
internal sealed record PicturesRequest(int? Year, int? Month, int? Day, int? Hour, int? Minute, DateTimeOffset? After)
{
    /// <summary>Where a whole day comes twice, because a country changed sides of the date line, its hours do so a day later.</summary>
    private const int Minutes = 26 * 60;

    public static ValueTask<PicturesRequest?> BindAsync(HttpContext context)
    {
        var (values, query) = (context.Request.RouteValues, context.Request.Query);
        return ValueTask.FromResult<PicturesRequest?>(new(
            Within("year", 1, 9999),
            Within("month", 1, 12),
            Within("day", 1, 31),
            Within("hour", 0, 23),
            ParamText.Integer(query["minute"].ToString()) is >= 0 and < Minutes and var minute ? (int)minute : null,
            ParamText.Fraction(query["after"].ToString()) is { } seconds ? ParamText.Moment(seconds) : null));

        int? Within(string name, int least, int most) => values[name] is not string text ? null
            : ParamText.Integer(text) is { } number && number >= least && number <= most ? (int)number
            : throw ApiException.NotFound();
    }
}
