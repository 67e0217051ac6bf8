using System.Data.Common;
using Evercam.Archive;
using Evercam.Storage.Disk;
using Evercam.Storage.S3;
using Evercam.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Evercam.Storage.Moving;

/// <summary>Moves what a server keeps to where it is to be kept from now on: the database from SQLite to PostgreSQL, the packs from disk to a
/// bucket, or both. The source is read, and stays as it is. Broken off, it goes on where it was when it is run again, and until
/// <see cref="FinishAsync"/> no server starts on what is there.</summary>
public sealed class StorageMove : IAsyncDisposable
{
    private readonly DatabaseMove? rows;
    private readonly PackMove? packs;
    private readonly IServiceProvider to;

    private StorageMove(DatabaseMove? rows, PackMove? packs, IServiceProvider to) => (this.rows, this.packs, this.to) = (rows, packs, to);

    /// <summary>Makes ready what is to be moved, and asks nothing of where to. To be called by whoever alone uses the source, when that was
    /// opened.</summary>
    /// <param name="from">The services of the server as it is.</param>
    /// <param name="to">Those of the server as it is to be.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="StorageUnusableException">It cannot be moved so.</exception>
    public static async Task<StorageMove> PlanAsync(IServiceProvider from, IServiceProvider to, CancellationToken cancellation)
    {
        var (before, after) = (OptionsOf(from), OptionsOf(to));
        MovePlan.Demand(before, after, BucketOf(from), BucketOf(to));
        var archive = await from.GetRequiredService<IArchivePlace>().ReadMarkAsync(cancellation)
            ?? throw new StorageUnusableException("The archive has no mark.");
#pragma warning disable CA2000 // What is made of it here disposes of it.
        var rows = MovePlan.MovesRows(before, after)
            ? new DatabaseMove(
                new SqliteFile(before.DatabaseFile), before.KeysDirectory, archive, to.GetRequiredService<CatalogDatabase>(), after.ConnectionString!)
            : null;
#pragma warning restore CA2000
        var packs = MovePlan.MovesPacks(before, after)
            ? new PackMove(new PackPaths(before.PacksDirectory), archive, to.GetRequiredService<Bucket>())
            : null;
        return new(rows, packs, to);
    }

    /// <summary>Looks whether nothing is in the way, and says in both places that something is being moved there. To be called by whoever
    /// alone uses those, too.</summary>
    /// <exception cref="StorageUnusableException">There is something else; nothing was changed.</exception>
    public Task BeginAsync(CancellationToken cancellation) => OfDatabaseAsync(async () =>
    {
        await (rows?.LookAsync(cancellation) ?? Task.CompletedTask);
        await (packs?.LookAsync(mayBeWhole: rows?.IsBegun == true, cancellation) ?? Task.CompletedTask);
        await (packs?.BeginAsync(cancellation) ?? Task.CompletedTask);
        await (rows?.BeginAsync(cancellation) ?? Task.CompletedTask);
        return true;
    });

    /// <summary>Copies the rows and the keys, and counts them, if they are moved.</summary>
    /// <param name="tell">Told the share that is done.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<MovedRows> CopyRowsAsync(Action<double> tell, CancellationToken cancellation) =>
        OfDatabaseAsync(() => rows?.CopyAsync(tell, cancellation) ?? Task.FromResult(new MovedRows(0, 0, 0)));

    /// <summary>Copies the packs, if they are moved.</summary>
    /// <param name="tell">Told the share that is done.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<MovedPacks> CopyPacksAsync(Action<double> tell, CancellationToken cancellation) =>
        packs?.CopyAsync(tell, cancellation) ?? Task.FromResult(new MovedPacks(0, 0, 0));

    /// <summary>Proves what is there now: each row of a picture has its bytes, by their hash, and each picture its row.</summary>
    /// <param name="tell">Told the share that is done.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is wrong, in a sentence each.</returns>
    public async Task<IReadOnlyList<string>> CheckAsync(Action<double> tell, CancellationToken cancellation)
    {
        var check = to.GetRequiredService<ArchiveCheck>();
        var findings = await check.RunAsync(tell, cancellation).ToListAsync(cancellation);
        return [.. check.Unlisted.Select(folder => $"A folder cannot be read: {folder}"), .. findings.Select(finding => $"{finding}")];
    }

    /// <summary>All is there and proven: a server may start on it.</summary>
    /// <exception cref="StorageUnusableException">The source has changed meanwhile.</exception>
    public Task FinishAsync(CancellationToken cancellation) => OfDatabaseAsync(async () =>
    {
        rows?.DemandUnchanged();
        await (packs?.FinishAsync(cancellation) ?? Task.CompletedTask);
        await (rows?.FinishAsync(cancellation) ?? Task.CompletedTask);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => rows?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static StorageOptions OptionsOf(IServiceProvider services) => services.GetRequiredService<IOptions<StorageOptions>>().Value;

    private static S3Options BucketOf(IServiceProvider services) => services.GetRequiredService<IOptions<S3Options>>().Value;

    private static async Task<T> OfDatabaseAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (DbException failure)
        {
            throw StorageUnusableException.OfDatabase(failure);
        }
    }
}
