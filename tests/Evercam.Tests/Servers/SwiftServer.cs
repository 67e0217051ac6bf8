using Evercam.Storage.S3;

[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.SwiftServer))]

namespace Evercam.Tests.Servers;

/// <summary>The object storage of this test run, started when a test first asks for it.</summary>
public sealed class SwiftServer : IAsyncDisposable
{
    private readonly Lock starting = new();
    private Task<SwiftInstance>? started;
    private int buckets;

    /// <summary>Makes a bucket.</summary>
    /// <returns>How to use it.</returns>
    public async Task<S3Options> CreateBucketAsync() => await (await ServeAsync()).CreateBucketAsync($"bucket{Interlocked.Increment(ref buckets)}");

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            await (await started).DisposeAsync();
        }
    }

    private Task<SwiftInstance> ServeAsync()
    {
        Assert.SkipUnless(SwiftInstance.IsInstalled, "OpenStack Swift is not installed.");
        lock (starting)
        {
            return started ??= SwiftInstance.StartAsync();
        }
    }
}
