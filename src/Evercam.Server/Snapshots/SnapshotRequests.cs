using System.Globalization;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Server.Pictures;

namespace Evercam.Server.Snapshots;

/// <summary><c>POST /cameras/{id}/snapshots</c>.</summary>
internal sealed record TakeRequest(string? Notes)
{
    public static ValueTask<TakeRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new TakeRequest(read.Text("notes")));
}

/// <summary><c>GET /cameras/{id}/snapshots/latest</c>.</summary>
internal sealed record LatestRequest(bool WithData, bool WithKept)
{
    public static ValueTask<LatestRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new LatestRequest(read.Boolean("with_data") ?? false, read.AddedBoolean("with_kept") ?? false));
}

/// <summary><c>GET /cameras/{id}/snapshots/latest.jpg</c>.</summary>
/// <param name="Width">Pixels, if a smaller picture will do.</param>
internal sealed record LatestPictureRequest(int? Width)
{
    public static ValueTask<LatestPictureRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new LatestPictureRequest(Thumbnails.Read(read)));
}

/// <summary><c>GET /cameras/{id}/snapshots/{timestamp}</c>.</summary>
/// <param name="Second">The wanted second.</param>
/// <param name="WithData">Whether the picture itself is wanted, too.</param>
/// <param name="Within">The largest distance; <see langword="null"/> for any.</param>
/// <param name="WithKept">Whether it is to be told if it is marked to be kept.</param>
internal sealed record NearestRequest(DateTimeOffset Second, bool WithData, TimeSpan? Within, bool WithKept)
{
    public static ValueTask<NearestRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new NearestRequest(
            read.RequiredTimestamp("timestamp"), read.Boolean("with_data") ?? false, Distance(read), read.AddedBoolean("with_kept") ?? false));

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
internal sealed record NearestPictureRequest(DateTimeOffset Second, TimeSpan? Within, int? Width)
{
    public static ValueTask<NearestPictureRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read =>
        new NearestPictureRequest(read.RequiredTimestamp("timestamp"), NearestRequest.Distance(read), Thumbnails.Read(read)));
}

/// <summary><c>GET /cameras/{id}/snapshots/range</c> (contract 7.3 to 7.5, 9.2).</summary>
/// <param name="From">First second.</param>
/// <param name="To">Last second, included.</param>
/// <param name="WithData">Whether the pictures themselves are wanted, too.</param>
/// <param name="Limit">As sent; see <see cref="SnapshotRules.LimitOf"/>.</param>
/// <param name="Page">As sent; the first is 1.</param>
/// <param name="After">Only pictures later than this, in place of a page.</param>
/// <param name="WithKept">Whether it is to be told which are marked to be kept.</param>
internal sealed record RangeRequest(
    DateTimeOffset From, DateTimeOffset To, bool WithData, long? Limit, long? Page, DateTimeOffset? After, bool WithKept)
{
    /// <summary>The first moment that is asked for.</summary>
    public DateTimeOffset Start => After is { } after && after >= From
        ? ArchiveTime.Add(ArchiveTime.ToMicrosecond(after), TimeSpan.FromMicroseconds(1))
        : From;

    /// <summary>The moment behind the last one.</summary>
    public DateTimeOffset End => ArchiveTime.Add(To, TimeSpan.FromSeconds(1));

    public static ValueTask<RangeRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new RangeRequest(
        read.RequiredTimestamp("from"),
        read.RequiredTimestamp("to"),
        read.Boolean("with_data") ?? false,
        read.Integer("limit"),
        read.Integer("page"),
        read.Moment("after"),
        read.AddedBoolean("with_kept") ?? false));

    /// <summary>The link to the rest, to the microsecond, so that pictures of one second are neither repeated nor left out.</summary>
    public string NextOf(int limit, Snapshot last)
    {
        var after = last.TakenAt.ToUnixMicroseconds() / 1_000_000m;
        var more = (WithData ? "&with_data=true" : "") + (WithKept ? "&with_kept=true" : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<?from={From.ToUnixTimeSeconds()}&to={To.ToUnixTimeSeconds()}&limit={limit}{more}&after={after}>; rel=\"next\"");
    }
}

/// <summary><c>GET /cameras/{id}/snapshots/kept</c>: a range, without bounds where none are given.</summary>
internal sealed record KeptRequest(RangeRequest Range)
{
    public static ValueTask<KeptRequest?> BindAsync(HttpContext context) => Params.BindAsync(context, read => new KeptRequest(new RangeRequest(
        read.Timestamp("from") ?? DateTimeOffset.MinValue,
        read.Timestamp("to") ?? ArchiveTime.SecondOf(DateTimeOffset.MaxValue),
        read.Boolean("with_data") ?? false,
        read.Integer("limit"),
        Page: null,
        read.Moment("after"),
        WithKept: false)));
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

/// <summary><c>DELETE /cameras/{id}/snapshots/{timestamp}</c>, and <c>PUT</c> and <c>DELETE</c> of its mark.</summary>
internal sealed record SecondRequest(DateTimeOffset Second)
{
    public static ValueTask<SecondRequest?> BindAsync(HttpContext context) =>
        Params.BindAsync(context, read => new SecondRequest(read.RequiredTimestamp("timestamp")));
}
