using System.Globalization;
using System.Text.RegularExpressions;

namespace Evercam.Tests.Watching;

/// <summary>What a server told of itself at a moment, in Prometheus' text form.</summary>
internal sealed partial class Scrape(string text)
{
    public string Text => text;

    /// <summary>The names of all metrics.</summary>
    public IReadOnlySet<string> Names => Types().Matches(text).Select(type => type.Groups[1].Value).ToHashSet();

    /// <summary>The names of all labels, without those that histograms are made of.</summary>
    public IReadOnlySet<string> Labels =>
        Label().Matches(text).Select(label => label.Groups[1].Value).Where(name => name != "le").ToHashSet();

    public static async Task<Scrape> ReadAsync(EvercamApp app)
    {
        using var surfer = new Surfer(app);
        var answer = await surfer.GetAsync("/metrics");
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("text/plain; version=0.0.4", answer.Header("Content-Type"), StringComparison.Ordinal);
        return new(answer.Body);
    }

    /// <summary>The sum of all lines that begin so; <see langword="null"/> if there is none.</summary>
    /// <param name="name">The metric.</param>
    /// <param name="labels">Some of its labels, such as <c>reason="offline"</c>.</param>
    public double? Sum(string name, params string[] labels)
    {
        var values = Sample().Matches(text)
            .Where(sample => sample.Groups[1].Value == name)
            .Where(sample => labels.All(label => sample.Groups[2].Value.Contains(label, StringComparison.Ordinal)))
            .Select(sample => double.Parse(sample.Groups[3].Value, CultureInfo.InvariantCulture))
            .ToList();
        return values.Count == 0 ? null : values.Sum();
    }

    [GeneratedRegex("^([a-z_]+)(\\{.*\\})? (\\S+)", RegexOptions.Multiline)]
    private static partial Regex Sample();

    [GeneratedRegex("^# TYPE (\\S+) ", RegexOptions.Multiline)]
    private static partial Regex Types();

    [GeneratedRegex("[{,]([a-z_]+)=\"")]
    private static partial Regex Label();
}
