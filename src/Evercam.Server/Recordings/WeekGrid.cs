using System.Globalization;
using Evercam.Recorder;
using NodaTime;

namespace Evercam.Server.Recordings;

/// <summary>A week of recording as people tick it: seven days of 24 hours. What is set to the minute stays so on each day whose ticks
/// are left as they are. Pure.</summary>
internal sealed class WeekGrid
{
    private const int Hour = 60;
    private const int Day = 24 * Hour;

    private static readonly LocalDate AMonday = new(2024, 1, 1);

    private readonly string? schedule;

    /// <summary>Of each minute from Monday on, whether it is recorded.</summary>
    private readonly bool[] minutes;

    /// <param name="schedule">The week as it is kept; <see langword="null"/> if there is none.</param>
    public WeekGrid(string? schedule)
    {
        this.schedule = schedule;
        minutes = WeeklySchedule.TryParse(schedule, out var week)
            ? [.. Enumerable.Range(0, 7 * Day).Select(minute => week.Covers(AMonday.AtMidnight().PlusMinutes(minute)))]
            : new bool[7 * Day];
    }

    /// <summary>Monday first.</summary>
    public static IReadOnlyList<string> Days { get; } =
        [.. Enumerable.Range(0, 7).Select(day => AMonday.PlusDays(day).DayOfWeek.ToString())];

    /// <summary>All hours, from Monday's first on.</summary>
    public static IReadOnlyList<(int Day, int Hour)> Hours { get; } =
        [.. Enumerable.Range(0, 7 * 24).Select(hour => (hour / 24, hour % 24))];

    /// <summary>The field of a form that holds an hour's tick.</summary>
    public static string FieldOf(int day, int hour) => string.Create(CultureInfo.InvariantCulture, $"{Days[day]}-{hour}");

    /// <summary>Whether any minute of an hour is recorded: that ticks it.</summary>
    public bool IsTicked(int day, int hour) => Of(day, hour).Contains(true);

    /// <summary>Whether some of an hour is recorded and some is not.</summary>
    public bool IsPart(int day, int hour) => Of(day, hour).Contains(true) && Of(day, hour).Contains(false);

    /// <summary>A day to the minute, such as <c>08:15-12:00, 13:00-18:00</c>; <see langword="null"/> if whole hours say it all.</summary>
    public string? ToTheMinute(int day) =>
        Enumerable.Range(0, 24).Any(hour => IsPart(day, hour)) ? string.Join(", ", SpansOf(minutes, day)) : null;

    /// <summary>Each day that is recorded, with its spans.</summary>
    public IEnumerable<(string Day, string Spans)> Told() => Days.Index()
        .Select(day => (day.Item, Spans: string.Join(", ", SpansOf(minutes, day.Index)))).Where(day => day.Spans.Length > 0);

    /// <summary>The week with other ticks, as it is to be kept: if they are the same, exactly as it was.</summary>
    public string? With(Func<int, int, bool> isTicked)
    {
        var days = Hours.Where(at => isTicked(at.Day, at.Hour) != IsTicked(at.Day, at.Hour)).Select(at => at.Day).ToHashSet();
        if (days.Count == 0)
        {
            return schedule;
        }

        var changed = minutes.ToArray();
        foreach (var (day, hour) in Hours.Where(at => days.Contains(at.Day)))
        {
            Array.Fill(changed, isTicked(day, hour), StartOf(day, hour), Hour);
        }

        return changed.Contains(true) ? Written(changed) : null;
    }

    private static string Written(bool[] minutes)
    {
        var days = Days.Index().Select(day => (Day: day.Item, Spans: SpansOf(minutes, day.Index).ToList())).Where(day => day.Spans.Count > 0);
        return $"{{{string.Join(',', days.Select(day => $"\"{day.Day}\":[\"{string.Join("\",\"", day.Spans)}\"]"))}}}";
    }

    private static IEnumerable<string> SpansOf(bool[] minutes, int day)
    {
        for (var from = 0; from < Day; from++)
        {
            if (!minutes[(day * Day) + from])
            {
                continue;
            }

            var to = from;
            while (to < Day && minutes[(day * Day) + to])
            {
                to++;
            }

            yield return string.Create(
                CultureInfo.InvariantCulture, $"{from / Hour:00}:{from % Hour:00}-{to / Hour:00}:{to % Hour:00}");
            from = to;
        }
    }

    private static int StartOf(int day, int hour) => (day * Day) + (hour * Hour);

    private ArraySegment<bool> Of(int day, int hour) => new(minutes, StartOf(day, hour), Hour);
}
