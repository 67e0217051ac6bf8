using System.Globalization;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Recordings;

/// <summary>Recording settings, and what is wrong with some, in words for people.</summary>
internal static class RecordingSentences
{
    private static readonly Dictionary<string, (string Field, string Sentence)> Known = new()
    {
        [ParamReader.Blank("status")] = ("status", "Please choose one."),
        ["status is invalid"] = ("status", "Please choose one."),
        ["frequency is invalid"] = ("frequency", "Please give a number from 1 to 600."),
        ["keep_days is invalid"] = ("keep_days", "Please give a number from 1 to 36500, or nothing."),
        ["keep_bytes is invalid"] = ("keep_gigabytes", "Please give a number above 0, such as 2.5, or nothing."),
        ["notes is invalid"] = ("notes", "This is too long, or holds what cannot be read."),
        ["seen is invalid"] = ("status", "This form was changed on its way: please open the page again."),
        [ParamReader.Blank("schedule")] = ("schedule", "Please tick the hours that are to be recorded."),
    };

    /// <summary>When it is recorded: the word of the API, and how people call it.</summary>
    public static IReadOnlyList<(string Value, string Text)> Statuses { get; } =
    [
        (RecordingWords.Of(RecordingStatus.On), "Always"),
        (RecordingWords.Of(RecordingStatus.Scheduled), "In the hours below"),
        (RecordingWords.Of(RecordingStatus.Off), "Not at all"),
    ];

    /// <summary>What was wrong: a sentence for each field.</summary>
    public static Dictionary<string, string> Of(IEnumerable<string> rules)
    {
        var problems = new Dictionary<string, string>();
        foreach (var rule in rules)
        {
            var (field, sentence) = Known.GetValueOrDefault(rule, ("schedule", "This week cannot be read: please tick it anew."));
            problems.TryAdd(field, sentence);
        }

        return problems;
    }

    /// <summary>The settings for someone who may not change them.</summary>
    public static IEnumerable<(string Fact, string Value)> Of(Recording recording)
    {
        yield return ("Recorded", recording.Status switch
        {
            RecordingStatus.On => "always",
            RecordingStatus.Scheduled => "in the hours of the week below",
            RecordingStatus.Paused => "paused",
            _ => "not at all",
        });
        yield return ("Pictures per minute", Number(recording.PicturesPerMinute));
        yield return ("Kept for", recording.KeepDays switch { null => "ever", 1 => "1 day", { } days => $"{Number(days)} days" });
        yield return ("At most", recording.KeepBytes is { } bytes ? $"{Number(bytes / 1_000_000_000m)} GB" : "as much as there is room for");
        foreach (var (day, spans) in new WeekGrid(recording.Schedule).Told())
        {
            yield return (day, spans);
        }

        if (recording.Notes is { } notes)
        {
            yield return ("Notes", notes);
        }
    }

    private static string Number(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);
}
