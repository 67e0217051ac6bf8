using System.Diagnostics;
using System.Globalization;
using Evercam.FakeCameras;

namespace Evercam.Tests.FakeCameras;

/// <summary>The tool as people start it.</summary>
public class CommandLineTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Help_names_every_choice()
    {
        var (code, said, _) = await RunAsync("--help");

        Assert.Equal(0, code);
        var words = said.Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
        Assert.Subset(words.ToHashSet(), Enum.GetNames<Scene>().Concat(Enum.GetNames<Behaviour>()).Select(Kebab).ToHashSet());
    }

    [Theory]
    [InlineData("--colour is no option: see --help.", "--colour", "red")]
    [InlineData("8001 is no option: see --help.", "8001")]
    [InlineData("--port needs a value.", "--port")]
    [InlineData("--port is given twice.", "--port", "1", "--port", "2")]
    [InlineData("--port 70000 must be a number from 0 to 65535.", "--port", "70000")]
    [InlineData("--scene moon is not known: see --help.", "--scene", "moon")]
    [InlineData("--behaviour 3 is not known: see --help.", "--behaviour", "3")]
    [InlineData("--size 12x9999 must be like 1280x720, from 64 to 3840 each way.", "--size", "12x9999")]
    [InlineData("--utc-offset 1 must be like +01:00, at most 14 hours.", "--utc-offset", "1")]
    [InlineData("--auth digest needs a --password.", "--auth", "digest")]
    [InlineData("--name and --title are for one camera: say which --scene.", "--name", "door")]
    [InlineData("--name a/b must be letters, digits, '-', '_' and '.'.", "--scene", "farm", "--name", "a/b")]
    public async Task What_is_wrong_is_said_in_one_sentence(string sentence, params string[] arguments)
    {
        var (code, said, wrong) = await RunAsync(arguments);

        Assert.Equal((2, "", sentence), (code, said, wrong.TrimEnd()));
    }

    [Fact]
    public async Task It_prints_the_address_serves_there_and_ends_when_told()
    {
        using var tool = Start(
            "--port", "0", "--scene", "harbour", "--name", "pier", "--size", "320x180", "--utc-offset", "-03:30",
            "--auth", "digest", "--user", "me", "--password", "secret");
        try
        {
            var url = await tool.StandardOutput.ReadLineAsync(Cancellation);
            Assert.Matches("^http://127.0.0.1:[0-9]+/pier/snapshot.jpg$", url);
            using var handler = new SocketsHttpHandler { Credentials = new System.Net.NetworkCredential("me", "secret") };
            using var client = new HttpClient(handler);
            Assert.NotEmpty(await client.GetByteArrayAsync(url, Cancellation));

            using var kill = Process.Start("kill", ["-TERM", tool.Id.ToString(CultureInfo.InvariantCulture)]);
            await tool.WaitForExitAsync(Cancellation);

            Assert.Equal(0, tool.ExitCode);
            Assert.Equal("", await tool.StandardError.ReadToEndAsync(Cancellation));
        }
        finally
        {
            tool.Kill();
        }
    }

    [Fact]
    public async Task A_port_in_use_is_said_in_one_sentence()
    {
        await using var host = await FakeCameraHost.StartAsync([], Cancellation);
        var port = host.Port.ToString(CultureInfo.InvariantCulture);

        var (code, _, wrong) = await RunAsync("--port", port);

        Assert.Equal(1, code);
        Assert.StartsWith($"Port {port} cannot be used: ", wrong, StringComparison.Ordinal);
    }

    private static string Kebab(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{c}" : $"{c}")).ToLowerInvariant();

    private static Process Start(params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [typeof(FakeCamera).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task<(int Code, string Said, string Wrong)> RunAsync(params IEnumerable<string> arguments)
    {
        using var tool = Start(arguments);
        var said = tool.StandardOutput.ReadToEndAsync(Cancellation);
        var wrong = tool.StandardError.ReadToEndAsync(Cancellation);
        await tool.WaitForExitAsync(Cancellation);
        return (tool.ExitCode, await said, await wrong);
    }
}
