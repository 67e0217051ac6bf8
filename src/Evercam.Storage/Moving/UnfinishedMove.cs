using Evercam.Storage.Postgres;
using Npgsql;

namespace Evercam.Storage.Moving;

/// <summary>A table that a database of PostgreSQL has as long as another one is being moved into it, and no longer: half of one must not be
/// served. Whoever moves it makes and drops it, not a migration, so that it is there before all else.</summary>
/// <param name="Source">Which archive the other database belongs to.</param>
/// <param name="State">What that one was like when it was copied: see <see cref="Sqlite.SqliteFile.State"/>.</param>
internal sealed record UnfinishedMove(string Source, string State)
{
    private const string Table = "unfinished_move";

    /// <summary>Reads what it says.</summary>
    /// <returns><see langword="null"/> if nothing is being moved there.</returns>
    public static async Task<UnfinishedMove?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var look = new NpgsqlCommand($"SELECT to_regclass('{Table}') IS NOT NULL", connection);
        if (!(bool)(await look.ExecuteScalarAsync(cancellation))!)
        {
            return null;
        }

        await using var question = new NpgsqlCommand($"SELECT source, state FROM {Table}", connection);
        var said = await question.ReadAllAsync(row => new UnfinishedMove(row.GetString(0), row.GetString(1)), cancellation);
        return said.Single();
    }

    /// <summary>Says so from now on.</summary>
    public async Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var together = await connection.BeginTransactionAsync(cancellation);
        await connection.RunAsync($"CREATE TABLE {Table} (source text NOT NULL, state text NOT NULL)", cancellation);
        await RunAsync($"INSERT INTO {Table} (source, state) VALUES ($1, $2)", connection, cancellation);
        await together.CommitAsync(cancellation);
    }

    /// <summary>Says it of another state, within the transaction in which what was copied before goes.</summary>
    public Task ReplaceAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        RunAsync($"UPDATE {Table} SET source = $1, state = $2", connection, cancellation);

    /// <summary>All of it is there.</summary>
    public static Task EndAsync(NpgsqlConnection connection, CancellationToken cancellation) =>
        connection.RunAsync($"DROP TABLE {Table}", cancellation);

    private async Task RunAsync(string sql, NpgsqlConnection connection, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Every statement is a constant.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = Source });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = State });
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
