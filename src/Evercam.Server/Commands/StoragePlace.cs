using Evercam.Storage;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Commands;

/// <summary>Tells a data directory from one that was mistyped.</summary>
internal static class StoragePlace
{
    /// <summary>The option that says so.</summary>
    public const string TakeBucket = "--take-bucket";

    /// <exception cref="CannotBeginException">There is no database.</exception>
    public static void ExpectDatabase(IServiceProvider services)
    {
        var storage = Of(services);
        if (!storage.HasDatabase)
        {
            throw new CannotBeginException($"There is no database in the data directory {storage.DataDirectory}.");
        }
    }

    /// <summary>A bucket is there whatever is typed, and belongs to the database that was last made of it: so that is to be said.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="mayTakeBucket">Whether a database may be made of a bucket.</param>
    /// <exception cref="CannotBeginException">There is no database, and nothing to make one of.</exception>
    public static void ExpectAnything(IServiceProvider services, bool mayTakeBucket)
    {
        var storage = Of(services);
        if (storage.HasDatabase)
        {
            return;
        }

        if (!storage.HasArchive)
        {
            throw new CannotBeginException($"There is neither a database nor an archive in the data directory {storage.DataDirectory}.");
        }

        if (storage.Packs == PackPlace.S3 && !mayTakeBucket)
        {
            throw new CannotBeginException(
                $"There is no database in the data directory {storage.DataDirectory}. If it is lost, {TakeBucket} makes another one, which takes the bucket over.");
        }
    }

    private static StorageOptions Of(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;
}
