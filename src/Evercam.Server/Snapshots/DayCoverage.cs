using System.Globalization;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using NodaTime;

namespace Evercam.Server.Snapshots;

/// <summary>A day of a camera's recording, for people: by the clock where the camera is.</summary>
/// <param name="From">When the day begins, Unix seconds.</param>
/// <param name="To">When it ends.</param>
/// <param name="Spans">What is known of it so far, ascending.</param>
/// <param name="Zone">The camera's time zone.</param>
/// <param name="Added">When the camera was added, Unix seconds.</param>
internal sealed record DayCoverage(long From, long To, IReadOnlyList<CoverageSpan> Spans, DateTimeZone Zone, long Added)
{
    /// <summary>More spans than can be told apart in a strip as wide as a page.</summary>
    private const int MostSpans = 2_000;

    private const int Minute = 60;
    private const int Hour = 3_600;

    public IEnumerable<CoverageSpan> Gaps => Spans.Where(span => span.Status != CoverageStatus.Recorded);

    /// <summary>Whether a strip shows them one by one.</summary>
    public bool IsFine => Spans.Count <= MostSpans;

    /// <summary>What a strip shows: the spans, or what most of each minute was, where they are too many to be told apart.</summary>
    public IReadOnlyList<CoverageSpan> Strip => IsFine ? Spans : Minutes();

    /// <summary>How long was recorded, of the seconds that have passed.</summary>
    public string Recorded
    {
        get
        {
            var seconds = Spans.Where(span => span.Status == CoverageStatus.Recorded).Sum(span => span.To - span.From);
            return seconds == 0 ? "Nothing was recorded on this day, or nothing is left." : $"Recorded: {LengthOf(seconds)}.";
        }
    }

    /// <summary>All that is known of a day so far; nothing of one that is still to come.</summary>
    public static async Task<IReadOnlyList<CoverageSpan>> ReadAsync(
        EvercamDb db, long cameraKey, ClockDay day, DateTimeOffset now, CancellationToken cancellation)
    {
        var spans = new List<CoverageSpan>();
        foreach (var (begin, end) in day.Pieces)
        {
            var (from, known) = (begin.ToUnixTimeSeconds(), Math.Min(end.ToUnixTimeSeconds(), now.ToUnixTimeSeconds()));
            while (from < known)
            {
                spans.AddRange(await db.ReadCoverageAsync(cameraKey, from, known, MostSpans, cancellation));
                from = spans[^1].To;
            }
        }

        return spans;
    }

    /// <summary>Days of a month of which anything is known, with pictures or without, ascending: from the first fact on to now.</summary>
    public static async Task<IReadOnlyList<int>> KnownDaysAsync(
        EvercamDb db, CameraFacts camera, int year, int month, DateTimeOffset now, CancellationToken cancellation)
    {
        var first = await db.FindFirstCoverageAsync(camera.Key, cancellation);
        return
        [
            .. SnapshotCalendar.DaysOf(year, month, SnapshotCalendar.ZoneOf(camera.Timezone)).Index()
                .Where(day => day.Item.Pieces.Any(piece => piece.To.ToUnixTimeSeconds() > first && piece.From <= now && piece.From < piece.To))
                .Select(day => day.Index + 1),
        ];
    }

    /// <summary>A span in words: <c>08:13 to 08:18, 5 min: the camera gave no picture</c>.</summary>
    public string Tell(CoverageSpan span) =>
        $"{ClockOf(span.From)} to {(span.To == To ? "24:00" : ClockOf(span.To))}, {LengthOf(span.To - span.From)}: {ReasonOf(span)}";

    /// <summary>How a span looks: recorded, in trouble, given up, deleted, or never to be recorded.</summary>
    public static string KindOf(CoverageStatus status) => status switch
    {
        CoverageStatus.Recorded => "recorded",
        CoverageStatus.Offline or CoverageStatus.Unauthorized or CoverageStatus.DiskFull or CoverageStatus.ServerDown
            or CoverageStatus.NoRoom => "trouble",
        CoverageStatus.Retention => "retention",
        CoverageStatus.Deleted => "deleted",
        _ => "unrecorded",
    };

    private string ReasonOf(CoverageSpan span) => span.Status switch
    {
        CoverageStatus.Recorded => "recorded",
        CoverageStatus.Offline => "the camera gave no picture",
        CoverageStatus.Unauthorized => "the camera refused its user name and password",
        CoverageStatus.NotScheduled => "not in the week that is recorded",
        CoverageStatus.Off => "recording was off",
        CoverageStatus.Retention => "the pictures were given up, for their age or to make room",
        CoverageStatus.Deleted => "the pictures were deleted",
        CoverageStatus.DiskFull => "the disk was full",
        CoverageStatus.NoRoom => "the owner's cameras had no room left",
        CoverageStatus.ServerDown => "the server did not run, or could keep nothing",
        // The recorder writes its first fact of a camera a moment after that was added.
        _ when span.From < Added && span.To <= Added + Minute => "the camera was not added yet",
        _ => "nobody wrote down what was",
    };

    private static string LengthOf(long seconds) => seconds switch
    {
        < 2 * Minute => Write(seconds, "s"),
        < 2 * Hour => Write(seconds / Minute, "min"),
        _ when seconds / Minute % 60 == 0 => Write(seconds / Hour, "h"),
        _ => $"{Write(seconds / Hour, "h")} {Write(seconds / Minute % 60, "min")}",
    };

    private static string Write(long count, string unit) => string.Create(CultureInfo.InvariantCulture, $"{count} {unit}");

    /// <summary>What the clock shows; the second time that it shows the same, says so.</summary>
    private string ClockOf(long second)
    {
        var shown = Instant.FromUnixTimeSeconds(second).InZone(Zone);
        var times = Zone.MapLocal(shown.LocalDateTime);
        var isAgain = times.Count == 2 && times.Last() == shown;
        return shown.LocalDateTime.ToString("HH:mm", CultureInfo.InvariantCulture) + (isAgain ? " again" : "");
    }

    private List<CoverageSpan> Minutes()
    {
        var strip = new List<CoverageSpan>();
        foreach (var minute in Spans.SelectMany(Cut).GroupBy(piece => piece.From / Minute))
        {
            var most = minute.GroupBy(piece => piece.Status).MaxBy(same => same.Sum(piece => piece.To - piece.From))!.Key;
            var (from, to) = (minute.First().From, minute.Last().To);
            if (strip is [.., var last] && last.Status == most && last.To == from)
            {
                strip[^1] = last with { To = to };
            }
            else
            {
                strip.Add(new(from, to, most, UserKey: null));
            }
        }

        return strip;
    }

    private static IEnumerable<CoverageSpan> Cut(CoverageSpan span)
    {
        for (var from = span.From; from < span.To;)
        {
            var to = Math.Min(span.To, ((from / Minute) + 1) * Minute);
            yield return span with { From = from, To = to };
            from = to;
        }
    }
}
