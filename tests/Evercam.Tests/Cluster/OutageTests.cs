using System.Net;
using System.Security.Cryptography;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>What all servers share goes away for twenty seconds, while cameras are recorded and pictures are brought to every server.</summary>
[Collection(typeof(Fragile))]
public sealed class OutageTests(FragileCluster place)
{
    private const int Seconds = 20;

    /// <summary>Of those that a camera gave in this time, the first and the last may have been taken before or after it.</summary>
    private const int Kept = Seconds - 2;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(200);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public Task While_the_database_is_away_pictures_wait_for_it() => SurvivesAsync(place.WithoutPostgresAsync);

    [Fact]
    public Task While_the_bucket_is_away_pictures_wait_for_it() => SurvivesAsync(place.WithoutSwiftAsync);

    [Fact]
    public Task While_Redis_is_away_all_is_as_before() => SurvivesAsync(() => place.WithoutRedisAsync());

    [Fact]
    public async Task When_Redis_has_lost_everything_all_servers_begin_anew()
    {
        var cluster = await place.ServeAsync();
        var begun = Now;
        await cluster.AreRecordedAsync(begun, 3);
        await using (await place.WithoutRedisAsync(forgets: true))
        {
            Assert.Equal(3, cluster.Nodes.Count);
        }

        foreach (var node in cluster.Nodes.ToList())
        {
            await node.AwaitEndAsync();
            cluster.Remove(node);
            await cluster.JoinAsync();
        }

        await cluster.AreRecordedAsync(Now, 5);
        await cluster.AreExplainedAsync(begun);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        await cluster.ProveAsync();
    }

    private async Task SurvivesAsync(Func<Task<IAsyncDisposable>> takeAway)
    {
        var cluster = await place.ServeAsync();
        var begun = Now;
        await cluster.AreRecordedAsync(begun, 3);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        List<Task<List<Brought>>> bringing = [.. cluster.Nodes.Select(node => BringAsync(node, enough.Token))];
        var (away, back) = (begun, begun);
        await using (await takeAway())
        {
            away = Now;
            await cluster.GiveAsync(Seconds);
            back = Now;
        }

        cluster.Reconnect();
        await cluster.AreRecordedAsync(Now, 5);
        await enough.CancelAsync();
        var brought = (await Task.WhenAll(bringing)).SelectMany(pictures => pictures).ToList();
        Assert.NotEmpty(brought);
        foreach (var (picture, i) in brought.Select((picture, i) => (picture, i)))
        {
            var found = await cluster.Nodes[i % cluster.Nodes.Count].Client.GetByteArrayAsync(
                $"cameras/{picture.Camera}/snapshots/{picture.Second}.jpg", Cancellation);
            Assert.Equal(picture.Bytes, found);
        }

        await Eventually.IsTrueAsync(async () => await cluster.CountRecordedAsync(away, back, Kept) == FragileCluster.Cameras);
        Assert.Equal(0, await cluster.CountDoublesAsync());
        Assert.Empty(await cluster.ListUnexplainedAsync(begun));
        Assert.Equal(3, await cluster.AskAsync("SELECT count(*) FROM servers WHERE NOT is_gone"));
        await cluster.ProveAsync();
    }

    /// <summary>Brings pictures, one after the other, until enough.</summary>
    /// <returns>Those that the server said it keeps.</returns>
    private async Task<List<Brought>> BringAsync(EvercamProcess node, CancellationToken enough)
    {
        var brought = new List<Brought>();
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        while (!enough.IsCancellationRequested)
        {
            var second = place.NextSecond();
            var picture = new Brought($"cam{second % FragileCluster.Cameras}", second, RandomNumberGenerator.GetBytes(2_000));
            if (await TestCluster.BringAsync(node, picture.Camera, second, picture.Bytes) == HttpStatusCode.OK)
            {
                brought.Add(picture);
            }

            await pace.WaitForNextTickAsync(Cancellation);
        }

        return brought;
    }

    private sealed record Brought(string Camera, long Second, byte[] Bytes);
}
