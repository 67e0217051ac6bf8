using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>The system's calls that put things on stable storage; each throws <see cref="IOException"/> if the disk refuses.</summary>
internal sealed class StableStorage : IDisposable
{
    private readonly FileSystemSync fileSystem = new();

    public StableStorage() => SyncFileSystem = Posix.CanSyncFileSystem ? fileSystem.Run : null;

    /// <summary>Puts the content of an open file there; the path is for whoever watches.</summary>
    public Action<string, SafeFileHandle> SyncFile { get; init; } = (_, handle) => RandomAccess.FlushToDisk(handle);

    /// <summary>Puts the names in a directory there.</summary>
    public Action<string> SyncDirectory { get; init; } = Posix.SyncDirectory;

    /// <summary>Puts all of the file system that a directory is on there; <see langword="null"/> where there is no such call.</summary>
    public Action<string>? SyncFileSystem { get; init; }

    public void Dispose() => fileSystem.Dispose();
}
