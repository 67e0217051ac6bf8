using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>How commands are given their values.</summary>
internal static class PostgresCommands
{
    /// <summary>How long somebody waits for an answer who asks. What changes much, or all, has longer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Gives whole numbers for <c>$1</c>, <c>$2</c> and so on.</summary>
    public static NpgsqlCommand With(this NpgsqlCommand command, params ReadOnlySpan<long> values)
    {
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = value });
        }

        return command;
    }

    /// <summary>Runs a statement that answers nothing, within a change that is not cancelled once it began.</summary>
    public static Task RunAsync(this NpgsqlConnection connection, string sql, params long[] values) =>
        connection.RunAsync(sql, values, CancellationToken.None);

    /// <summary>Runs a statement that answers nothing.</summary>
    public static Task RunAsync(this NpgsqlConnection connection, string sql, CancellationToken cancellation) =>
        connection.RunAsync(sql, [], cancellation);

    /// <summary>Runs a statement that answers nothing.</summary>
    public static async Task RunAsync(this NpgsqlConnection connection, string sql, long[] values, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Every statement is a constant.
        await using var command = new NpgsqlCommand(sql, connection).With(values);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How to reach the server by a connection of its own, outside the pool, for short questions: it may stand still at any of them,
    /// and whoever starts or stops waits for the answer.</summary>
    /// <param name="connectionString">How the others reach it.</param>
    /// <param name="name">What the server calls the connection in its lists.</param>
    public static NpgsqlConnectionStringBuilder Alone(string connectionString, string name) => new(connectionString)
    {
        ApplicationName = name,
        Pooling = false,
        CommandTimeout = (int)Patience.TotalSeconds,
    };

    /// <summary>Asks for rows, and reads them all.</summary>
    public static async Task<IReadOnlyList<T>> ReadAllAsync<T>(
        this NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        await using var rows = await command.ExecuteReaderAsync(cancellation);
        var found = new List<T>();
        while (await rows.ReadAsync(cancellation))
        {
            found.Add(read(rows));
        }

        return found;
    }
}
