using Evercam.Storage.Disk;

namespace Evercam.Storage.Backups;

/// <summary>What lies where in a backup. One with its packs is a data directory; one without them has the mark of its archive beside
/// the database, so that nobody takes its pictures for gone.</summary>
internal sealed class BackupFolder(string path)
{
    public string Root { get; } = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    public string Keys => Path.Combine(Root, "keys");

    /// <summary>A line for each pack of the archive: its file and how many bytes it has.</summary>
    public string PackList => Path.Combine(Root, "packs.txt");

    /// <summary>What restoring takes out of the copied database: see <see cref="Backups.DeletedList"/>.</summary>
    public string DeletedList => Path.Combine(Root, "deleted.txt");

    public PackPaths Packs => new(Path.Combine(Root, "archive"));

    /// <summary>Which archive the database belongs to. It is written last: a backup without it is not finished.</summary>
    public ArchiveMark Mark(bool withPacks) => new(withPacks ? Packs : new PackPaths(Root));

    /// <summary>Which of the two marks there is; <see langword="null"/> if none is.</summary>
    public bool? HasPacks => File.Exists(Mark(true).Path) ? true : File.Exists(Mark(false).Path) ? false : null;

    public string Database(string ending) => Path.Combine(Root, $"evercam{ending}");

    /// <summary>The one of these two that is there.</summary>
    public string DatabaseOf(string either, string or) => File.Exists(Database(either)) ? Database(either) : Database(or);

    /// <summary>Makes it.</summary>
    /// <exception cref="StorageUnusableException">There is something in it.</exception>
    public void Make()
    {
        if (File.Exists(Root) || (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).Any()))
        {
            throw new StorageUnusableException($"{Root} is there and not an empty folder: a backup needs one of its own.");
        }

        PrivateFiles.MakeFolder(Root);
    }
}
