using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>Servers whose database knows less than the bucket: it was restored from an older copy, or rebuilt.</summary>
[Collection(typeof(NothingElse))]
public sealed class OlderDatabaseTests(PostgresServer postgres, SwiftServer swift, RedisServer redis)
{
    private const int Cameras = 4;

    [Fact]
    public async Task Servers_whose_database_has_forgotten_tenures_go_on_behind_them()
    {
        await using var cluster = await TestCluster.StartAsync((postgres, swift, redis), nodes: 1, Cameras);
        await cluster.RecordAsync();
        await AreRecordedAsync(cluster);
        await RestartAsync(cluster, tenure: 90);
        await RestartAsync(cluster, tenure: 40);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        await cluster.StopAsync();
        await cluster.ProveAsync();
    }

    /// <summary>Lets the servers of next time find what their database says of who had the cameras.</summary>
    private static async Task RestartAsync(TestCluster cluster, long tenure)
    {
        await cluster.StopAsync();
        Assert.Equal(Cameras, await cluster.AskAsync(
            "WITH changed AS (UPDATE tenures SET number = $1 RETURNING camera_key) SELECT count(*) FROM changed", tenure));
        await cluster.JoinAsync();
        await AreRecordedAsync(cluster);
    }

    private static async Task AreRecordedAsync(TestCluster cluster)
    {
        var since = TimeProvider.System.GetUtcNow();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(since, 5) == Cameras);
    }
}
