using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>What .NET does not offer: putting directories and whole file systems on stable storage (POSIX.1-2017 <c>fsync</c>, Linux
/// <c>syncfs(2)</c>), telling files apart (<c>statx(2)</c>), asking what may be changed, and giving back the room of a part of a file (<c>fallocate(2)</c>). On other
/// systems directories cannot be synced, and need not be.</summary>
internal static partial class Posix
{
    private const int CloseOnExec = 0x80000;
    private const int NoSuchEntry = 2;
    private const int NotADirectory = 20;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint Number = 0x100;

    /// <summary><c>W_OK | X_OK</c>.</summary>
    private const int WriteAndSearch = 0x02 | 0x01;

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
            using var folder = OpenFolder(path);
            Demand(path, Fsync(folder) == 0);
        }
    }

    /// <summary>Makes everything written to the file system of this directory survive a crash: for many files, one call costs a
    /// hundredth of one <c>fsync</c> each.</summary>
    public static void SyncFileSystem(string path, SafeFileHandle folder) => Demand(path, Syncfs(folder) == 0);

    /// <summary>Gives back the room of a part of a file, which reads as zeros then. Where the file system cannot do that, the part stays
    /// as it is.</summary>
    public static void GiveBack(SafeFileHandle file, long offset, long length)
    {
        if (CanSyncFileSystem && Environment.Is64BitProcess && length > 0)
        {
            _ = Fallocate(file, PunchHole, offset, length);
        }
    }

    /// <summary>Opens a directory, which .NET does not.</summary>
    public static SafeFileHandle OpenFolder(string path)
    {
        var folder = Open(path, OperatingSystem.IsLinux() ? CloseOnExec : 0);
        Demand(path, !folder.IsInvalid);
        return folder;
    }

    /// <summary>Whether names may be added to a directory and taken from it (POSIX.1-2017 <c>access</c>): the file system can be written
    /// to, and the directory belongs to nobody who forbids it. What is not there forbids nothing.</summary>
    public static bool MayChange(string folder) =>
        OperatingSystem.IsWindows() || Access(folder, WriteAndSearch) == 0 || Marshal.GetLastPInvokeError() is NoSuchEntry or NotADirectory;

    /// <summary>Which file a name means now; <see langword="null"/> if none. Where nobody can tell, all files are one.</summary>
    public static FileIdentity? Identify(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return Path.Exists(path) ? default(FileIdentity) : null;
        }

        var isThere = Statx(CurrentFolder, path, 0, Number, out var status) == 0;
        if (!isThere && Marshal.GetLastPInvokeError() is NoSuchEntry or NotADirectory)
        {
            return null;
        }

        Demand(path, isThere);
        return status.Identity;
    }

    /// <summary>Which file has been opened.</summary>
    public static FileIdentity Identify(string path, SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        Demand(path, Statx(file, "", EmptyPath, Number, out var status) == 0);
        return status.Identity;
    }

    private static void Demand(string path, bool succeeded)
    {
        if (!succeeded)
        {
            var reason = new Win32Exception(Marshal.GetLastPInvokeError());
            throw reason.NativeErrorCode == NoSuchEntry
                ? new DirectoryNotFoundException($"{path}: {reason.Message}", reason)
                : new IOException($"{path}: {reason.Message}", reason);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Syncfs(SafeFileHandle folder);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Fallocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, out Status status);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(SafeFileHandle file, string path, int flags, uint mask, out Status status);

    /// <summary>Of <c>struct statx</c>, which is the same on every processor, what tells files apart.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Status
    {
        [FieldOffset(32)]
        public ulong Number;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;

        public readonly FileIdentity Identity => new(((ulong)DeviceMajor << 32) | DeviceMinor, Number);
    }
}
