using System.Text.RegularExpressions;
using Evercam.Tests.Docs;
using Evercam.Tests.Linting;

namespace Evercam.Tests.Installing;

/// <summary>The image that the <c>Dockerfile</c> describes, and how <c>compose.yaml</c> starts it. Its steps are taken by
/// <c>packaging/check</c>.</summary>
public sealed partial class ContainerTests
{
    private const string Dockerfile = "Dockerfile";
    private const string Compose = "compose.yaml";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Dockerfile, "--start-period", "--starts", "dockerfile-utils", "lint")]
    [InlineData(Compose, "read_only", "readonly", "dclint", "--config", "dclint.yaml", "--max-warnings", "0")]
    public async Task A_linter_finds_nothing_but_what_is_made_wrong(string file, string word, string wrong, params string[] linter)
    {
        Assert.Equal((0, ""), await Linters.RunAsync([.. linter, Repository.PathOf(file)]));

        using var folder = new TempFolder();
        var text = await File.ReadAllTextAsync(Repository.PathOf(file), Cancellation);
        await File.WriteAllTextAsync(folder[file], text.Replace(word, wrong, StringComparison.Ordinal), Cancellation);
        Assert.Equal(1, (await Linters.RunAsync([.. linter, folder[file]])).ExitCode);
    }

    [Fact]
    public void It_is_made_for_both_processors()
    {
        var build = Steps().First(step => step.Word == "RUN").Text;
        Assert.Contains("amd64) runtime=linux-x64 ;; arm64) runtime=linux-arm64 ;;", build, StringComparison.Ordinal);
    }

    [Fact]
    public void It_runs_without_root_and_is_asked_for_its_health()
    {
        var image = Image();
        Assert.Equal("app", image.Single(step => step.Word == "USER").Text);
        Assert.DoesNotContain(image.SkipWhile(step => step.Word != "USER"), step => step.Word is "RUN" or "COPY" or "ADD");
        Assert.EndsWith("\"http://127.0.0.1:8080/healthz\"]", image.Single(step => step.Word == "HEALTHCHECK").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_starts_it_by_compose_lets_it_write_to_its_volume_alone()
    {
        var image = Image();
        Assert.Equal("/data", image.Single(step => step.Word == "VOLUME").Text);
        Assert.Equal("8080", image.Single(step => step.Word == "EXPOSE").Text);
        var settings = image.Single(step => step.Word == "ENV").Text;
        Assert.Contains("ASPNETCORE_URLS=http://+:8080 ", settings, StringComparison.Ordinal);
        Assert.Contains("Evercam__DataDirectory=/data", settings, StringComparison.Ordinal);

        var said = File.ReadAllLines(Repository.PathOf(Compose)).Select(line => line.Trim()).ToList();
        foreach (var line in new[] { "build: .", "read_only: true", "- evercam:/data", "- ALL", "- no-new-privileges:true", "- \"127.0.0.1:8080:8080\"" })
        {
            Assert.Contains(line, said);
        }
    }

    /// <summary>What makes the image itself, after that which only builds the program.</summary>
    private static List<(string Word, string Text)> Image()
    {
        var steps = Steps();
        return steps[steps.FindLastIndex(step => step.Word == "FROM")..];
    }

    private static List<(string Word, string Text)> Steps() =>
    [
        .. from line in Continued().Replace(File.ReadAllText(Repository.PathOf(Dockerfile)), " ").Split('\n')
           where line.Length > 0 && line[0] != '#'
           select line.Split(' ', 2) into words
           select (words[0], words[1]),
    ];

    [GeneratedRegex(@"\s*\\\n\s*")]
    private static partial Regex Continued();
}
