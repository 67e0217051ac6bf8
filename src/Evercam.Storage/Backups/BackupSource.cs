using Evercam.Storage.Disk;

namespace Evercam.Storage.Backups;

/// <summary>What there is to restore: a folder that <see cref="StorageBackup"/> made, or one of <see cref="NightlyCopies"/>.</summary>
public sealed class BackupSource
{
    private BackupSource(string database, string keys, PackPaths? archive) => (Database, Keys, Archive) = (database, keys, archive);

    /// <summary>Whether the pictures are in it.</summary>
    public bool HasPacks => Archive is not null;

    internal string Database { get; }

    internal string Keys { get; }

    internal PackPaths? Archive { get; }

    /// <summary>Looks at a backup, and changes nothing.</summary>
    /// <exception cref="StorageUnusableException">There is none, or not all of it.</exception>
    public static BackupSource Find(string path)
    {
        var source = File.Exists(path) ? OfCopy(Path.GetFullPath(path)) : OfFolder(new BackupFolder(path));
        if (!File.Exists(source.Database) || File.Exists($"{source.Database}-wal"))
        {
            throw new StorageUnusableException($"{source.Database} is not the copy of a database.");
        }

        return Directory.Exists(source.Keys)
            ? source
            : throw new StorageUnusableException(
                $"The folder {source.Keys} is not there: without its keys, the secrets in the database cannot be opened.");
    }

    private static BackupSource OfCopy(string file) => new(file, Path.Combine(Path.GetDirectoryName(file)!, "keys"), archive: null);

    private static BackupSource OfFolder(BackupFolder folder) => folder.HasPacks is { } hasPacks && File.Exists(folder.PackList)
        ? new(folder.Database(".db"), folder.Keys, hasPacks ? folder.Packs : null)
        : throw new StorageUnusableException($"{folder.Root} is no backup, or one that was not finished.");
}
