using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Commands;

/// <summary><c>evercam vendors import FILE</c>, as it is typed.</summary>
public sealed class VendorsCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_registry_is_imported_beside_a_running_server()
    {
        await using var storage = new SqliteStorage();
        using var server = await EvercamProcess.StartAsync(storage.DataDirectory, Cancellation);
        var (exitCode, output) = await ImportAsync($"{VendorRegistryTests.Folder}/oui.csv", storage.DataDirectory);
        Assert.True(exitCode == 0, output);
        storage.AddProcess();
        await using var db = storage.OpenCatalog();
        Assert.Equal("ieee-registration-authority", await db.VendorMacs.Where(m => m.Prefix == "74:1A:E0")
            .Select(m => m.Vendor!.Id).SingleAsync(Cancellation));
        var (vendors, prefixes) = (await db.Vendors.CountAsync(Cancellation), await db.VendorMacs.CountAsync(Cancellation));
        var added = await db.Vendors.CountAsync(v => v.Origin == VendorOrigin.Registry, Cancellation);
        Assert.Contains($"{added} vendors are new; {vendors} with {prefixes} MAC prefixes are known now\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_database_is_made_for_a_registry()
    {
        var data = folder["data"];
        Assert.Equal(
            (2, $"There is no database in the data directory {data}.\n"), await ImportAsync($"{VendorRegistryTests.Folder}/oui.csv", data));
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData("The file {0} is empty.", "")]
    [InlineData("The file {0} is not the IEEE's registry of MAC prefixes (oui.txt or oui.csv).", "Hello")]
    [InlineData("The file {0} cannot be read: Could not find file '{0}'.", null)]
    public async Task A_file_that_cannot_be_used_is_told_in_one_sentence_and_nothing_is_made(string sentence, string? content)
    {
        var file = folder["registry"];
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content, Cancellation);
        }

        var data = folder["data"];
        Assert.Equal(
            (2, string.Format(System.Globalization.CultureInfo.InvariantCulture, sentence, file) + "\n"), await ImportAsync(file, data));
        Assert.False(Directory.Exists(data));
    }

    [Theory]
    [InlineData("Which file? Try: evercam vendors import FILE", "vendors")]
    [InlineData("Which file? Try: evercam vendors import FILE", "vendors", "import")]
    [InlineData("Which file? Try: evercam vendors import FILE", "vendors", "export", "x")]
    [InlineData("Which file? Try: evercam vendors import FILE", "vendors", "import", "--Evercam:Demo", "false")]
    [InlineData("Evercam:Catalogue:Public is 'maybe', and must be true or false.", "check", "--Evercam:Catalogue:Public", "maybe")]
    public async Task What_is_typed_wrong_is_told_in_one_sentence(string sentence, params string[] arguments) =>
        Assert.Equal((2, sentence + "\n"), await EvercamProcess.RunAsync(Cancellation, arguments));

    private static Task<(int ExitCode, string Output)> ImportAsync(string file, string dataDirectory) =>
        EvercamProcess.RunAsync(Cancellation, "vendors", "import", file, "--Evercam:DataDirectory", dataDirectory);
}
