using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A file that is there when it is whole, and not before.</summary>
internal static class WholeFile
{
    public const string Unfinished = ".part";

    /// <returns>How many bytes it has.</returns>
    public static async Task<long> WriteAsync(string path, Download picture, CancellationToken cancellation)
    {
        try
        {
            long bytes;
            await using (var file = File.Create(path + Unfinished))
            {
                await picture.Content.CopyToAsync(file, cancellation);
                bytes = file.Length;
            }

            File.Move(path + Unfinished, path, overwrite: true);
            return bytes;
        }
        catch
        {
            File.Delete(path + Unfinished);
            throw;
        }
    }

    /// <summary>Refuses a place where no file can be, before anything is done that it would be for.</summary>
    /// <exception cref="CannotBeginException">There is no such folder.</exception>
    public static void Expect(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new CannotBeginException($"There is no folder {folder}.");
        }
    }
}
