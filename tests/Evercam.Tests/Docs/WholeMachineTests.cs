using System.Text.RegularExpressions;
using Evercam.Tests.Installing;

namespace Evercam.Tests.Docs;

/// <summary>What is fenced as <c>console</c> changes a whole machine, or takes the SDK. <c>packaging/check</c> types it where that does no
/// harm, word by word as the document has it; for all else there is a reason why nothing does.</summary>
public sealed partial class WholeMachineTests
{
    /// <summary>What such a block is fenced as.</summary>
    public const string Fence = "console";

    private const string OneClass = "dotnet tests/Evercam.Tests/bin/Debug/net10.0/Evercam.Tests.dll -class";

    /// <summary><see cref="PromisesTests"/> looks what its commands run.</summary>
    private const string Promises = "docs/promises.md";

    private static readonly Dictionary<string, string> Untyped = new()
    {
        ["./test"] = "It runs this.",
        ["./test --long"] = "So does it, for hours.",
        ["docker compose up --detach"] = "There are no containers here: linters read what it reads, and packaging/check takes the Dockerfile's steps.",
        ["dotnet run --project tools/FakeCamera -- --scene street --name front-door --auth digest --password secret"] =
            "It ends when somebody ends it: the tests of FakeCamera start it so.",
        ["sudo evercam migrate-to /etc/evercam/new.json"] = "It wants a bucket: the tests of moving type it, with one of a prefix of its own.",
        ["sudo mv /etc/evercam/new.json /etc/evercam/appsettings.json"] =
            "These are no settings of this machine: the tests of moving start the server with them.",
        ["docker compose logs"] = "Nor are there any here to have logs.",
    };

    [Fact]
    public void Each_command_is_typed_or_has_a_reason() => Assert.Empty(
        from said in Said()
        where !Untyped.ContainsKey(said.Line) && said.Document != Promises && !said.Line.StartsWith(OneClass, StringComparison.Ordinal)
            && !Typed().Contains(said.Line)
        select $"{said.Document}: {said.Line}");

    [Fact]
    public void No_reason_outlives_its_command() => Assert.Empty(Untyped.Keys.Except(Said().Select(said => said.Line)));

    [Fact]
    public void The_check_types_what_the_documents_say() => Assert.Empty(
        from taken in Taken()
        where !Said().Any(said => said.Document == taken.Document && said.Line.StartsWith(taken.Beginning, StringComparison.Ordinal))
        select $"{taken.Document}: {taken.Beginning}");

    [Fact]
    public async Task One_class_of_tests_is_found_as_contributors_are_told()
    {
        var command = Assert.Single(Said(), said => said.Document != Promises && said.Line.StartsWith(OneClass, StringComparison.Ordinal)).Line
            .Replace("tests/Evercam.Tests/bin/Debug/net10.0/", AppContext.BaseDirectory, StringComparison.Ordinal);
        var (exit, said) = await Tool.RunAsync("/bin/bash", "-c", $"{command} -list classes -noLogo");
        Assert.True(exit == 0, said);
        var classes = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.NotEmpty(classes);
        Assert.All(classes, name => Assert.EndsWith("ShareTests", name.Trim(), StringComparison.Ordinal));
    }

    /// <summary>All lines that such blocks have, without what stands behind them for the reader.</summary>
    private static List<(string Document, string Line)> Said() =>
    [
        .. from block in Blocks()
           from line in LinesOf(block)
           select (block.Document, line),
    ];

    /// <summary>The lines that the check types.</summary>
    private static HashSet<string> Typed() =>
    [
        .. from taken in Taken()
           let found = Blocks().Where(block => block.Document == taken.Document)
               .Select(block => LinesOf(block).SkipWhile(one => !one.StartsWith(taken.Beginning, StringComparison.Ordinal)).ToList())
               .FirstOrDefault(lines => lines.Count > 0) ?? []
           from line in taken.IsToTheEnd ? found : found.Take(1)
           select line,
    ];

    /// <summary>What the check takes from a document: a line by its first words, or all from that line on.</summary>
    private static List<(string Document, string Beginning, bool IsToTheEnd)> Taken() =>
    [
        .. from Match taken in Taking().Matches(File.ReadAllText(Repository.PathOf("packaging/check")))
           select (taken.Groups[2].Value, taken.Groups[3].Value, taken.Groups[1].Value == "fenced"),
    ];

    private static IEnumerable<CodeBlock> Blocks() =>
        Repository.Documents.SelectMany(CodeBlock.Of).Where(block => block.Language == Fence);

    private static IEnumerable<string> LinesOf(CodeBlock block) =>
        block.Text.Split('\n').Select(line => Remark().Replace(line, "")).Where(line => line.Length > 0);

    [GeneratedRegex(@"\$\((typed|fenced) (\S+) '([^']+)'\)")]
    private static partial Regex Taking();

    [GeneratedRegex(" +# .*$")]
    private static partial Regex Remark();
}
