using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.EvercamJs;

/// <summary>A web site that is not ours. It is another origin than the server; under the name <c>localhost</c> also another site,
/// to which browsers take no cookies.</summary>
internal sealed class OtherSite : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (string Type, string Text)> files = new();
    private readonly WebApplication app;

    private OtherSite(WebApplication app)
    {
        this.app = app;
        app.Run(async context =>
        {
            var isThere = files.TryGetValue(context.Request.Path, out var file);
            context.Response.StatusCode = isThere ? StatusCodes.Status200OK : StatusCodes.Status404NotFound;
            context.Response.ContentType = file.Type;
            await context.Response.WriteAsync(file.Text ?? "");
        });
    }

    private int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<OtherSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var site = new OtherSite(builder.Build());
        await site.app.StartAsync();
        foreach (var version in JQuery.Versions)
        {
            site.files[$"/jquery-{version.Data}.js"] = ("text/javascript", await JQuery.ReadAsync(version.Data));
        }

        return site;
    }

    /// <summary>Puts a page there.</summary>
    /// <returns>Its address.</returns>
    public string Show(string html, string host) => Give($"/{Guid.NewGuid():n}", "text/html; charset=utf-8", html, host);

    public string Give(string path, string type, string text, string host)
    {
        files[path] = (type, text);
        return $"http://{host}:{Port}{path}";
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
