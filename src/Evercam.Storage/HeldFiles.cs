namespace Evercam.Storage;

/// <summary>Files that one process holds, so that no other opens them.</summary>
public static class HeldFiles
{
    /// <summary>What systems call it: would block (Linux, macOS), and the two of Windows.</summary>
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020), unchecked((int)0x80070021)];

    /// <summary>Opens a file, or makes it, for this process alone.</summary>
    /// <exception cref="FileHeldException">Another process has it.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException refusal) when (Held.Contains(refusal.HResult))
        {
            throw new FileHeldException(refusal);
        }
    }
}

/// <summary>Another process has the file.</summary>
/// <param name="reason">What the system said.</param>
public sealed class FileHeldException(IOException reason) : IOException("Another process has the file.", reason);
