[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.PostgresServer))]

namespace Evercam.Tests.Servers;

/// <summary>The PostgreSQL server of this test run, started when a test first asks for it.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private readonly Lock starting = new();
    private Task<PostgresInstance>? started;
    private int databases;

    /// <summary>Makes an empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        Assert.SkipWhen(PostgresInstance.Binaries is null, "PostgreSQL is not installed.");
        lock (starting)
        {
            started ??= PostgresInstance.StartAsync();
        }

        var server = await started;
        return await server.CreateDatabaseAsync($"test{Interlocked.Increment(ref databases)}");
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }
}
