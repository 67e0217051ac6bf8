using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Recordings;

/// <summary><c>/cameras/{id}/recording</c>: what a person typed and ticked, which may be all wrong.</summary>
internal sealed class RecordingForm
{
    private const decimal Gigabyte = 1_000_000_000;

    private static readonly string[] Lines = ["status", "frequency", "keep_days", "keep_gigabytes", "seen"];

    private readonly List<string> unreadable = [];

    /// <summary>What the page shows again, by the fields' names.</summary>
    public Dictionary<string, string> Typed { get; } = [];

    /// <summary>Which settings the form showed.</summary>
    public string Seen => Typed.GetValueOrDefault("seen", "");

    public static async ValueTask<RecordingForm?> BindAsync(HttpContext context)
    {
        var read = await TypedForm.ReadAsync(context);
        var form = new RecordingForm();
        foreach (var name in Lines)
        {
            form.Typed[name] = read.Line(name);
        }

        // Browsers send lines as mail does.
        form.Typed["notes"] = read.Secret("notes").Replace("\r\n", "\n", StringComparison.Ordinal);
        foreach (var (day, hour) in WeekGrid.Hours)
        {
            form.Typed[WeekGrid.FieldOf(day, hour)] = read.Line(WeekGrid.FieldOf(day, hour));
        }

        form.unreadable.AddRange(read.Unreadable);
        return form;
    }

    /// <summary>The form before anybody has touched it.</summary>
    public static RecordingForm Showing(Camera camera)
    {
        var (form, recording, week) = (new RecordingForm(), camera.Recording, new WeekGrid(camera.Recording.Schedule));
        form.Typed["status"] = RecordingWords.Of(recording.Status);
        form.Typed["frequency"] = Written(recording.PicturesPerMinute);
        form.Typed["keep_days"] = Written(recording.KeepDays);
        form.Typed["keep_gigabytes"] = (recording.KeepBytes / Gigabyte)?.ToString("0.#########", CultureInfo.InvariantCulture) ?? "";
        form.Typed["notes"] = recording.Notes ?? "";
        form.Typed["seen"] = SeenOf(recording);
        foreach (var (day, hour) in WeekGrid.Hours)
        {
            form.Typed[WeekGrid.FieldOf(day, hour)] = week.IsTicked(day, hour) ? "on" : "";
        }

        return form;
    }

    /// <summary>Settings, as the form carries those that it showed: others have another mark.</summary>
    public static string SeenOf(Recording recording) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(recording)));

    /// <summary>The settings that it asks for, by the rules of the API.</summary>
    /// <exception cref="ApiException">It breaks them (400).</exception>
    public Recording Read(Recording before)
    {
        var broken = new List<string>(unreadable);
        var request = new RecordingRequest(
            Typed["status"],
            Number("frequency", "frequency is invalid", ParamText.Integer, broken, isRequired: true),
            new WeekGrid(before.Schedule).With((day, hour) => Typed[WeekGrid.FieldOf(day, hour)].Length > 0),
            Number("keep_days", "keep_days is invalid", ParamText.Integer, broken),
            Number("keep_gigabytes", "keep_bytes is invalid", Bytes, broken),
            Typed["notes"]);
        var recording = ReadWith(broken, request);

        // The form has no word for paused, and leaves it as it is.
        recording.Status = (before.Status, recording.Status) is (RecordingStatus.Paused, RecordingStatus.Off) ? before.Status : recording.Status;
        return recording;
    }

    private delegate long? Reading(ReadOnlySpan<char> text);

    /// <summary>All that is broken is told together.</summary>
    private static Recording ReadWith(List<string> broken, RecordingRequest request)
    {
        try
        {
            var recording = RecordingRules.Read(request);
            if (broken.Count == 0)
            {
                return recording;
            }
        }
        catch (ApiException refusal) when (refusal.Rules is { } rules)
        {
            broken.AddRange(rules.Except(broken));
        }

        throw ApiException.BrokenRules(broken);
    }

    private long? Number(string field, string rule, Reading read, List<string> broken, bool isRequired = false)
    {
        var number = read(Typed[field]);
        if (number is null && (isRequired || Typed[field].Length > 0))
        {
            broken.Add(rule);
        }

        return number;
    }

    private static long? Bytes(ReadOnlySpan<char> text) =>
        ParamText.Fraction(text) is { } gigabytes and > 0 and <= long.MaxValue / Gigabyte ? (long)(gigabytes * Gigabyte) : null;

    private static string Written(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";
}
