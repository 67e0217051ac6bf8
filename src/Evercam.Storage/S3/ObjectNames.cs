using System.Globalization;
using Evercam.Archive;

namespace Evercam.Storage.S3;

/// <summary>Which object holds what: <c>{prefix}{camera key}/2026/11/23/10/…</c>, and back.</summary>
internal sealed class ObjectNames(string prefix)
{
    private const string HourFormat = "yyyyMMddHH";

    /// <summary>What all of them begin with.</summary>
    public string Prefix => prefix;

    /// <summary>Says which archive this is.</summary>
    public string Mark => $"{prefix}archive.id";

    /// <summary>Says which time was believed last.</summary>
    public string Time => $"{prefix}archive.time";

    /// <summary>Says, as long as there is one, which archive is being moved there: no server starts on it.</summary>
    public string UnfinishedMove => $"{prefix}archive.moving";

    /// <summary>What the names of an empty object for every pack that is open for writing begin with.</summary>
    public string OpenMarks => $"{prefix}open/";

    public string OpenMarksOf(long cameraKey) => string.Create(CultureInfo.InvariantCulture, $"{OpenMarks}{cameraKey}-");

    public string OpenMark(PackName pack) => string.Create(
        CultureInfo.InvariantCulture, $"{OpenMarks}{pack.CameraKey}-{pack.Hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture)}");

    /// <summary>What the names of a pack's objects begin with.</summary>
    public string FolderOf(PackName pack) => $"{prefix}{pack}/";

    /// <summary>The list of the pack's pictures that are to be kept.</summary>
    public string KeptOf(PackName pack) => $"{prefix}{pack}.keep";

    public string CameraFolder(long cameraKey) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{cameraKey}/");

    public string Card(long cameraKey) => $"{CameraFolder(cameraKey)}camera.json";

    public PackName? ReadOpenMark(string key) =>
        key.StartsWith(OpenMarks, StringComparison.Ordinal)
        && key[OpenMarks.Length..].Split('-') is [var camera, var hour]
        && long.TryParse(camera, NumberStyles.None, CultureInfo.InvariantCulture, out var cameraKey)
        && ReadHour(hour, HourFormat) is { } found
            ? new PackName(cameraKey, found)
            : null;

    /// <summary>The camera whose folder it is; <see langword="null"/> if it is another one.</summary>
    public long? ReadCamera(string folder) =>
        long.TryParse(folder[prefix.Length..].TrimEnd('/'), NumberStyles.None, CultureInfo.InvariantCulture, out var cameraKey)
            ? cameraKey
            : null;

    /// <summary>The pack whose object it is; <see langword="null"/> if it is something else.</summary>
    public PackName? ReadPack(long cameraKey, string key)
    {
        var folder = CameraFolder(cameraKey);
        var end = key.LastIndexOf('/');
        return key.StartsWith(folder, StringComparison.Ordinal) && end > folder.Length
            && key.EndsWith(".tar", StringComparison.Ordinal)
            && ReadHour(key[folder.Length..end], "yyyy'/'MM'/'dd'/'HH") is { } hour
                ? new PackName(cameraKey, hour)
                : null;
    }

    private static DateTimeOffset? ReadHour(string text, string format) =>
        DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour)
            ? new DateTimeOffset(hour, TimeSpan.Zero)
            : null;
}
