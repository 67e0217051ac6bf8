using System.Net;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>nginx, as the pages tell it, asks one server after the other, and nobody notices.</summary>
[Collection(typeof(Fragile))]
public sealed class BalancerTests(FragileCluster place)
{
    private const int Rounds = 6;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_and_programs_do_not_notice_which_server_answers()
    {
        var cluster = await place.ServeAsync();
        using var balancer = await Balancer.StartAsync(cluster);
        var origin = balancer.Address.GetLeftPart(UriPartial.Authority);
        using var surfer = new Surfer(balancer.Address);
        var entered = await surfer.PostFromAsync("/login", origin, ("username", "joe"), ("password", TestCluster.Password));
        Assert.Equal((302, "/"), entered.Ends);
        var pages = await RepeatAsync(() => surfer.GetAsync("/account"));
        Assert.All(pages, page => Assert.Equal(200, page.Status));
        Assert.All(pages, page => Assert.Contains("joe", page.Text, StringComparison.Ordinal));
        AnsweredAll(cluster, pages);
        Assert.Equal(302, (await surfer.PostFromAsync("/logout", origin)).Status);
        Assert.All(await RepeatAsync(() => surfer.GetAsync("/account")), page => Assert.Equal(302, page.Status));

        using var program = balancer.Connect("joe", TestCluster.Password);
        for (var i = 0; i < Rounds; i++)
        {
            var second = place.NextSecond();
            Assert.Equal(HttpStatusCode.OK, await TestCluster.BringAsync(program, "cam0", second, await Photographs.ReadAsync("small.jpg")));
            using var picture = await program.GetAsync($"cameras/cam0/snapshots/{second}.jpg", Cancellation);
            Assert.Equal(HttpStatusCode.OK, picture.StatusCode);
        }

        // One of them ends: the next one is asked.
        var last = cluster.Nodes[^1];
        await last.SignalAsync("-TERM");
        await last.AwaitEndAsync();
        cluster.Remove(last);
        Assert.All(await RepeatAsync(() => surfer.GetAsync("/login")), page => Assert.Equal(200, page.Status));
        await cluster.JoinAsync();
    }

    [Fact]
    public async Task A_right_that_is_taken_back_is_refused_by_every_server()
    {
        var cluster = await place.ServeAsync();
        var first = cluster.First;
        await TestCluster.PostAsync(
            first, "users", ("forename", "Ann"), ("lastname", "B"), ("username", "ann"), ("country", "ie"), ("email", "ann@example.org"),
            ("password", "s3cret of ann"));
        await TestCluster.PostAsync(first, "cameras/cam0/share", ("email", "ann@example.org"), ("rights", "list,snapshot"));
        var share = (await TestCluster.ReadAsync(first, "cameras/cam0/shares"))["shares"]![0]!["id"];
        await Eventually.IsTrueAsync(() => cluster.DoAllAnswerAsync("ann", "s3cret of ann", "cameras/cam0", HttpStatusCode.OK));
        using var taken = await first.Client.DeleteAsync($"cameras/cam0/share?share_id={share}", Cancellation);
        Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        var since = TimeProvider.System.GetTimestamp();
        await Eventually.IsTrueAsync(() => cluster.DoAllAnswerAsync("ann", "s3cret of ann", "cameras/cam0", HttpStatusCode.NotFound));
        Promised.Holds(Promised.Revocation, TimeProvider.System.GetElapsedTime(since), "Until every server refused what was taken back");
    }

    private static async Task<List<Sight>> RepeatAsync(Func<Task<Sight>> ask)
    {
        var seen = new List<Sight>();
        for (var i = 0; i < Rounds; i++)
        {
            seen.Add(await ask());
        }

        return seen;
    }

    private static void AnsweredAll(TestCluster cluster, List<Sight> seen) => Assert.Equal(
        cluster.Nodes.Select(node => node.Address.Authority).Order(), seen.Select(page => page.Header(Balancer.Asked)).Distinct().Order());
}
