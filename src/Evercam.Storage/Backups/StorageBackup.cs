using System.Globalization;
using System.Text;
using Evercam.Archive;
using Evercam.Storage.Disk;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.Backups;

/// <summary>Copies what a server keeps, also while it runs: everything that was acknowledged before the backup began is in it.</summary>
public sealed class StorageBackup
{
    private readonly CatalogDatabase database;
    private readonly ISnapshotIndex index;
    private readonly IArchivePlace place;
    private readonly PackPaths packs;
    private readonly bool isInBucket;

    internal StorageBackup(CatalogDatabase database, ISnapshotIndex index, IArchivePlace place, IOptions<StorageOptions> options)
    {
        (this.database, this.index, this.place) = (database, index, place);
        packs = new PackPaths(options.Value.PacksDirectory);
        isInBucket = options.Value.Packs == PackPlace.S3;
    }

    /// <summary>Makes a backup, in storage that was opened.</summary>
    /// <param name="folder">Where: empty, or not there.</param>
    /// <param name="withPacks">Whether the pictures are copied, too; else their packs are listed.</param>
    /// <param name="tell">Told the share of the packs that is copied, from 0 to 1.</param>
    /// <param name="cancellation">Ends it. What was copied stays, and is no backup.</param>
    /// <exception cref="StorageUnusableException">It cannot be made there, or with this database.</exception>
    public async Task<BackupContent> RunAsync(string folder, bool withPacks, Action<double> tell, CancellationToken cancellation)
    {
        if (withPacks && isInBucket)
        {
            throw new StorageUnusableException(
                "The packs are in a bucket, and only the storage can copy them: back up without --packs, and let it copy the bucket.");
        }

        var id = await place.ReadMarkAsync(cancellation)
            ?? throw new StorageUnusableException(isInBucket
                ? "The bucket is no archive: its mark is not there."
                : $"The folder {packs.Root} is no archive: its mark is not there.");
        await database.DemandCopyableAsync(cancellation);
        var backup = new BackupFolder(folder);
        backup.Make();
        var content = withPacks ? await CopyAllAsync(backup, tell, cancellation) : await CopyAllButPacksAsync(backup, cancellation);
        await StableCopy.MakeAsync(backup.PackList, unfinished => File.WriteAllLinesAsync(
            unfinished,
            content.Packs.Select(pack => string.Create(CultureInfo.InvariantCulture, $"{pack.File} {pack.Bytes}")),
            new UTF8Encoding(false),
            cancellation));
        StableCopy.SyncFolders(backup.Root);
        backup.Mark(withPacks).Write(id);
        return content;
    }

    private async Task<BackupContent> CopyAllAsync(BackupFolder backup, Action<double> tell, CancellationToken cancellation)
    {
        using var copied = await database.CopyWithIndexAsync(backup.Database(database.CopyEnding), cancellation);
        var keys = await database.CopyKeysAsync(backup.Keys, cancellation);
        var copies = new PackCopies(packs, backup.Packs, index, copied.Index);
        await copies.RunAsync(tell, cancellation);
        if (!copied.IsTheCopy && copies.Deleted.Count > 0)
        {
            await DeletedList.WriteAsync(backup.DeletedList, copies.Deleted, cancellation);
        }

        return new BackupContent(keys, ListPacks(backup.Packs, null, cancellation), copies.Lacking, copies.Unreadable);
    }

    private async Task<BackupContent> CopyAllButPacksAsync(BackupFolder backup, CancellationToken cancellation)
    {
        await database.CopyAsync(backup.Database(database.CopyEnding), cancellation);
        var keys = await database.CopyKeysAsync(backup.Keys, cancellation);
        var unlisted = new List<UnreadablePack>();
        if (isInBucket)
        {
            return new BackupContent(keys, await ListIndexedAsync(cancellation), [], unlisted);
        }

        var listed = ListPacks(packs, refused => unlisted.Add(new(null, refused.Message)), cancellation);
        return new BackupContent(keys, listed, [], unlisted);
    }

    /// <summary>What there are of objects changes all the time; what the index says of the packs does not.</summary>
    private async Task<List<PackCopy>> ListIndexedAsync(CancellationToken cancellation)
    {
        var listed = new List<PackCopy>();
        await foreach (var summary in index.AllPacksAsync(cancellation))
        {
            listed.Add(new PackCopy($"{summary.Pack}.tar", summary.Bytes));
        }

        return listed;
    }

    private static List<PackCopy> ListPacks(PackPaths paths, Action<IOException>? unlisted, CancellationToken cancellation)
    {
        var listed = new List<PackCopy>();
        foreach (var pack in paths.ListCameras().SelectMany(camera => paths.ListPacks(camera, unlisted)))
        {
            cancellation.ThrowIfCancellationRequested();
            var file = new FileInfo(paths.Of(pack));

            // It may have gone since its folder was listed.
            if (file.Exists)
            {
                listed.Add(new PackCopy($"{pack}.tar", file.Length));
            }
        }

        return listed;
    }
}

/// <summary>What a backup holds.</summary>
/// <param name="Keys">How many keys.</param>
/// <param name="Packs">The packs that it has, or that it lists.</param>
/// <param name="Lacking">The packs that lacked bytes when they were copied.</param>
/// <param name="Unreadable">What could not be read, and so is not in it.</param>
public sealed record BackupContent(
    int Keys, IReadOnlyList<PackCopy> Packs, IReadOnlyList<PackName> Lacking, IReadOnlyList<UnreadablePack> Unreadable);

/// <summary>A pack in a backup.</summary>
/// <param name="File">Its file, from the archive's folder on.</param>
/// <param name="Bytes">Its length.</param>
public sealed record PackCopy(string File, long Bytes);
