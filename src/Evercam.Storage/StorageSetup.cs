using System.Data.Common;
using Evercam.Archive;
using Evercam.Storage.Backups;
using Evercam.Storage.Catalog;
using Evercam.Storage.Disk;
using Evercam.Storage.Postgres;
using Evercam.Storage.Sqlite;
using Evercam.Storage.Vendors;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Evercam.Storage;

/// <summary>The plug board: which driver stands behind which port.</summary>
public static class StorageSetup
{
    /// <summary>Registers the catalog (<see cref="EvercamDb"/>, scoped, and <c>IDbContextFactory&lt;EvercamDb&gt;</c>), the stores
    /// of ASP.NET Core Identity, the index (<see cref="ISnapshotIndex"/>) and the key ring. The options are read when the first of
    /// them is asked for.</summary>
    public static IServiceCollection AddEvercamStorage(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<StorageOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<StorageOptions>, StorageOptionsSetup>();
        services.AddSingleton<IValidateOptions<StorageOptions>, StorageOptionsSetup>();

        // Whoever's transaction it was tells why it has failed; that a lost connection cannot take it back is no error besides.
        services.AddLogging(logs => logs.AddFilter("Npgsql.Transaction", LogLevel.None));

        services.AddOptions<NodeOptions>().ValidateOnStart();
        services.AddSingleton<IConfigureOptions<NodeOptions>, NodeOptionsSetup>();
        services.AddSingleton<IValidateOptions<NodeOptions>, NodeOptionsSetup>();
        services.TryAddSingleton<ITenures, AloneTenures>();

        services.AddSingleton(OpenDatabase);
        services.AddSingleton<StorageStart>();
        services.AddSingleton<IDbContextFactory<EvercamDb>>(provider => provider.GetRequiredService<CatalogDatabase>());
        services.AddScoped(provider => provider.GetRequiredService<CatalogDatabase>().CreateDbContextOfRequest());
        services.AddSingleton(provider => provider.GetRequiredService<CatalogDatabase>().CreateIndex());
        services.AddSingleton(ListenToOthers);
        services.AddPacks();
        services.AddSingleton(provider => new NightlyCopies(
            provider.GetRequiredService<CatalogDatabase>(), provider.GetRequiredService<IOptions<StorageOptions>>()));
        services.AddSingleton(provider => new StorageBackup(
            provider.GetRequiredService<CatalogDatabase>(),
            provider.GetRequiredService<ISnapshotIndex>(),
            provider.GetRequiredService<IArchivePlace>(),
            provider.GetRequiredService<IOptions<StorageOptions>>()));
        services.AddSingleton(provider => new StorageRestore(
            provider.GetRequiredService<CatalogDatabase>(),
            provider.GetRequiredService<ISnapshotIndex>(),
            provider.GetRequiredService<IOptions<StorageOptions>>()));
        new IdentityBuilder(typeof(User), services).AddEntityFrameworkStores<EvercamDb>();

        services.AddDataProtection().SetApplicationName("evercam");
        services.AddSingleton<StableStorage>();
        services.AddOptions<KeyManagementOptions>().Configure<CatalogDatabase>((keys, database) => keys.XmlRepository = database.Keys);
        return services;
    }

    /// <summary>Keeps other servers from the database as long as this one runs: until the answer is disposed of. SQLite's lies in the data
    /// directory, which has its own lock; then there is no answer.</summary>
    /// <param name="services">Those of the storage.</param>
    /// <param name="isShared">Whether those may use it that say so, too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StorageUnusableException">Another server uses it, or it cannot be reached.</exception>
    public static async Task<IAsyncDisposable?> ClaimEvercamStorageAsync(
        this IServiceProvider services, bool isShared, CancellationToken cancellation)
    {
        try
        {
            return await services.GetRequiredService<CatalogDatabase>().ClaimAsync(isShared, cancellation);
        }
        catch (DbException failure)
        {
            throw StorageUnusableException.OfDatabase(failure);
        }
    }

    /// <summary>Brings the database to this program's schema and vendor catalogue. To be awaited before anything is served. Of
    /// several processes that start at once, one works and the others wait.</summary>
    /// <exception cref="StorageUnusableException">The storage must not be used as it is.</exception>
    public static Task PrepareEvercamStorageAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<StorageStart>().RunAsync(mayChange: true, mayTakeOver: false, cancellation);

    /// <summary>As <see cref="PrepareEvercamStorageAsync"/>, for a database that is to be made of the archive that is there: also of a bucket,
    /// which another server loses by that.</summary>
    /// <exception cref="StorageUnusableException">The storage must not be used as it is.</exception>
    public static Task TakeOverEvercamStorageAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<StorageStart>().RunAsync(mayChange: true, mayTakeOver: true, cancellation);

    /// <summary>Opens storage for a command that may run beside a server, perhaps one of an older version: it makes a new database, and
    /// changes the schema of none that is there.</summary>
    /// <exception cref="StorageUnusableException">The storage must not be used as it is.</exception>
    public static Task OpenEvercamStorageAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<StorageStart>().RunAsync(mayChange: false, mayTakeOver: false, cancellation);

    /// <summary>Makes vendors of the registry's organisations, in storage that is prepared. Servers on the same database answer
    /// with them from the next request on.</summary>
    /// <returns>How many vendors were not known before.</returns>
    /// <exception cref="StorageUnusableException">The database cannot be used, and is as it was.</exception>
    public static async Task<int> ImportVendorsAsync(
        this IServiceProvider services, VendorRegistry registry, CancellationToken cancellation)
    {
        var database = services.GetRequiredService<CatalogDatabase>();
        try
        {
            await using var alone = await database.LockAsync(cancellation);
            await using var db = database.CreateDbContext();
            return await RegistryImport.RunAsync(db, registry, services.GetRequiredService<TimeProvider>(), cancellation);
        }
        catch (Exception failure) when (failure is DbException or DbUpdateException)
        {
            throw StorageUnusableException.OfDatabase(failure);
        }
    }

    /// <summary>Without the database's services: those that watch what it saves want to know what others do.</summary>
    private static IOtherServers ListenToOthers(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return options.Chosen switch
        {
            // A clock that a test stops does not stop the network.
            DatabaseKind.Postgres => new PostgresOtherServers(
                PostgresDatabase.Patience + options.ConnectionString,
                TimeProvider.System,
                services.GetRequiredService<ILogger<PostgresOtherServers>>()),
            _ => new NoOtherServers(),
        };
    }

    private static CatalogDatabase OpenDatabase(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        return options.Chosen switch
        {
            DatabaseKind.Postgres => new PostgresDatabase(options.ConnectionString!, options.KeysDirectory, services),
            _ => new SqliteDatabase(new SqliteFile(options.DatabaseFile), options.KeysDirectory, services),
        };
    }
}
