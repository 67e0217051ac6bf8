using System.Text.RegularExpressions;
using Evercam.Server.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Attack;

/// <summary>What browsers are told, so that what somebody writes into a page, or into the network, does nothing.</summary>
public sealed partial class BrowserTests
{
    private static readonly (string, string)[] ByHttps = [("X-Forwarded-Proto", "https"), ("Host", "cameras.example.org"), ("Accept", "text/html")];

    [Fact]
    public async Task No_page_runs_what_is_written_into_it()
    {
        await using var app = await EvercamApp.StartAsync();
        using var surfer = new Surfer(app);
        var joe = await app.AddUserAsync("joe");
        await app.AddCameraAsync("gate", joe);
        await surfer.LogInAsync(joe);
        var pages = Pages(app).ToList();
        Assert.True(pages.Count > 20, $"{pages.Count}");
        foreach (var page in pages)
        {
            var seen = await surfer.GetAsync(page, ("Accept", "text/html"));
            var policy = seen.Header("Content-Security-Policy").Split(';', StringSplitOptions.TrimEntries).ToDictionary(rule => rule.Split(' ')[0]);
            Assert.Equal((page, "default-src 'none'", "nosniff"), (page, policy["default-src"], seen.Header("X-Content-Type-Options")));
            Assert.True(
                !policy.TryGetValue("script-src", out var scripts) || AllowedScripts().IsMatch(scripts), $"{page}: {scripts}");
            Assert.DoesNotMatch(InlineScript(), seen.Body);
            Assert.All(Script().Matches(seen.Body).Select(match => match.Value), script => Assert.Contains("nonce=", script, StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(null, "max-age=2592000")]
    [InlineData("1.00:00:00", "max-age=86400")]
    [InlineData("0", "")]
    public async Task Who_came_by_https_comes_by_nothing_else(string? setting, string header)
    {
        var settings = new Dictionary<string, string?> { ["Evercam:Http:TrustedProxies:0"] = "127.0.0.1" };
        if (setting is not null)
        {
            settings["Evercam:Http:StrictTransport"] = setting;
        }

        await using var app = await EvercamApp.StartAsync(settings);
        using var surfer = new Surfer(app);
        foreach (var page in new[] { "/login", "/nowhere", "/docs" })
        {
            Assert.Equal((page, header), (page, (await surfer.GetAsync(page, ByHttps)).Header("Strict-Transport-Security")));
            Assert.Equal((page, ""), (page, (await surfer.GetAsync(page, ByHttps[1..])).Header("Strict-Transport-Security")));
        }

        // This machine has other servers, and programs do not care.
        Assert.Equal("", (await surfer.GetAsync("/login", ByHttps[0])).Header("Strict-Transport-Security"));
        Assert.Equal("", (await surfer.GetAsync("/v1/test", ByHttps)).Header("Strict-Transport-Security"));
    }

    /// <summary>All pages, also those of a camera, but for the one that ends the log-in.</summary>
    private static IEnumerable<string> Pages(EvercamApp app) =>
        from route in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        where route.Metadata.GetMetadata<PageNeed>() is not null
        where route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("GET")
        let path = Segment().Replace(route.RoutePattern.RawText!, "gate")
        where path != "/logout"
        select path;

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Segment();

    [GeneratedRegex(@"\Ascript-src 'nonce-[0-9a-f]{32}'( 'strict-dynamic')?\z")]
    private static partial Regex AllowedScripts();

    [GeneratedRegex(@"<[a-z][^>]*\s(on[a-z]+\s*=|(href|src|action)\s*=\s*""?\s*javascript:)", RegexOptions.IgnoreCase)]
    private static partial Regex InlineScript();

    [GeneratedRegex("<script[^>]*>", RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
