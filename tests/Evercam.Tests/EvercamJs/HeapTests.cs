using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.EvercamJs;

/// <summary>A page may stay open for weeks.</summary>
public sealed class HeapTests(ScriptServer server, Chromium chromium) : IClassFixture<ScriptServer>
{
    /// <summary>Gives the first answer again and again: this is about what the page keeps, not about how fast the server is. And counts
    /// the pictures that the browser must keep, which are not on the heap.</summary>
    private const string Echo =
        """
        const ask = window.fetch;
        let blob = null;
        window.fetch = async (...request) => {
          blob ??= ask(...request).then(answer => answer.blob());
          return new Response(await blob);
        };
        const { createObjectURL, revokeObjectURL } = URL;
        window.kept = 0;
        URL.createObjectURL = blob => { kept++; return createObjectURL(blob); };
        URL.revokeObjectURL = url => { kept--; revokeObjectURL(url); };
        """;

    private const int Refreshes = 10_000;
    private const int Feeds = 20;
    private const int Looks = 10;

    [Fact]
    public async Task Ten_thousand_refreshes_leave_nothing_behind()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var page = await stage.OpenAsync(
            $"<script>{Echo}</script>{stage.Script}" + string.Concat(Enumerable.Range(1, Feeds).Select(refresh => $"<img hidden evercam={stage.Id} refresh={refresh}>"))
            + "<script>window.shown = 0; new MutationObserver(changes => { shown += changes.length; })"
            + ".observe(document.body, { subtree: true, attributeFilter: ['src'] });</script>");
        await using var tools = await HeapTools.OpenAsync(page);
        await RefreshesAsync(page, Refreshes / 10);
        var early = await MeasureAsync(page, tools);
        await RefreshesAsync(page, Refreshes);
        var late = await MeasureAsync(page, tools);

        // The browser gives back in its own time. What is left behind never comes back.
        for (var look = 1; look < Looks && !IsAsEarly(); look++)
        {
            await RefreshesAsync(page, Refreshes + (look * 1_000));
            late = await MeasureAsync(page, tools);
        }

        Assert.True(late.Bytes < early.Bytes + 500_000, $"The heap grew from {early.Bytes} to {late.Bytes} bytes.");
        Assert.True(late.Nodes < early.Nodes + 100, $"There were {early.Nodes} nodes, and then {late.Nodes}.");
        Assert.True(late.Listeners < early.Listeners + 100, $"There were {early.Listeners} listeners, and then {late.Listeners}.");
        Assert.Empty(stage.Errors);

        bool IsAsEarly() =>
            late.Bytes < early.Bytes + 500_000 && late.Nodes < early.Nodes + 100 && late.Listeners < early.Listeners + 100;
    }

    /// <summary>Waits until there were so many, a thousand at a time: none takes long, but all together might.</summary>
    private static async Task RefreshesAsync(IPage page, int count)
    {
        for (var some = 1_000; some <= count; some += 1_000)
        {
            await Eventually.IsTrueAsync(() => page.EvaluateAsync<bool>("count => shown >= count", some));
        }
    }

    /// <summary>Measures while all feeds sleep, each with the one picture that it shows, and wakes them again.</summary>
    private static async Task<(double Bytes, double Nodes, double Listeners)> MeasureAsync(IPage page, HeapTools tools)
    {
        await page.HideAsync(true);
        await Eventually.IsTrueAsync(async () => await page.EvaluateAsync<int>("kept") == Feeds);
        var measured = await tools.MeasureAsync();
        await page.HideAsync(false);
        return measured;
    }

    private sealed class HeapTools(ICDPSession session) : IAsyncDisposable
    {
        public static async Task<HeapTools> OpenAsync(IPage page)
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("Performance.enable");
            return new(session);
        }

        public async Task<(double Bytes, double Nodes, double Listeners)> MeasureAsync()
        {
            // What the first collection ends, the second one takes away.
            await session.SendAsync("HeapProfiler.collectGarbage");
            await session.SendAsync("HeapProfiler.collectGarbage");
            var metrics = (await session.SendAsync("Performance.getMetrics"))!.Value.GetProperty("metrics").EnumerateArray()
                .ToDictionary(metric => metric.GetProperty("name").GetString()!, metric => metric.GetProperty("value").GetDouble());
            return (metrics["JSHeapUsedSize"], metrics["Nodes"], metrics["JSEventListeners"]);
        }

        public async ValueTask DisposeAsync() => await session.DetachAsync();
    }
}
