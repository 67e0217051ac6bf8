[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.RedisServer))]

namespace Evercam.Tests.Servers;

/// <summary>The Redis of this test run, started when a test first asks for it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly Lock starting = new();
    private Task<RedisInstance>? started;

    /// <summary>How to reach it.</summary>
    public async Task<string> FindAsync()
    {
        Assert.SkipUnless(RedisInstance.IsInstalled, "Redis is not installed.");
        lock (starting)
        {
            started ??= RedisInstance.StartAsync();
        }

        return (await started).Address;
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }
}
