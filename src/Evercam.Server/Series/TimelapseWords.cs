using System.Globalization;
using Evercam.Server.Http;
using Evercam.Server.Snapshots;
using NodaTime;

namespace Evercam.Server.Series;

/// <summary>Time-lapses in words that people know.</summary>
internal static class TimelapseWords
{
    public const string WrongPace = "Please give a number from 1 to 60.";

    /// <summary>What can be picked: a step, and how people call it.</summary>
    public static IReadOnlyList<(string Value, string Text)> Steps { get; } =
    [
        ("1m", "every minute"), ("5m", "every 5 minutes"), ("15m", "every 15 minutes"), ("30m", "every 30 minutes"), ("1h", "every hour"),
        ("2h", "every 2 hours"), ("6h", "every 6 hours"), ("12h", "every 12 hours"), ("1d", "every day"), ("1w", "every week"),
    ];

    /// <summary>What was wrong: a sentence for each field.</summary>
    public static void Explain(ApiException refusal, Dictionary<string, string> problems)
    {
        foreach (var rule in refusal.Rules ?? [])
        {
            var (field, sentence) = rule switch
            {
                "at is invalid" => ("at", "Please give a time, such as 12:00."),
                "fps is invalid" => ("fps", WrongPace),
                _ when rule.StartsWith("a series has", StringComparison.Ordinal) =>
                    ("every", "Those would be too many pictures: please choose fewer days, or a longer time from picture to picture."),
                _ => ("every", "Please choose how often."),
            };
            problems.TryAdd(field, sentence);
        }
    }

    /// <summary>What cannot be done now, in one sentence; <see langword="null"/> if that is not the reason.</summary>
    public static string? Of(ApiException refusal) => refusal.Status switch
    {
        StatusCodes.Status429TooManyRequests => "Ten of your time-lapses wait to be made already. Please try again when some are done.",
        StatusCodes.Status503ServiceUnavailable => $"{refusal.Message}.",
        _ => null,
    };

    /// <summary>What was ordered, such as <c>1 May 2026 to 31 May 2026, every day, at 12:00</c>.</summary>
    public static string Of(VideoRequest order, DateTimeZone zone)
    {
        var series = order.Series;
        var step = Steps.FirstOrDefault(known => known.Value == series.Every).Text ?? $"every {series.Every}";
        var (first, last) = (Day(series.From), Day(series.To));
        return $"{first}{(last == first ? "" : $" to {last}")}, {step}{(series.At is { Length: > 0 } at ? $", at {at}" : "")}";

        string Day(DateTimeOffset? moment) => SnapshotCalendar.ClockAt(moment ?? default, zone).Date
            .ToString("d MMM uuuu", CultureInfo.InvariantCulture);
    }

    /// <summary>How far it is.</summary>
    public static string Of(Timelapse timelapse, double progress) => timelapse.Status switch
    {
        TimelapseStatus.Done => string.Create(
            CultureInfo.InvariantCulture, $"{timelapse.Frames} pictures, {Math.Max(0.1, timelapse.Bytes / 1_000_000.0):0.0} MB"),
        TimelapseStatus.Failed => $"Failed. {timelapse.Reason}.",
        TimelapseStatus.Running => string.Create(CultureInfo.InvariantCulture, $"Being made: {progress:P0}"),
        _ => "Waits for its turn",
    };
}
