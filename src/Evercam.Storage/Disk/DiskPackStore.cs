using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Storage.Disk;

/// <summary>Packs as files below a folder. Calls are synchronous inside: they mostly meet the page cache, where a thread switch
/// costs more than the work.</summary>
internal sealed class DiskPackStore : IPackStore, IDisposable
{
    private readonly PackPaths paths;
    private readonly ArchiveMark mark;
    private readonly PackReaders readers;
    private readonly PackWriters writers;
    private readonly StableStorage stable;
    private readonly PackSync sync;
    private readonly SmallFiles files;

    public DiskPackStore(string root, int openReaders = 512, StableStorage? stable = null)
    {
        paths = new PackPaths(root);
        mark = new ArchiveMark(paths);
        readers = new PackReaders(paths, mark, openReaders);
        this.stable = stable ?? new StableStorage();
        writers = new PackWriters(paths, mark, this.stable);
        sync = new PackSync(paths, this.stable);
        files = new SmallFiles(mark, this.stable);
    }

    public long FreeBytes
    {
        get
        {
            mark.Demand();
            return PackFile.Do(() => new DriveInfo(paths.Root).AvailableFreeSpace);
        }
    }

    public long TotalBytes => FileSystemSize.Of(paths.Root) ?? long.MaxValue;

    public ValueTask<PackAddress> AppendAsync(
        PackName pack, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var offset = PackFile.Do(() => writers.Open(pack).Append(header, picture));
        return ValueTask.FromResult(new PackAddress(pack, 0, offset, header.Length, picture.Length));
    }

    public Task FlushAsync(IReadOnlyCollection<PackName> packs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var changed = new Dictionary<PackName, OpenPack>();
        foreach (var pack in packs)
        {
            if (writers.Find(pack) is { } writer)
            {
                changed[pack] = writer;
            }
        }

        var failed = sync.Sync(changed);
        return failed.Count == 0 ? Task.CompletedTask : Task.FromException(new PacksNotDurableException(failed));
    }

    public ValueTask<int> ReadAsync(
        PackName pack, int part, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        ValueTask.FromResult(part == 0 ? readers.Read(pack, offset, buffer.Span) : 0);

    public ValueTask<bool> ReadBothAsync(
        PackName pack,
        int part,
        (long Offset, Memory<byte> Buffer) first,
        (long Offset, Memory<byte> Buffer) second,
        CancellationToken cancellation) =>
        ValueTask.FromResult(part == 0 && readers.ReadBoth(pack, first, second));

    public Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        foreach (var pack in entries.GroupBy(e => e.Pack))
        {
            cancellation.ThrowIfCancellationRequested();
            if (IsThere(paths.Of(pack.Key)))
            {
                PackFile.Do(() => Erase(paths.Of(pack.Key), [.. pack]));
            }
        }

        return Task.CompletedTask;
    }

    public Task SealAsync(PackName pack, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsThere(paths.Of(pack)))
        {
            PackFile.Do(() =>
            {
                var writer = writers.Open(pack);
                writer.Seal();
                sync.Sync(pack, writer);
            });
            writers.Close(p => p == pack);
        }

        writers.Unmark(pack);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PackName>> ListOpenAsync(CancellationToken cancellation) => Task.FromResult(writers.ListMarked());

    public Task<long> OpenAsync(PackName pack, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        writers.Close(p => p == pack);
        readers.Drop(p => p == pack, () => { });
        return Task.FromResult(IsThere(paths.Of(pack)) ? writers.Open(pack).Length : 0);
    }

    public bool WasReplaced(PackName pack) => writers.Find(pack)?.IsReplaced == true;

    public Task TruncateAsync(PackName pack, long end, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        PackFile.Do(() => writers.Open(pack).Truncate(end));
        return Task.CompletedTask;
    }

    public Task<int> HoldPlacesAsync(
        PackName pack, IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(entries.Count == 0 ? 0 : PackFile.Do(() => writers.Open(pack).HoldPlaces(entries)));
    }

    public bool MayWrite => Posix.MayChange(paths.Root);

    public bool MayDelete(PackName pack) => Posix.MayChange(Path.GetDirectoryName(paths.Of(pack))!);

    public Task DeleteAsync(PackName pack, CancellationToken cancellation)
    {
        var path = paths.Of(pack);
        writers.Close(p => p == pack);
        readers.Drop(
            p => p == pack,
            () =>
            {
                // Its list goes last: it must not be gone while the pack is still there.
                files.Delete(path);
                files.Delete(paths.KeptOf(pack));
                files.Delete(paths.KeptOf(pack) + ".new");
            });
        writers.Unmark(pack);

        // Also where the file is gone already: an earlier attempt may have ended here.
        SyncIfThere(Path.GetDirectoryName(path)!);
        PackFile.Do(() => DeleteEmptyFolders(Path.GetDirectoryName(path)!, paths.CameraFolder(pack.CameraKey)));
        return Task.CompletedTask;
    }

    public Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation)
    {
        var (folder, leaving) = (paths.CameraFolder(cameraKey), paths.LeavingFolder(cameraKey));
        writers.Close(p => p.CameraKey == cameraKey);
        foreach (var pack in writers.ListMarked().Where(p => p.CameraKey == cameraKey))
        {
            writers.Unmark(pack);
        }

        // An earlier attempt may have been interrupted.
        DeleteFolder(leaving);

        // Out of sight in one step: the files go one by one, and no reader of another camera waits for that.
        readers.Drop(
            p => p.CameraKey == cameraKey,
            () =>
            {
                if (PackFile.FolderExists(folder, mark))
                {
                    PackFile.Do(() => Directory.Move(folder, leaving));
                }
            });
        DeleteFolder(leaving);
        stable.SyncDirectory(paths.Root);
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<PackName> ListAsync(
        Action<IOException> unlisted, [EnumeratorCancellation] CancellationToken cancellation)
    {
        mark.Demand();
        foreach (var pack in paths.ListCameras().SelectMany(camera => paths.ListPacks(camera, unlisted)))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return pack;
        }

        // What was not listed counts as gone.
        mark.Demand();
        await Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> ListPartsAsync(PackName pack, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<int>>(IsThere(paths.Of(pack)) ? [0] : []);

    public async Task WriteCardAsync(long cameraKey, ReadOnlyMemory<byte> card, CancellationToken cancellation)
    {
        mark.Demand();
        PackFile.Do(() => Directory.CreateDirectory(paths.CameraFolder(cameraKey)));
        await files.WriteAsync(paths.Card(cameraKey), card, cancellation);
        stable.SyncDirectory(paths.Root);
    }

    public Task<byte[]?> ReadCardAsync(long cameraKey, CancellationToken cancellation) =>
        Task.FromResult(files.Read(paths.Card(cameraKey)));

    public async Task WriteKeptAsync(PackName pack, ReadOnlyMemory<byte> list, CancellationToken cancellation)
    {
        mark.Demand();
        var path = paths.KeptOf(pack);
        if (list.Length > 0)
        {
            await files.WriteAsync(path, list, cancellation);
            return;
        }

        files.Delete(path);
        SyncIfThere(Path.GetDirectoryName(path)!);
    }

    public Task<byte[]?> ReadKeptAsync(PackName pack, CancellationToken cancellation) =>
        Task.FromResult(files.Read(paths.KeptOf(pack)));

    public async Task WriteTimeAsync(ReadOnlyMemory<byte> text, CancellationToken cancellation)
    {
        mark.Demand();
        await files.WriteAsync(paths.Time, text, cancellation);
    }

    public Task<byte[]?> ReadTimeAsync(CancellationToken cancellation) => Task.FromResult(files.Read(paths.Time));

    public void Dispose()
    {
        writers.Close(_ => true);
        readers.Dispose();
        stable.Dispose();
    }

    private bool IsThere(string path) => PackFile.Exists(path, mark);

    private void Erase(string path, IReadOnlyList<PackAddress> entries)
    {
        using var handle = PackFile.Open(path, FileMode.Open, FileAccess.ReadWrite);
        var length = RandomAccess.GetLength(handle);
        foreach (var entry in entries.Where(e => e.Offset < length))
        {
            // The header goes first: a reader that meets it intact after reading the picture has read the picture. Of an entry that
            // somebody has cut, nothing is left either.
            var blank = entry.End <= length ? TarEntry.EncodeErased(entry.EntryLength) : new byte[length - entry.Offset];
            RandomAccess.Write(handle, blank, entry.Offset);
        }

        stable.SyncFile(path, handle);

        // Only now: what is punched out before would never be overwritten.
        foreach (var entry in entries.Where(e => e.End <= length))
        {
            var (offset, zeros) = TarEntry.ZerosOfErased(entry.Offset, entry.EntryLength);
            Posix.GiveBack(handle, offset, zeros);
        }
    }

    private void DeleteFolder(string folder)
    {
        if (!PackFile.FolderExists(folder, mark))
        {
            return;
        }

        try
        {
            PackFile.Do(() => Directory.Delete(folder, recursive: true));
        }
        catch (DirectoryNotFoundException) when (!PackFile.FolderExists(folder, mark))
        {
            // Somebody else was deleting it at the same time, and came first.
        }
    }

    /// <summary>A folder that was deleted meanwhile was synced before, and has no names to lose.</summary>
    private void SyncIfThere(string folder)
    {
        try
        {
            stable.SyncDirectory(folder);
        }
        catch (DirectoryNotFoundException)
        {
            // See above.
        }
    }

    /// <summary>Removes what an empty day leaves: the day, the month, the year, but not the camera's own folder. A writer that makes
    /// a pack in the same moment makes the folder anew.</summary>
    private static void DeleteEmptyFolders(string folder, string stop)
    {
        for (var path = folder; path != stop && Directory.Exists(path); path = Path.GetDirectoryName(path)!)
        {
            if (Directory.EnumerateFileSystemEntries(path).Any())
            {
                return;
            }

            Directory.Delete(path);
        }
    }
}
