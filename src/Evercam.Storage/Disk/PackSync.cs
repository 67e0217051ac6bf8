using Evercam.Archive;

namespace Evercam.Storage.Disk;

/// <summary>Puts packs that are being written on stable storage, with the names on the way to them: each for itself, so that one that
/// the disk refuses takes no other along.</summary>
internal sealed class PackSync(PackPaths paths, StableStorage stable)
{
    /// <summary>From this many packs on, syncing the whole file system is cheaper than syncing each file: one call for 1,000 packs
    /// was measured at a third of the time and a hundredth of the CPU.</summary>
    private const int SyncAllFrom = 8;

    private readonly Lock turn = new();

    /// <summary>How often the sync of the whole file system has failed. What it then told is not told again: from then on each pack must once be
    /// synced by itself, also those that were not asked for.</summary>
    private int failures;

    /// <returns>The packs of which something may not survive a crash, and why.</returns>
    public IReadOnlyDictionary<PackName, IOException> Sync(IReadOnlyDictionary<PackName, OpenPack> packs)
    {
        var isSynced = packs.Count >= SyncAllFrom && TrySyncAll();
        var folders = new Dictionary<string, IOException?>();
        var failed = new Dictionary<PackName, IOException>();
        foreach (var (name, pack) in packs)
        {
            try
            {
                if (pack.Failure is { } before)
                {
                    throw new IOException(before.Message, before);
                }

                if (!isSynced || pack.SeenFailures < Volatile.Read(ref failures))
                {
                    Sync(name, pack, folders);
                }

                pack.DemandName();
                pack.IsNamed = true;
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ObjectDisposedException)
            {
                var failure = reason as IOException ?? new IOException(reason.Message, reason);
                pack.Fail(failure);
                failed.Add(name, failure);
            }
        }

        return failed;
    }

    /// <summary>The same for one pack.</summary>
    /// <exception cref="IOException">Something of it may not survive a crash.</exception>
    public void Sync(PackName name, OpenPack pack)
    {
        Sync(name, pack, []);
        pack.DemandName();
    }

    /// <summary>Who fails says nothing about which pack is to blame: then each is tried by itself.</summary>
    private bool TrySyncAll()
    {
        lock (turn)
        {
            try
            {
                stable.SyncFileSystem?.Invoke(paths.Root);
                return stable.SyncFileSystem is not null;
            }
            catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
            {
                Volatile.Write(ref failures, failures + 1);
                return false;
            }
        }
    }

    private void Sync(PackName name, OpenPack pack, Dictionary<string, IOException?> folders)
    {
        var seen = Volatile.Read(ref failures);
        pack.Flush();
        pack.SeenFailures = seen;
        if (pack.IsNamed)
        {
            return;
        }

        // A pack that was there may come from a process that ended before it had synced the names on the way to it.
        foreach (var folder in paths.FoldersOf(name))
        {
            SyncOnce(folder, folders);
        }

        pack.IsNamed = true;
    }

    /// <summary>Packs share folders, and what became of them.</summary>
    private void SyncOnce(string folder, Dictionary<string, IOException?> folders)
    {
        if (!folders.TryGetValue(folder, out var failure))
        {
            try
            {
                PackFile.Do(() => stable.SyncDirectory(folder));
            }
            catch (IOException reason)
            {
                failure = reason;
            }

            folders.Add(folder, failure);
        }

        if (failure is not null)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
