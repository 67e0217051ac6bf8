using Evercam.Tests.Servers;

namespace Evercam.Tests.Commands;

/// <summary>A data directory that was mistyped.</summary>
public sealed class NoStorageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("There is no database", "check")]
    [InlineData("There is no database", "user", "list")]
    [InlineData("There is no database", "user", "add", "joe", "joe@example.org")]
    [InlineData("There is no database", "client", "list")]
    [InlineData("There is no database", "backup", "copy")]
    [InlineData("There is neither a database nor an archive", "reindex")]
    public async Task Nothing_is_made_of_it(string sentence, params string[] arguments)
    {
        using var folder = new TempFolder();
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, [.. arguments, "--Evercam:DataDirectory", folder["data"]]);
        Assert.Equal((2, $"{sentence} in the data directory {folder["data"]}.\n"), (exit, said));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*.db*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task The_index_is_made_anew_where_only_the_archive_is_left()
    {
        using var data = new TempFolder();
        Directory.CreateDirectory(data["archive"]);
        var (exit, said) = await EvercamProcess.RunAsync(Cancellation, "reindex", "--Evercam:DataDirectory", data.Path);
        Assert.True(exit == 0, said);
    }
}
