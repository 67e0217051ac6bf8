using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Disk;

/// <summary>How pack files are opened: others may read and write them meanwhile, and delete them, which an open handle
/// outlives.</summary>
internal static class PackFile
{
    /// <summary>Whether the file is there. A disk that does not answer, or that is not mounted, says nothing about that: what is
    /// taken for gone is forgotten.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mark">What is there as long as the archive is.</param>
    /// <exception cref="IOException">Nobody knows; or a folder has its name.</exception>
    public static bool Exists(string path, ArchiveMark mark) => Find(path, mark) switch
    {
        null => false,
        { } found when found.HasFlag(FileAttributes.Directory) => throw new IOException($"{path} is a folder, and no file."),
        _ => true,
    };

    /// <summary>The same of a folder.</summary>
    /// <exception cref="IOException">Nobody knows.</exception>
    public static bool FolderExists(string path, ArchiveMark mark) =>
        Find(path, mark) is { } found && found.HasFlag(FileAttributes.Directory);

    /// <exception cref="IOException">It cannot be opened, or may not.</exception>
    public static SafeFileHandle Open(string path, FileMode mode, FileAccess access, FileOptions options = FileOptions.None) =>
        Do(() => File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete, options));

    /// <summary>Does something that the disk may refuse.</summary>
    /// <exception cref="IOException">It refuses, or nobody may do that there: which of the two, whoever asked for it need not tell
    /// apart.</exception>
    public static void Do(Action change) => Do(() =>
    {
        change();
        return true;
    });

    /// <inheritdoc cref="Do(Action)"/>
    public static T Do<T>(Func<T> change)
    {
        try
        {
            return change();
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }

    private static FileAttributes? Find(string path, ArchiveMark mark)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            mark.Demand();
            return null;
        }
        catch (UnauthorizedAccessException refused)
        {
            throw new IOException(refused.Message, refused);
        }
    }
}
