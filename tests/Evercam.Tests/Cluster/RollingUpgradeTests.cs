using System.Net;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>Servers of this version beside those of a newer one, which has changed the database already.</summary>
[Collection(typeof(NothingElse))]
public sealed class RollingUpgradeTests(PostgresServer postgres, SwiftServer swift, RedisServer redis)
{
    private const int Cameras = 4;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Servers_of_an_older_version_come_and_serve_on_what_a_newer_one_has_added()
    {
        await using var cluster = await TestCluster.StartAsync((postgres, swift, redis), nodes: 1, Cameras);
        await cluster.RecordAsync();
        await AreRecordedAsync(cluster);

        // While another one is at the schema, who serves goes on, and who comes waits.
        Task coming;
        await using (var newer = await cluster.BeginUpgradeAsync())
        {
            coming = cluster.JoinAsync();
            await Eventually.IsTrueAsync(async () => await cluster.AskAsync(
                """
                SELECT count(*) FROM pg_locks
                WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """) == 1);
            await AreRecordedAsync(cluster);
            Assert.Equal(HttpStatusCode.OK, await TestCluster.BringAsync(cluster.First, "cam0", 1_397_651_000));
            await newer.ExpandAsync();
            Assert.False(coming.IsCompleted);
        }

        await coming;
        await Eventually.IsTrueAsync(async () => await cluster.AskAsync(
            "SELECT count(*) FROM (SELECT server FROM tenures GROUP BY server HAVING count(*) = 2) AS found") == 2);
        await ServeAsync(cluster);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        await cluster.ProveAsync();

        // Who comes when it can no longer do without what was taken away is told so.
        await using (var newer = await cluster.BeginUpgradeAsync())
        {
            await newer.ContractAsync();
        }

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(cluster.JoinAsync);
        Assert.EndsWith(
            "The database belongs to a newer version of this program: it has the change 29990201000000_NoPast_since_Future.", refused.Message.Trim(),
            StringComparison.Ordinal);
    }

    /// <summary>Each of two servers answers, is told of what the other changes, and records.</summary>
    private static async Task ServeAsync(TestCluster cluster)
    {
        var (one, other) = (cluster.Nodes[0], cluster.Nodes[1]);
        foreach (var (asked, told, i) in new[] { (one, other, 0), (other, one, 1) })
        {
            var second = Now.ToUnixTimeSeconds() - 100_000 + (3 * i);
            Assert.Equal(HttpStatusCode.OK, await TestCluster.BringAsync(asked, $"cam{i}", second));
            Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(told, $"cameras/cam{i}/snapshots/{second}.jpg"));
            var id = $"gate-{Now.ToUnixTimeMilliseconds()}";
            await TestCluster.PostAsync(asked, "cameras", ("id", id), ("name", "Gate"), ("is_public", "false"));
            Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(told, $"cameras/{id}"));
            using var gone = await told.Client.DeleteAsync($"cameras/{id}", TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
            Assert.Equal(HttpStatusCode.NotFound, await TestCluster.AskAsync(asked, $"cameras/{id}"));
        }

        await AreRecordedAsync(cluster);
    }

    private static async Task AreRecordedAsync(TestCluster cluster)
    {
        var since = Now;
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(since, 5) == Cameras);
    }
}
