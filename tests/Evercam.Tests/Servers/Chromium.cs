using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.Chromium))]

namespace Evercam.Tests.Servers;

/// <summary>The browser of this test run, started when a test first asks for it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    private readonly Lock starting = new();
    private readonly TempFolder home = new();
    private Task<(IPlaywright Driver, IBrowser Browser)>? started;

    /// <summary>Opens a window that shares nothing with others: no cookies, no memory.</summary>
    public async Task<IBrowserContext> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Assert.SkipUnless(File.Exists(Program), "Chromium is not installed.");
        lock (starting)
        {
            started ??= StartAsync();
        }

        var (_, browser) = await started;
        return await browser.NewContextAsync(options);
    }

    public async ValueTask DisposeAsync()
    {
        if (started is { IsCompletedSuccessfully: true })
        {
            var (driver, browser) = await started;
            await browser.DisposeAsync();
            driver.Dispose();
        }

        home.Dispose();
    }

    private async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        var driver = await Playwright.CreateAsync();
        var browser = await driver.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Program,
            Headless = true,
            ChromiumSandbox = false,

            // Debian's start script leaves things in the home folder.
            Env = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
                .ToDictionary(entry => (string)entry.Key, entry => (string)entry.Value!)
                .Concat([new("HOME", home.Path)]).DistinctBy(pair => pair.Key).Select(pair => pair.Key == "HOME" ? new("HOME", home.Path) : pair),
            Args =
            [
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
        return (driver, browser);
    }
}
