using System.Data.Common;
using System.Globalization;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Walks;

/// <summary>Everything that a database holds: each table that it has, whoever made it, without what the server writes by itself.</summary>
internal static class AllTables
{
    /// <summary>Tables that change when nobody asks for anything, each with what changes it.</summary>
    private static readonly Dictionary<string, string> OfItsOwn = new()
    {
        ["activities"] = "looks and refusals are written a second later, all together",
        ["coverage"] = "the recorder's book",
        ["mails"] = "a mail goes when it was sent",
        ["pulses"] = "until when the server ran, every few seconds",
        ["servers"] = "that this server is there, every few seconds",
        ["webhook_deliveries"] = "a delivery is tried, and tried again",
    };

    /// <summary>Columns that do, of tables that are compared.</summary>
    private static readonly Dictionary<string, string[]> ColumnsOfItsOwn = new()
    {
        ["cameras"] = ["is_online", "last_polled_at", "last_online_at"],
        ["notices"] = ["awaits_mail", "mailed_at", "spread_at"],
        ["webhooks"] = ["failing_since", "switched_off_at"],
    };

    private static readonly string[] OnlyPostgres = ["servers"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The rows of each table.</summary>
    public static async Task<SortedDictionary<string, string>> ReadAsync(EvercamDb db)
    {
        await db.Database.OpenConnectionAsync(Cancellation);
        var connection = db.Database.GetDbConnection();
        var names = await AskAsync(
            connection,
            db.Database.ProviderName!.EndsWith("Sqlite", StringComparison.Ordinal)
                ? "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
                : "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
            row => row.GetString(0));
        var tables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names.Where(name => !OfItsOwn.ContainsKey(name)))
        {
            var passedOver = ColumnsOfItsOwn.GetValueOrDefault(name, []);
            var rows = await AskAsync(connection, $"SELECT * FROM \"{name}\"", row => string.Join('|', Enumerable.Range(0, row.FieldCount)
                .Where(column => !passedOver.Contains(row.GetName(column)))
                .Select(column => $"{row.GetName(column)}={TextOf(row.GetValue(column))}")));
            tables.Add(name, string.Join('\n', rows.Order(StringComparer.Ordinal)));
        }

        // None that the catalog knows was overlooked, and none that is passed over has another name by now.
        var known = db.Model.GetEntityTypes().Select(type => type.GetTableName()!).Distinct().ToList();
        Assert.Empty(known.Except(names));
        Assert.Empty(ColumnsOfItsOwn.Keys.Except(names));
        Assert.Empty(OfItsOwn.Keys.Except([.. names, .. OnlyPostgres]));
        return tables;
    }

    private static string TextOf(object value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        Array list => string.Join(';', list.Cast<object>()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static async Task<List<T>> AskAsync<T>(DbConnection connection, string question, Func<DbDataReader, T> read)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The names are those that the database says.
        command.CommandText = question;
#pragma warning restore CA2100
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var found = new List<T>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(read(rows));
        }

        return found;
    }
}
