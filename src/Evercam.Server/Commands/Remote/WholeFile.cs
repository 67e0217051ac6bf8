using Evercam.Api;

namespace Evercam.Server.Commands.Remote;

/// <summary>A file that is there when it is whole, and not before.</summary>
internal static class WholeFile
{
    public const string Unfinished = ".part";

    /// <returns>How many bytes it has.</returns>
    public static async Task<long> WriteAsync(string path, Download picture, CancellationToken cancellation)
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
}
