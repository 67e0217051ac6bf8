using System.Text.RegularExpressions;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary><c>evercam client</c>, as an administrator types it.</summary>
public class ClientCommandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_administrator_registers_lists_and_removes_clients_beside_the_server()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
        var (exit, said) = await RunAsync("client", "add", "Viewer", "https://example.org/back?to=1", "example.org");
        Assert.Equal(0, exit);
        var keys = Regex.Match(said, @"\Aclient_id      (?<id>[0-9a-f]{20})\nclient_secret  (?<key>[0-9a-f]{32})\n\z");
        Assert.True(keys.Success, said);
        var id = keys.Groups["id"].Value;
        Assert.Contains(
            "\"authenticated\":true",
            await server.Client.GetStringAsync($"test?api_id={id}&api_key={keys.Groups["key"].Value}", Cancellation),
            StringComparison.Ordinal);

        Assert.Equal((0, $"{id}  Viewer: https://example.org/back?to=1, example.org\n"), await RunAsync("client", "list"));
        Assert.Equal((1, "Another application has this name. Please choose another.\n"), await RunAsync("client", "add", "Viewer", "example.org"));
        Assert.Equal(
            (1, "name can't be blank, callback_uris is invalid\n"), await RunAsync("client", "add", " ", "https://a@example.org"));
        Assert.Equal((1, "callback_uris is invalid\n"), await RunAsync("client", "add", "Comma", "https://comma.example.org/cb?fields=a,b"));
        Assert.Equal((0, $"{id}  Viewer: https://example.org/back?to=1, example.org\n"), await RunAsync("client", "list"));
        Assert.Equal((0, ""), await RunAsync("client", "remove", id));
        Assert.Equal((1, $"There is no client {id}.\n"), await RunAsync("client", "remove", id));
        Assert.Equal((0, ""), await RunAsync("client", "list"));

        Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
            EvercamProcess.RunAsync(Cancellation, [.. arguments, "--Evercam:DataDirectory", data.Path]);
    }

    [Theory]
    [InlineData("Try: evercam client add", "client")]
    [InlineData("Try: evercam client add", "client", "add", "Viewer")]
    [InlineData("Try: evercam client add", "client", "list", "all")]
    [InlineData("'evercam check' does not know what 'twice' means.", "check", "twice")]
    [InlineData("There is no command 'clients'. Try: evercam help", "clients", "list")]
    public async Task What_is_not_understood_is_said(string sentence, params string[] arguments)
    {
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, arguments);
        Assert.Equal(2, exit);
        Assert.StartsWith(sentence, said, StringComparison.Ordinal);
    }
}
