namespace Evercam.Storage.S3;

/// <summary>Where the bytes of an object are gathered before they are sent: in memory, or, if they are many, in a file that has no
/// name.</summary>
internal sealed class Spool(string folder)
{
    private const long InMemory = 16 << 20;

    /// <summary>Opens a place for so many bytes.</summary>
    public Stream Open(long bytes)
    {
        if (bytes <= InMemory)
        {
            return new MemoryStream((int)bytes);
        }

        PrivateFiles.MakeFolder(folder);
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            // So it goes with the process, however that ends.
            File.Delete(path);
        }

        return file;
    }
}
