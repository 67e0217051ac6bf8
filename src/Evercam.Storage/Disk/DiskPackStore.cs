using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Evercam.Archive;
using Evercam.Archive.Pack;

namespace Evercam.Storage.Disk;

/// <summary>Packs as files below a folder. Calls are synchronous inside: they mostly meet the page cache, where a thread switch
/// costs more than the work.</summary>
internal sealed class DiskPackStore : IPackStore, IDisposable
{
    /// <summary>From this many packs on, syncing the whole file system is cheaper than syncing each file: one call for 1,000 packs
    /// was measured at a third of the time and a hundredth of the CPU.</summary>
    private const int SyncAllFrom = 8;

    private readonly PackPaths paths;
    private readonly PackReaders readers;
    private readonly ConcurrentDictionary<PackName, OpenPack> open = new();
    private readonly NewNames names = new(Posix.SyncDirectory);

    public DiskPackStore(string root, int openReaders = 512)
    {
        paths = new PackPaths(root);
        readers = new PackReaders(paths, openReaders);
        CreateFolder(paths.OpenMarks);
    }

    public long FreeBytes => new DriveInfo(paths.Root).AvailableFreeSpace;

    public ValueTask<PackAddress> AppendAsync(
        PackName pack, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var offset = Open(pack).Append(header, picture);
        return ValueTask.FromResult(new PackAddress(pack, 0, offset, header.Length, picture.Length));
    }

    public Task FlushAsync(IReadOnlyCollection<PackName> packs, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var changed = packs.Select(p => open.GetValueOrDefault(p)).OfType<OpenPack>().ToList();
        if (Posix.CanSyncFileSystem && changed.Count >= SyncAllFrom)
        {
            names.SyncBy(() => Posix.SyncFileSystem(paths.Root));
            return Task.CompletedTask;
        }

        changed.ForEach(p => p.Flush());
        names.Sync();
        return Task.CompletedTask;
    }

    public ValueTask<int> ReadAsync(
        PackName pack, int part, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        ValueTask.FromResult(part == 0 ? readers.Read(pack, offset, buffer.Span) : 0);

    public Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation)
    {
        foreach (var pack in entries.GroupBy(e => e.Pack))
        {
            cancellation.ThrowIfCancellationRequested();
            if (!IsThere(paths.Of(pack.Key)))
            {
                continue;
            }

            using var handle = PackFile.Open(paths.Of(pack.Key), FileMode.Open, FileAccess.ReadWrite);
            var length = RandomAccess.GetLength(handle);
            foreach (var entry in pack.Where(e => e.End <= length))
            {
                // The header goes first: a reader that meets it intact after reading the picture has read the picture.
                RandomAccess.Write(handle, TarEntry.EncodeErased(entry.EntryLength), entry.Offset);
            }

            RandomAccess.FlushToDisk(handle);
        }

        return Task.CompletedTask;
    }

    public Task SealAsync(PackName pack, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (IsThere(paths.Of(pack)))
        {
            Open(pack).Seal();
            open.TryRemove(pack, out _);
        }

        File.Delete(paths.OpenMark(pack));
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<PackName>> ListOpenAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<PackName>>(
        [
            .. Directory.EnumerateFiles(paths.OpenMarks)
                .Select(mark => PackPaths.ReadOpenMark(Path.GetFileName(mark)))
                .OfType<PackName>()
                .OrderBy(pack => pack.Hour)
                .ThenBy(pack => pack.CameraKey),
        ]);

    public Task TruncateAsync(PackName pack, long end, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Open(pack).Truncate(end);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(PackName pack, CancellationToken cancellation)
    {
        var path = paths.Of(pack);
        CloseWriters(p => p == pack);
        readers.Drop(p => p == pack, () => DeleteFile(path));
        File.Delete(paths.OpenMark(pack));
        names.Sync();
        DeleteEmptyFolders(Path.GetDirectoryName(path)!, paths.CameraFolder(pack.CameraKey));
        return Task.CompletedTask;
    }

    public async Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation)
    {
        var (folder, leaving) = (paths.CameraFolder(cameraKey), paths.LeavingFolder(cameraKey));
        CloseWriters(p => p.CameraKey == cameraKey);
        foreach (var pack in (await ListOpenAsync(cancellation)).Where(p => p.CameraKey == cameraKey))
        {
            File.Delete(paths.OpenMark(pack));
        }

        // An earlier attempt may have been interrupted.
        DeleteFolder(leaving);

        // Out of sight in one step: the files go one by one, and no reader of another camera waits for that.
        readers.Drop(
            p => p.CameraKey == cameraKey,
            () =>
            {
                if (PackFile.FolderExists(folder, paths.OpenMarks))
                {
                    Directory.Move(folder, leaving);
                    names.Add(paths.Root);
                }
            });
        DeleteFolder(leaving);
        names.Sync();
    }

    public async IAsyncEnumerable<PackName> ListAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var pack in paths.ListCameras().SelectMany(paths.ListPacks))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return pack;
        }

        await Task.CompletedTask;
    }

    public Task<IReadOnlyList<int>> ListPartsAsync(PackName pack, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<int>>(IsThere(paths.Of(pack)) ? [0] : []);

    public async Task WriteCardAsync(long cameraKey, ReadOnlyMemory<byte> card, CancellationToken cancellation)
    {
        var path = paths.Card(cameraKey);
        CreateFolder(paths.CameraFolder(cameraKey));
        using (var handle = File.OpenHandle(path + ".new", FileMode.Create, FileAccess.Write))
        {
            await RandomAccess.WriteAsync(handle, card, 0, cancellation);
            RandomAccess.FlushToDisk(handle);
        }

        File.Move(path + ".new", path, overwrite: true);
        names.Add(Path.GetDirectoryName(path)!);
        names.Sync();
    }

    public async Task<byte[]?> ReadCardAsync(long cameraKey, CancellationToken cancellation) =>
        File.Exists(paths.Card(cameraKey)) ? await File.ReadAllBytesAsync(paths.Card(cameraKey), cancellation) : null;

    public void Dispose()
    {
        CloseWriters(_ => true);
        readers.Dispose();
    }

    private OpenPack Open(PackName pack)
    {
        if (open.TryGetValue(pack, out var known))
        {
            return known;
        }

        // The mark comes first: a crash may leave a mark without a pack, but no torn pack without a mark.
        PackFile.Open(paths.OpenMark(pack), FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        names.Add(paths.OpenMarks);
        var path = paths.Of(pack);
        CreateFolder(Path.GetDirectoryName(path)!);
        var opened = new OpenPack(path);

        // A pack that was there may come from a process that ended before it had synced the names on the way to it.
        foreach (var folder in paths.FoldersOf(pack))
        {
            names.Add(folder);
        }

        return open[pack] = opened;
    }

    private void CloseWriters(Func<PackName, bool> which)
    {
        foreach (var pack in open.Keys.Where(which))
        {
            if (open.TryRemove(pack, out var writer))
            {
                writer.Dispose();
            }
        }
    }

    /// <summary>Creates a folder and remembers every directory that got a new name on the way.</summary>
    private void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }

        var parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        names.Add(parent);
    }

    private bool IsThere(string path) => PackFile.Exists(path, paths.OpenMarks);

    private void DeleteFolder(string folder)
    {
        if (PackFile.FolderExists(folder, paths.OpenMarks))
        {
            Directory.Delete(folder, recursive: true);
            names.Add(paths.Root);
        }
    }

    private void DeleteFile(string path)
    {
        if (IsThere(path))
        {
            File.Delete(path);
            names.Add(Path.GetDirectoryName(path)!);
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
