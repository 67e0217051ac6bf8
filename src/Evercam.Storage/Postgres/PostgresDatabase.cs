using Evercam.Archive;
using Evercam.Storage.Backups;
using Evercam.Storage.Catalog;
using Evercam.Storage.Moving;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Catalog, index and keys in one database of a server.</summary>
internal sealed partial class PostgresDatabase : CatalogDatabase
{
    /// <summary>The advisory lock of whoever migrates: any number that no other program takes in this database.</summary>
    private const long MigrationLock = 0x4576_6572_6361_6D31;

    /// <summary>How long a connection may take, and what was asked to be cancelled, unless the administrator says so: a server that
    /// stands still takes connections all the same. To cancel takes a connection too, and each kind of encryption that is tried on it
    /// would wait for so long; who wants that of Kerberos says so.</summary>
    internal const string Patience = "Timeout=5;Cancellation Timeout=1000;GSS Encryption Mode=Disable;";

    /// <summary>How long it takes at most to see whether the server is there: those who come meanwhile wait for that.</summary>
    private const int LookSeconds = 2;

    private readonly string connectionString;
    private readonly DirectoryInfo keyFiles;
    private readonly IServiceProvider services;
    private readonly NpgsqlDataSource source;
    private readonly PostgresPresence presence;
    private readonly PostgresCopies copies;
    private readonly PostgresKeys keys;
    private readonly PooledDbContextFactory<PostgresEvercamDb> pool;

    /// <param name="connectionString">How to reach the server.</param>
    /// <param name="keyFiles">Where older versions kept the keys.</param>
    /// <param name="services">Those of the storage.</param>
    public PostgresDatabase(string connectionString, DirectoryInfo keyFiles, IServiceProvider services)
    {
        // Of two settings the last one wins.
        (this.connectionString, this.keyFiles, this.services) = (PostgresDurability.Demand(Patience + connectionString), keyFiles, services);
        copies = new(this.connectionString);
        keys = new(this.connectionString);
        var builder = new NpgsqlDataSourceBuilder(this.connectionString);
        builder.UseLoggerFactory(services.GetRequiredService<ILoggerFactory>());
        var settings = builder.ConnectionStringBuilder;
        settings.ApplicationName ??= "evercam";

        // The same few statements again and again: let the server keep their plans.
        settings.MaxAutoPrepare = settings.MaxAutoPrepare > 0 ? settings.MaxAutoPrepare : 64;
        settings.AutoPrepareMinUsages = 2;
        if (services.GetService<IOptions<NodeOptions>>()?.Value.IsOneOfMany == true)
        {
            // A server that freezes within a transaction must not keep from the others what it holds there.
            settings.Options = $"{settings.Options} -c idle_in_transaction_session_timeout=10s".TrimStart();
        }

        source = builder.Build();
        // A clock that a test stops does not stop the network.
        presence = new(LookAsync, source.Clear, TimeProvider.System, services.GetRequiredService<ILogger<PostgresPresence>>());
        pool = Pool<PostgresEvercamDb>(
            services, options => options.UseNpgsql(source).AddInterceptors(new PresenceInterceptor(presence)));
    }

    public override EvercamDb CreateDbContext() => pool.CreateDbContext();

    public override EvercamDb CreateDbContextOfRequest()
    {
        var db = CreateDbContext();
        db.Database.SetCommandTimeout(PostgresCommands.Patience);
        return db;
    }

    public override async Task<IAsyncDisposable?> ClaimAsync(bool isShared, CancellationToken cancellation)
    {
        await using var db = CreateDbContext();
        return await PostgresClaim.TakeAsync(
            connectionString,
            isShared,
            SchemaReach.Moment(db.Database.GetMigrations().Last()),
            presence,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<PostgresClaim>>(),
            cancellation);
    }

    public override Task<IReadOnlyList<string>> ListServingAsync(CancellationToken cancellation) => PostgresClaim.ListKnownAsync(source, cancellation);

    public override ISnapshotIndex CreateIndex() => new PostgresSnapshotIndex(source, presence, services.GetService<ITenures>());

    public override async Task<IAsyncDisposable> LockAsync(CancellationToken cancellation)
    {
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            await using var command = new NpgsqlCommand("SELECT pg_advisory_lock($1)", connection) { CommandTimeout = 0 }
                .With(MigrationLock);
            await command.ExecuteNonQueryAsync(cancellation);
            return new HeldLock(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task DemandWholeAsync(CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        if (await UnfinishedMove.ReadAsync(connection, cancellation) is not null)
        {
            throw new StorageUnusableException(
                $"The database {connection.Database} has half of a server that is being moved: evercam migrate-to goes on where it was broken off.");
        }
    }

    /// <summary>A server has an administrator, and the administrator backups.</summary>
    public override Task<string?> BackUpAsync(string migration, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    public override IXmlRepository Keys => keys;

    /// <summary>Keys that older versions kept in files are taken over by the first server of this one. Then there is a key: of several
    /// servers that begin together, each would make one that the others do not know.</summary>
    public override async Task PrepareKeysAsync(Func<Task> check, CancellationToken cancellation)
    {
        var areNew = keys.GetAllElements().Count == 0;
        var taken = areNew ? keys.TakeOver(keyFiles) : 0;
        try
        {
            await check();
        }
        catch (StorageUnusableException) when (areNew)
        {
            await keys.ForgetAllAsync(cancellation);
            throw;
        }
        catch (StorageUnusableException wrong)
        {
            throw new StorageUnusableException("The keys in the database do not open its secrets: restore a backup, which has both.", wrong);
        }

        services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Evercam.Storage", "start").Protect("");
        if (taken > 0)
        {
            LogTakenOver(services.GetRequiredService<ILogger<PostgresDatabase>>(), taken, keyFiles.FullName);
        }
    }

    /// <summary>They are in the copy.</summary>
    public override Task<int> CopyKeysAsync(string folder, CancellationToken cancellation) => Task.FromResult(keys.GetAllElements().Count);

    public override string CopyEnding => ".dump";

    /// <summary>The server has a disk of its own, and tells little of what a dump will take.</summary>
    public override long SizeBytes => 0;

    public override Task DemandCopyableAsync(CancellationToken cancellation) => copies.DemandDumpAsync(cancellation);

    public override async Task CopyAsync(string copy, CancellationToken cancellation)
    {
        await DemandCopyableAsync(cancellation);
        await StableCopy.MakeAsync(copy, unfinished => copies.DumpAsync(unfinished, moment: null, cancellation));
    }

    /// <summary>A dump is no database, and changes no more. So the rows are read beside it, at its moment.</summary>
    public override async Task<CopiedIndex> CopyWithIndexAsync(string copy, CancellationToken cancellation)
    {
#pragma warning disable CA2000 // Whoever is given it disposes of it.
        var rows = await CopiedIndex.MakeAsync($"{copy}.rows", services, cancellation);
#pragma warning restore CA2000
        try
        {
            await using var moment = await copies.TakeMomentAsync(cancellation);
            await StableCopy.MakeAsync(copy, unfinished => copies.DumpAsync(unfinished, moment.Name, cancellation));
            await moment.CopyRowsAsync(rows.Index, cancellation);
            return rows;
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    public override Task DemandRestorableAsync(CancellationToken cancellation) => copies.DemandRestorableAsync(cancellation);

    public override Task<bool> HasKeysAsync(string copy, CancellationToken cancellation) => copies.HasKeysAsync(copy, cancellation);

    public override Task RestoreAsync(string copy, CancellationToken cancellation) => copies.RestoreAsync(copy, cancellation);

    public override async ValueTask DisposeAsync()
    {
        await presence.DisposeAsync();
        await source.DisposeAsync();
    }

    /// <summary>A server that lets somebody in is there. The connection is none of the pool's: those may be of a time before.</summary>
    private async Task LookAsync(CancellationToken cancellation)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "evercam look",
            Pooling = false,
            Timeout = LookSeconds,
        };
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} keys are in the database now, and needed no more in {Folder}")]
    private static partial void LogTakenOver(ILogger log, int count, string folder);

    private sealed class HeldLock(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await using (connection)
            {
                await using var unlock = new NpgsqlCommand("SELECT pg_advisory_unlock($1)", connection)
                {
                    CommandTimeout = (int)PostgresCommands.Patience.TotalSeconds,
                }.With(MigrationLock);
                await unlock.ExecuteNonQueryAsync();
            }
        }
    }
}
