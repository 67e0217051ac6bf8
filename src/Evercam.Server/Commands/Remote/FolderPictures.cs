using NodaTime;

namespace Evercam.Server.Commands.Remote;

/// <summary>The pictures of a folder and of all folders in it, oldest first.</summary>
internal static class FolderPictures
{
    /// <param name="folder">The folder.</param>
    /// <param name="zone">Of times that name none.</param>
    /// <param name="count">Takes down those whose time nothing tells.</param>
    /// <exception cref="CannotBeginException">There is no such folder.</exception>
    public static IReadOnlyList<FoundPicture> Find(string folder, DateTimeZone zone, PictureCount count)
    {
        if (!Directory.Exists(folder))
        {
            throw new CannotBeginException($"There is no folder {folder}.");
        }

        var found = new List<FoundPicture>();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(PictureName.IsPicture).Order(StringComparer.Ordinal))
        {
            var name = Path.GetRelativePath(folder, file);
            if (PictureTime.Read(file, zone) is { } second)
            {
                found.Add(new(name, second, NotesOf(file), _ => Task.FromResult<Stream>(File.OpenRead(file))));
            }
            else
            {
                count.Complain(name, "nothing tells when it was taken");
            }
        }

        return [.. found.OrderBy(picture => picture.Second)];
    }

    private static string? NotesOf(string file)
    {
        var notes = Path.ChangeExtension(file, PictureName.NotesEnding);
        return File.Exists(notes) ? File.ReadAllText(notes) : null;
    }
}
