using System.Collections.Concurrent;
using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.OpenApi;

/// <summary>The reference that people read and try calls from.</summary>
public sealed class ReferencePageTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    [Fact]
    public async Task It_shows_every_group_tries_calls_and_asks_no_other_host()
    {
        await using var window = await chromium.OpenAsync(new() { ViewportSize = new() { Width = 1_280, Height = 1_000 } });
        var page = await window.NewPageAsync();
        var asked = new ConcurrentQueue<string>();
        page.Request += (_, request) => asked.Enqueue(request.Url);
        await page.GotoAsync($"{shared.App.Address}docs");
        foreach (var group in new[] { "Cameras", "Snapshots", "Webhooks", "OAuth 2.0" })
        {
            await Assertions.Expect(page.GetByText(group, new() { Exact = true }).First).ToBeAttachedAsync();
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Test Request (get /v1/test)" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Send" }).First.ClickAsync();
        await Assertions.Expect(page.GetByText("authenticated").First).ToBeVisibleAsync();
        Assert.Contains(asked, url => url.StartsWith($"{shared.App.Address}v1/", StringComparison.Ordinal));
        Assert.All(asked, url => Assert.Matches($"^(data|blob):|^{shared.App.Address}", url));
    }
}
