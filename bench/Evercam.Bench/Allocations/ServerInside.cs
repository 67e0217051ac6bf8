using Evercam.Server;
using Evercam.Storage;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Evercam.Bench.Allocations;

/// <summary>The whole server in this process, where its allocations can be counted.</summary>
internal sealed class ServerInside : IAsyncDisposable
{
    private readonly WebApplication app;

    private ServerInside(WebApplication app, Uri address) => (this.app, Address) = (app, address);

    public Uri Address { get; }

    public static async Task<ServerInside> StartAsync(string dataDirectory, CancellationToken cancellation)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        var app = EvercamHost.Build(
            ["--urls", address.AbsoluteUri, "--Evercam:DataDirectory", dataDirectory, "--Evercam:Demo", "false"],
            builder => builder.Logging.ClearProviders());
        try
        {
            await app.Services.PrepareEvercamStorageAsync(cancellation);
            await app.StartAsync(cancellation);
            return new(app, address);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
