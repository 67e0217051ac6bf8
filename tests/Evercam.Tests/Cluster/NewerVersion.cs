using Npgsql;

namespace Evercam.Tests.Cluster;

/// <summary>A server of a newer version that has begun to change the schema: it has the lock of whoever does, until disposed of.</summary>
internal sealed class NewerVersion : IAsyncDisposable
{
    /// <summary>The tables that are there.</summary>
    private const string Tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> '__EFMigrationsHistory'";

    /// <summary>The lock.</summary>
    private const long Number = 0x4576_6572_6361_6D31;

    private readonly NpgsqlConnection connection;

    private NewerVersion(NpgsqlConnection connection) => this.connection = connection;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<NewerVersion> BeginAsync(NpgsqlDataSource database)
    {
        var version = new NewerVersion(await database.OpenConnectionAsync(Cancellation));
        await version.ExecuteAsync($"SELECT pg_advisory_lock({Number})");
        return version;
    }

    /// <summary>Adds a column to every table, and a table.</summary>
    public async Task ExpandAsync()
    {
        foreach (var table in await ListTablesAsync())
        {
            await ExecuteAsync($"ALTER TABLE {table} ADD COLUMN of_the_future text");
        }

        await ExecuteAsync(
            """
            CREATE TABLE future (key bigint PRIMARY KEY, camera_key bigint REFERENCES cameras (key) ON DELETE CASCADE);
            INSERT INTO "__EFMigrationsHistory" VALUES ('29990101000000_Future_since_Tenures', '99');
            """);
    }

    /// <summary>Takes away what only versions before the expansion need, as it says.</summary>
    public Task ContractAsync() =>
        ExecuteAsync("""INSERT INTO "__EFMigrationsHistory" VALUES ('29990201000000_NoPast_since_Future', '99')""");

    public async ValueTask DisposeAsync()
    {
        await using (connection)
        {
            await ExecuteAsync($"SELECT pg_advisory_unlock({Number})");
        }
    }

    private async Task<List<string>> ListTablesAsync()
    {
        await using var command = new NpgsqlCommand(Tables, connection);
        await using var rows = await command.ExecuteReaderAsync(Cancellation);
        var found = new List<string>();
        while (await rows.ReadAsync(Cancellation))
        {
            found.Add(rows.GetString(0));
        }

        return found;
    }

    private async Task ExecuteAsync(string sql)
    {
#pragma warning disable CA2100 // Every statement is a constant, or names a table that is there.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
