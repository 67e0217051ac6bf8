using System.Data.Common;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Evercam.Tests.Users;

/// <summary>A server on PostgreSQL, in whose middle rows can be held. A class fixture.</summary>
public sealed class LockOrderApp(PostgresServer server) : DbCommandInterceptor, IAsyncLifetime
{
    private NpgsqlDataSource source = null!;

    public EvercamApp App { get; private set; } = null!;

    /// <summary>What it asked when two waited for each other and one was let go: that it may be tried again is no reason to have it
    /// happen.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> LetGo { get; } = [];

    public async ValueTask InitializeAsync()
    {
        var database = await server.CreateDatabaseAsync();
        source = NpgsqlDataSource.Create(database);
        App = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["ConnectionStrings:Evercam"] = database,
                ["Evercam:Recorder:OnlineCheck"] = "false",
                ["Evercam:Recorder:UpkeepInterval"] = "01:00:00",
            },
            adjust: builder =>
            {
                builder.Services.AddSingleton<IInterceptor>(this);
            });
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        await source.DisposeAsync();
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        if (eventData.Exception is PostgresException { SqlState: PostgresErrorCodes.DeadlockDetected })
        {
            LetGo.Enqueue(command.CommandText);
        }

        return Task.CompletedTask;
    }

    /// <summary>Holds rows until disposed of: whoever wants them waits.</summary>
    /// <param name="rows">Selects and locks them.</param>
    internal async Task<IAsyncDisposable> HoldAsync(string rows)
    {
        var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        var transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
#pragma warning disable CA2100 // The tests' own words.
        await using var hold = new NpgsqlCommand(rows, connection, transaction);
#pragma warning restore CA2100
        Assert.NotNull(await hold.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        return new Held(connection, transaction);
    }

    /// <summary>Waits until so many of the server's transactions wait for others, or until what need not wait is done. Another one may wait,
    /// too, such as what writes the log of a camera whose row is held.</summary>
    internal Task WaitsAsync(int count, Task? done = null) => Eventually.IsTrueAsync(async () =>
    {
        await using var look = source.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        return done is { IsCompleted: true } || (long)(await look.ExecuteScalarAsync(TestContext.Current.CancellationToken))! >= count;
    });

    private sealed record Held(NpgsqlConnection Connection, NpgsqlTransaction Transaction) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Transaction.DisposeAsync();
            await Connection.DisposeAsync();
        }
    }
}
