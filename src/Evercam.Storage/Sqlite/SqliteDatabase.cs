using System.Data.Common;
using System.Text.RegularExpressions;
using Evercam.Archive;
using Evercam.Storage.Backups;
using Evercam.Storage.Catalog;
using Evercam.Storage.Disk;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Evercam.Storage.Sqlite;

/// <summary>Catalog and index in one file, and the keys in files beside it.</summary>
internal sealed partial class SqliteDatabase(SqliteFile file, DirectoryInfo keys, IServiceProvider services) : CatalogDatabase
{
    /// <summary>How many copies from before a change are kept.</summary>
    private const int KeptCopies = 2;

    private const string Before = ".before-";

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
        var copy = $"{file.Path}{Before}{migration}";
        try
        {
            await CopyAsync(copy, cancellation);
            return copy;
        }
        catch (StorageUnusableException failure)
        {
            throw new StorageUnusableException($"Before the database changes, it is copied. {failure.Message}", failure.InnerException);
        }
    }

    public override IXmlRepository Keys => new KeyFiles(
        keys, services.GetRequiredService<ILoggerFactory>(), services.GetRequiredService<StableStorage>());

    public override Task PrepareKeysAsync(Func<Task> check, CancellationToken cancellation)
    {
        PrivateFiles.MakeFolder(keys.FullName);
        return check();
    }

    public override Task<int> CopyKeysAsync(string folder, CancellationToken cancellation) =>
        StableCopy.CopyNewAsync(keys.FullName, folder, "*.xml", cancellation);

    public override string CopyEnding => ".db";

    public override long SizeBytes => Length(file.Path) + Length($"{file.Path}-wal");

    public override Task CopyAsync(string copy, CancellationToken cancellation) =>
        StableCopy.MakeAsync(copy, unfinished => VacuumIntoAsync(unfinished, copy, cancellation));

    public override async Task<CopiedIndex> CopyWithIndexAsync(string copy, CancellationToken cancellation)
    {
        await CopyAsync(copy, cancellation);
        return CopiedIndex.Of(new SqliteFile(copy));
    }

    public override void DropOldBackUps(string newest)
    {
        var name = Path.GetFileName(file.Path) + Before;
        var others = new FileInfo(file.Path).Directory!.GetFiles($"{name}*")
            .Where(copy => copy.FullName != newest && NameOfChange().IsMatch(copy.Name.AsSpan(name.Length)));
        foreach (var old in others.OrderByDescending(copy => copy.LastWriteTimeUtc).Skip(KeptCopies - 1))
        {
            try
            {
                old.Delete();
            }
            catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
            {
                // It takes room, and nothing else: the next change tries again.
            }
        }
    }

    public override Task RestoreAsync(string copy, CancellationToken cancellation) => StableCopy.CopyAsync(copy, file.Path, cancellation);

    public override ValueTask DisposeAsync()
    {
        // The last connection to close folds the WAL into the file.
        using var connection = new SqliteConnection(file.PooledConnection);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }

    /// <summary>Writers go on meanwhile. SQLite itself does not know of the cancellation.</summary>
    private async Task VacuumIntoAsync(string empty, string copy, CancellationToken cancellation)
    {
        await using var connection = file.Open();
        await using var command = connection.CreateCommand();
        command.CommandText = "VACUUM INTO $copy";
        command.Parameters.AddWithValue("$copy", empty);
        command.CommandTimeout = 0;
        await using var stop = cancellation.Register(() => raw.sqlite3_interrupt(connection.Handle!));
        try
        {
            await command.ExecuteNonQueryAsync(cancellation);
        }
        catch (SqliteException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new StorageUnusableException($"No copy of the database could be kept at {copy}: {failure.Message}", failure);
        }
    }

    /// <summary>As the changes are named. Others keep copies of their own, by names of their own; and what was broken off, and what SQLite
    /// keeps beside a file that is open, is no copy.</summary>
    [GeneratedRegex(@"\A\d{14}_\w+\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfChange();

    private static long Length(string path) => new FileInfo(path) is { Exists: true } there ? there.Length : 0;

    /// <summary>The system lets go of it when the process ends, however that ends.</summary>
    private async Task<FileStream> LockFileAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return HeldFiles.Open($"{file.Path}.lock");
            }
            catch (FileHeldException)
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
