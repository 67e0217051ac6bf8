using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Commands;

/// <summary>Two servers on one database or one data directory: each would take what the other does for missed.</summary>
public sealed class OneServerTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_second_server_on_a_data_directory_does_not_start()
    {
        using var data = new TempFolder();
        using var first = await EvercamProcess.StartAsync(data.Path, Cancellation);
        var (code, output) = await EvercamProcess.RunAsync(Cancellation, "--urls", "http://127.0.0.1:0", "--Evercam:DataDirectory", data.Path);
        Assert.Equal((2, $"The data directory {data.Path} is in use by another evercam process."), (code, output.Trim()));
    }

    [Fact]
    public async Task A_second_server_on_a_database_does_not_start_whatever_its_folder()
    {
        var database = await postgres.CreateDatabaseAsync();
        using var data = new TempFolder();
        using (var first = await StartAsync(data, database))
        {
            await RefusesAsync(database);
            var held = await HolderAsync(database);
            await using (var source = NpgsqlDataSource.Create(database))
            {
                await using var end = source.CreateCommand($"SELECT pg_terminate_backend({held})");
                await end.ExecuteNonQueryAsync(Cancellation);
            }

            await Eventually.IsTrueAsync(async () => await HolderAsync(database) is { } again && again != held);
            await RefusesAsync(database);
            await first.KillAsync();
            await Eventually.IsTrueAsync(async () => await HolderAsync(database) is null);
        }

        using var other = new TempFolder();
        using var second = await StartAsync(other, database);
        Assert.NotNull(await HolderAsync(database));
    }

    private static Task<EvercamProcess> StartAsync(TempFolder data, string database) => EvercamProcess.StartAsync(
        data.Path, Cancellation, new Dictionary<string, string> { ["ConnectionStrings__Evercam"] = database });

    private static async Task RefusesAsync(string database)
    {
        using var data = new TempFolder();
        var (code, output) = await EvercamProcess.RunAsync(
            Cancellation, "--urls", "http://127.0.0.1:0", "--Evercam:DataDirectory", data.Path, "--ConnectionStrings:Evercam", database);
        Assert.Equal((2, "The database is in use by another evercam server: only one at a time may use it."), (code, output.Trim()));
    }

    /// <summary>The backend that holds the claim.</summary>
    private static async Task<int?> HolderAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            "SELECT a.pid FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid AND l.locktype = 'advisory' AND l.granted "
            + "WHERE a.datname = current_database() AND a.application_name LIKE 'evercam claim%'");
        return (int?)await command.ExecuteScalarAsync(Cancellation);
    }
}
