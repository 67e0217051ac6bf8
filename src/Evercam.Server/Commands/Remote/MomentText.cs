using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary>A moment as people type it: <c>2014-04-16</c>, or <c>2014-04-16T12:30</c> with or without seconds, either with or without
/// <c>Z</c> or <c>+01:00</c>; or Unix seconds. Without a zone, the camera's counts.</summary>
internal static partial class MomentText
{
    private const string Day = "yyyy-MM-dd";
    private const int LastOfDay = (24 * 60 * 60) - 1;

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
            // There is no day after the last of all.
            var date = new LocalDate(day.Year, day.Month, day.Day);
            return isEnd && day == DateOnly.MaxValue
                ? null
                : zone.AtStartOfDay(isEnd ? date.PlusDays(1) : date).ToInstant().ToUnixTimeSeconds() - (isEnd ? 1 : 0);
        }

        if (Offset().Match(text) is { Success: true } offset)
        {
            // By an offset of its own, every day has as many seconds as any other.
            return DateTimeOffset.TryParseExact(
                text[..offset.Index] + (offset.Value == "Z" ? "+00:00" : offset.Value),
                [.. Local.Append(Day).Select(format => format + "zzz")],
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var moment) ? moment.ToUnixTimeSeconds() + (isEnd && offset.Index == Day.Length ? LastOfDay : 0) : null;
        }

        return DateTime.TryParseExact(text, Local, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? Second(time, zone) : null;
    }

    /// <summary>A time that a clock shows. One that it leaves out is when it goes on; one that it shows twice is the first.</summary>
    public static long Second(DateTime time, DateTimeZone zone) =>
        zone.AtLeniently(LocalDateTime.FromDateTime(time)).ToInstant().ToUnixTimeSeconds();

    [GeneratedRegex(@"(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Offset();
}
