using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Copies of the database, made and brought back by PostgreSQL's own programs.</summary>
/// <param name="connectionString">How to reach it.</param>
internal sealed class PostgresCopies(string connectionString)
{
    /// <summary>What the extensions of the database brought does not count.</summary>
    private const string AnyTable =
        """
        SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
          AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1 LIMIT 1
        """;

    private readonly NpgsqlConnectionStringBuilder settings = new(connectionString) { ApplicationName = "evercam copy", Pooling = false };

    private string Name => settings.Database ?? settings.Username ?? "";

    private PostgresProgram Dump => new("pg_dump", settings);

    private PostgresProgram Restore => new("pg_restore", settings);

    /// <summary>Looks whether a dump can be made.</summary>
    /// <exception cref="StorageUnusableException">It cannot, and why.</exception>
    public async Task DemandDumpAsync(CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await Dump.DemandAsync(connection.PostgreSqlVersion.Major, cancellation);
    }

    /// <summary>Writes a dump, in the custom format of <c>pg_restore</c>.</summary>
    /// <param name="file">Where to.</param>
    /// <param name="moment">Of which moment: see <see cref="PostgresMoment"/>; by default, of one after this call.</param>
    /// <param name="cancellation">Ends it; half a dump may stay.</param>
    /// <exception cref="StorageUnusableException">The program failed.</exception>
    public Task DumpAsync(string file, string? moment, CancellationToken cancellation) => Dump.RunAsync(
        ["--format=custom", "--no-password", $"--file={file}", .. moment is null ? Array.Empty<string>() : [$"--snapshot={moment}"]],
        cancellation);

    /// <summary>Keeps the database as it is now in sight.</summary>
    public async Task<PostgresMoment> TakeMomentAsync(CancellationToken cancellation)
    {
#pragma warning disable CA2000 // The moment disposes of it.
        return await PostgresMoment.TakeAsync(await OpenAsync(cancellation), cancellation);
#pragma warning restore CA2000
    }

    /// <summary>Looks whether a dump can be restored.</summary>
    /// <exception cref="StorageUnusableException">It cannot, such as because the database is not empty.</exception>
    public async Task DemandRestorableAsync(CancellationToken cancellation)
    {
        await DemandEmptyAsync("a backup is restored only where nothing is", cancellation);
        await using var connection = await OpenAsync(cancellation);
        await Restore.DemandAsync(connection.PostgreSqlVersion.Major, cancellation);
    }

    /// <summary>Looks whether the database has nothing.</summary>
    /// <param name="rule">Why that must be so.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StorageUnusableException">It has something.</exception>
    public async Task DemandEmptyAsync(string rule, CancellationToken cancellation)
    {
        await using var connection = await OpenAsync(cancellation);
        await using var question = new NpgsqlCommand(AnyTable, connection);
        if (await question.ExecuteScalarAsync(cancellation) is string table)
        {
            throw new StorageUnusableException($"The database {Name} has {table} already: {rule}.");
        }
    }

    /// <summary>Whether a dump has the table of the keys. Older versions kept them in files.</summary>
    /// <exception cref="StorageUnusableException">It cannot be read.</exception>
    public async Task<bool> HasKeysAsync(string dump, CancellationToken cancellation) =>
        (await Restore.RunAsync(["--list", dump], cancellation)).Contains($" {PostgresKeys.Table} ", StringComparison.Ordinal);

    /// <summary>Restores a dump, whole or not at all. What there is belongs to whoever restores it: the roles of another server may be
    /// none of this one's.</summary>
    /// <exception cref="StorageUnusableException">The program failed; nothing was changed.</exception>
    public async Task RestoreAsync(string dump, CancellationToken cancellation)
    {
        await Restore.RunAsync(
            ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password", $"--dbname={Quoted(Name)}", dump],
            cancellation);

        // A dump says nothing of how much there is of what: without it, the first questions would be answered by long ways.
        await using var connection = await OpenAsync(cancellation);
        await using var analyze = new NpgsqlCommand("ANALYZE", connection) { CommandTimeout = 0 };
        await analyze.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Its name and nothing else, whatever stands in it.</summary>
    private static string Quoted(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellation);
            return connection;
        }
        catch (Exception failure) when (failure.IsDatabaseUnavailable())
        {
            await connection.DisposeAsync();
            throw StorageUnusableException.OfDatabase(failure);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
