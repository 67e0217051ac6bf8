using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace Evercam.Recorder;

/// <summary>The spans of local time in a week: by weekday a list of <c>HH:MM-HH:MM</c>. A span whose end is not after its start
/// runs over midnight into the next day; <c>00:00-24:00</c> is a whole day. Ends are excluded.</summary>
public sealed class WeeklySchedule
{
    private const int MinutesPerDay = 24 * 60;

    private readonly SortedDictionary<IsoDayOfWeek, List<(int From, int To)>> spans = [];

    private WeeklySchedule()
    {
    }

    /// <summary>Whether it has no span: what is recorded by it is never recorded.</summary>
    public bool IsEmpty => spans.Values.All(day => day.Count == 0);

    /// <summary>Reads <c>{"Monday":["08:00-18:00"],…}</c>: English day names in any case, each at most once.</summary>
    /// <returns><see langword="false"/> for anything else.</returns>
    public static bool TryParse(string? json, out WeeklySchedule schedule)
    {
        schedule = new WeeklySchedule();
        try
        {
            using var document = JsonDocument.Parse(json ?? "");
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.EnumerateObject().All(schedule.TryAdd);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or ArgumentException)
        {
            // The latter two: half a surrogate pair. Escaped, it passes for JSON and for nothing else; as it is, for no text at all.
            return false;
        }
    }

    /// <summary>The days of a week that was written as JSON, Monday first; <see langword="null"/> if it is none.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>>? Days(string? json) =>
        TryParse(json, out var week) ? week.Days() : null;

    /// <summary>Whether a moment of local time lies in a span.</summary>
    public bool Covers(LocalDateTime local)
    {
        var minute = (local.Hour * 60) + local.Minute;
        return SpansOf(local.DayOfWeek).Any(s => minute >= s.From && minute < s.To)
            || SpansOf(local.PlusDays(-1).DayOfWeek).Any(s => minute + MinutesPerDay < s.To);
    }

    /// <summary>The beginnings and ends of the spans that begin on these days, from the first to the last, in no order.</summary>
    public IEnumerable<LocalDateTime> Edges(LocalDate first, LocalDate last)
    {
        for (var day = first; day <= last; day = day.PlusDays(1))
        {
            foreach (var (from, to) in SpansOf(day.DayOfWeek))
            {
                yield return day.AtMidnight().PlusMinutes(from);
                yield return day.AtMidnight().PlusMinutes(to);
            }
        }
    }

    /// <summary>The week as JSON without blanks, Monday first: what <see cref="TryParse"/> reads.</summary>
    public override string ToString()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            foreach (var (day, times) in Days())
            {
                json.WriteStartArray(day);
                foreach (var span in times)
                {
                    json.WriteStringValue(span);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private OrderedDictionary<string, IReadOnlyList<string>> Days() =>
        new(spans.Select(day => KeyValuePair.Create(day.Key.ToString(), Written(day.Value))));

    private static IReadOnlyList<string> Written(List<(int From, int To)> day) =>
        [.. day.Select(span => $"{Written(span.From)}-{Written(span.To <= MinutesPerDay ? span.To : span.To - MinutesPerDay)}")];

    private static string Written(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private List<(int From, int To)> SpansOf(IsoDayOfWeek day) => spans.GetValueOrDefault(day, []);

    private bool TryAdd(JsonProperty property)
    {
        if (!Enum.TryParse<IsoDayOfWeek>(property.Name, ignoreCase: true, out var day)
            || !string.Equals(day.ToString(), property.Name, StringComparison.OrdinalIgnoreCase)
            || day == IsoDayOfWeek.None
            || property.Value.ValueKind != JsonValueKind.Array
            || !spans.TryAdd(day, []))
        {
            return false;
        }

        foreach (var item in property.Value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || ReadSpan(item.GetString()!) is not { } span)
            {
                return false;
            }

            spans[day].Add(span);
        }

        return true;
    }

    private static (int From, int To)? ReadSpan(string text)
    {
        var ends = text.Split('-');
        if (ends.Length != 2 || ReadMinute(ends[0]) is not ({ } from and < MinutesPerDay) || ReadMinute(ends[1]) is not { } to)
        {
            return null;
        }

        return (from, to > from ? to : to + MinutesPerDay);
    }

    private static int? ReadMinute(string text)
    {
        var whole = text.Length == 5 && text[2] == ':'
            && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && int.TryParse(text.AsSpan(3, 2), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        if (!whole)
        {
            return null;
        }

        var hour = int.Parse(text.AsSpan(0, 2), CultureInfo.InvariantCulture);
        var minute = int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture);
        return (hour < 24 && minute < 60) || (hour == 24 && minute == 0) ? (hour * 60) + minute : null;
    }
}
