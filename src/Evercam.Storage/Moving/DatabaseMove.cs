using Evercam.Storage.Postgres;
using Evercam.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Evercam.Storage.Moving;

/// <summary>Copies a database of SQLite, with its keys, into one of PostgreSQL that has nothing yet, or that an earlier attempt has begun
/// to fill.</summary>
internal sealed class DatabaseMove : IAsyncDisposable
{
    private readonly SqliteFile from;
    private readonly DirectoryInfo keys;
    private readonly CatalogDatabase target;
    private readonly string connectionString;
    private readonly UnfinishedMove present;
    private readonly NpgsqlConnection to;
    private UnfinishedMove? begun;

    /// <param name="from">The file. Nobody changes it meanwhile.</param>
    /// <param name="keys">The folder of its keys.</param>
    /// <param name="archive">Which archive it belongs to.</param>
    /// <param name="target">The other database.</param>
    /// <param name="connectionString">How to reach it.</param>
    public DatabaseMove(SqliteFile from, DirectoryInfo keys, string archive, CatalogDatabase target, string connectionString)
    {
        (this.from, this.keys, this.target) = (from, keys, target);
        this.connectionString = PostgresDatabase.Patience + connectionString;
        from.Fold();
        present = new(archive, from.State);
        to = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(this.connectionString)
        {
            ApplicationName = "evercam move",
            Pooling = false,
            CommandTimeout = 0,
            KeepAlive = 10,
        }.ConnectionString);
    }

    /// <summary>Whether an earlier attempt has begun.</summary>
    public bool IsBegun => begun is not null;

    /// <summary>Looks whether it may be copied there; changes nothing.</summary>
    /// <exception cref="StorageUnusableException">It has something else.</exception>
    public async Task LookAsync(CancellationToken cancellation)
    {
        await to.OpenAsync(cancellation);
        begun = await UnfinishedMove.ReadAsync(to, cancellation);
        if (begun is null)
        {
            await new PostgresCopies(connectionString).DemandEmptyAsync("a server is moved only where nothing is", cancellation);
        }
        else if (begun.Source != present.Source)
        {
            throw new StorageUnusableException(
                $"The database {to.Database} has half of another server, which evercam migrate-to has begun to move there.");
        }
    }

    /// <summary>From now on no server starts on the other database.</summary>
    public async Task BeginAsync(CancellationToken cancellation)
    {
        if (begun is null)
        {
            await present.BeginAsync(to, cancellation);
            begun = present;
        }

        await using var alone = await target.LockAsync(cancellation);
        await using var db = target.CreateDbContext();
        await db.Database.MigrateAsync(cancellation);
    }

    /// <summary>Copies all rows and keys that are not there yet, and counts them.</summary>
    /// <param name="tell">Told the share that is done.</param>
    /// <param name="cancellation">Ends it; what was copied stays.</param>
    public async Task<MovedRows> CopyAsync(Action<double> tell, CancellationToken cancellation)
    {
        await using var source = from.Open();
        var tables = await MovedTable.ReadAllAsync(source, to, cancellation);
        await ForgetOtherStateAsync(tables, cancellation);
        var copies = tables.Select(table => (Table: table, Copy: new TableCopy(table, source, to))).ToList();
        var (all, done) = (0L, 0L);
        foreach (var (_, copy) in copies)
        {
            all += await copy.CountAsync(cancellation);
            done += await copy.CountCopiedAsync(cancellation);
        }

        foreach (var (_, copy) in copies)
        {
            await copy.RunAsync(more => tell((done += more) / (double)all), cancellation);
            await copy.CountOnAsync(cancellation);
        }

        var taken = await TakeKeysAsync(cancellation);
        foreach (var (table, copy) in copies)
        {
            var (wanted, found) = (await copy.CountAsync(cancellation), await copy.CountCopiedAsync(cancellation));
            if (wanted != found)
            {
                throw new StorageUnusableException(
                    $"Of {wanted} rows of {table.Name} there are {found} in the database {to.Database}: empty it, and begin again.");
            }
        }

        // Or the first questions would be answered by long ways.
        await to.RunAsync("ANALYZE", cancellation);
        return new(tables.Count, all, taken);
    }

    /// <summary>All of it is there: servers may start.</summary>
    /// <exception cref="StorageUnusableException">The source has changed since.</exception>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        DemandUnchanged();
        await UnfinishedMove.EndAsync(to, cancellation);
    }

    /// <exception cref="StorageUnusableException">The source has changed since it was copied.</exception>
    public void DemandUnchanged()
    {
        if (from.State != present.State)
        {
            throw new StorageUnusableException(
                $"The database {from.Path} was changed while it was moved: begin again, and change nothing meanwhile.");
        }
    }

    public async ValueTask DisposeAsync() => await to.DisposeAsync();

    /// <summary>What was copied of a database that has changed since is copied anew.</summary>
    private async Task ForgetOtherStateAsync(IReadOnlyList<MovedTable> tables, CancellationToken cancellation)
    {
        if (begun == present)
        {
            return;
        }

        await using var together = await to.BeginTransactionAsync(cancellation);
        await to.RunAsync($"TRUNCATE {string.Join(", ", tables.Select(table => table.Quoted))}", cancellation);
        await present.ReplaceAsync(to, cancellation);
        await together.CommitAsync(cancellation);
        begun = present;
    }

    private async Task<int> TakeKeysAsync(CancellationToken cancellation)
    {
        var there = new PostgresKeys(connectionString);
        await there.ForgetAllAsync(cancellation);
        return there.TakeOver(keys);
    }
}

/// <summary>What was moved of a database.</summary>
/// <param name="Tables">How many tables.</param>
/// <param name="Rows">How many rows they have.</param>
/// <param name="Keys">How many keys open their secrets.</param>
public sealed record MovedRows(int Tables, long Rows, int Keys);
