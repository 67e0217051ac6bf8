using System.Net;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>Servers that stand still for sixteen seconds are gone for the others: no other test runs meanwhile.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class NothingElse;

/// <summary>Several servers with one PostgreSQL, one bucket and one Redis are one server.</summary>
[Collection(typeof(NothingElse))]
public sealed class ClusterTests(PostgresServer postgres, SwiftServer swift, RedisServer redis)
{
    /// <summary>So long a server stands still, and is not gone yet for the others; in the long form a little less than sixteen seconds.</summary>
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(LongForm.Times(everyday: 4, inLongForm: 12));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Any_server_answers_and_each_camera_is_recorded_once()
    {
        await using var cluster = await StartAsync(nodes: 3, cameras: 20);
        var (one, other) = (cluster.Nodes[1], cluster.Nodes[2]);
        Assert.Equal(HttpStatusCode.OK, await TestCluster.BringAsync(one, "cam0", 1_397_651_000));
        Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(other, "cameras/cam0/snapshots/1397651000.jpg?range=1"));
        Assert.Equal(HttpStatusCode.OK, await TestCluster.BringAsync(other, "cam0", 1_397_661_001));
        Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(one, "cameras/cam0/snapshots/1397661001.jpg?range=1"));
        using (var gone = await other.Client.DeleteAsync("cameras/cam0/snapshots/1397651000", Cancellation))
        {
            Assert.Equal(HttpStatusCode.OK, gone.StatusCode);
        }

        Assert.Equal(HttpStatusCode.NotFound, await TestCluster.AskAsync(one, "cameras/cam0/snapshots/1397651000.jpg?range=1"));

        var begun = Now;
        await cluster.RecordAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(begun, 10) == 20);
        Assert.Equal(3, await cluster.CountServersAsync());
        Assert.Equal(0, await cluster.CountDoublesAsync());
        foreach (var node in cluster.Nodes)
        {
            Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(node, "cameras/cam7/snapshots/latest"));
        }

        await cluster.StopAsync();
        await IsWholeAsync(cluster);
    }

    [Fact]
    public async Task Viewers_at_several_servers_cost_the_camera_one_fetch()
    {
        await using var cluster = await StartAsync(
            2, 3, ("Evercam__Recorder__LiveRefresh", "00:01:00"), ("Evercam__Recorder__OnlineCheck", "false"));
        foreach (var node in cluster.Nodes.Concat(cluster.Nodes))
        {
            foreach (var camera in cluster.Cameras)
            {
                Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(node, $"cameras/{camera.Name}/snapshot.jpg"));
            }
        }

        Assert.All(cluster.Cameras, camera => Assert.Equal(1, camera.Pictures));
    }

    [Fact]
    public async Task A_server_that_is_killed_takes_nothing_with_it()
    {
        await using var cluster = await StartAsync(nodes: 3, cameras: 20);
        await cluster.RecordAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(DateTimeOffset.UnixEpoch, 3) == 20);
        var dying = cluster.Nodes[1];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var bringing = BringAsync(cluster.First, enough.Token);
        await dying.KillAsync();
        var killed = Now;
        cluster.Remove(dying);
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(killed, 5) == 20);
        Promised.Holds(Promised.AfterDeath, await cluster.MeasureAsync(killed), "After a server was killed, recording its cameras");
        await enough.CancelAsync();
        var brought = await bringing;
        Assert.Equal(2, await cluster.CountServersAsync());
        Assert.Equal(0, await cluster.CountDoublesAsync());
        foreach (var (camera, second) in brought)
        {
            Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(cluster.First, $"cameras/{camera}/snapshots/{second}.jpg?range=1"));
        }

        await ExplainsAsync(cluster);
        await cluster.StopAsync();
        await IsWholeAsync(cluster);
    }

    [Fact]
    public async Task A_server_that_was_frozen_and_comes_back_writes_nothing_of_what_others_have()
    {
        await using var cluster = await StartAsync(nodes: 3, cameras: 20);
        await cluster.RecordAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(DateTimeOffset.UnixEpoch, 3) == 20);
        var frozen = cluster.Nodes[2];
        await frozen.SignalAsync("-STOP");
        var since = Now;
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(since, 20) == 20);
        Promised.Holds(Promised.AfterFreeze, await cluster.MeasureAsync(since), "After a server froze, recording its cameras");
        await frozen.SignalAsync("-CONT");
        var thawed = Now;

        // It learns that it is gone, and ends.
        await frozen.AwaitEndAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(thawed, 5) == 20);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        Assert.Equal(2, await cluster.CountServersAsync());
        await ExplainsAsync(cluster);
        cluster.Remove(frozen);
        await cluster.StopAsync();
        await IsWholeAsync(cluster);
    }

    [Fact]
    public async Task A_server_that_stands_still_for_some_seconds_stays_what_it_is()
    {
        await using var cluster = await StartAsync(nodes: 3, cameras: 20);
        await cluster.RecordAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(DateTimeOffset.UnixEpoch, 3) == 20);
        var standing = cluster.Nodes[2];
        await standing.SignalAsync("-STOP");
        await Task.Delay(Standstill, TimeProvider.System, Cancellation);
        await standing.SignalAsync("-CONT");
        var since = Now;
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(since, 15) == 20);
        Assert.Equal(3, await cluster.CountServersAsync());
        Assert.DoesNotContain(cluster.First.Log, line => line.Contains("is gone: others have its cameras", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_comes_has_its_share_and_one_that_is_told_to_stop_hands_it_over()
    {
        await using var cluster = await StartAsync(nodes: 1, cameras: 6);
        await cluster.RecordAsync();
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(DateTimeOffset.UnixEpoch, 3) == 6);
        await cluster.JoinAsync();
        var joined = TimeProvider.System.GetTimestamp();
        await Eventually.IsTrueAsync(async () => await cluster.AskAsync(
            "SELECT count(*) FROM (SELECT server FROM tenures GROUP BY server HAVING count(*) = 3) AS found") == 2);
        Promised.Holds(Promised.FairShare, TimeProvider.System.GetElapsedTime(joined), "That a server that came had its share");
        var shared = Now;
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(shared, 5) == 6);

        var first = cluster.First;
        await first.SignalAsync("-TERM");
        await first.AwaitEndAsync();
        cluster.Remove(first);
        var left = Now;
        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(left, 5) == 6);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        await cluster.StopAsync();
        await IsWholeAsync(cluster);
    }

    /// <summary>Brings pictures, one after the other, until enough.</summary>
    /// <returns>Those that the server said it keeps.</returns>
    private static async Task<List<(string Camera, long Second)>> BringAsync(EvercamProcess node, CancellationToken enough)
    {
        var brought = new List<(string, long)>();
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            var (camera, second) = ($"cam{i % 20}", 1_397_651_000L + (10 * i));
            if (await TestCluster.BringAsync(node, camera, second) == HttpStatusCode.OK)
            {
                brought.Add((camera, second));
            }
        }

        return brought;
    }

    private static async Task ExplainsAsync(TestCluster cluster) =>
        await cluster.AreExplainedAsync();

    private static async Task IsWholeAsync(TestCluster cluster)
    {
        var check = await cluster.RunAsync("check");
        Assert.True(check.ExitCode == 0, check.Output + check.Errors);
    }

    private Task<TestCluster> StartAsync(int nodes, int cameras, params (string Name, string Value)[] more) =>
        TestCluster.StartAsync((postgres, swift, redis), nodes, cameras, more);
}
