using Microsoft.AspNetCore.Builder;
using Npgsql;

namespace Evercam.Tests.Nodes;

/// <summary>Two whole servers on one PostgreSQL database, each with a data directory of its own.</summary>
internal sealed class TwoNodes : IAsyncDisposable
{
    private readonly List<EvercamApp> running;

    private TwoNodes(string connection, EvercamApp first, EvercamApp second) =>
        (Connection, First, Second, running) = (connection, first, second, [first, second]);

    /// <summary>How to reach the database.</summary>
    public string Connection { get; }

    public EvercamApp First { get; }

    public EvercamApp Second { get; }

    /// <summary>Starts them.</summary>
    /// <param name="connection">A database.</param>
    /// <param name="settings">Those of both that differ from the defaults.</param>
    /// <param name="clock">The time of both, where the test says it.</param>
    /// <param name="adjust">Anything else that differs.</param>
    public static async Task<TwoNodes> StartAsync(
        string connection,
        Dictionary<string, string?>? settings = null,
        TimeProvider? clock = null,
        Action<WebApplicationBuilder>? adjust = null)
    {
        var all = new Dictionary<string, string?>(settings ?? [])
        {
            ["ConnectionStrings:Evercam"] = connection,
            ["Evercam:Recorder:OnlineCheck"] = "false",
        };
#pragma warning disable CA2000 // They are disposed of with the nodes.
        var first = await StartAsync(all, clock, adjust);
        try
        {
            return new(connection, first, await StartAsync(all, clock, adjust));
#pragma warning restore CA2000
        }
        catch
        {
            await first.DisposeAsync();
            throw;
        }
    }

    /// <summary>Says something to the database that no server hears of.</summary>
    public async Task<T> AskAsync<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Connection);
#pragma warning disable CA2100 // Every statement is a constant.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Ends one of them.</summary>
    public ValueTask EndAsync(EvercamApp app)
    {
        running.Remove(app);
        return app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        while (running.Count > 0)
        {
            await EndAsync(running[^1]);
        }
    }

    private static Task<EvercamApp> StartAsync(
        Dictionary<string, string?> settings, TimeProvider? clock, Action<WebApplicationBuilder>? adjust) =>
        EvercamApp.StartAsync(
            settings,
            clock,
            adjust: adjust,
            ownKeys: true);
}
