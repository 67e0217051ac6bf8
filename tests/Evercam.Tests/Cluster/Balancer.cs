using System.Net.Http.Headers;
using System.Text;
using Evercam.Tests.Docs;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Cluster;

/// <summary>nginx in front of three servers, as the pages tell it, without the certificate. Each answer says who was asked.</summary>
internal sealed class Balancer : IDisposable
{
    /// <summary>The header that says who was asked.</summary>
    public const string Asked = "X-Asked";

    private readonly TempFolder folder = new();
    private readonly int port = FreePort.Find();
    private NginxServer? nginx;

    /// <summary>Where it listens.</summary>
    public Uri Address => new($"http://127.0.0.1:{port}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static Task<Balancer> StartAsync(TestCluster cluster) => StartAsync(AddressesOf(cluster));

    /// <param name="servers">Host and port of each of the three.</param>
    /// <param name="instead">What is to stand there instead of what the pages say.</param>
    public static async Task<Balancer> StartAsync(IEnumerable<string> servers, params (string Told, string Instead)[] instead)
    {
        var balancer = new Balancer();
        try
        {
            var site = balancer.Site(servers);
            foreach (var (told, other) in instead)
            {
                Assert.Contains(told, site, StringComparison.Ordinal);
                site = site.Replace(told, other, StringComparison.Ordinal);
            }

            balancer.nginx = await NginxServer.StartAsync(balancer.folder, balancer.port, site, Cancellation);
            return balancer;
        }
        catch
        {
            balancer.Dispose();
            throw;
        }
    }

    /// <summary>Who calls with user name and password.</summary>
    public static AuthenticationHeaderValue Basic(string user, string password) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));

    /// <summary>A program that asks the balancer for paths relative to <c>/v1/</c>.</summary>
    public HttpClient Connect(string user, string password)
    {
        var client = new HttpClient { BaseAddress = new Uri(Address, "/v1/") };
        client.DefaultRequestHeaders.Authorization = Basic(user, password);
        return client;
    }

    /// <summary>Others belong to the cluster now: it asks them, and nobody else.</summary>
    public async Task FollowAsync(TestCluster cluster)
    {
        await nginx!.ReloadAsync(Site(AddressesOf(cluster)), Cancellation);
        using var client = new HttpClient { BaseAddress = Address };
        await Eventually.IsTrueAsync(async () =>
        {
            var asked = new List<string>();
            foreach (var _ in cluster.Nodes)
            {
                using var answer = await client.GetAsync("/healthz", Cancellation);
                asked.AddRange(answer.Headers.TryGetValues(Asked, out var who) ? who : []);
            }

            return asked.Order().SequenceEqual(cluster.Nodes.Select(node => node.Address.Authority).Order());
        });
    }

    public void Dispose()
    {
        nginx?.Dispose();
        folder.Dispose();
    }

    private static IEnumerable<string> AddressesOf(TestCluster cluster) => cluster.Nodes.Select(node => node.Address.Authority);

    private string Site(IEnumerable<string> servers)
    {
        var upstream = CodeBlock.Of("docs/scaling.md").Single(block => block.Language == "nginx").Text;
        foreach (var (server, i) in servers.Select((server, i) => (server, i)))
        {
            upstream = upstream.Replace($"10.0.0.1{i + 1}:8080", server, StringComparison.Ordinal);
        }

        var site = CodeBlock.Of("docs/operations.md").Single(block => block.Language == "nginx").Text.Split('\n')
            .Where(line => !line.Contains("ssl_certificate", StringComparison.Ordinal)).Select(line => line
                .Replace("listen 443 ssl", $"listen 127.0.0.1:{port}", StringComparison.Ordinal)
                .Replace("http://127.0.0.1:8080;", $"http://evercam; add_header {Asked} $upstream_addr always;", StringComparison.Ordinal));
        return $"{upstream}\n{string.Join('\n', site)}";
    }
}
