using Evercam.Storage.Disk;

namespace Evercam.Storage.Backups;

/// <summary>What there is to restore: a folder that <see cref="StorageBackup"/> made, or one of <see cref="NightlyCopies"/>.</summary>
public sealed class BackupSource
{
    private BackupSource(string database, string keys) => (Database, Keys) = (database, keys);

    /// <summary>Whether the pictures are in it.</summary>
    public bool HasPacks => Archive is not null;

    internal string Database { get; }

    /// <summary>Whether the database is PostgreSQL's, and not SQLite's.</summary>
    internal bool IsDump { get; private init; }

    /// <summary>The folder of the keys. A dump needs none, if it holds them: those of older versions do not.</summary>
    internal string Keys { get; }

    internal bool HasKeys => Directory.Exists(Keys);

    internal PackPaths? Archive { get; private init; }

    /// <summary>What is to be taken out of the database: a file of <see cref="DeletedList"/>.</summary>
    internal string? Deleted { get; private init; }

    /// <summary>Looks at a backup, and changes nothing.</summary>
    /// <exception cref="StorageUnusableException">There is none, or not all of it.</exception>
    public static BackupSource Find(string path)
    {
        var folder = File.Exists(path) ? null : FinishedFolder(path);
        var database = folder?.DatabaseOf(".dump", ".db") ?? Path.GetFullPath(path);
        if (!File.Exists(database) || File.Exists($"{database}-wal"))
        {
            throw new StorageUnusableException($"{database} is not the copy of a database.");
        }

        var keys = folder?.Keys ?? Path.Combine(Path.GetDirectoryName(database)!, "keys");
        var source = new BackupSource(database, keys)
        {
            IsDump = BeginsLikeDump(database),
            Archive = folder is { HasPacks: true } ? folder.Packs : null,
            Deleted = folder is not null && File.Exists(folder.DeletedList) ? folder.DeletedList : null,
        };
        return source.IsDump || source.HasKeys ? source : throw source.LacksKeys();
    }

    /// <summary>Its keys are nowhere.</summary>
    internal StorageUnusableException LacksKeys() =>
        new($"The folder {Keys} is not there: without its keys, the secrets in the database cannot be opened.");

    private static BackupFolder FinishedFolder(string path)
    {
        var folder = new BackupFolder(path);
        return folder.HasPacks is not null && File.Exists(folder.PackList)
            ? folder
            : throw new StorageUnusableException($"{folder.Root} is no backup, or one that was not finished.");
    }

    private static bool BeginsLikeDump(string file)
    {
        var word = "PGDMP"u8;
        Span<byte> begin = stackalloc byte[word.Length];
        using var handle = File.OpenHandle(file);
        return RandomAccess.Read(handle, begin, 0) == begin.Length && begin.SequenceEqual(word);
    }
}
