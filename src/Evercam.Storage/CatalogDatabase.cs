using Evercam.Archive;
using Evercam.Storage.Backups;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Storage;

/// <summary>The database that catalog and index share: what differs between the drivers.</summary>
internal abstract class CatalogDatabase : IDbContextFactory<EvercamDb>, IAsyncDisposable
{
    /// <summary>A context from the pool; disposing of it gives it back.</summary>
    public abstract EvercamDb CreateDbContext();

    /// <summary>One for a request: somebody waits, and a database that does not answer is to be told of soon.</summary>
    public virtual EvercamDb CreateDbContextOfRequest() => CreateDbContext();

    public abstract ISnapshotIndex CreateIndex();

    /// <summary>Keeps other servers from this database until it is disposed of; <see langword="null"/> if none can get at it.</summary>
    /// <param name="isShared">Whether those may use it that say so, too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StorageUnusableException">Another one uses it.</exception>
    public virtual Task<IAsyncDisposable?> ClaimAsync(bool isShared, CancellationToken cancellation) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>Of each server that has claimed this database, the moment of the last change of the schema that it knows.</summary>
    public virtual Task<IReadOnlyList<string>> ListServingAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>Waits until no other process prepares this database, and keeps the others out until disposed of.</summary>
    public abstract Task<IAsyncDisposable> LockAsync(CancellationToken cancellation);

    /// <summary>Looks whether it is all there, by whoever has <see cref="LockAsync"/>.</summary>
    /// <exception cref="StorageUnusableException">It is half of one that is being moved.</exception>
    public virtual Task DemandWholeAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Keeps a copy of a database that holds something, before its schema changes.</summary>
    /// <returns>Where the copy lies; <see langword="null"/> if this driver leaves that to others.</returns>
    public abstract Task<string?> BackUpAsync(string migration, CancellationToken cancellation);

    /// <summary>Drops copies that <see cref="BackUpAsync"/> kept before earlier changes, but for the newest. One that cannot be deleted
    /// stays.</summary>
    /// <param name="newest">The one that was kept last, which stays, too.</param>
    public virtual void DropOldBackUps(string newest)
    {
    }

    /// <summary>Where the keys are kept that open the secrets in it.</summary>
    public abstract IXmlRepository Keys { get; }

    /// <summary>Makes the keys ready that others share, where they do, by whoever has <see cref="LockAsync"/>. If the keys turn out not to
    /// open the secrets, everything is as it was before.</summary>
    /// <param name="check">Looks whether they open the secrets, and fails if they do not.</param>
    /// <param name="cancellation">Ends it.</param>
    public virtual Task PrepareKeysAsync(Func<Task> check, CancellationToken cancellation) => check();

    /// <summary>Copies the keys that are not there yet, for a copy of the database that was made before: whatever is protected there has
    /// its key by then. Keys are never changed, and old ones still open secrets.</summary>
    /// <param name="folder">Where to; nothing is made there if the copy itself holds the keys.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>How many there are.</returns>
    public abstract Task<int> CopyKeysAsync(string folder, CancellationToken cancellation);

    /// <summary>How the file name of a copy ends.</summary>
    public abstract string CopyEnding { get; }

    /// <summary>How much room a copy takes at most, as far as that is known.</summary>
    public abstract long SizeBytes { get; }

    /// <summary>Copies the database as it is at one moment, also while it is written to. The file is whole when it has its name, and
    /// replaces one that was there.</summary>
    /// <exception cref="StorageUnusableException">What is needed for that is not installed, or failed.</exception>
    public abstract Task CopyAsync(string copy, CancellationToken cancellation);

    /// <summary>The same, and opens an index of the pictures that are in the copy.</summary>
    /// <exception cref="StorageUnusableException">What is needed for that failed.</exception>
    public abstract Task<CopiedIndex> CopyWithIndexAsync(string copy, CancellationToken cancellation);

    /// <summary>Looks whether a copy can be made, for whoever has something to make before.</summary>
    /// <exception cref="StorageUnusableException">It cannot, and why.</exception>
    public virtual Task DemandCopyableAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Looks whether a copy can be restored. Whether anything is in the way in the data directory, its entries tell.</summary>
    /// <exception cref="StorageUnusableException">It cannot, and why.</exception>
    public virtual Task DemandRestorableAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Whether a copy itself holds the keys that open its secrets.</summary>
    /// <exception cref="StorageUnusableException">It cannot be read.</exception>
    public virtual Task<bool> HasKeysAsync(string copy, CancellationToken cancellation) => Task.FromResult(false);

    /// <summary>Makes the database of a copy, where nothing is; all of it, or nothing.</summary>
    /// <exception cref="StorageUnusableException">What is needed for that failed.</exception>
    public abstract Task RestoreAsync(string copy, CancellationToken cancellation);

    public abstract ValueTask DisposeAsync();

    /// <summary>A pool of contexts that open secrets with the key ring of these services, and that their interceptors
    /// watch. What fails is for whoever asked to put right or to tell: of two who want the same name one is refused, and that is no
    /// line in the log; and a database that is away is told of once.</summary>
    protected static PooledDbContextFactory<TContext> Pool<TContext>(
        IServiceProvider services, Action<DbContextOptionsBuilder> database)
        where TContext : EvercamDb
    {
        var options = new DbContextOptionsBuilder<TContext>()
            .UseApplicationServiceProvider(services)
            .ReplaceService<IModelCacheKeyFactory, ModelPerKeyRing>()
            .ConfigureWarnings(warnings => warnings.Log(
                (RelationalEventId.CommandError, LogLevel.Debug),
                (RelationalEventId.ConnectionError, LogLevel.Debug),
                (RelationalEventId.TransactionError, LogLevel.Debug),
                (CoreEventId.QueryIterationFailed, LogLevel.Debug),
                (CoreEventId.SaveChangesFailed, LogLevel.Debug)))
            .AddInterceptors(services.GetServices<IInterceptor>());
        database(options);
        return new PooledDbContextFactory<TContext>(options.Options);
    }
}
