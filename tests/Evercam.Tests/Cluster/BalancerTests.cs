using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Evercam.Tests.Docs;
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
        using var folder = new TempFolder();
        var port = FreePort.Find();
        using var nginx = await NginxServer.StartAsync(folder, port, Site(cluster, port), Cancellation);
        var address = new Uri($"http://127.0.0.1:{port}");

        using var surfer = new Surfer(address);
        var entered = await surfer.PostFromAsync(
            "/login", address.GetLeftPart(UriPartial.Authority), ("username", "joe"), ("password", TestCluster.Password));
        Assert.Equal((302, "/"), entered.Ends);
        var pages = await RepeatAsync(() => surfer.GetAsync("/account"));
        Assert.All(pages, page => Assert.Equal(200, page.Status));
        Assert.All(pages, page => Assert.Contains("joe", page.Text, StringComparison.Ordinal));
        AnsweredAll(cluster, pages);
        Assert.Equal(302, (await surfer.PostFromAsync("/logout", address.GetLeftPart(UriPartial.Authority))).Status);
        Assert.All(await RepeatAsync(() => surfer.GetAsync("/account")), page => Assert.Equal(302, page.Status));

        using var program = new HttpClient { BaseAddress = new Uri(address, "/v1/") };
        program.DefaultRequestHeaders.Authorization = Basic("joe", TestCluster.Password);
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
        List<HttpClient> hers = [.. cluster.Nodes.Select(node => new HttpClient { BaseAddress = node.Client.BaseAddress })];
        try
        {
            hers.ForEach(client => client.DefaultRequestHeaders.Authorization = Basic("ann", "s3cret of ann"));
            await Eventually.IsTrueAsync(() => AreAllAnsweredAsync(hers, HttpStatusCode.OK));
            using var taken = await first.Client.DeleteAsync($"cameras/cam0/share?share_id={share}", Cancellation);
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
            await Eventually.IsTrueAsync(() => AreAllAnsweredAsync(hers, HttpStatusCode.NotFound));
        }
        finally
        {
            hers.ForEach(client => client.Dispose());
        }
    }

    private static async Task<bool> AreAllAnsweredAsync(List<HttpClient> clients, HttpStatusCode status)
    {
        foreach (var client in clients)
        {
            using var answer = await client.GetAsync("cameras/cam0", Cancellation);
            if (answer.StatusCode != status)
            {
                return false;
            }
        }

        return true;
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
        cluster.Nodes.Select(node => node.Address.Authority).Order(), seen.Select(page => page.Header("X-Asked")).Distinct().Order());

    private static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>What the pages would have, of these servers, without the certificate; and each answer says who was asked.</summary>
    private static string Site(TestCluster cluster, int port)
    {
        var upstream = CodeBlock.Of("docs/scaling.md").Single(block => block.Language == "nginx").Text;
        foreach (var (node, i) in cluster.Nodes.Select((node, i) => (node, i)))
        {
            upstream = upstream.Replace($"10.0.0.1{i + 1}:8080", node.Address.Authority, StringComparison.Ordinal);
        }

        var site = CodeBlock.Of("docs/operations.md").Single(block => block.Language == "nginx").Text.Split('\n')
            .Where(line => !line.Contains("ssl_certificate", StringComparison.Ordinal)).Select(line => line
                .Replace("listen 443 ssl", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
                .Replace("http://127.0.0.1:8080;", "http://evercam; add_header X-Asked $upstream_addr always;", StringComparison.Ordinal));
        return $"{upstream}\n{string.Join('\n', site)}";
    }
}
