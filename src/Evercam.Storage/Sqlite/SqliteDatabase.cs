using System.Data.Common;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Storage.Sqlite;

/// <summary>Catalog and index in one file.</summary>
internal sealed class SqliteDatabase(SqliteFile file, IServiceProvider services) : CatalogDatabase
{
    private static readonly TimeSpan LockRetry = TimeSpan.FromMilliseconds(50);

    private readonly PooledDbContextFactory<SqliteEvercamDb> pool = Pool<SqliteEvercamDb>(
        services, options => options.UseSqlite(file.PooledConnection).AddInterceptors(new PragmasOnOpen()));

    private readonly TimeProvider clock = services.GetRequiredService<TimeProvider>();

    public override EvercamDb CreateDbContext() => pool.CreateDbContext();

    public override ISnapshotIndex CreateIndex() => new SqliteSnapshotIndex(file);

    public override async Task<IAsyncDisposable> LockAsync(CancellationToken cancellation)
    {
        var held = await LockFileAsync(cancellation);
        try
        {
            await using var connection = file.Open();
            await using var command = connection.CreateCommand();

            // WAL is a property of the file. And EF's own lock is a row, which a killed process leaves behind for ever: whoever
            // holds the file's lock knows that nobody migrates.
            command.CommandText = "PRAGMA journal_mode = WAL; DROP TABLE IF EXISTS __EFMigrationsLock;";
            await command.ExecuteNonQueryAsync(cancellation);
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    public override async Task<string?> BackUpAsync(string migration, CancellationToken cancellation)
    {
        var copy = $"{file.Path}.before-{migration}";
        var unfinished = copy + ".unfinished";
        File.Delete(unfinished);
        try
        {
            await using var connection = file.Open();
            await using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $copy";
            command.Parameters.AddWithValue("$copy", unfinished);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (SqliteException failure)
        {
            File.Delete(unfinished);
            throw new StorageUnusableException(
                $"The database must change, but no copy of it could be kept at {copy}: {failure.Message}", failure);
        }

        File.Move(unfinished, copy, overwrite: true);
        return copy;
    }

    public override ValueTask DisposeAsync()
    {
        // The last connection to close folds the WAL into the file.
        using var connection = new SqliteConnection(file.PooledConnection);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    /// <summary>The system lets go of it when the process ends, however that ends.</summary>
    private async Task<FileStream> LockFileAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream($"{file.Path}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists($"{file.Path}.lock"))
            {
                await Task.Delay(LockRetry, clock, cancellation);
            }
        }
    }

    /// <summary>Sets up each connection that EF opens.</summary>
    private sealed class PragmasOnOpen : DbConnectionInterceptor
    {
        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
        {
            using var command = connection.CreateCommand();
            command.CommandText = SqliteFile.Pragmas;
            command.ExecuteNonQuery();
        }

        public override Task ConnectionOpenedAsync(
            DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
        {
            ConnectionOpened(connection, eventData);
            return Task.CompletedTask;
        }
    }
}
