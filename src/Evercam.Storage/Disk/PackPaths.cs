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

    /// <summary>Says which time was believed last.</summary>
    public string Time => Path.Combine(Root, "archive.time");

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
    public IEnumerable<long> ListCameras() => Names(Root, Directory.EnumerateDirectories, unlisted: null)
        .Select(name => long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : -1)
        .Where(key => key >= 0)
        .Order();

    /// <summary>The packs of a camera, by hour ascending, and whatever else has the name of one.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="unlisted">Told of a folder that cannot be read, and the others are listed; else that is thrown.</param>
    public IEnumerable<PackName> ListPacks(long cameraKey, Action<IOException>? unlisted = null)
    {
        var folder = CameraFolder(cameraKey);
        foreach (var year in Names(folder, Directory.EnumerateDirectories, unlisted))
        {
            foreach (var month in Names(Path.Combine(folder, year), Directory.EnumerateDirectories, unlisted))
            {
                foreach (var day in Names(Path.Combine(folder, year, month), Directory.EnumerateDirectories, unlisted))
                {
                    foreach (var file in Names(Path.Combine(folder, year, month, day), Directory.EnumerateFileSystemEntries, unlisted))
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

    /// <summary>What is in a folder, ascending; nothing, if it is gone meanwhile.</summary>
    private static IEnumerable<string> Names(
        string folder, Func<string, IEnumerable<string>> enumerate, Action<IOException>? unlisted)
    {
        try
        {
            return [.. enumerate(folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            var failure = refused as IOException ?? new IOException(refused.Message, refused);
            if (unlisted is null)
            {
                throw failure;
            }

            unlisted(failure);
            return [];
        }
    }
}
