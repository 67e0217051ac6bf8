using System.Runtime.CompilerServices;
using Evercam.Archive;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>The database as it was at one moment, until disposed of. Others may look at it, too: a dump of it and the rows that are read
/// here are of one state. PostgreSQL keeps what is deleted meanwhile, so it is to be brief.</summary>
internal sealed class PostgresMoment : IAsyncDisposable
{
    private const int Batch = 5_000;

    /// <summary>Nobody asks anything here while a dump is made. Not every version has all of them.</summary>
    private const string NoTimeouts =
        "SELECT set_config(name, '0', false) FROM pg_settings "
        + "WHERE name IN ('statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')";

    private readonly NpgsqlConnection connection;

    private PostgresMoment(NpgsqlConnection connection, string name) => (this.connection, Name) = (connection, name);

    /// <summary>What others call it.</summary>
    public string Name { get; }

    /// <summary>Takes it, on a connection that it disposes of.</summary>
    public static async Task<PostgresMoment> TakeAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await connection.RunAsync(NoTimeouts, cancellation);
            await connection.RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", cancellation);
            await using var export = new NpgsqlCommand("SELECT pg_export_snapshot()", connection);
            return new(connection, (string)(await export.ExecuteScalarAsync(cancellation))!);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds the rows of all pictures to an empty index, with their marks.</summary>
    public async Task CopyRowsAsync(ISnapshotIndex index, CancellationToken cancellation)
    {
        await foreach (var rows in ReadAsync(SnapshotSql.All, row => PostgresRows.Snapshot(row, row.GetInt64(9)), cancellation)
            .Chunk(Batch).WithCancellation(cancellation))
        {
            await index.AddAsync(rows, cancellation);
        }

        await foreach (var marks in ReadAsync(PostgresKept.All, row => (Camera: row.GetInt64(0), TakenAt: row.GetInt64(1)), cancellation)
            .Chunk(Batch).WithCancellation(cancellation))
        {
            foreach (var camera in marks.GroupBy(mark => mark.Camera))
            {
                await index.KeepAsync(
                    camera.Key, [.. camera.Select(mark => ArchiveTime.FromUnixMicroseconds(mark.TakenAt))], cancellation);
            }
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async IAsyncEnumerable<T> ReadAsync<T>(
        string sql, Func<NpgsqlDataReader, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Every question is a constant.
        await using var question = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
#pragma warning restore CA2100
        await using var rows = await question.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
        {
            yield return read(rows);
        }
    }
}
