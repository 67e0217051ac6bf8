using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Tests.Archive;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Series;

/// <summary>What is told of a video while it is made.</summary>
public sealed class TimelapseProgressTests
{
    [Fact]
    public async Task While_it_is_made_it_says_how_much_of_it_is()
    {
        var (held, goOn, calls) = (new TaskCompletionSource(), new TaskCompletionSource(), -1_000);
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        await using var app = await EvercamApp.StartAsync(settings, adjust: builder => builder.InterposeIndex(call =>
        {
            if (call.Method is not ("FindAtOrBeforeAsync" or "FindAtOrAfterAsync") || Interlocked.Increment(ref calls) != 5)
            {
                return call.GoThrough();
            }

            held.SetResult();
            return call.GoThroughAfterAsync<Snapshot?>(goOn.Task);
        }));
        var stage = await TimelapseTests.FilledAsync(app);
        Volatile.Write(ref calls, 0);
        var ordered = await stage.AskAsync(
            HttpMethod.Post, "timelapses?from=1400000000&to=1400036000&every=1h&fps=2", stage.Owner);
        var id = (string)One(ordered)["id"]!;
        await held.Task.WaitAsync(TestContext.Current.CancellationToken);
        var running = One(await stage.GetAsync($"timelapses/{id}"));
        Assert.Equal("running", (string)running["status"]!);
        Assert.InRange((double)running["progress"]!, 0.01, 0.99);

        goOn.SetResult();
        await Eventually.IsTrueAsync(async () => (string)One(await stage.GetAsync($"timelapses/{id}"))["status"]! == "done");
        Assert.Equal(1, (double)One(await stage.GetAsync($"timelapses/{id}"))["progress"]!);
    }

    private static JsonNode One(Reply reply) => Assert.Single(JsonNode.Parse(reply.Text)!["timelapses"]!.AsArray())!;
}
