using System.Text.Json;
using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Time-lapses on the disk: for each a note of what it is, and the video when it is made. A note is replaced as a whole, so a crash
/// leaves the one before; a video has its name only when it is whole.</summary>
internal sealed partial class TimelapseFolder(IOptions<StorageOptions> storage, ILogger<TimelapseFolder> log)
{
    private const string Note = ".json";
    private const string Video = ".mp4";
    private const string Unfinished = ".unfinished";

    private readonly string folder = Path.GetFullPath(Path.Combine(storage.Value.DataDirectory, "timelapses"));

    /// <summary>Where a video lies when it is whole.</summary>
    public string VideoOf(string id) => Path.Combine(folder, id + Video);

    /// <summary>Where it is made.</summary>
    public string UnfinishedOf(string id) => VideoOf(id) + Unfinished;

    /// <summary>Reads all notes, oldest first, and deletes what belongs to none.</summary>
    public IReadOnlyList<Timelapse> ReadAll()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        List<Timelapse> all = [.. Directory.EnumerateFiles(folder, "*" + Note).Order(StringComparer.Ordinal).Select(Read).OfType<Timelapse>()];
        var known = all.SelectMany(timelapse => new[] { timelapse.Id + Note, timelapse.Id + Video }).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(folder).Where(file => !known.Contains(Path.GetFileName(file))).ToList())
        {
            File.Delete(file);
        }

        return all;
    }

    public void Write(Timelapse timelapse)
    {
        // Pictures of cameras are nobody else's business, also in a data directory that others may look into.
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var path = Path.Combine(folder, timelapse.Id + Note);
        using (var file = File.Create(path + Unfinished))
        {
            JsonSerializer.Serialize(file, timelapse, TimelapseJson.Default.Timelapse);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + Unfinished, path, overwrite: true);
    }

    /// <summary>Gives a video that is whole its name.</summary>
    /// <returns>How large it is.</returns>
    public long Finish(string id)
    {
        File.Move(UnfinishedOf(id), VideoOf(id), overwrite: true);
        return new FileInfo(VideoOf(id)).Length;
    }

    /// <summary>Deletes a video and then its note, so that none is left of which nobody knows.</summary>
    public void Delete(string id)
    {
        if (Directory.Exists(folder))
        {
            File.Delete(UnfinishedOf(id));
            File.Delete(VideoOf(id));
            File.Delete(Path.Combine(folder, id + Note));
        }
    }

    private Timelapse? Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var timelapse = JsonSerializer.Deserialize(file, TimelapseJson.Default.Timelapse);
            return timelapse?.Id == Path.GetFileNameWithoutExtension(path) ? timelapse : null;
        }
        catch (JsonException reason)
        {
            LogUnreadable(path, reason);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is no note of a time-lapse, and is deleted")]
    private partial void LogUnreadable(string path, Exception reason);
}
