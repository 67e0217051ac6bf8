using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Evercam.Tests.Moving;

/// <summary>All rows of a database as text, in one form for both: a line each, with table and columns.</summary>
internal static class Rows
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The columns of each table that there is on SQLite.</summary>
    public static async Task<IReadOnlyDictionary<string, string[]>> TablesAsync(string folder)
    {
        await using var db = await OpenAsync(folder);
        const string columns =
            """
            SELECT t.name, c.name FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND substr(t.name, 1, 7) <> 'sqlite_' AND substr(t.name, 1, 4) <> '__EF'
            """;
        return (await ReadAsync(db, columns)).Select(row => row.Split('|'))
            .GroupBy(row => row[0], row => row[1]).ToDictionary(table => table.Key, table => table.ToArray());
    }

    public static async Task<List<string>> OfSqliteAsync(string folder)
    {
        await using var db = await OpenAsync(folder);
        return await ReadAllAsync(db, await TablesAsync(folder));
    }

    public static async Task<List<string>> OfPostgresAsync(string connection, IReadOnlyDictionary<string, string[]> tables)
    {
        await using var db = new NpgsqlConnection(connection);
        await db.OpenAsync(Cancellation);
        return await ReadAllAsync(db, tables);
    }

    /// <summary>What a question answers, a line for each row.</summary>
    public static async Task<List<string>> ReadAsync(DbConnection db, string question)
    {
        await using var command = db.CreateCommand();
#pragma warning disable CA2100 // Tests ask only what they say themselves.
        command.CommandText = question;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var found = new List<string>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(string.Join('|', Enumerable.Range(0, rows.FieldCount).Select(at => Text(rows.GetValue(at)))));
        }

        return found;
    }

    private static async Task<SqliteConnection> OpenAsync(string folder)
    {
        var db = new SqliteConnection($"Data Source={Path.Combine(folder, "evercam.db")};Pooling=False;Mode=ReadOnly");
        await db.OpenAsync(Cancellation);
        return db;
    }

    private static async Task<List<string>> ReadAllAsync(DbConnection db, IReadOnlyDictionary<string, string[]> tables)
    {
        var all = new List<string>();
        foreach (var (table, columns) in tables)
        {
            var rows = await ReadAsync(db, $"SELECT {string.Join(", ", columns.Select(column => $"\"{column}\""))} FROM \"{table}\"");
            all.AddRange(rows.Select(row => $"{table}|{row}").Order(StringComparer.Ordinal));
        }

        return all;
    }

    private static string Text(object value) => value switch
    {
        DBNull => "NULL",
        bool yes => yes ? "1" : "0",
        byte[] bytes => Convert.ToHexString(bytes),
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        int[] list => $"[{string.Join(',', list)}]",
        string[] list => new JsonArray([.. list.Select(text => JsonValue.Create(text))]).ToJsonString(),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
