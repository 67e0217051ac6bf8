using Evercam.Storage.Disk;
using Microsoft.Win32.SafeHandles;

namespace Evercam.Storage.Backups;

/// <summary>Files that outlive what they were copied from: private, on stable storage, and under their name only when they are
/// whole.</summary>
internal static class StableCopy
{
    private const int Piece = 1 << 20;
    private const UnixFileMode OnlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a file, or replaces it. If that fails, what was there before is there still.</summary>
    /// <param name="path">The file; its folder must be there.</param>
    /// <param name="write">Fills the empty file that it is given the path of.</param>
    public static async Task MakeAsync(string path, Func<string, Task> write)
    {
        var unfinished = $"{path}.unfinished";
        File.Delete(unfinished);
        try
        {
            MakeEmpty(unfinished);
            await write(unfinished);
            using (var written = File.OpenHandle(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                RandomAccess.FlushToDisk(written);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }

        Posix.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Copies a file as it is now.</summary>
    public static async Task CopyAsync(string source, string target, CancellationToken cancellation)
    {
        using var handle = SourceUnreadableException.Around(() => PackFile.Open(source, FileMode.Open, FileAccess.Read));
        await CopyAsync(handle, SourceUnreadableException.Around(() => RandomAccess.GetLength(handle)), target, cancellation);
    }

    /// <summary>Copies the beginning of a file that others may be writing to.</summary>
    /// <exception cref="SourceUnreadableException">It cannot be read, and nothing was copied.</exception>
    public static Task CopyAsync(SafeFileHandle source, long length, string target, CancellationToken cancellation) =>
        MakeAsync(target, async unfinished =>
        {
            using var copy = File.OpenHandle(unfinished, FileMode.Open, FileAccess.Write);
            var buffer = new byte[(int)Math.Min(Piece, length)];
            for (long offset = 0, read; offset < length; offset += read)
            {
                var piece = buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - offset));
                cancellation.ThrowIfCancellationRequested();
                var at = offset;
                read = SourceUnreadableException.Around(() => RandomAccess.Read(source, piece.Span, at));
                if (read == 0)
                {
                    throw new SourceUnreadableException("It became shorter while it was copied.");
                }

                await RandomAccess.WriteAsync(copy, piece[..(int)read], offset, cancellation);
            }
        });

    /// <summary>Copies the files of a folder that are not there yet.</summary>
    /// <returns>How many the folder has.</returns>
    public static async Task<int> CopyNewAsync(string source, string target, string pattern, CancellationToken cancellation)
    {
        PrivateFiles.MakeFolder(target);
        var files = Directory.GetFiles(source, pattern);
        foreach (var file in files)
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            if (!File.Exists(copy))
            {
                await CopyAsync(file, copy, cancellation);
            }
        }

        SyncFolders(target);
        return files.Length;
    }

    /// <summary>Makes the names of a folder survive a crash, of those below it, and its own.</summary>
    public static void SyncFolders(string root)
    {
        foreach (var folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories))
        {
            Posix.SyncDirectory(folder);
        }

        Posix.SyncDirectory(root);
        Posix.SyncDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root))) ?? root);
    }

    private static void MakeEmpty(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OnlyOwner;
        }

        using var empty = new FileStream(path, options);
    }
}

/// <summary>What is to be copied cannot be read. It says nothing of the place to which it is copied, nor of other files.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="reason">The system's own failure, if there is one.</param>
internal sealed class SourceUnreadableException(string message, Exception? reason = null) : IOException(message, reason)
{
    /// <summary>Reads something of the source.</summary>
    public static T Around<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnreadableException(refused.Message, refused);
        }
    }
}
