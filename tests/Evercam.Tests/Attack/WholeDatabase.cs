using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Evercam.Tests.Attack;

/// <summary>A row as it is stored.</summary>
internal sealed record StoredRow(string Table, IReadOnlyList<(string Column, string Value)> Values)
{
    public override string ToString() => $"{Table}: {string.Join(' ', Values.Select(pair => $"{pair.Column}={pair.Value}"))}";
}

/// <summary>All that users have in a server's database, past all code of ours, which could make it look better.</summary>
internal static class WholeDatabase
{
    /// <summary>What the server writes by itself, whoever asks for what.</summary>
    private static readonly string[] OwnTables = ["pulse", "told", "coverage", "archive", "catalogue", "activit", "migration", "snapshot", "counts", "notices", "mails"];

    public static async Task<IReadOnlyList<StoredRow>> ReadAsync(EvercamApp app, CancellationToken cancellation)
    {
        await using var db = new SqliteConnection($"Data Source={Path.Combine(app.Folder, "evercam.db")};Mode=ReadOnly;Pooling=False");
        await db.OpenAsync(cancellation);
        var tables = await QueryAsync(db, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'", cancellation);
        var rows = new List<StoredRow>();
        foreach (var name in tables.Select(row => row[0].Value).Where(name => !OwnTables.Any(own => name.Contains(own, StringComparison.OrdinalIgnoreCase))))
        {
            rows.AddRange((await QueryAsync(db, $"SELECT * FROM \"{name}\"", cancellation)).Select(values => new StoredRow(name, values)));
        }

        return rows;
    }

    private static async Task<List<(string Column, string Value)[]>> QueryAsync(SqliteConnection db, string query, CancellationToken cancellation)
    {
        await using var command = db.CreateCommand();
#pragma warning disable CA2100 // Nobody writes these names but the schema.
        command.CommandText = query;
#pragma warning restore CA2100
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<(string, string)[]>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => (reader.GetName(column), Text(reader.GetValue(column))))]);
        }

        return rows;
    }

    private static string Text(object value) =>
        value is byte[] bytes ? Convert.ToHexString(bytes) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
}
