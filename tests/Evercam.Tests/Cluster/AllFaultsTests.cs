using System.Net;

namespace Evercam.Tests.Cluster;

/// <summary>Whatever may go away does, one after the other, while cameras are recorded, and people use the servers through a balancer.</summary>
[Collection(typeof(Fragile))]
public sealed class AllFaultsTests(FragileCluster place)
{
    private const int Clients = 6;

    /// <summary>For how many pictures of each camera something that all share is away: a picture a second.</summary>
    private static readonly int Away = LongForm.Times(everyday: 5, inLongForm: 20);

    /// <summary>For how many a server is frozen.</summary>
    private static readonly int Frozen = LongForm.Times(everyday: 20, inLongForm: 40);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Whatever_goes_away_nothing_is_lost_and_every_gap_is_explained()
    {
        var cluster = await place.ServeAsync();
        await TestCluster.PostAsync(
            cluster.First, "users", ("forename", "Eve"), ("lastname", "B"), ("username", "eve"), ("country", "ie"), ("email", BalancedSharer.Email),
            ("password", BalancedSharer.Password));
        using var balancer = await Balancer.StartAsync(cluster);
        using var joe = balancer.Connect("joe", TestCluster.Password);
        using var eve = balancer.Connect("eve", BalancedSharer.Password);
        var begun = Now;
        await cluster.AreRecordedAsync(begun, 3);

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        List<BalancedClient> clients = [.. Enumerable.Range(0, Clients).Select(number => new BalancedClient(joe, $"cam{number}", place.NextSecond))];
        var sharer = new BalancedSharer(joe, eve, $"cam{Clients}");
        List<Task> atWork = [.. clients.Select(client => client.UseAsync(enough.Token)), sharer.UseAsync(enough.Token)];

        await KillOneAsync(cluster);
        await ReplaceAsync(cluster, balancer);
        await FreezeOneAsync(cluster);
        await ReplaceAsync(cluster, balancer);
        foreach (var takeAway in new[] { place.WithoutPostgresAsync, place.WithoutSwiftAsync, () => place.WithoutRedisAsync() })
        {
            await using (await takeAway())
            {
                await cluster.GiveAsync(Away);
            }

            cluster.Reconnect();
            await cluster.AreRecordedAsync(Now, 5);
        }

        await enough.CancelAsync();
        await Task.WhenAll(atWork);
        await ProveAsync(cluster, clients, begun);
        Assert.NotEqual(0, sharer.Rounds);
        Promised.Holds(Promised.Revocation, sharer.SeenFor, "Until what was shared was seen no more");
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{clients.Sum(client => client.Kept)} pictures brought and kept, {sharer.Rounds} times shared and taken back; "
            + $"the longest pause of a camera was {await cluster.LongestPauseAsync()} s.");
    }

    private static async Task KillOneAsync(TestCluster cluster)
    {
        var dying = cluster.Nodes[1];
        await dying.KillAsync();
        var killed = Now;
        cluster.Remove(dying);
        await cluster.AreRecordedAsync(killed, 5);
        Promised.Holds(Promised.AfterDeath, await cluster.MeasureAsync(killed), "After a server was killed, recording its cameras");
    }

    private static async Task FreezeOneAsync(TestCluster cluster)
    {
        var frozen = cluster.Nodes[0];
        await frozen.SignalAsync("-STOP");
        var stopped = Now;
        await cluster.GiveAsync(Frozen);
        await frozen.SignalAsync("-CONT");
        var thawed = Now;

        // It learns that it is gone, and ends.
        await frozen.AwaitEndAsync();
        cluster.Remove(frozen);
        await cluster.AreRecordedAsync(thawed, 5);
        Promised.Holds(Promised.AfterFreeze, await cluster.MeasureAsync(stopped), "After a server froze, recording its cameras");
    }

    private static async Task ReplaceAsync(TestCluster cluster, Balancer balancer)
    {
        await cluster.JoinAsync();
        await balancer.FollowAsync(cluster);
        await cluster.AreSharedAsync();
    }

    private static async Task ProveAsync(TestCluster cluster, List<BalancedClient> clients, DateTimeOffset since)
    {
        foreach (var client in clients)
        {
            Assert.NotEqual(0, client.Kept);
            foreach (var node in cluster.Nodes)
            {
                await client.VerifyAsync(node.Client);
            }
        }

        await cluster.AreExplainedAsync(since);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        await cluster.ProveAsync();
        Assert.Equal(HttpStatusCode.OK, await TestCluster.AskAsync(cluster.First, "cameras/cam0/snapshots/latest"));
    }
}
