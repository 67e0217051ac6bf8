using System.Net;
using Evercam.Server.Watching;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Watching;

/// <summary>Who may read metrics; to others there are none.</summary>
public sealed class MetricsReadersTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const string Nothing = """{"message":"Not Found"}""";

    [Theory]
    [InlineData("127.0.0.1", null, null, true)]
    [InlineData("::1", null, null, true)]
    [InlineData("::ffff:127.0.0.1", null, null, true)]
    [InlineData("192.0.2.7", null, null, false)]
    [InlineData("192.0.2.7", "192.0.2.0/24", null, true)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.0/24", null, true)]
    [InlineData("192.0.3.7", "192.0.2.0/24", null, false)]
    [InlineData("2001:db8::7", "2001:db8::/64", null, true)]
    [InlineData("127.0.0.1", null, "X-Forwarded-For", false)]
    [InlineData("::1", null, "Forwarded", false)]
    [InlineData("127.0.0.1", "192.0.2.0/24", "X-Real-IP", false)]
    [InlineData(null, "0.0.0.0/0", null, false)]
    public void This_machine_may_and_networks_that_are_set(string? source, string? network, string? header, bool may)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = source is null ? null : IPAddress.Parse(source);
        if (header is not null)
        {
            context.Request.Headers[header] = "127.0.0.1";
        }

        var readers = new MetricsReaders(Options.Create(new MetricsOptions { Networks = network is null ? [] : [network] }));
        Assert.Equal(may, readers.Include(context));
    }

    [Fact]
    public async Task Whoever_comes_through_a_proxy_finds_nothing()
    {
        using var surfer = new Surfer(shared.App);
        var answer = await surfer.GetAsync("/metrics", ("X-Forwarded-For", "192.0.2.7"));
        Assert.Equal((404, Nothing), (answer.Status, answer.Body));
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Options })
        {
            using var request = new HttpRequestMessage(method, "/metrics");
            request.Headers.Add("X-Forwarded-For", "192.0.2.7");
            answer = await surfer.SendAsync(request);
            Assert.Equal((404, Nothing, ""), (answer.Status, answer.Body, answer.Header("Allow")));
        }

        Assert.Equal(200, (await surfer.GetAsync("/metrics")).Status);
    }

    [Fact]
    public async Task A_trusted_proxy_says_who_asks()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Http:TrustedProxies:0"] = "127.0.0.1",
            ["Evercam:Metrics:Networks:0"] = "192.0.2.0/24",
        });
        using var surfer = new Surfer(app);
        Assert.Equal(200, (await surfer.GetAsync("/metrics", ("X-Forwarded-For", "192.0.2.7"))).Status);
        Assert.Equal(404, (await surfer.GetAsync("/metrics", ("X-Forwarded-For", "192.0.3.7"))).Status);
    }

    [Fact]
    public async Task Switched_off_there_is_nothing()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Metrics:Enabled"] = "false" });
        using var surfer = new Surfer(app);
        var answer = await surfer.GetAsync("/metrics");
        Assert.Equal((404, Nothing), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task A_network_that_is_none_ends_the_start()
    {
        var refusal = await Assert.ThrowsAsync<OptionsValidationException>(
            () => EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Metrics:Networks:0"] = "10.0.0.0/64" }));
        Assert.Contains("10.0.0.0/64", refusal.Message, StringComparison.Ordinal);
    }
}
