using System.Net;
using Evercam.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.ApiClient;

/// <summary>A server that has moved: what was sent is not done, whatever is answered where it is now.</summary>
public sealed class MovedTests : IAsyncLifetime
{
    private WebApplication app = null!;
    private Uri server = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration["urls"] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Map("/old/{**path}", (string path, HttpContext context) =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = $"/new/{path}{context.Request.QueryString}";
        });
        app.Map("/new/{**path}", () => Results.Content(
            """{"snapshots":[{"camera":"door","notes":null,"created_at":1,"timezone":"UTC"}],"cameras":[{"id":"door","name":"Door","timezone":"UTC"}]}""",
            "application/json"));
        await app.StartAsync(Cancellation);
        server = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    [Fact]
    public async Task A_client_of_the_factory_follows_nobody()
    {
        var services = new ServiceCollection();
        services.AddEvercamClient(options => (options.Server, options.Credential) = (new(server, "/old"), Credential.ApiKeys("id", "s3cret")));
        await using var provider = services.BuildServiceProvider();
        var refusal = await RefusalAsync(provider.GetRequiredService<EvercamClient>());
        Assert.Equal(HttpStatusCode.Found, refusal.Status);
        Assert.DoesNotContain("s3cret", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_has_been_led_elsewhere_has_no_answer()
    {
        using var http = new HttpClient { BaseAddress = new(server, "/old") };
        await RefusalAsync(new(http));
    }

    [Fact]
    public async Task A_command_says_where_the_server_is()
    {
        var (exit, said) = await Servers.EvercamProcess.RunAsync(Cancellation, "snapshot", "door", "--server", $"{server}old");
        Assert.Equal((2, $"The server is not here but at {server}new/v1/cameras/door/snapshots"), (exit, said.Trim()));
    }

    private async Task<EvercamException> RefusalAsync(EvercamClient client)
    {
        using var picture = new MemoryStream([0xFF, 0xD8, 0xFF]);
        var refusal = await Assert.ThrowsAsync<EvercamException>(() => client.Snapshots.UploadAsync("door", 1, picture, cancellation: Cancellation));
        Assert.Equal($"The server is not here but at {server}new/v1/cameras/door/snapshots/1", refusal.Message);
        await Assert.ThrowsAsync<EvercamException>(() => client.Cameras.GetAsync("door", Cancellation));
        return refusal;
    }
}
