namespace Evercam.Tests.Snapshots;

/// <summary>How much a page of a range holds is the administrator's to say (contract 7.4).</summary>
public class PageLimitTests
{
    [Fact]
    public async Task A_page_is_no_longer_than_the_server_allows()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Snapshots:PerPage"] = "5",
            ["Evercam:Snapshots:PerPageWithData"] = "2",
            ["Evercam:Recorder:OnlineCheck"] = "false",
        });
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(Enumerable.Range(1, 12).Select(n => (long)n));
        Assert.Equal([1, 2, 3, 4, 5], (await stage.GetAsync("snapshots/range?from=0&to=99")).Seconds);
        Assert.Equal([11, 12], (await stage.GetAsync("snapshots/range?from=0&to=99&limit=999&page=3")).Seconds);
        Assert.Equal([3, 4], (await stage.GetAsync("snapshots/range?from=0&to=99&with_data=true&page=2")).Seconds);
        Assert.Equal(12, (await stage.GetAsync("snapshots")).Seconds.Count);
    }
}
