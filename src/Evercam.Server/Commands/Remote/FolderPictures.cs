using System.Globalization;
using System.Text;
using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary>The pictures of a folder and of all folders in it, oldest first. What cannot be read is complained of, and a link to a folder is not
/// followed: it may lead back.</summary>
/// <param name="root">The folder.</param>
/// <param name="zone">Of times that name none.</param>
/// <param name="now">The time: what a camera tells of later than tomorrow is no time, but a number that looks like one.</param>
/// <param name="count">Takes down what is no picture with a time.</param>
internal sealed class FolderPictures(string root, DateTimeZone zone, DateTimeOffset now, PictureCount count)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<FoundPicture> found = [];
    private readonly long tomorrow = now.AddDays(1).ToUnixTimeSeconds();

    /// <exception cref="CannotBeginException">There is no such folder.</exception>
    public static void Expect(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new CannotBeginException($"There is no folder {folder}.");
        }
    }

    /// <summary>Finds them in a folder that is there.</summary>
    public static IReadOnlyList<FoundPicture> Find(string folder, DateTimeZone zone, DateTimeOffset now, PictureCount count)
    {
        var pictures = new FolderPictures(folder, zone, now, count);
        pictures.Look(new(folder));
        return [.. pictures.found.OrderBy(picture => picture.Second)];
    }

    private void Look(DirectoryInfo folder) => Try(folder, () =>
    {
        var all = folder.EnumerateFileSystemInfos().OrderBy(one => one.FullName, StringComparer.Ordinal).ToList();
        foreach (var file in all.OfType<FileInfo>().Where(file => PictureName.IsPicture(file.Name)))
        {
            Try(file, () => Take(file));
        }

        foreach (var inner in all.OfType<DirectoryInfo>())
        {
            if (inner.LinkTarget is null)
            {
                Look(inner);
            }
            else
            {
                count.Complain(NameOf(inner), "a link to a folder is not followed");
            }
        }
    });

    private void Take(FileInfo file)
    {
        if (!HasContent(file.FullName))
        {
            count.Complain(NameOf(file), "this is an empty file, or none");
        }
        else if (PictureTime.Read(file.FullName, zone) is not { } second)
        {
            count.Complain(NameOf(file), "nothing tells when it was taken");
        }
        else if (second > tomorrow && PictureName.OwnSecond(file.Name) is null)
        {
            var moment = DateTimeOffset.FromUnixTimeSeconds(second).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            count.Complain(NameOf(file), $"the time that it tells, {moment} UTC, is still to come");
        }
        else
        {
            found.Add(new(NameOf(file), second, NotesOf(file.FullName), _ => Task.FromResult<Stream>(File.OpenRead(file.FullName))));
        }
    }

    private void Try(FileSystemInfo place, Action read)
    {
        try
        {
            read();
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            count.Complain(NameOf(place), unreadable.Message);
        }
    }

    private string NameOf(FileSystemInfo place) => Path.GetRelativePath(root, place.FullName);

    private static string? NotesOf(string file)
    {
        var notes = Path.ChangeExtension(file, PictureName.NotesEnding);
        try
        {
            return HasContent(notes) ? File.ReadAllText(notes, StrictUtf8) : null;
        }
        catch (DecoderFallbackException)
        {
            throw new IOException($"its notes, {Path.GetFileName(notes)}, are not UTF-8");
        }
    }

    /// <summary>A pipe or a device has no length, and reading one may never end.</summary>
    private static bool HasContent(string path)
    {
        var file = new FileInfo(path);
        var real = file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo;
        return real is { Exists: true, Length: > 0 };
    }
}
