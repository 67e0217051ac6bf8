using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary>A moment as people type it: <c>2014-04-16</c>, or <c>2014-04-16T12:30</c> with or without seconds, either with or without
/// <c>Z</c> or <c>+01:00</c>; or Unix seconds. Without a zone, the camera's counts. At the ends of the calendar, where a zone's clock goes on
/// and UTC's does not, it is the first or the last second that there is.</summary>
internal static partial class MomentText
{
    private const string Day = "yyyy-MM-dd";
    private const int LastOfDay = (24 * 60 * 60) - 1;

    private static readonly TimeOnly LastTime = new(23, 59, 59);

    private static readonly string[] Local = ["yyyy-MM-dd'T'HH:mm:ss", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm"];

    /// <param name="text">What was typed.</param>
    /// <param name="zone">The camera's.</param>
    /// <param name="isEnd">Whether a day without a time means its last second, and not its first.</param>
    /// <returns>Unix seconds; <see langword="null"/> if it is no moment.</returns>
    public static long? Read(string text, DateTimeZone zone, bool isEnd)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds;
        }

        if (DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
        {
            if (isEnd && day == DateOnly.MaxValue)
            {
                // No other begins where the last of all days ends.
                return Second(day.ToDateTime(LastTime), zone);
            }

            var date = new LocalDate(day.Year, day.Month, day.Day);
            return Bound(zone.AtStartOfDay(isEnd ? date.PlusDays(1) : date).ToInstant().ToUnixTimeSeconds() - (isEnd ? 1 : 0));
        }

        if (Offset().Match(text) is { Success: true } offset)
        {
            // By an offset of its own, every day has as many seconds as any other.
            return DateTimeOffset.TryParseExact(
                text[..offset.Index] + (offset.Value == "Z" ? "+00:00" : offset.Value),
                [.. Local.Append(Day).Select(format => format + "zzz")],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var moment) ? Bound(moment.ToUnixTimeSeconds() + (isEnd && offset.Index == Day.Length ? LastOfDay : 0)) : null;
        }

        return DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? Bound(time, zone, isEnd)
            : null;
    }

    /// <summary>A time that a clock shows. One that it leaves out is when it goes on; one that it shows twice is the first.</summary>
    public static long Second(DateTime time, DateTimeZone zone)
    {
        var shown = zone.AtLeniently(LocalDateTime.FromDateTime(time));
        var ticks = shown.LocalDateTime.ToDateTimeUnspecified().Ticks - shown.Offset.Ticks - DateTime.UnixEpoch.Ticks;
        return Bound(ticks / TimeSpan.TicksPerSecond);
    }

    /// <summary>A bound of a time that a clock shows, so that all that it showed between two bounds lies between them: of one that it leaves
    /// out, when it goes on, or the second before that; of one that it shows twice, the first as a beginning and the second as an end.</summary>
    private static long Bound(DateTime time, DateTimeZone zone, bool isEnd)
    {
        var shown = zone.MapLocal(LocalDateTime.FromDateTime(time));
        return shown.Count switch
        {
            0 => Bound(shown.LateInterval.Start.ToUnixTimeSeconds() - (isEnd ? 1 : 0)),
            1 => Second(time, zone),
            _ => Bound((isEnd ? shown.Last() : shown.First()).ToInstant().ToUnixTimeSeconds()),
        };
    }

    private static long Bound(long second) => Math.Clamp(second, PictureName.FirstSecond, PictureName.LastSecond);

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Offset();
}
