using System.Net;
using System.Net.Sockets;
using Evercam.Server.Rights;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Evercam.Tests.Cluster;

/// <summary>nginx, as the pages tell it but for its patience, before three servers of which one is frozen: its machine takes connections, and
/// nobody answers.</summary>
public sealed class FrozenServerTests
{
    private const int Rounds = 6;

    private static readonly (string, string)[] Hurry = [("proxy_read_timeout 30s", "proxy_read_timeout 5s"), ("fail_timeout=10s", "fail_timeout=1h")];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_frozen_server_is_passed_over_once_a_request_has_waited_in_vain()
    {
        await using var app = await EvercamApp.StartAsync();
        using var frozen = Freeze();
        var (alive, silent) = (app.Address.Authority, $"{frozen.LocalEndpoint}");
        using var balancer = await Balancer.StartAsync([alive, silent, alive], Hurry);
        using var client = new HttpClient { BaseAddress = balancer.Address };
        var asked = new List<string>();
        for (var i = 0; i < Rounds; i++)
        {
            using var answer = await client.GetAsync("/healthz", Cancellation);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            asked.Add(answer.Headers.GetValues(Balancer.Asked).Single());
        }

        Assert.Single(asked, who => who.Contains(silent, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_could_be_done_twice_is_not_told_the_next_server()
    {
        await using var app = await EvercamApp.StartAsync();
        using var frozen = Freeze();
        var alive = app.Address.Authority;
        using var balancer = await Balancer.StartAsync([alive, $"{frozen.LocalEndpoint}", alive], Hurry);
        using var client = new HttpClient { BaseAddress = balancer.Address };
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < Rounds; i++)
        {
            using var form = new FormUrlEncodedContent([]);
            using var answer = await client.PostAsync("/v1/users", form, Cancellation);
            statuses.Add(answer.StatusCode);
        }

        Assert.Single(statuses, HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task Of_all_answers_that_have_begun_only_a_live_stream_may_be_silent_for_long()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var app = await EvercamApp.StartAsync(map: api =>
        {
            api.MapGet("/standing/live.mjpeg", TellAsync).Public();
            api.MapGet("/standing/list", TellAsync).Public();
        });
        var alive = app.Address.Authority;
        using var balancer = await Balancer.StartAsync([alive, alive, alive], Hurry);
        using var client = new HttpClient { BaseAddress = balancer.Address };
        using var live = new StreamReader(await client.GetStreamAsync("/v1/standing/live.mjpeg", Cancellation));
        Assert.Equal("begun", await live.ReadLineAsync(Cancellation));
        using var list = new StreamReader(await client.GetStreamAsync("/v1/standing/list", Cancellation));
        Assert.Equal("begun", await list.ReadLineAsync(Cancellation));

        // The list began later, and is broken off; what began before it goes on.
        await Assert.ThrowsAnyAsync<IOException>(async () => await list.ReadLineAsync(Cancellation));
        goOn.SetResult();
        Assert.Equal("gone on", await live.ReadLineAsync(Cancellation));

        async Task TellAsync(HttpContext context, CancellationToken over)
        {
            await context.Response.WriteAsync("begun\n", over);
            await context.Response.Body.FlushAsync(over);
            await goOn.Task.WaitAsync(over);
            await context.Response.WriteAsync("gone on\n", over);
        }
    }

    /// <summary>The system takes connections, and nobody answers, as where a process is stopped.</summary>
    private static TcpListener Freeze()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener;
    }
}
