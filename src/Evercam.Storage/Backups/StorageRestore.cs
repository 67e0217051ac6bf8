using Evercam.Archive;
using Evercam.Storage.Disk;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.Backups;

/// <summary>Puts a backup into a data directory that has nothing yet.</summary>
public sealed class StorageRestore
{
    /// <summary>What may be in an empty data directory: also what the program in one file unpacks into the home of its user.</summary>
    private static readonly string[] Others = ["evercam.lock", "backups", "lost+found", ".net"];

    private readonly CatalogDatabase database;
    private readonly ISnapshotIndex index;
    private readonly StorageOptions options;

    internal StorageRestore(CatalogDatabase database, ISnapshotIndex index, IOptions<StorageOptions> options) =>
        (this.database, this.index, this.options) = (database, index, options.Value);

    /// <summary>Restores it. To be run by whoever alone may write to the data directory, and to the database.</summary>
    /// <param name="source">The backup.</param>
    /// <param name="tell">Told the share of the packs that is copied, from 0 to 1.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageUnusableException">Something is there already, or the database could not be restored; nothing was
    /// changed.</exception>
    public async Task RunAsync(BackupSource source, Action<double> tell, CancellationToken cancellation)
    {
        if (source.IsDump != (options.Chosen == DatabaseKind.Postgres))
        {
            throw new StorageUnusableException(source.IsDump
                ? $"{source.Database} is a dump of PostgreSQL, and the settings choose SQLite: ConnectionStrings:Evercam says where to restore it."
                : $"{source.Database} is no dump of PostgreSQL, which the settings choose.");
        }

        if (source.HasPacks && options.Packs == PackPlace.S3)
        {
            throw new StorageUnusableException(
                "The backup has packs, which this command does not put into a bucket: restore them on disk, with Evercam:Packs=disk.");
        }

        var data = Path.GetFullPath(options.DataDirectory);
        var packs = new PackPaths(options.PacksDirectory);
        if (InTheWay(data, packs.Root, source.HasPacks) is { } found)
        {
            throw new StorageUnusableException(
                $"The data directory {data} has {Path.GetFileName(found)} already: a backup is restored only where nothing is.");
        }

        await database.DemandRestorableAsync(cancellation);
        if (!source.HasKeys && !await database.HasKeysAsync(source.Database, cancellation))
        {
            throw source.LacksKeys();
        }

        var deleted = source.Deleted is { } list ? await DeletedList.ReadAsync(list, cancellation) : [];
        PrivateFiles.MakeFolder(data);
        await database.RestoreAsync(source.Database, cancellation);
        foreach (var range in deleted)
        {
            await index.RemoveAsync(range.CameraKey, range.From, range.To, cancellation);
        }

        if (source.HasKeys)
        {
            await StableCopy.CopyNewAsync(source.Keys, options.KeysDirectory.FullName, "*.xml", cancellation);
        }

        if (source.Archive is { } archive)
        {
            await CopyPacksAsync(archive, packs, tell, cancellation);
        }

        StableCopy.SyncFolders(data);
    }

    /// <summary>The mark comes last: without it no server starts on half of an archive.</summary>
    private static async Task CopyPacksAsync(PackPaths from, PackPaths to, Action<double> tell, CancellationToken cancellation)
    {
        var files = new DirectoryInfo(from.Root).GetFiles("*", SearchOption.AllDirectories).Where(file => file.FullName != from.Mark).ToList();
        var (done, all) = (0L, files.Sum(file => file.Length));
        foreach (var file in files)
        {
            var copy = Path.Combine(to.Root, Path.GetRelativePath(from.Root, file.FullName));
            PrivateFiles.MakeFolder(Path.GetDirectoryName(copy)!);
            await StableCopy.CopyAsync(file.FullName, copy, cancellation);
            done += file.Length;
            tell(all == 0 ? 1 : (double)done / all);
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
