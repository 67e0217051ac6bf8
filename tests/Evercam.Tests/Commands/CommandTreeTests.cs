using System.CommandLine;
using Evercam.Server.Commands;
using Evercam.Tests.Docs;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>Everything that can be typed is told: by the program itself, and in the documentation.</summary>
public sealed class CommandTreeTests
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

        Assert.All(new[] { "| 0 |", "| 1 |", "| 2 |" }, code => Assert.Contains(code, text, StringComparison.Ordinal));
        foreach (var variable in new[] { "SERVER", "PASSWORD", "API_ID", "API_KEY" })
        {
            Assert.Contains($"`EVERCAM_{variable}`", text, StringComparison.Ordinal);
            Assert.Contains($"`EVERCAM_FROM_{variable}`", text, StringComparison.Ordinal);
        }
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
    [InlineData(2, "Where to? --folder DIR or --tar FILE.", "export", "door", "--from", "1", "--to", "2")]
    [InlineData(2, "Where to? --folder DIR or --tar FILE.", "export", "door", "--from", "1", "--to", "2", "--tar", "a", "--folder", "b")]
    [InlineData(2, "'--from'", "export", "door", "--to", "2", "--tar", "a")]
    [InlineData(2, "Where from?", "import", "door")]
    [InlineData(2, "Which server?", "import", "door", "--from-camera", "yard", "--server", "http://127.0.0.1:1")]
    [InlineData(2, "--live needs --output FILE", "snapshot", "door", "--live")]
    [InlineData(2, "'evercam snapshot' does not know what 'twice' means.", "snapshot", "door", "twice")]
    [InlineData(2, "'nowhere' is no address of a server", "snapshot", "door", "--server", "nowhere")]
    [InlineData(2, "refused", "snapshot", "door", "--server", "http://127.0.0.1:1")]
    public async Task What_is_typed_is_answered(int code, string sentence, params string[] arguments)
    {
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, arguments);
        Assert.Equal(code, exit);
        Assert.Contains(sentence, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, Command Command)> All() => Below("", new CommandTree([]).Grow());

    private static IEnumerable<(string Name, Command Command)> Below(string name, Command command) => command.Subcommands
        .SelectMany(child => Below($"{name} {child.Name}".TrimStart(), child).Prepend(($"{name} {child.Name}".TrimStart(), child)));
}
