[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.PostgresServer))]

namespace Evercam.Tests.Servers;

/// <summary>The PostgreSQL server of this test run, started when a test first asks for it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Prepared = "prepared";

    /// <summary>This server never goes away. Whoever finds all connections in use waits for one, however slow the machine is.</summary>
    private const string Patience = ";Timeout=180";

    private readonly Lock starting = new();
    private Task<PostgresInstance>? started;
    private Task? preparing;
    private int databases;

    /// <summary>Makes an empty database.</summary>
    /// <param name="name">Its name, where that matters.</param>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateEmptyDatabaseAsync(string? name = null) =>
        await (await ServeAsync()).CreateDatabaseAsync(name ?? NextName()) + Patience;

    /// <summary>Makes a database that a server finds as it would leave it after its first start.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var server = await ServeAsync();
        Task made;
        lock (starting)
        {
            made = preparing ??= PrepareAsync(server);
        }

        await made;
        return await server.CreateDatabaseAsync(NextName(), Prepared) + Patience;
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }

    private static async Task PrepareAsync(PostgresInstance server) =>
        await PreparedDatabase.MakeAsync(await server.CreateDatabaseAsync(Prepared));

    private Task<PostgresInstance> ServeAsync()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        lock (starting)
        {
            return started ??= PostgresInstance.StartAsync();
        }
    }

    private string NextName() => $"test{Interlocked.Increment(ref databases)}";
}
