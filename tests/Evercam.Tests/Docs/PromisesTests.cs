using System.Reflection;
using System.Text.RegularExpressions;

namespace Evercam.Tests.Docs;

/// <summary>The page of promises names tests and benches that there are.</summary>
public sealed partial class PromisesTests
{
    private const string Page = "docs/promises.md";
    private const string Figures = "Figures";
    private const string Bench = "dotnet run -c Release --project bench/Evercam.Bench -- ";

    private static readonly ILookup<string, Type> Classes = typeof(PromisesTests).Assembly.GetTypes().ToLookup(type => type.Name);

    /// <summary>The headings above the tables, but for the figures.</summary>
    public static TheoryData<string> Headings => [.. Sections().Select(section => section.Heading).Where(heading => heading != Figures)];

    [Fact]
    public void Each_is_proved_by_tests_that_there_are()
    {
        var rows = Sections().Where(section => section.Heading != Figures).SelectMany(section => section.Rows).ToList();
        Assert.NotEmpty(rows);
        Assert.Empty(rows.Where(row => !Named().IsMatch(row[1])).Select(row => row[0]));
        Assert.Empty(
            from row in rows
            from Match named in Named().Matches(row[1])
            where !Classes[named.Groups[1].Value].Any(type => IsTest(type, named.Groups[2].Value))
            select named.Value);
    }

    [Theory]
    [MemberData(nameof(Headings))]
    public void Each_table_has_a_command_that_runs_its_tests(string heading)
    {
        var section = Sections().Single(section => section.Heading == heading);
        var command = Assert.Single(section.Commands);
        Assert.Matches(Command(), command);
        var endings = Ending().Matches(command).Select(match => match.Groups[1].Value).ToList();
        var wanted = new HashSet<string>(
            from row in section.Rows
            from Match named in Named().Matches(row[1])
            from type in Classes[named.Groups[1].Value].Where(type => IsTest(type, named.Groups[2].Value)).SelectMany(Concrete)
            select type.FullName!);
        Assert.DoesNotContain(wanted, name => !endings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)));

        // And it runs nothing in vain.
        Assert.DoesNotContain(endings, ending => !wanted.Any(name => name.EndsWith(ending, StringComparison.Ordinal)));
    }

    [Fact]
    public void Each_figure_has_a_bench()
    {
        var section = Sections().Single(section => section.Heading == Figures);
        var benches = File.ReadAllText(Repository.PathOf("bench/Evercam.Bench/Program.cs"));
        var measured = section.Rows.Select(row => row[3].Trim('`')).Distinct().ToList();
        Assert.NotEmpty(measured);
        Assert.Equal(measured.Select(word => $"{Bench}{word}"), section.Commands);
        Assert.All(measured, word => Assert.Contains($"\"{word}\" => ", benches, StringComparison.Ordinal));
    }

    private static bool IsTest(Type type, string method) =>
        type.GetMethod(method, BindingFlags.Public | BindingFlags.Instance)?.GetCustomAttributes<FactAttribute>().Any() == true;

    /// <summary>The classes that run the tests of a class: itself, or those that are of its kind.</summary>
    private static IEnumerable<Type> Concrete(Type type) =>
        type.IsAbstract ? type.Assembly.GetTypes().Where(other => !other.IsAbstract && type.IsAssignableFrom(other)) : [type];

    /// <summary>The page by its headings: the cells of each row, and what is to be typed.</summary>
    private static List<(string Heading, List<string[]> Rows, List<string> Commands)> Sections()
    {
        var sections = new List<(string Heading, List<string[]> Rows, List<string> Commands)>();
        foreach (var line in File.ReadLines(Repository.PathOf(Page)))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                sections.Add((line[3..], [], []));
            }
            else if (line.StartsWith("dotnet ", StringComparison.Ordinal))
            {
                sections[^1].Commands.Add(line);
            }
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
            {
                sections[^1].Rows.Add(line.Trim('|').Split('|', StringSplitOptions.TrimEntries));
            }
        }

        // The first row of a table names its columns.
        sections.ForEach(section => section.Rows.RemoveAt(0));
        return sections;
    }

    [GeneratedRegex(@"`(\w+)\.(\w+)`")]
    private static partial Regex Named();

    [GeneratedRegex("""^dotnet tests/Evercam\.Tests/bin/Debug/net10\.0/Evercam\.Tests\.dll( -class "\*[A-Za-z.]+")+$""")]
    private static partial Regex Command();

    [GeneratedRegex("-class \"\\*([^\"]+)\"")]
    private static partial Regex Ending();
}
