using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>What .NET does not offer: putting directories and whole file systems on stable storage (POSIX.1-2017 <c>fsync</c>, Linux
/// <c>syncfs(2)</c>), and giving back the room of a part of a file (Linux <c>fallocate(2)</c>). On other systems directories cannot be
/// synced, and need not be.</summary>
internal static partial class Posix
{
    private const int OpenReadOnly = 0;
    private const int NoSuchEntry = 2;

    /// <summary><c>FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE</c>.</summary>
    private const int PunchHole = 0x01 | 0x02;

    /// <summary>Whether <see cref="SyncFileSystem"/> works here.</summary>
    public static bool CanSyncFileSystem { get; } = OperatingSystem.IsLinux();

    /// <summary>Makes the names in a directory survive a crash.</summary>
    /// <exception cref="DirectoryNotFoundException">It is gone.</exception>
    public static void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            WithDescriptor(path, static descriptor => Fsync(descriptor));
        }
    }

    /// <summary>Makes everything written to the file system of this directory survive a crash: for many files, one call costs a
    /// hundredth of one <c>fsync</c> each.</summary>
    public static void SyncFileSystem(string path) =>
        WithDescriptor(path, static descriptor => Syncfs(descriptor));

    /// <summary>Gives back the room of a part of a file, which reads as zeros then. Where the file system cannot do that, the part stays
    /// as it is.</summary>
    public static void GiveBack(SafeFileHandle file, long offset, long length)
    {
        if (CanSyncFileSystem && Environment.Is64BitProcess && length > 0)
        {
            _ = Fallocate(file, PunchHole, offset, length);
        }
    }

    private static void WithDescriptor(string path, Func<int, int> call)
    {
        var descriptor = Open(path, OpenReadOnly);
        if (descriptor < 0)
        {
            throw Failure(path);
        }

        try
        {
            if (call(descriptor) != 0)
            {
                throw Failure(path);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path)
    {
        var reason = new Win32Exception(Marshal.GetLastPInvokeError());
        return reason.NativeErrorCode == NoSuchEntry
            ? new DirectoryNotFoundException($"{path}: {reason.Message}", reason)
            : new IOException($"{path}: {reason.Message}", reason);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Syncfs(int descriptor);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);
}
