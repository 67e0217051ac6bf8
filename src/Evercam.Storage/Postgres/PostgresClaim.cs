using Microsoft.Extensions.Logging;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>Says to other servers that this one serves from the database: each takes itself for the only one, and what another does for
/// missed; or that it shares it with others that do, too. PostgreSQL holds it on a connection of its own, and lets go of it with the connection, however that ends. When that is lost, it is
/// taken again, and the server goes on meanwhile.</summary>
internal sealed partial class PostgresClaim : IAsyncDisposable
{
    /// <summary>The advisory lock: any number that no other program takes in this database.</summary>
    private const long Number = 0x4576_6572_6361_6D32;

    /// <summary>What the server calls the connections, before the last change that their servers know.</summary>
    private const string Application = "evercam claim ";

    private const string ListKnown =
        $"""
        SELECT split_part(application_name, ' ', 3) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name LIKE '{Application}%'
        """;

    private const string Lock = "SELECT pg_advisory_lock($1)";
    private const string LockShared = "SELECT pg_advisory_lock_shared($1)";
    private const string OnlyOne = "The database is in use by another evercam server: only one at a time may use it.";
    private const string SharesNot =
        "The database is in use by an evercam server that has no Evercam:Cluster:Redis: it shares it with no other.";

    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    private readonly string connectionString;
    private readonly bool isShared;
    private readonly PostgresPresence presence;
    private readonly TimeProvider clock;
    private readonly ILogger<PostgresClaim> log;
    private readonly CancellationTokenSource over = new();
    private readonly Task keeping;

    private PostgresClaim(
        NpgsqlConnection held,
        string connectionString,
        bool isShared,
        PostgresPresence presence,
        TimeProvider clock,
        ILogger<PostgresClaim> log)
    {
        (this.connectionString, this.isShared, this.presence, this.clock, this.log) = (connectionString, isShared, presence, clock, log);
        keeping = KeepAsync(held);
    }

    /// <param name="connectionString">How to reach the database.</param>
    /// <param name="isShared">Whether those may use it that say so, too.</param>
    /// <param name="known">The moment of the last change of the schema that this program knows: others see it.</param>
    /// <param name="presence">Is told when the connection is lost.</param>
    /// <param name="clock">The time of this machine.</param>
    /// <param name="log">Where it is told, too.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="StorageUnusableException">Another server has it.</exception>
    /// <exception cref="NpgsqlException">The database cannot be reached.</exception>
    public static async Task<PostgresClaim> TakeAsync(
        string connectionString,
        bool isShared,
        string known,
        PostgresPresence presence,
        TimeProvider clock,
        ILogger<PostgresClaim> log,
        CancellationToken cancellation)
    {
        // Without something to answer now and then, nobody would notice that the other end is gone.
        var alone = PostgresCommands.Alone(connectionString, Application + known);
        alone.KeepAlive = 10;

#pragma warning disable CA2000 // The claim disposes of it when it is lost, or not wanted any more.
        return new(await HoldAsync(alone.ConnectionString, isShared, cancellation), alone.ConnectionString, isShared, presence, clock, log);
#pragma warning restore CA2000
    }

    /// <summary>Of each server that has a claim, the moment of the last change that it knows.</summary>
    public static async Task<IReadOnlyList<string>> ListKnownAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(ListKnown);
        return await command.ReadAllAsync(row => row.GetString(0), cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await keeping;
        over.Dispose();
    }

    private static async Task<NpgsqlConnection> HoldAsync(string connectionString, bool isShared, CancellationToken cancellation)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            // PostgreSQL may not have missed yet a server that was killed a moment ago.
            await connection.OpenAsync(cancellation);
            await connection.RunAsync("SET lock_timeout = '3s'", cancellation);
            await connection.RunAsync(isShared ? LockShared : Lock, [Number], cancellation);
            return connection;
        }
        catch (PostgresException taken) when (taken.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await connection.DisposeAsync();
            throw new StorageUnusableException(isShared ? SharesNot : OnlyOne, taken);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private async Task KeepAsync(NpgsqlConnection? held)
    {
        while (held is not null)
        {
            await using (held)
            {
                await AwaitEndAsync(held);
            }

            held = await TakeAgainAsync();
        }
    }

    private async Task AwaitEndAsync(NpgsqlConnection held)
    {
        try
        {
            while (true)
            {
                await held.WaitAsync(over.Token);
            }
        }
#pragma warning disable CA1031 // However it has ended, it is taken again.
        catch (Exception end)
#pragma warning restore CA1031
        {
            if (!over.IsCancellationRequested)
            {
                presence.Miss(end);
                LogLost(end.Message);
            }
        }
    }

    /// <returns><see langword="null"/> if it is not wanted any more.</returns>
    private async Task<NpgsqlConnection?> TakeAgainAsync()
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                var held = await HoldAsync(connectionString, isShared, over.Token);
                LogTakenAgain();
                return held;
            }
            catch (StorageUnusableException taken)
            {
                LogTaken(taken.Message);
            }
#pragma warning disable CA1031 // That the database is away is told once, and not by who waits for it here.
            catch (Exception)
#pragma warning restore CA1031
            {
                // Tried again.
            }

            await Task.Delay(RetryPause, clock, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message =
        "The connection is lost that keeps other servers from the database; it is made again. {Reason}")]
    private partial void LogLost(string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Other servers are kept from the database again")]
    private partial void LogTakenAgain();

    [LoggerMessage(Level = LogLevel.Error, Message = "{Sentence} This one goes on; end one of them")]
    private partial void LogTaken(string sentence);
}
