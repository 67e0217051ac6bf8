using Evercam.Archive;

namespace Evercam.Storage.Disk;

/// <summary>The file in the archive's folder that says which archive it is. A folder without it is another one, such as what is seen
/// while a volume is not mounted: nothing is gone then, and nothing may be written.</summary>
internal sealed class ArchiveMark(PackPaths paths)
{
    public string Path => paths.Mark;

    /// <summary>What it says; <see langword="null"/> if it is not there, or empty.</summary>
    public string? Read()
    {
        var text = File.Exists(Path) ? File.ReadAllText(Path).Trim() : "";
        return text.Length == 0 ? null : text;
    }

    /// <summary>Makes the folder, if need be, and the mark.</summary>
    public void Write(string id)
    {
        Directory.CreateDirectory(paths.Root);
        var unfinished = Path + ".new";
        using (var file = File.Create(unfinished))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(id + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, Path, overwrite: true);
        Posix.SyncDirectory(paths.Root);
        Posix.SyncDirectory(System.IO.Path.GetDirectoryName(paths.Root)!);
    }

    /// <exception cref="PacksUnavailableException">It is not there.</exception>
    public void Demand()
    {
        if (!File.Exists(Path))
        {
            throw new PacksUnavailableException($"{paths.Root} is not the archive: {Path} is not there.");
        }
    }
}
