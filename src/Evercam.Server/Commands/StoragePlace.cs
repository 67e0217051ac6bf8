using Evercam.Server.Commands.Remote;
using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>Tells a data directory from one that was mistyped.</summary>
internal static class StoragePlace
{
    /// <exception cref="CannotBeginException">There is no database.</exception>
    public static void ExpectDatabase(IServiceProvider services)
    {
        var storage = Of(services);
        if (!storage.HasDatabase)
        {
            throw new CannotBeginException($"There is no database in the data directory {storage.DataDirectory}.");
        }
    }

    /// <exception cref="CannotBeginException">There is no database, and nothing to make one of.</exception>
    public static void ExpectAnything(IServiceProvider services)
    {
        var storage = Of(services);
        if (!storage.HasDatabase && !storage.HasArchive)
        {
            throw new CannotBeginException($"There is neither a database nor an archive in the data directory {storage.DataDirectory}.");
        }
    }

    private static StorageOptions Of(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;
}
