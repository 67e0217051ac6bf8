using System.Collections.Concurrent;

namespace Evercam.Storage.Disk;

/// <summary>The directories with names that are not known to be on stable storage.</summary>
/// <remarks>A directory is forgotten only after it was synced, and only if no name came meanwhile: whoever syncs at the same time
/// must not take for done what another one has only begun.</remarks>
/// <param name="syncDirectory">Puts the names in a directory on stable storage.</param>
internal sealed class NewNames(Action<string> syncDirectory)
{
    private readonly ConcurrentDictionary<string, long> folders = new();
    private long additions;

    /// <summary>A directory has a new name, or lost one.</summary>
    public void Add(string folder) => folders[folder] = Interlocked.Increment(ref additions);

    /// <summary>Syncs the directories one by one.</summary>
    /// <exception cref="IOException">Those that are left are synced the next time.</exception>
    public void Sync()
    {
        foreach (var folder in folders.ToArray())
        {
            syncDirectory(folder.Key);
            folders.TryRemove(folder);
        }
    }

    /// <summary>The same, by a call that syncs everything.</summary>
    public void SyncBy(Action syncAll)
    {
        var known = folders.ToArray();
        syncAll();
        foreach (var folder in known)
        {
            folders.TryRemove(folder);
        }
    }
}
