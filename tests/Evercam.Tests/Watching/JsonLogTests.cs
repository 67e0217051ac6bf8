using System.Text.Json.Nodes;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Watching;

/// <summary>Logs for programs: one object a line, and no secret in any field of it.</summary>
public sealed class JsonLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_line_is_an_object_and_holds_no_secret_however_much_is_asked_for()
    {
        using var data = new TempFolder();
        var log = new List<string>();
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation, new Dictionary<string, string>
        {
            ["Logging__Console__FormatterName"] = "json",
            ["Logging__Console__FormatterOptions__IncludeScopes"] = "true",
            ["Logging__LogLevel__Microsoft.AspNetCore"] = "Information",
        }))
        {
            using var surfer = new Surfer(server.Address);
            await surfer.PostAsync(
                "/v1/users",
                ("forename", "Joe"), ("lastname", "Bloggs"), ("username", "joe"), ("country", "ie"), ("email", "joe@example.org"), ("password", "Tr1ceratops"));
            await surfer.PostAsync("/login", ("username", "joe"), ("password", "Tr1ceratops"));
            await surfer.GetAsync("/v1/users/joe/credentials?password=Tr1ceratops");
            await surfer.GetAsync("/v1/test?api_id=x&api_key=Tr1ceratops", ("Authorization", "Bearer Tr1ceratops"));
            await Eventually.IsTrueAsync(() => server.Log.Any(line => line.Contains("/v1/test", StringComparison.Ordinal)));
            log.AddRange(server.Log);
        }

        Assert.All(log, line => Assert.NotNull(JsonNode.Parse(line)!["Message"]));
        Assert.Contains(log, line => (string?)JsonNode.Parse(line)!["LogLevel"] == "Information");
        Assert.DoesNotContain(log, line => line.Contains("Tr1ceratops", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_line_is_an_object_also_where_the_demonstration_is_told()
    {
        using var data = new TempFolder();
        using var server = await EvercamProcess.StartAsync(
            data.Path, Cancellation, new Dictionary<string, string> { ["Logging__Console__FormatterName"] = "json" }, withDemo: true);
        await Eventually.IsTrueAsync(() => server.Log.Any(line => line.Contains("The demonstration is running", StringComparison.Ordinal)));
        var told = server.Log.Select(line => JsonNode.Parse(line)!["State"]!).Single(state => state["Password"] is not null);
        Assert.Equal("demo", (string?)told["UserName"]);
        using var surfer = new Surfer(server.Address);
        await surfer.LogInAsync(new(0, "demo", (string)told["Password"]!, "", ""));
        Assert.Equal(new Uri(server.Address, "/v1/cameras/building-site/snapshot.jpg").AbsoluteUri, (string?)told["Picture"]);
        Assert.Equal(200, (await surfer.GetAsync((string)told["Picture"]!)).Status);
    }
}
