using System.Text.RegularExpressions;
using Evercam.Server.Pages;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Pages;

/// <summary>What holds for every page and every form, whoever adds one: they are walked as the server maps them.</summary>
public sealed class PageGuardTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private EvercamApp App => shared.App;

    private IReadOnlyList<(string Path, IReadOnlyList<string> Methods, bool LogIn)> Pages =>
    [
        .. from route in App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
           let need = route.Metadata.GetMetadata<PageNeed>()
           where need is not null
           select (
               Regex.Replace(route.RoutePattern.RawText!, @"\{[^}]*\}", "1"),
               route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods,
               need.LogIn),
    ];

    [Fact]
    public async Task A_form_of_another_site_does_nothing()
    {
        using var surfer = new Surfer(App);
        await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("joe")));
        var forms = Pages.Where(page => page.Methods.Contains("POST")).ToList();
        Assert.True(forms.Count >= 12);
        foreach (var form in forms)
        {
            foreach (var origin in new[] { "https://evil.example", "null" })
            {
                var refused = await surfer.PostFromAsync(form.Path, origin, ("application", "x"), ("username", "x"));
                Assert.Equal((form.Path, 403, 0), (form.Path, refused.Status, refused.Headers["Set-Cookie"].Count()));
            }
        }
    }

    [Fact]
    public async Task A_form_of_ours_passes_a_proxy_that_names_the_port_that_everyone_knows()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Http:TrustedProxies:0"] = "127.0.0.0/8" });
        using var surfer = new Surfer(app);
        foreach (var (scheme, host, origin, status) in new[]
        {
            ("http", "cams.example.org:80", "http://cams.example.org", 302),
            ("http", "CAMS.example.org", "http://cams.example.org", 302),
            ("http", "[2001:db8::1]:80", "http://[2001:db8::1]", 302),
            ("https", "cams.example.org:443", "https://cams.example.org", 302),
            ("https", "cams.example.org:8443", "https://cams.example.org:8443", 302),
            ("http", "cams.example.org:443", "http://cams.example.org", 403),
            ("https", "cams.example.org:80", "https://cams.example.org", 403),
            ("https", "cams.example.org:443", "http://cams.example.org", 403),
            ("http", "cams.example.org:8080", "http://cams.example.org", 403),
            ("http", "cams.example.org:80", "http://cams.example.org.evil.example", 403),
        })
        {
            foreach (var (name, value) in new[] { ("Origin", origin), ("Referer", $"{origin}/login") })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, "/logout");
                request.Headers.Host = host;
                request.Headers.Add("X-Forwarded-Proto", scheme);
                request.Headers.Add(name, value);
                Assert.Equal((host, name, value, status), (host, name, value, (await surfer.SendAsync(request)).Status));
            }
        }
    }

    [Fact]
    public async Task No_page_is_framed_kept_or_told_of_elsewhere()
    {
        using var surfer = new Surfer(App);
        await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("joe")));
        foreach (var page in Pages.Where(page => page.Methods.Contains("GET") && page.Path != "/logout"))
        {
            var seen = await surfer.GetAsync(page.Path, ("Accept", "text/html"));
            Assert.Equal((page.Path, "DENY", "no-store"), (page.Path, seen.Header("X-Frame-Options"), seen.Header("Cache-Control")));
            Assert.Contains("frame-ancestors 'none'", seen.Header("Content-Security-Policy"), StringComparison.Ordinal);
            Assert.Contains(seen.Header("Referrer-Policy"), new[] { "same-origin", "strict-origin" });
        }
    }

    [Fact]
    public async Task Options_names_what_a_page_answers()
    {
        foreach (var page in Pages)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, page.Path);
            using var answer = await App.Client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((page.Path, 204, 0), (page.Path, (int)answer.StatusCode, answer.Content.Headers.ContentLength ?? 0));
            Assert.Subset(answer.Content.Headers.Allow.ToHashSet(), page.Methods.Append("OPTIONS").ToHashSet());
        }
    }

    [Fact]
    public async Task Whoever_is_not_logged_in_is_led_to_the_log_in_and_back()
    {
        using var surfer = new Surfer(App);
        var pages = Pages.Where(page => page.LogIn).ToList();
        Assert.Contains(pages, page => page.Path == "/account");
        foreach (var page in pages)
        {
            var wanted = page.Methods.Contains("GET") ? $"/login?rt={Uri.EscapeDataString(page.Path)}" : "/login";
            var seen = page.Methods.Contains("GET") ? await surfer.GetAsync(page.Path) : await surfer.PostAsync(page.Path);
            Assert.Equal((302, wanted), seen.Ends);
        }
    }
}
