using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.Chromium))]

namespace Evercam.Tests.Servers;

/// <summary>The browser of this test run, started when a test first asks for it.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";

    // Milliseconds. Waits end with what they wait for; only a failure takes this long, whatever else the machine does.
    private const int Patience = 180_000;

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
        var window = await browser.NewContextAsync(options);
        window.SetDefaultTimeout(Patience);
        return window;
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
        Assertions.SetDefaultExpectTimeout(Patience);
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
