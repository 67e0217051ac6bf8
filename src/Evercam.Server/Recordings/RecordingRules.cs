using Evercam.Recorder;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Recordings;

/// <summary>What recording settings must be like. Pure.</summary>
internal static class RecordingRules
{
    /// <summary>Beyond it a span of days no longer fits into the calendar.</summary>
    private const int MostDays = 36_500;

    private const int MostPerMinute = 600;
    private const int NotesLength = 2048;
    private const int ScheduleLength = 16 * 1024;
    private const string WrongSchedule = "schedule is invalid";

    /// <summary>The frequencies that later clients know.</summary>
    private static readonly long[] CloudFrequencies = [1, 5, 10, 60];

    /// <summary>The settings that a request asks for, whatever there was before.</summary>
    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public static Recording Read(RecordingRequest request)
    {
        var broken = new List<string>();
        var recording = new Recording();
        if (string.IsNullOrWhiteSpace(request.Status))
        {
            broken.Add(ParamReader.Blank("status"));
        }
        else if (RecordingWords.Status(request.Status) is { } status)
        {
            recording.Status = status;
        }
        else
        {
            broken.Add("status is invalid");
        }

        recording.PicturesPerMinute = Within("frequency", request.Frequency, MostPerMinute, broken) ?? recording.PicturesPerMinute;
        recording.Schedule = ReadWeek(request.Schedule, broken);
        recording.KeepDays = Within("keep_days", request.KeepDays, MostDays, broken);
        recording.KeepBytes = request.KeepBytes;
        if (request.KeepBytes < 1)
        {
            broken.Add("keep_bytes is invalid");
        }

        recording.Notes = string.IsNullOrEmpty(request.Notes) ? null : request.Notes;
        if (request.Notes is { Length: > NotesLength })
        {
            broken.Add("notes is invalid");
        }

        return Checked(recording, broken);
    }

    /// <summary>The settings that a later client asks for: what it does not say stays as it is.</summary>
    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public static Recording Read(CloudRecordingRequest request, Recording now)
    {
        var broken = new List<string>();
        var recording = new Recording
        {
            Status = now.Status,
            PicturesPerMinute = now.PicturesPerMinute,
            Schedule = now.Schedule,
            KeepDays = now.KeepDays,
            KeepBytes = now.KeepBytes,
            Notes = now.Notes,
        };
        if (request.Status is { } word)
        {
            recording.Status = RecordingWords.CloudStatus(word) ?? Refuse("status is invalid", now.Status);
        }

        if (request.Frequency is { } frequency)
        {
            // What is set may be sent back, though those clients could not have set it.
            recording.PicturesPerMinute = CloudFrequencies.Contains(frequency) || frequency == now.PicturesPerMinute
                ? (int)frequency
                : Refuse("frequency is invalid", now.PicturesPerMinute);
        }

        if (request.Schedule is not null)
        {
            recording.Schedule = ReadWeek(request.Schedule, broken);
        }

        if (request.StorageDuration is { } days)
        {
            recording.KeepDays = days == RecordingWords.ForEver ? null : Within("storage_duration", days, MostDays, broken);
        }

        return Checked(recording, broken);

        T Refuse<T>(string message, T instead)
        {
            broken.Add(message);
            return instead;
        }
    }

    private static Recording Checked(Recording recording, List<string> broken)
    {
        if (recording is { Status: RecordingStatus.Scheduled, Schedule: null } && !broken.Contains(WrongSchedule))
        {
            broken.Add(ParamReader.Blank("schedule"));
        }

        return broken.Count == 0 ? recording : throw ApiException.BrokenRules(broken);
    }

    /// <summary>A week in its shortest form; <see langword="null"/> if there is none, no span in it, or a wrong one.</summary>
    private static string? ReadWeek(string? json, List<string> broken)
    {
        if (string.IsNullOrWhiteSpace(json))
        {
            return null;
        }

        if (json.Length <= ScheduleLength && WeeklySchedule.TryParse(json, out var week))
        {
            return week.IsEmpty ? null : week.ToString();
        }

        broken.Add(WrongSchedule);
        return null;
    }

    private static int? Within(string name, long? value, int most, List<string> broken)
    {
        if (value < 1 || value > most)
        {
            broken.Add($"{name} is invalid");
            return null;
        }

        return (int?)value;
    }
}
