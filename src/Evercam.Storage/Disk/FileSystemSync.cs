using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>Puts all of a file system on stable storage. Of what could not be written in the background, Linux tells a descriptor only
/// what failed since it was opened: so one is kept, and none is opened for each call.</summary>
internal sealed class FileSystemSync : IDisposable
{
    private readonly Lock turn = new();
    private SafeFileHandle? folder;
    private FileIdentity? opened;

    /// <param name="path">A folder on it; if another file system is mounted there meanwhile, that one counts.</param>
    /// <exception cref="IOException">Some of it may not survive a crash.</exception>
    public void Run(string path)
    {
        lock (turn)
        {
            var now = Posix.Identify(path);
            if (folder is null || now != opened)
            {
                folder?.Dispose();
                folder = Posix.OpenFolder(path);
                opened = now;
            }

            Posix.SyncFileSystem(path, folder);
        }
    }

    public void Dispose() => folder?.Dispose();
}
