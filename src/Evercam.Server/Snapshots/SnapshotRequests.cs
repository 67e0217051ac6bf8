using Evercam.Server.Http;

namespace Evercam.Server.Snapshots;

/// <summary><c>POST /cameras/{id}/snapshots</c>.</summary>
internal sealed record TakeRequest(string? Notes)
{
    public static ValueTask<TakeRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new TakeRequest(read.Text("notes")));
}

/// <summary><c>GET /cameras/{id}/snapshots/latest</c>.</summary>
internal sealed record LatestRequest(bool WithData)
{
    public static ValueTask<LatestRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new LatestRequest(read.Boolean("with_data") ?? false));
}

/// <summary><c>GET /cameras/{id}/snapshots/latest.jpg</c>.</summary>
/// <param name="Width">Pixels, if a smaller picture will do.</param>
internal sealed record LatestPictureRequest(long? Width)
{
    public static ValueTask<LatestPictureRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new LatestPictureRequest(read.Integer("width")));
}

/// <summary><c>GET /cameras/{id}/snapshots/{timestamp}</c>.</summary>
/// <param name="Second">The wanted second.</param>
/// <param name="WithData">Whether the picture itself is wanted, too.</param>
/// <param name="Within">The largest distance; <see langword="null"/> for any.</param>
internal sealed record NearestRequest(DateTimeOffset Second, bool WithData, TimeSpan? Within)
{
    public static ValueTask<NearestRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new NearestRequest(read.RequiredTimestamp("timestamp"), read.Boolean("with_data") ?? false, Distance(read)));

    public static TimeSpan? Distance(ParamReader read)
    {
        if (read.Integer("range") is not { } seconds)
        {
            return null;
        }

        if (seconds < 0)
        {
            read.Refuse("range is invalid");
        }

        return seconds < TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerSecond ? TimeSpan.FromSeconds(Math.Max(0, seconds)) : null;
    }
}

/// <summary><c>GET /cameras/{id}/snapshots/{timestamp}.jpg</c>.</summary>
/// <param name="Second">The wanted second.</param>
/// <param name="Within">The largest distance; <see langword="null"/> for any.</param>
/// <param name="Width">Pixels, if a smaller picture will do.</param>
internal sealed record NearestPictureRequest(DateTimeOffset Second, TimeSpan? Within, long? Width)
{
    public static ValueTask<NearestPictureRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new NearestPictureRequest(read.RequiredTimestamp("timestamp"), NearestRequest.Distance(read), read.Integer("width")));
}

/// <summary><c>GET /cameras/{id}/snapshots/range</c> (contract 7.3 to 7.5, 9.2).</summary>
/// <param name="From">First second.</param>
/// <param name="To">Last second, included.</param>
/// <param name="WithData">Whether the pictures themselves are wanted, too.</param>
/// <param name="Limit">As sent; see <see cref="SnapshotRules.LimitOf"/>.</param>
/// <param name="Page">As sent; the first is 1.</param>
/// <param name="After">Only pictures later than this, in place of a page.</param>
internal sealed record RangeRequest(
    DateTimeOffset From, DateTimeOffset To, bool WithData, long? Limit, long? Page, DateTimeOffset? After)
{
    public static ValueTask<RangeRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new RangeRequest(
        read.RequiredTimestamp("from"),
        read.RequiredTimestamp("to"),
        read.Boolean("with_data") ?? false,
        read.Integer("limit"),
        read.Integer("page"),
        read.Moment("after")));
}

/// <summary><c>GET /cameras/{id}/snapshots/{year}/{month}/days</c>.</summary>
internal sealed record MonthRequest(int Year, int Month)
{
    public static ValueTask<MonthRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, Read);

    public static MonthRequest Read(ParamReader read) => new(
        Within(read, "year", 9999, "Invalid year value"), Within(read, "month", 12, "Invalid month value"));

    /// <summary>A number of the path from 1 to a bound. One that is refused reads as 1.</summary>
    public static int Within(ParamReader read, string name, int most, string refusal)
    {
        if (read.Integer(name) is not { } value)
        {
            return 1;
        }

        if (value < 1 || value > most)
        {
            read.Refuse(refusal);
            return 1;
        }

        return (int)value;
    }
}

/// <summary><c>GET /cameras/{id}/snapshots/{year}/{month}/{day}/hours</c>.</summary>
internal sealed record DayRequest(MonthRequest Month, int Day)
{
    public static ValueTask<DayRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, Read);

    public static DayRequest Read(ParamReader read)
    {
        var month = MonthRequest.Read(read);
        var days = DateTime.DaysInMonth(month.Year, month.Month);
        return new DayRequest(month, MonthRequest.Within(read, "day", days, "Invalid day value"));
    }
}

/// <summary><c>POST /cameras/{id}/snapshots/{timestamp}</c>.</summary>
internal sealed record UploadRequest(DateTimeOffset Second, UploadedFile Data, string? Notes)
{
    public static ValueTask<UploadRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new UploadRequest(read.RequiredTimestamp("timestamp"), read.RequiredFile("data"), read.Text("notes")));
}

/// <summary><c>DELETE /cameras/{id}/snapshots/{timestamp}</c>.</summary>
internal sealed record SecondRequest(DateTimeOffset Second)
{
    public static ValueTask<SecondRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new SecondRequest(read.RequiredTimestamp("timestamp")));
}
