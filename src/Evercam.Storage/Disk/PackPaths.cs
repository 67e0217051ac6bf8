using System.Globalization;
using Evercam.Archive;

namespace Evercam.Storage.Disk;

/// <summary>Which file holds which pack: <c>{root}/{camera key}/2026/11/23/10.tar</c>, and back.</summary>
internal sealed class PackPaths(string root)
{
    private const string HourFormat = "yyyyMMddHH";

    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    /// <summary>Says which archive this is: see <see cref="ArchiveMark"/>.</summary>
    public string Mark => Path.Combine(Root, "archive.id");

    /// <summary>Holds an empty file for every pack that is open for writing.</summary>
    public string OpenMarks => Path.Combine(Root, "open");

    public string Of(PackName pack) => Path.Combine(Root, $"{pack}.tar");

    /// <summary>The list of the pack's pictures that are to be kept.</summary>
    public string KeptOf(PackName pack) => Path.Combine(Root, $"{pack}.keep");

    public string CameraFolder(long cameraKey) =>
        Path.Combine(Root, cameraKey.ToString(CultureInfo.InvariantCulture));

    /// <summary>Where a camera's folder waits for its files to be deleted: no camera's, to whoever lists them.</summary>
    public string LeavingFolder(long cameraKey) => CameraFolder(cameraKey) + ".deleted";

    /// <summary>The folders on the way to a pack, from its own up to the root, and that of its mark.</summary>
    public IEnumerable<string> FoldersOf(PackName pack)
    {
        for (var folder = Path.GetDirectoryName(Of(pack))!; folder != Root; folder = Path.GetDirectoryName(folder)!)
        {
            yield return folder;
        }

        yield return Root;
        yield return OpenMarks;
    }

    public string Card(long cameraKey) => Path.Combine(CameraFolder(cameraKey), "camera.json");

    public string OpenMark(PackName pack) => Path.Combine(
        OpenMarks,
        string.Create(CultureInfo.InvariantCulture, $"{pack.CameraKey}-{pack.Hour.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture)}"));

    public static PackName? ReadOpenMark(string fileName)
    {
        var dash = fileName.LastIndexOf('-');
        return dash > 0
            && long.TryParse(fileName.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var camera)
            && ReadHour(fileName[(dash + 1)..]) is { } hour
            ? new PackName(camera, hour)
            : null;
    }

    /// <summary>The cameras that have a folder, ascending.</summary>
    public IEnumerable<long> ListCameras() => Folders(Root)
        .Select(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : -1)
        .Where(key => key >= 0)
        .Order();

    /// <summary>The packs of a camera, by hour ascending.</summary>
    public IEnumerable<PackName> ListPacks(long cameraKey)
    {
        var folder = CameraFolder(cameraKey);
        foreach (var year in Folders(folder).Order(StringComparer.Ordinal))
        {
            foreach (var month in Folders(Path.Combine(folder, year)).Order(StringComparer.Ordinal))
            {
                foreach (var day in Folders(Path.Combine(folder, year, month)).Order(StringComparer.Ordinal))
                {
                    foreach (var file in Files(Path.Combine(folder, year, month, day)).Order(StringComparer.Ordinal))
                    {
                        if (Path.GetExtension(file) == ".tar"
                            && ReadHour(year + month + day + Path.GetFileNameWithoutExtension(file)) is { } hour)
                        {
                            yield return new PackName(cameraKey, hour);
                        }
                    }
                }
            }
        }
    }

    private static DateTimeOffset? ReadHour(string text) => DateTime.TryParseExact(
        text, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var hour)
        ? new DateTimeOffset(hour, TimeSpan.Zero)
        : null;

    private static IEnumerable<string> Folders(string path) => Directory.Exists(path)
        ? Directory.EnumerateDirectories(path).Select(p => Path.GetFileName(p))
        : [];

    private static IEnumerable<string> Files(string path) =>
        Directory.EnumerateFiles(path).Select(p => Path.GetFileName(p));
}
