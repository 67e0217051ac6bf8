using System.Text.Json.Nodes;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Commands;

/// <summary>With <c>--json</c>, a command prints one document, whatever it does.</summary>
public sealed class JsonOutputTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("--json", "dance")]
    [InlineData("check", "twice", "--json")]
    [InlineData("help", "dance", "--json")]
    [InlineData("--json", "help", "dance")]
    [InlineData("dance", "--help", "--json")]
    [InlineData("help", "user", "dance", "--json")]
    [InlineData("user", "dance", "--json")]
    [InlineData("export", "door", "--json", "--from")]
    [InlineData("check", "--json", "--Evercam:DataDirectory")]
    [InlineData("backup", "", "--json")]
    public async Task Wrong_words_are_a_document_too(params string[] arguments)
    {
        var ran = await EvercamProcess.RunAsync(new Dictionary<string, string>(), "", Cancellation, arguments);
        Assert.True(ran.ExitCode == 2, ran.ToString());
        Assert.Equal(ran.Errors.TrimEnd('\n'), (string?)JsonNode.Parse(ran.Output)!["error"]);
    }

    [Theory]
    [InlineData("version", @"\A[0-9]+\.[0-9]+\.[0-9]+", "--version", "--json")]
    [InlineData("help", "Usage:", "help", "--json")]
    [InlineData("help", "second-factor", "--json", "help", "user")]
    [InlineData("help", "--from-server", "import", "--help", "--json")]
    public async Task What_the_program_tells_of_itself_is_a_document_too(string name, string said, params string[] arguments)
    {
        var ran = await EvercamProcess.RunAsync(new Dictionary<string, string>(), "", Cancellation, arguments);
        Assert.True(ran is { ExitCode: 0, Errors: "" }, ran.ToString());
        Assert.DoesNotContain('\n', ran.Output.TrimEnd('\n'));
        var told = Assert.Single(JsonNode.Parse(ran.Output)!.AsObject());
        Assert.Equal(name, told.Key);
        Assert.Matches(said, (string?)told.Value);
    }

    [Fact]
    public async Task Every_command_of_an_administrator_prints_one_document()
    {
        using var data = new TempFolder();
        using var copy = new TempFolder();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation))
        {
            using var surfer = new Surfer(server.Address);
            Assert.Equal(302, (await surfer.PostAsync(
                "/signup",
                ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", "joe's secret"))).Status);

            var id = (string)(await AskAsync(0, "client", "add", "Viewer", "https://example.org/a", "example.org"))["client_id"]!;
            var client = Assert.Single((await AskAsync(0, "client", "list"))["clients"]!.AsArray())!;
            Assert.Equal((id, "Viewer", "example.org"), ((string?)client["client_id"], (string?)client["name"], (string?)client["callback_uris"]![1]));
            Assert.Equal(id, (string?)(await AskAsync(0, "client", "remove", id))["client_id"]);
            Assert.Equal($"There is no client {id}.", (string?)(await AskAsync(1, "client", "remove", id))["error"]);

            var user = Assert.Single((await AskAsync(0, "user", "list"))["users"]!.AsArray())!;
            Assert.Equal(("joe", false, 0), ((string?)user["user_name"], (bool)user["second_factor"]!, (int)user["cameras"]!));
            Assert.Equal("joe", (string?)(await AskAsync(0, "user", "confirm", "joe"))["user_name"]);
            Assert.NotNull((await AskAsync(0, "user", "show", "joe"))["confirmed_at"]);
            Assert.Equal(0, (int)(await AskAsync(0, "check"))["pictures"]!);
            Assert.Equal(copy["all"], (string?)(await AskAsync(0, "backup", copy["all"], "--packs"))["folder"]);
            Assert.NotNull((await AskAsync(2, "reindex"))["error"]);
            Assert.NotNull((await AskAsync(2, "vendors", "import", copy["none"]))["error"]);
            var imported = await AskAsync(0, "vendors", "import", $"{VendorRegistryTests.Folder}/oui.csv");
            Assert.InRange((int)imported["added"]!, 1, Math.Min((int)imported["vendors"]!, (int)imported["prefixes"]!));

            Assert.Equal("ann", (string?)(await TypeAsync("ann's secret\n", 0, "user", "add", "ann", "ann@example.org"))["user_name"]);
            Assert.Equal(
                "username is already registered, email is already registered",
                (string?)(await TypeAsync("x\n", 1, "user", "add", "ann", "ann@example.org"))["error"]);
            Assert.Equal("joe", (string?)(await TypeAsync("another\n", 0, "user", "password", "joe@example.org"))["user_name"]);
            Assert.Equal("password can't be blank", (string?)(await TypeAsync("\n", 1, "user", "password", "joe"))["error"]);
            Assert.Equal("joe", (string?)(await AskAsync(0, "user", "second-factor", "off", "joe"))["user_name"]);
            Assert.Equal(0, (int)(await AskAsync(0, "user", "remove", "joe"))["cameras"]!);
        }

        Assert.Equal(0, (int)(await AskAsync(0, "reindex"))["pictures"]!);
        Assert.True((bool)(await AskAsync(0, "restore", copy["all"], "--Evercam:DataDirectory", copy["data"]))["with_packs"]!);

        Task<JsonNode> AskAsync(int exit, params string[] arguments) => TypeAsync("", exit, arguments);

        async Task<JsonNode> TypeAsync(string typed, int exit, params string[] arguments)
        {
            var ran = await EvercamProcess.RunAsync(
                new Dictionary<string, string>(), typed, Cancellation, ["--Evercam:DataDirectory", data.Path, .. arguments, "--json"]);
            Assert.True(ran.ExitCode == exit, $"{string.Join(' ', arguments)}: {ran}");
            Assert.Equal('\n', ran.Output[^1]);
            Assert.DoesNotContain('\n', ran.Output[..^1]);
            return JsonNode.Parse(ran.Output)!;
        }
    }
}
