using System.Text.Json.Nodes;
using Evercam.Server.Notices;
using ActivityNames = Evercam.Server.Activities.ActivityNames;

namespace Evercam.Tests.OpenApi;

/// <summary>The forms that the description gives to what is asked and answered.</summary>
public sealed class FormsTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    /// <summary>The contract writes them as numbers always.</summary>
    [Fact]
    public async Task Numbers_in_answers_are_numbers_and_nothing_else()
    {
        var root = JsonNode.Parse((await ApiDocument.ReadAsync(shared.App)).Text)!;
        var forms = root["components"]!["schemas"]!.AsObject();
        var types = forms.SelectMany(form => MembersOf($"{form.Key}", form.Value!)).ToList();
        Assert.Contains(types, member => member.Types.Contains("integer"));
        Assert.Empty(types.Where(member => member.Types.Contains("string") && (member.Types.Contains("integer") || member.Types.Contains("number")))
            .Select(member => member.Name));
    }

    [Fact]
    public async Task The_kinds_of_notices_and_of_log_lines_are_told_wherever_they_stand()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var forms = JsonNode.Parse(document.Text)!["components"]!["schemas"]!;
        string[] notices = [.. NoticeNames.Names];
        string[] lines = [.. ActivityNames.All];
        Assert.Contains("space.recovered", notices);
        Assert.Contains("made room", lines);
        Assert.Equal([.. notices, "test"], Choices(forms["NoticeResponse"]!["properties"]!["event"]));
        Assert.Equal([.. notices, "test"], Choices(forms["DeliveryResponse"]!["properties"]!["event"]));
        Assert.Equal(notices, Choices(forms["WebhookResponse"]!["properties"]!["events"]!["items"]));
        Assert.Equal(notices, Choices(forms["MailChoiceResponse"]!["properties"]!["mails"]!["items"]));
        Assert.Equal(lines, Choices(forms["LogObjectsResponse"]!["properties"]!["logs"]!["items"]!["properties"]!["action"]));
        Assert.Equal(["offline", "unauthorized", "disk_full", "off", "no_room", "server_down", null], Choices(forms["NoticeResponse"]!["properties"]!["reason"]));

        Assert.Equal(notices, Choices(Param("GET /v1/events", "types")["schema"]!["items"]));
        Assert.Equal(lines, Choices(Param("GET /v1/cameras/{id}/logs", "types")["schema"]!["items"]));
        Assert.False((bool)Param("GET /v1/events", "types")["explode"]!);
        foreach (var (route, name) in new[] { ("POST /v1/webhooks", "events"), ("PATCH /v1/users/{id}/notices", "mails") })
        {
            var content = document.Operations[route]["requestBody"]!["content"]!;
            Assert.Equal(notices, Choices(content["application/json"]!["schema"]!["properties"]![name]!["items"]));
            Assert.Contains("`share.ended`", (string?)content["application/x-www-form-urlencoded"]!["schema"]!["properties"]![name]!["description"], StringComparison.Ordinal);
        }

        JsonNode Param(string route, string name) => document.Operations[route]["parameters"]!.AsArray().Single(param => (string)param!["name"]! == name)!;
    }

    [Fact]
    public async Task What_webhooks_are_sent_and_events_tell_has_one_form()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var letter = JsonNode.Parse(document.Text)!["webhooks"]!["notice"]!["post"]!;
        Assert.Equal(
            "#/components/schemas/NoticeResponse", (string?)letter["requestBody"]!["content"]!["application/json"]!["schema"]!["$ref"]);
        Assert.Equal(
            ["Evercam-Event", "Evercam-Delivery", "Evercam-Signature"], letter["parameters"]!.AsArray().Select(param => (string)param!["name"]!));
        var events = document.Operations["GET /v1/events"]["responses"]!["200"]!["content"]!["text/event-stream"]!;
        Assert.Contains("#/components/schemas/NoticeResponse", (string?)events["schema"]!["description"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_location_is_taken_away_as_it_is_described()
    {
        var body = (await ApiDocument.ReadAsync(shared.App)).Operations["PATCH /v1/cameras/{id}"]["requestBody"]!["content"]!["application/json"]!;
        var location = body["schema"]!["properties"]!["location"]!;
        Assert.Equal(["null", "object"], Types(location).Order());
        Assert.Contains("takes the location away", (string?)location["description"], StringComparison.Ordinal);
        var joe = await shared.App.SignUpAsync();
        var path = $"cameras/{await shared.App.AddCameraAsync(joe)}";
        var put = await shared.App.AskAsync("PATCH", path, joe, JsonNode.Parse("""{"location":{"lng":-6.26,"lat":53.35}}"""));
        Assert.Equal("""{"lng":-6.26,"lat":53.35}""", put.One()["location"]!.ToJsonString());
        Assert.Null((await shared.App.AskAsync("PATCH", path, joe, JsonNode.Parse("""{"location":null}"""))).One()["location"]);
    }

    private static IEnumerable<(string Name, string[] Types)> MembersOf(string name, JsonNode form)
    {
        yield return (name, Types(form));
        foreach (var inner in (form["properties"]?.AsObject() ?? []).SelectMany(member => MembersOf($"{name}.{member.Key}", member.Value!)))
        {
            yield return inner;
        }

        foreach (var inner in form["items"] is { } items ? MembersOf($"{name}[]", items) : [])
        {
            yield return inner;
        }
    }

    private static string[] Types(JsonNode form) => form["type"] switch
    {
        JsonArray many => [.. many.Select(one => (string)one!)],
        JsonValue one => [(string)one!],
        _ => [],
    };

    private static IEnumerable<string?> Choices(JsonNode? form) => form!["enum"]!.AsArray().Select(choice => (string?)choice);
}
