using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Servers;

/// <summary>Somebody else's web site, with pages as a test writes them. By the name of localhost it is another site than the server on
/// 127.0.0.1; by its address it is the same site and another origin.</summary>
internal sealed class ForeignSite : IAsyncDisposable
{
    private readonly WebApplication site;

    private ForeignSite(WebApplication site) => this.site = site;

    /// <summary>What its pages hold, by their paths; others are empty.</summary>
    public Dictionary<string, string> Pages { get; } = [];

    /// <summary>As another site.</summary>
    public string Far => $"http://localhost:{new Uri(site.Urls.Single()).Port}";

    /// <summary>As another origin of the same site.</summary>
    public string Near => $"http://127.0.0.1:{new Uri(site.Urls.Single()).Port}";

    public static async Task<ForeignSite> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var site = new ForeignSite(builder.Build());
        site.site.Urls.Add("http://127.0.0.1:0");
        site.site.Run(site.ServeAsync);
        await site.site.StartAsync(TestContext.Current.CancellationToken);
        return site;
    }

    public ValueTask DisposeAsync() => site.DisposeAsync();

    private Task ServeAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"<!DOCTYPE html><html lang=en><title>Foreign</title><body>{Pages.GetValueOrDefault(context.Request.Path, "")}</body></html>");
    }
}
