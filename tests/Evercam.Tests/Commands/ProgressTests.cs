using Evercam.Tests.Installing;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>What takes long shows how far it is where somebody looks, and nowhere else.</summary>
public sealed class ProgressTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Commands_that_go_through_all_packs_show_how_far_they_are_on_a_terminal_and_print_the_same_elsewhere()
    {
        await FillAsync();
        await ShowsAsync("Check", "1 pictures in 1 packs checked, 0 findings", "check");
        await ShowsAsync("Packs", "has the database, 1 keys and 1 packs of", "backup", folder["copy"], "--packs");
        await ShowsAsync("Reindex", "1 pictures are in the index", "reindex");
        await ShowsAsync("Packs", "The backup is restored", "restore", folder["copy"], "--Evercam:DataDirectory", folder["other"]);
    }

    [Fact]
    public async Task What_reindex_says_of_each_pack_is_seen_with_its_bar_on_the_same_terminal()
    {
        await FillAsync();
        var (exit, shown) = await LookAsync("", "reindex");
        Assert.True(exit == 0, shown);
        Assert.Matches("[0-9]+/2014/05/13/[0-9]+: 1 pictures\r\n", shown);
        Assert.Contains("100%", shown, StringComparison.Ordinal);
        Assert.Contains("1 pictures are in the index", shown, StringComparison.Ordinal);
    }

    private async Task FillAsync()
    {
        using var server = await EvercamProcess.StartAsync(folder["data"], Cancellation);
        await server.RegisterAsync(9);
        await server.SendAsync(HttpMethod.Put, "cameras/gate/recording", ("status", "off"));
        await server.UploadAsync(1_400_000_000, await Photographs.ReadAsync("small.jpg"));
    }

    /// <summary>The bar is on the terminal, and what is printed elsewhere has nothing of it.</summary>
    private async Task ShowsAsync(string what, string printed, params string[] words)
    {
        var (exit, shown) = await LookAsync($">'{folder["printed"]}'", words);
        Assert.True(exit == 0, shown);
        Assert.Contains(what, shown, StringComparison.Ordinal);
        Assert.Contains("100%", shown, StringComparison.Ordinal);
        var lines = await File.ReadAllTextAsync(folder["printed"], Cancellation);
        Assert.Contains(printed, lines, StringComparison.Ordinal);
        Assert.DoesNotContain(lines, letter => char.IsControl(letter) && letter != '\n');
    }

    /// <summary>Types a command in a terminal.</summary>
    private Task<(int ExitCode, string Shown)> LookAsync(string elsewhere, params string[] words)
    {
        string[] all = ["dotnet", EvercamProcess.Program, "--Evercam:DataDirectory", folder["data"], .. words];
        var command = $"stty cols 120 rows 40; TERM=xterm {string.Join(' ', all.Select(word => $"'{word}'"))} {elsewhere}";
        return Tool.RunAsync("/bin/sh", "-c", "exec script -qec \"$0\" /dev/null </dev/null", command);
    }
}
