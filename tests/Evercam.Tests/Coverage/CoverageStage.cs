using System.Text.Json.Nodes;
using Evercam.Tests.Snapshots;
using Xunit.Sdk;

namespace Evercam.Tests.Coverage;

/// <summary>A piece of a camera's time, as it is answered.</summary>
internal sealed record Span(long From, long To, string Status, string? By = null)
{
    public long Seconds => To - From;
}

internal static class CoverageStage
{
    /// <summary>Keeps pictures in these seconds, as a recorder that takes them: none at the very beginning of its second.</summary>
    public static Task RecordWithinAsync(this Stage stage, IEnumerable<long> seconds) => Task.WhenAll(
        seconds.Select(second => stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(second).AddMilliseconds(1))));

    /// <summary>What is known of a camera's recording, from long ago until now; what nobody knows is left out.</summary>
    public static async Task<IReadOnlyList<Span>> CoverageAsync(this Stage stage) =>
        SpansOf((await stage.GetAsync("coverage?from=1000000000")).Text);

    /// <summary>The spans of an answer, but for what nobody knows. They leave no hole.</summary>
    public static IReadOnlyList<Span> SpansOf(string answer)
    {
        var spans = JsonNode.Parse(answer)!["spans"]!.AsArray()
            .Select(span => new Span((long)span!["from"]!, (long)span["to"]!, (string)span["status"]!, (string?)span["by"])).ToList();
        Assert.All(spans, span => Assert.True(span.Seconds > 0, answer));
        Assert.All(spans.Zip(spans.Skip(1)), pair => Assert.Equal(pair.First.To, pair.Second.From));
        return [.. spans.Where(span => span.Status != "unknown")];
    }

    /// <summary>Waits until these, and no others, are the statuses, in this order.</summary>
    public static async Task<IReadOnlyList<Span>> CoversAsync(this Stage stage, params string[] statuses)
    {
        IReadOnlyList<Span> spans = [];
        try
        {
            await Eventually.IsTrueAsync(async () =>
                (spans = await stage.CoverageAsync()).Select(span => span.Status).SequenceEqual(statuses));
        }
        catch (XunitException) when (spans.Count > 0)
        {
            Assert.Equal(statuses, spans.Select(span => span.Status));
        }

        return spans;
    }
}
