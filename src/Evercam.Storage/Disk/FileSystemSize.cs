namespace Evercam.Storage.Disk;

/// <summary>How large file systems are.</summary>
internal static class FileSystemSize
{
    /// <summary>The size of the one where a folder is, or would be made.</summary>
    /// <returns>Bytes; <see langword="null"/> where nobody knows.</returns>
    public static long? Of(string folder)
    {
        var there = Path.GetFullPath(folder);
        while (!Directory.Exists(there) && Path.GetDirectoryName(there) is { } parent)
        {
            there = parent;
        }

        try
        {
            return new DriveInfo(there).TotalSize is > 0 and var size ? size : null;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
