using System.CommandLine;
using System.Text.RegularExpressions;
using Evercam.Server.Commands;
using Evercam.Tests.Docs;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>Everything that can be typed is told: by the program itself, and in the documentation.</summary>
public sealed partial class CommandTreeTests
{
    private static readonly string[] Helpers = ["--help", "--version"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_documentation_names_every_command_every_option_and_every_exit_code()
    {
        var text = await File.ReadAllTextAsync(Repository.PathOf("docs/command-line.md"), Cancellation);
        foreach (var (name, command) in All())
        {
            if (command.Subcommands.Count == 0)
            {
                Assert.Contains($"evercam {name}", text, StringComparison.Ordinal);
            }

            Assert.All(
                command.Options.Select(option => option.Name).Except(Helpers), option => Assert.Contains($"`{option}", text, StringComparison.Ordinal));
        }

        Assert.All(new[] { "| 0 |", "| 1 |", "| 2 |", "| 78 |" }, code => Assert.Contains(code, text, StringComparison.Ordinal));
        foreach (var variable in new[] { "SERVER", "PASSWORD", "API_ID", "API_KEY" })
        {
            Assert.Contains($"`EVERCAM_{variable}`", text, StringComparison.Ordinal);
            Assert.Contains($"`EVERCAM_FROM_{variable}`", text, StringComparison.Ordinal);
        }
    }

    /// <summary>Whole commands are typed elsewhere; these stand in the middle of sentences.</summary>
    [Fact]
    public void No_document_names_a_command_or_an_option_that_there_is_not()
    {
        var named = (from document in Repository.Documents.Append("CHANGELOG.md")
                     from Match match in Named().Matches(File.ReadAllText(Repository.PathOf(document)))
                     select (Document: document, Words: match.Groups[1].Value.Replace("COMMAND", "check", StringComparison.Ordinal))).ToList();
        Assert.NotEmpty(named);
        Assert.DoesNotContain(named, one => new CommandTree([]).Grow().Parse(one.Words).UnmatchedTokens.Count > 0);
    }

    [Fact]
    public void Every_command_and_every_option_says_what_it_is() => Assert.All(All(), one =>
    {
        Assert.False(string.IsNullOrEmpty(one.Command.Description) && one.Name != "user second-factor", one.Name);
        Assert.All(one.Command.Options, option => Assert.False(string.IsNullOrEmpty(option.Description), $"{one.Name} {option.Name}"));
    });

    [Theory]
    [InlineData(0, "Usage:", "--help")]
    [InlineData(0, "--from-server", "import", "--help")]
    [InlineData(0, "second-factor", "help", "user")]
    [InlineData(0, "proves the archive", "help")]
    [InlineData(2, "There is no command 'dance'. Try: evercam help", "help", "dance")]
    [InlineData(2, "There is no command 'dance'. Try: evercam help", "dance", "--help")]
    [InlineData(2, "Where to? --folder DIR or --tar FILE.", "export", "door", "--from", "1", "--to", "2")]
    [InlineData(2, "Where to? --folder DIR or --tar FILE.", "export", "door", "--from", "1", "--to", "2", "--tar", "a", "--folder", "b")]
    [InlineData(2, "'--from'", "export", "door", "--to", "2", "--tar", "a")]
    [InlineData(2, "Required argument missing for option: '--tar'.", "export", "door", "--from", "1", "--to", "2", "--tar")]
    [InlineData(2, "Required argument missing for option: '--folder'.", "export", "door", "--from", "1", "--to", "2", "--folder")]
    [InlineData(2, "Required argument missing for option: '--folder'.", "import", "door", "--folder")]
    [InlineData(2, "Required argument missing for option: '--from-camera'.", "import", "door", "--from-camera")]
    [InlineData(2, "Required argument missing for option: '--output'.", "snapshot", "door", "--live", "--output")]
    [InlineData(2, "Where from?", "import", "door")]
    [InlineData(2, "Which server?", "import", "door", "--from-camera", "yard", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "--live needs --output FILE", "snapshot", "door", "--live")]
    [InlineData(2, "'evercam snapshot' does not know what 'twice' means.", "snapshot", "door", "twice")]
    [InlineData(2, "'nowhere' is no address of a server", "snapshot", "door", "--server", "nowhere")]
    [InlineData(2, "refused", "snapshot", "door", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'..' is no camera's id", "snapshot", "..", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'' is no camera's id", "export", "", "--from", "1", "--to", "2", "--folder", "a", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'..' is no camera's id", "import", "..", "--folder", "/", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'.' is no camera's id", "import", "door", "--from-camera", ".", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "'' is no file", "export", "door", "--from", "1", "--to", "2", "--tar", "")]
    [InlineData(2, "'' is no file", "snapshot", "door", "--output", "")]
    [InlineData(2, "'-' is no file", "snapshot", "door", "--output", "-")]
    [InlineData(2, "'/dev/stdout' is no file", "snapshot", "door", "--output", "/dev/stdout")]
    public async Task What_is_typed_is_answered(int code, string sentence, params string[] arguments)
    {
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, arguments);
        Assert.Equal(code, exit);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("EVERCAM_API_ID")]
    [InlineData("EVERCAM_API_KEY")]
    public async Task Half_of_a_pair_of_keys_is_none(string variable)
    {
        var ran = await EvercamProcess.RunAsync(
            new Dictionary<string, string> { [variable] = "x" }, "", Cancellation, "snapshot", "door", "--server", "http://127.0.0.1:1");
        Assert.Equal((2, "EVERCAM_API_ID and EVERCAM_API_KEY go together: one of them is missing.\n"), (ran.ExitCode, ran.Errors));
    }

    [Fact]
    public void Nor_does_it_leave_its_line()
    {
        Assert.Equal("name  a\uFFFDb\uFFFDc\uFFFD\nsince  3", Said($"name  {"a\nb\u2028c\u202E"}\nsince  {3}"));

        static string Said(PlainLine line) => line.ToString();
    }

    [Fact]
    public void What_others_said_moves_no_cursor() =>
        Assert.Equal("a\uFFFD[2Jb\uFFFD\uFFFDc\nd\te", CommandOutput.Plain("a\u001b[2Jb\r\u009bc\nd\te"));

    [Fact]
    public void A_server_that_does_not_answer_is_told_from_somebody_who_breaks_off()
    {
        Assert.Equal("The server did not answer in time.", CommandLine.ComplaintOf(new TaskCanceledException("", new TimeoutException())));
        Assert.Equal("It was broken off.", CommandLine.ComplaintOf(new TaskCanceledException()));
    }

    private static IEnumerable<(string Name, Command Command)> All() => Below("", new CommandTree([]).Grow());

    private static IEnumerable<(string Name, Command Command)> Below(string name, Command command) => command.Subcommands
        .SelectMany(child => Below($"{name} {child.Name}".TrimStart(), child).Prepend(($"{name} {child.Name}".TrimStart(), child)));

    [GeneratedRegex(@"`(?:sudo )?evercam\s([^`]+)`")]
    private static partial Regex Named();
}
