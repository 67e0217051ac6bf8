using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>Nothing else runs beside it, and it beside nothing else.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Fragile : ICollectionFixture<FragileCluster>;

/// <summary>Three servers that record cameras, and a PostgreSQL, a bucket and a Redis of their own, each of which can go away. Started when a
/// test first asks for it.</summary>
public sealed class FragileCluster : IAsyncDisposable
{
    /// <summary>So many cameras it has.</summary>
    public static readonly int Cameras = LongForm.Times(everyday: 10, inLongForm: 60);

    private PostgresInstance? postgres;
    private SwiftInstance? swift;
    private RedisInstance? redis;
    private TestCluster? cluster;
    private long last = 1_397_651_000;

    /// <summary>A second of which nobody has brought a picture yet.</summary>
    public long NextSecond() => Interlocked.Increment(ref last);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in new IAsyncDisposable?[] { cluster, redis, swift, postgres })
        {
            await (part?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    internal async Task<TestCluster> ServeAsync()
    {
        Assert.SkipWhen(
            PostgresInstance.Binaries is null || !SwiftInstance.IsInstalled || !RedisInstance.IsInstalled,
            "PostgreSQL, OpenStack Swift and Redis are not all installed.");
        if (cluster is null)
        {
            postgres = await PostgresInstance.StartAsync();
            swift = await SwiftInstance.StartAsync();
            redis = await RedisInstance.StartAsync();
            cluster = await TestCluster.StartAsync(
                await postgres.CreateDatabaseAsync("evercam"), await swift.CreateBucketAsync("pictures"), redis.Address, nodes: 3, Cameras,
                ("Evercam__Recorder__OnlineCheck", "false"), ("Evercam__S3__PartInterval", LongForm.IsOn ? "00:00:05" : "00:00:01"),
                ("Evercam__Http__TrustedProxies__0", "127.0.0.1"), ("Evercam__Cameras__AllowLoopback", "true"));
            await cluster.RecordAsync();
        }

        return cluster;
    }

    /// <summary>The database is away until disposed of.</summary>
    internal Task<IAsyncDisposable> WithoutPostgresAsync() => postgres!.ShutDownAsync();

    /// <summary>The bucket is.</summary>
    internal Task<IAsyncDisposable> WithoutSwiftAsync() => swift!.ShutDownAsync();

    /// <summary>Redis is.</summary>
    /// <param name="forgets">Whether it knows nothing then.</param>
    internal Task<IAsyncDisposable> WithoutRedisAsync(bool forgets = false) => redis!.ShutDownAsync(forgets);
}
