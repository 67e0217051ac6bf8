using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>Looks at a page the way people do: on a telephone and on a desk, by day and by night.</summary>
internal static class PageLooks
{
    /// <summary>Where to leave pictures of the pages, for a person to look at; none are taken without.</summary>
    private static readonly string? Album = Environment.GetEnvironmentVariable("EVERCAM_TEST_PICTURES");

    private static readonly (int Width, int Height)[] Sizes = [(360, 740), (390, 844), (1280, 800)];

    /// <summary>Checks that the page fits every screen, that nobody is locked out of it (WCAG 2.1 AA), and that it asks for nothing
    /// that its own policy forbids.</summary>
    /// <param name="chromium">The browser.</param>
    /// <param name="name">What its pictures are called.</param>
    /// <param name="goThere">Leads a window to the page.</param>
    public static async Task LookAsync(this Chromium chromium, string name, Func<IPage, Task> goThere)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            // Without bypass the checker's own script would be refused; what the page itself does is still reported.
            await using var window = await chromium.OpenAsync(new() { ColorScheme = scheme, JavaScriptEnabled = true });
            var page = await window.NewPageAsync();
            var said = new ConcurrentQueue<string>();
            page.Console += (_, message) => said.Enqueue(message.Text);
            await goThere(page);

            // Words may be there before what they look like is.
            await page.WaitForLoadStateAsync();
            foreach (var (width, height) in Sizes)
            {
                await page.SetViewportSizeAsync(width, height);
                var needed = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
                Assert.True(needed <= width, $"{name} needs {needed} pixels of {width}.");
                if (Album is not null)
                {
                    var file = $"{name}-{width}-{scheme}.png".ToLowerInvariant();
                    await page.ScreenshotAsync(new() { Path = Path.Combine(Album, file), FullPage = true });
                }
            }

            Assert.DoesNotContain(said, text => text.Contains("Policy", StringComparison.Ordinal));
            var findings = await page.RunAxe(new AxeRunOptions
            {
                RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] },
            });
            Assert.True(
                findings.Violations.Length == 0,
                $"{name}, {scheme}: " + string.Join(
                    "; ", findings.Violations.Select(v => $"{v.Help}: {string.Join(", ", v.Nodes.Select(node => node.Html))}")));
        }
    }
}
