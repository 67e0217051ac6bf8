using System.Runtime.InteropServices;

namespace Evercam.Storage;

/// <summary>Password hashes, keys and pictures are nobody else's business on this machine. A data directory may be there before and open
/// to others; so each file is made private, also those that the database makes by itself.</summary>
public static partial class PrivateFiles
{
    /// <summary>What group and others would be allowed.</summary>
    private const uint OfOthers = 0b111_111;

    /// <summary>From now on, only the user of this process may read and write what it makes. To be called once, before anything is
    /// made. On Windows, a folder's own rules decide.</summary>
    public static void MakeFromNowOn()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetMask(OfOthers);
        }
    }

    /// <summary>Makes a folder for that user alone, and those on the way to it, where there are none.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetMask(uint mask);
}
