using System.Runtime.InteropServices;
using System.Text.Json;
using Evercam.Archive;
using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Series;

/// <summary>Time-lapses on the disk: for each a note of what it is, and, when it is made, the video and a list of the pictures that it
/// shows. A note is replaced as a whole, so a crash leaves the one before; a video has its name only when it is whole. A folder that may not
/// be written to is a disk that refuses.</summary>
internal sealed partial class TimelapseFolder(IOptions<StorageOptions> storage, ILogger<TimelapseFolder> log)
{
    private const string Note = ".json";
    private const string Video = ".mp4";
    private const string Pictures = ".pictures";
    private const string Unfinished = ".unfinished";

    private readonly string folder = Path.GetFullPath(Path.Combine(storage.Value.DataDirectory, "timelapses"));

    /// <summary>Where a video lies when it is whole.</summary>
    public string VideoOf(string id) => Path.Combine(folder, id + Video);

    /// <summary>Whether it is there.</summary>
    public bool HasVideo(string id) => File.Exists(VideoOf(id));

    /// <summary>Where it is made.</summary>
    public string UnfinishedOf(string id) => VideoOf(id) + Unfinished;

    /// <summary>Reads all notes, oldest first, and deletes what belongs to none.</summary>
    /// <returns>The time-lapses, and the ids of those whose notes the disk does not give.</returns>
    public (IReadOnlyList<Timelapse> Read, IReadOnlyList<string> Unread) ReadAll()
    {
        var files = ListFiles();
        List<Timelapse> all = [];
        List<string> unread = [];
        foreach (var id in files.Where(file => file.EndsWith(Note, StringComparison.Ordinal)).Select(file => file[..^Note.Length]))
        {
            if (!TryRead(id, out var timelapse))
            {
                unread.Add(id);
            }
            else if (timelapse is not null)
            {
                all.Add(timelapse);
            }
        }

        var known = all.SelectMany(FilesOf).Concat(unread.SelectMany(FilesOf)).ToHashSet();
        foreach (var file in files.Where(file => !known.Contains(file)))
        {
            TryDelete(Path.Combine(folder, file));
        }

        return (all, unread);
    }

    /// <summary>Reads one note.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="timelapse">What it says; <see langword="null"/> if it is no note of that one.</param>
    /// <returns><see langword="false"/> if the disk does not give it.</returns>
    public bool TryRead(string id, out Timelapse? timelapse)
    {
        var path = Path.Combine(folder, id + Note);
        timelapse = null;
        try
        {
            using var file = File.OpenRead(path);
            timelapse = JsonSerializer.Deserialize(file, TimelapseJson.Default.Timelapse);
            timelapse = timelapse?.Id == id ? timelapse : null;
            return true;
        }
        catch (JsonException reason)
        {
            LogUnreadable(path, reason);
            return true;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            LogRefused(path, reason.Message);
            return false;
        }
    }

    /// <exception cref="IOException">The disk does not take it.</exception>
    public void Write(Timelapse timelapse) => Change(() =>
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
    });

    /// <summary>Notes which pictures a video that is whole shows, and gives it its name.</summary>
    /// <returns>How large it is.</returns>
    /// <exception cref="IOException">The disk does not take it.</exception>
    public long Finish(string id, IReadOnlyList<DateTimeOffset> shown)
    {
        long[] moments = [.. shown.Select(moment => moment.ToUnixMicroseconds())];
        Change(() =>
        {
            File.WriteAllBytes(PicturesOf(id), MemoryMarshal.AsBytes<long>(moments));
            File.Move(UnfinishedOf(id), VideoOf(id), overwrite: true);
        });
        return new FileInfo(VideoOf(id)).Length;
    }

    /// <summary>Whether a video shows a picture of a range. One of which nobody knows what it shows is taken to show them all.</summary>
    public bool Shows(string id, DateTimeOffset from, DateTimeOffset to)
    {
        try
        {
            var moments = MemoryMarshal.Cast<byte, long>(File.ReadAllBytes(PicturesOf(id)));
            var found = moments.BinarySearch(from.ToUnixMicroseconds());
            var next = found < 0 ? ~found : found;
            return next < moments.Length && moments[next] < to.ToUnixMicroseconds();
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>Deletes a video, and leaves its note.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void DeleteVideo(string id) => Change(() =>
    {
        if (Directory.Exists(folder))
        {
            File.Delete(UnfinishedOf(id));
            File.Delete(VideoOf(id));
            File.Delete(PicturesOf(id));
        }
    });

    /// <summary>Deletes a video and then its note, so that none is left of which nobody knows.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void Delete(string id)
    {
        DeleteVideo(id);
        Change(() =>
        {
            if (Directory.Exists(folder))
            {
                File.Delete(Path.Combine(folder, id + Note));
            }
        });
    }

    private static IEnumerable<string> FilesOf(Timelapse timelapse) => timelapse.Status == TimelapseStatus.Done
        ? FilesOf(timelapse.Id)
        : [timelapse.Id + Note];

    private static IEnumerable<string> FilesOf(string id) => [id + Note, id + Video, id + Pictures];

    private static void Change(Action change)
    {
        try
        {
            change();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    private string PicturesOf(string id) => Path.Combine(folder, id + Pictures);

    /// <summary>The names of all files. That there is no folder yet is told by the disk itself, or one that refuses to say would pass for that.</summary>
    private List<string> ListFiles()
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            LogRefused(path, reason.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The disk refuses {Path}, of a time-lapse: {Reason}")]
    private partial void LogRefused(string path, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path} is no note of a time-lapse, and is deleted")]
    private partial void LogUnreadable(string path, Exception reason);
}
