namespace Evercam.Server.Commands.Remote;

/// <summary>A file that is there when it is whole, and not before.</summary>
internal static class WholeFile
{
    public const string Unfinished = ".part";

    private const string Memory = "/dev/shm/";

    /// <summary>Where there are no files.</summary>
    private static readonly string[] NoPlaces = ["/dev/", "/proc/", "/sys/"];

    /// <param name="path">Where it is to be.</param>
    /// <param name="content">What is to be in it.</param>
    /// <param name="mode">What to do where one was begun already.</param>
    /// <param name="cancellation">Ends the writing.</param>
    public static async Task WriteAsync(string path, byte[] content, FileMode mode, CancellationToken cancellation)
    {
        await using (var file = new FileStream(path + Unfinished, mode, FileAccess.Write))
        {
            try
            {
                await file.WriteAsync(content, cancellation);
            }
            catch
            {
                File.Delete(path + Unfinished);
                throw;
            }
        }

        File.Move(path + Unfinished, path, overwrite: true);
    }

    /// <summary>Refuses a place where no file can be, before anything is done that it would be for. What is put in a file's place is put in the
    /// place of what a link names, and never in that of a device.</summary>
    /// <returns>The file's own path.</returns>
    /// <exception cref="CannotBeginException">There is no such folder, or something that is no file.</exception>
    public static string Expect(string path)
    {
        if (path is "" or "-" || IsNoPlace(Path.GetFullPath(path)))
        {
            throw new CannotBeginException($"'{path}' is no file.");
        }

        var file = new FileInfo(path);
        var place = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        if (IsNoPlace(place) || Directory.Exists(place) || (File.Exists(place) && !IsFile(place)))
        {
            throw new CannotBeginException($"{path} is there, and is no file.");
        }

        return Path.GetDirectoryName(place) is not { } folder || Directory.Exists(folder)
            ? place
            : throw new CannotBeginException($"There is no folder {folder}.");
    }

    /// <summary>Refuses a place beside which a file is that would be in the way.</summary>
    /// <returns>The file's own path.</returns>
    /// <exception cref="CannotBeginException">There is one, or <see cref="Expect"/> says so.</exception>
    public static string ExpectFree(string path)
    {
        var place = Expect(path);
        return Path.Exists(place + Unfinished)
            ? throw new CannotBeginException($"{place + Unfinished} is in the way: delete it, if it is nothing that you need.")
            : place;
    }

    private static bool IsNoPlace(string path) => !path.StartsWith(Memory, StringComparison.Ordinal)
        && NoPlaces.Any(place => path.StartsWith(place, StringComparison.Ordinal));

    /// <summary>A pipe is opened to write and read: else opening it would wait for somebody at its other end.</summary>
    private static bool IsFile(string place)
    {
        using var file = new FileStream(place, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        return file.CanSeek;
    }
}
