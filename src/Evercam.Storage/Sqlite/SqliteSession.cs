using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Evercam.Storage.Sqlite;

/// <summary>A connection with its statements, prepared once each. The index asks some thousands of times a second, and the
/// provider's commands and readers cost several times what SQLite itself takes for a probe. One thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, sqlite3_stmt> statements = [];

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>Opens a session on a connection of its own.</summary>
    public static SqliteSession Open(SqliteFile file) => new(file.Open());

    /// <summary>Runs a statement with whole numbers for <c>?1</c>, <c>?2</c> and so on. The rows must be disposed of before the
    /// same statement is run again.</summary>
    public SqliteRows Query(string sql, params ReadOnlySpan<long> values)
    {
        var rows = new SqliteRows(connection.Handle!, Statement(sql));
        for (var i = 0; i < values.Length; i++)
        {
            rows.Bind(i + 1, values[i]);
        }

        return rows;
    }

    /// <summary>How many rows the last INSERT, UPDATE or DELETE changed.</summary>
    public int Changes => raw.sqlite3_changes(connection.Handle!);

    /// <summary>Runs a statement that answers no rows.</summary>
    public void Execute(string sql, params ReadOnlySpan<long> values)
    {
        using var rows = Query(sql, values);
        rows.Next();
    }

    /// <summary>Runs an INSERT.</summary>
    /// <returns>The key that the new row was given.</returns>
    public long Insert(string sql, params ReadOnlySpan<long> values)
    {
        Execute(sql, values);
        return raw.sqlite3_last_insert_rowid(connection.Handle!);
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }

    private sqlite3_stmt Statement(string sql)
    {
        if (!statements.TryGetValue(sql, out var statement))
        {
            var code = raw.sqlite3_prepare_v3(connection.Handle!, sql, raw.SQLITE_PREPARE_PERSISTENT, out statement);
            SqliteException.ThrowExceptionForRC(code, connection.Handle!);
            statements.Add(sql, statement);
        }

        return statement;
    }
}

/// <summary>The rows that a statement answers, read while they come.</summary>
internal readonly ref struct SqliteRows(sqlite3 database, sqlite3_stmt statement)
{
    public void Bind(int parameter, long value) => raw.sqlite3_bind_int64(statement, parameter, value);

    public void Bind(int parameter, ReadOnlySpan<byte> value) => raw.sqlite3_bind_blob(statement, parameter, value);

    public void Bind(int parameter, string? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(statement, parameter);
        }
        else
        {
            raw.sqlite3_bind_text(statement, parameter, value);
        }
    }

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            SqliteException.ThrowExceptionForRC(code, database);
        }

        return code == raw.SQLITE_ROW;
    }

    public long Number(int column) => raw.sqlite3_column_int64(statement, column);

    public int Integer(int column) => raw.sqlite3_column_int(statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(statement, column).utf8_to_string();

    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(statement, column);

    /// <summary>Ends the statement, and with it the read transaction that it held.</summary>
    public void Dispose() => raw.sqlite3_reset(statement);
}
