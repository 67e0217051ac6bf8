using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Setup;

/// <summary>Held by the one process that writes to a data directory. Ends with the process, however that ends.</summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DataDirectoryLock(FileStream file) => this.file = file;

    /// <exception cref="DataDirectoryInUseException">Another process has it.</exception>
    /// <exception cref="StorageUnusableException">The directory cannot be made or written.</exception>
    public static DataDirectoryLock Take(IServiceProvider services)
    {
        var directory = services.GetRequiredService<IOptions<StorageOptions>>().Value.DataDirectory;
        try
        {
            PrivateFiles.MakeFolder(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnusableException($"The data directory {directory} cannot be used: {failure.Message}", failure);
        }

        try
        {
            return new(HeldFiles.Open(Path.Combine(directory, "evercam.lock")));
        }
        catch (FileHeldException)
        {
            throw new DataDirectoryInUseException(directory);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnusableException($"The data directory {directory} cannot be written: {failure.Message}", failure);
        }
    }

    public void Dispose() => file.Dispose();
}

/// <summary>Another process writes to the data directory.</summary>
internal sealed class DataDirectoryInUseException(string directory)
    : Exception($"The data directory {directory} is in use by another evercam process.");
