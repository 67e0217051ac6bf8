using Evercam.Storage.Disk;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.Backups;

/// <summary>Puts a backup into a data directory that has nothing yet.</summary>
public sealed class StorageRestore(IOptions<StorageOptions> options)
{
    /// <summary>What may be in an empty data directory.</summary>
    private static readonly string[] Others = ["evercam.lock", "backups", "lost+found"];

    /// <summary>Restores it. To be run by whoever alone may write to the data directory.</summary>
    /// <exception cref="StorageUnusableException">Something is there already; nothing was changed.</exception>
    public async Task RunAsync(BackupSource source, CancellationToken cancellation)
    {
        if (options.Value.Chosen != DatabaseKind.Sqlite)
        {
            throw new StorageUnusableException(
                "evercam restore is for SQLite: restore a database of PostgreSQL with pg_restore, and copy the keys and the archive.");
        }

        var data = Path.GetFullPath(options.Value.DataDirectory);
        var packs = new PackPaths(options.Value.PacksDirectory);
        if (InTheWay(data, packs.Root, source.HasPacks) is { } found)
        {
            throw new StorageUnusableException(
                $"The data directory {data} has {Path.GetFileName(found)} already: a backup is restored only where nothing is.");
        }

        PrivateFiles.MakeFolder(data);
        await StableCopy.CopyNewAsync(source.Keys, options.Value.KeysDirectory.FullName, "*.xml", cancellation);
        await StableCopy.CopyAsync(source.Database, Path.GetFullPath(options.Value.DatabaseFile), cancellation);
        if (source.Archive is { } archive)
        {
            await CopyPacksAsync(archive, packs, cancellation);
        }

        StableCopy.SyncFolders(data);
    }

    /// <summary>The mark comes last: without it no server starts on half of an archive.</summary>
    private static async Task CopyPacksAsync(PackPaths from, PackPaths to, CancellationToken cancellation)
    {
        foreach (var file in Directory.EnumerateFiles(from.Root, "*", SearchOption.AllDirectories).Where(file => file != from.Mark))
        {
            var copy = Path.Combine(to.Root, Path.GetRelativePath(from.Root, file));
            PrivateFiles.MakeFolder(Path.GetDirectoryName(copy)!);
            await StableCopy.CopyAsync(file, copy, cancellation);
        }

        PrivateFiles.MakeFolder(to.Root);
        StableCopy.SyncFolders(to.Root);
        new ArchiveMark(to).Write(new ArchiveMark(from).Read()!);
    }

    /// <summary>Without packs, only what it brings must not be there: the archive may be in its place, and whatever else belongs to
    /// it.</summary>
    private static string? InTheWay(string data, string archive, bool bringsPacks)
    {
        var there = Directory.Exists(data) ? Directory.EnumerateFileSystemEntries(data) : [];
        return bringsPacks
            ? there.FirstOrDefault(entry => !Others.Contains(Path.GetFileName(entry)) && !(entry == archive && IsEmpty(entry)))
            : there.FirstOrDefault(entry => Path.GetFileName(entry) is "keys" || Path.GetFileName(entry).StartsWith("evercam.db", StringComparison.Ordinal));
    }

    private static bool IsEmpty(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).All(entry => Others.Contains(Path.GetFileName(entry)));
}
