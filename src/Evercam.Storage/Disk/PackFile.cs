using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>How pack files are opened: others may read and write them meanwhile, and delete them, which an open handle
/// outlives.</summary>
internal static class PackFile
{
    /// <exception cref="IOException">It cannot be opened, or may not.</exception>
    public static SafeFileHandle Open(string path, FileMode mode, FileAccess access, FileOptions options = FileOptions.None)
    {
        try
        {
            return File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete, options);
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }
}
