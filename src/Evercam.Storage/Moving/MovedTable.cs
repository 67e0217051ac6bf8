using System.Text.Json;
using Evercam.Storage.Postgres;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Evercam.Storage.Moving;

/// <summary>A table that SQLite and PostgreSQL both have. What it is like is asked of the databases, so that none that a migration adds is
/// forgotten.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Key">Those of the primary key, in their order.</param>
/// <param name="Before">The tables that its rows refer to.</param>
internal sealed record MovedTable(string Name, IReadOnlyList<MovedColumn> Columns, IReadOnlyList<MovedColumn> Key, IReadOnlySet<string> Before)
{
    private const string AllColumns =
        """
        SELECT table_name::text, column_name::text, udt_name::text, is_identity = 'YES' FROM information_schema.columns
        WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position
        """;

    private const string AllKeys =
        """
        SELECT c.relname::text, a.attname::text
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place)
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number
        WHERE i.indisprimary AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname, k.place
        """;

    private const string AllReferences =
        """
        SELECT f.relname::text, t.relname::text
        FROM pg_constraint r JOIN pg_class f ON f.oid = r.conrelid JOIN pg_class t ON t.oid = r.confrelid
        WHERE r.contype = 'f' AND r.connamespace = current_schema()::regnamespace AND f.oid <> t.oid
        """;

    /// <summary>The name as both databases take it.</summary>
    public string Quoted => $"\"{Name}\"";

    /// <summary>The tables that hold something on SQLite, those before which others refer to.</summary>
    public static async Task<IReadOnlyList<MovedTable>> ReadAllAsync(SqliteConnection from, NpgsqlConnection to, CancellationToken cancellation)
    {
        var columns = await AskAsync(
            to, AllColumns, row => (row.GetString(0), new MovedColumn(row.GetString(1), row.GetString(2), row.GetBoolean(3))), cancellation);
        var keys = await AskAsync(to, AllKeys, row => (row.GetString(0), row.GetString(1)), cancellation);
        var references = await AskAsync(to, AllReferences, row => (row.GetString(0), row.GetString(1)), cancellation);
        var left = (await ListAsync(from, cancellation)).GroupBy(column => column.Table, column => column.Column).Select(table =>
        {
            var named = columns[table.Key].ToDictionary(column => column.Name);
            return new MovedTable(
                table.Key,
                [.. table.Select(name => named[name])],
                [.. keys[table.Key].Select(name => named[name])],
                references[table.Key].ToHashSet());
        }).ToList();
        var ordered = new List<MovedTable>();
        while (left.Count > 0)
        {
            var next = left.First(table => !left.Exists(other => table.Before.Contains(other.Name)));
            ordered.Add(next);
            left.Remove(next);
        }

        return ordered;
    }

    /// <summary>The tables of SQLite with their columns, but for what SQLite and EF keep for themselves.</summary>
    private static async Task<List<(string Table, string Column)>> ListAsync(SqliteConnection from, CancellationToken cancellation)
    {
        await using var question = from.CreateCommand();
        question.CommandText =
            """
            SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND t.name NOT LIKE '\_\_EF%' ESCAPE '\' ORDER BY t.name, c.cid
            """;
        await using var rows = await question.ExecuteReaderAsync(cancellation);
        var found = new List<(string, string)>();
        while (await rows.ReadAsync(cancellation))
        {
            found.Add((rows.GetString(0), rows.GetString(1)));
        }

        return found;
    }

    private static async Task<ILookup<string, T>> AskAsync<T>(
        NpgsqlConnection to, string question, Func<NpgsqlDataReader, (string Table, T Said)> read, CancellationToken cancellation)
    {
#pragma warning disable CA2100 // Every question is a constant.
        await using var command = new NpgsqlCommand(question, to);
#pragma warning restore CA2100
        return (await command.ReadAllAsync(read, cancellation)).ToLookup(row => row.Table, row => row.Said);
    }
}

/// <summary>A column of such a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What PostgreSQL calls its type: SQLite has fewer of them.</param>
/// <param name="IsCounted">Whether the database gives the values, each higher than all before.</param>
internal sealed record MovedColumn(string Name, string Type, bool IsCounted)
{
    public string Quoted => $"\"{Name}\"";

#pragma warning disable CA1849 // SQLite has no values that are on their way.
    /// <summary>Writes the value that a row of SQLite has at a place.</summary>
    public Task WriteAsync(NpgsqlBinaryImporter to, SqliteDataReader row, int place, CancellationToken cancellation) =>
        row.IsDBNull(place) ? to.WriteNullAsync(cancellation) : Type switch
        {
            "int8" => to.WriteAsync(row.GetInt64(place), NpgsqlDbType.Bigint, cancellation),
            "int4" => to.WriteAsync(row.GetInt32(place), NpgsqlDbType.Integer, cancellation),
            "int2" => to.WriteAsync(row.GetInt16(place), NpgsqlDbType.Smallint, cancellation),
            "bool" => to.WriteAsync(row.GetInt64(place) != 0, NpgsqlDbType.Boolean, cancellation),
            "float8" => to.WriteAsync(row.GetDouble(place), NpgsqlDbType.Double, cancellation),
            "bytea" => to.WriteAsync(row.GetFieldValue<byte[]>(place), NpgsqlDbType.Bytea, cancellation),
            "text" or "varchar" => to.WriteAsync(row.GetString(place), NpgsqlDbType.Text, cancellation),
            "_int4" => to.WriteAsync(List(row.GetString(place), one => one.GetInt32()), NpgsqlDbType.Array | NpgsqlDbType.Integer, cancellation),
            "_text" => to.WriteAsync(List(row.GetString(place), one => one.GetString()!), NpgsqlDbType.Array | NpgsqlDbType.Text, cancellation),
            _ => throw new NotSupportedException($"Nobody knows how {Name} is written, which is {Type}."),
        };
#pragma warning restore CA1849

    /// <summary>SQLite has no lists; EF writes them as JSON.</summary>
    private static T[] List<T>(string json, Func<JsonElement, T> read)
    {
        using var list = JsonDocument.Parse(json);
        return [.. list.RootElement.EnumerateArray().Select(read)];
    }
}
