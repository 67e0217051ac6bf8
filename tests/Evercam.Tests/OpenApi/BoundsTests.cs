using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Tests.Storage;

namespace Evercam.Tests.OpenApi;

/// <summary>The bounds that the description names are those that hold.</summary>
public sealed class BoundsTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const string Camera = """{"id":"*","name":"Gate","is_public":false,"location_lng":1,"location_lat":1}""";

    private EvercamApp App => shared.App;

    /// <summary>Whoever keeps within them is not refused because of them; whoever is beyond one of them is.</summary>
    /// <param name="route">What is asked.</param>
    /// <param name="honest">What it is asked with, which breaks no rule.</param>
    /// <param name="bound">The parameters that must have bounds, beside which others may.</param>
    [Theory]
    [InlineData(
        "POST /v1/users",
        """{"forename":"A","lastname":"B","username":"*","country":"ie","email":"*@example.org","password":"x"}""",
        "forename lastname username country email")]
    [InlineData("PATCH /v1/users/{id}", "{}", "forename lastname username country email")]
    [InlineData("POST /v1/cameras", Camera, "id name external_host internal_host jpg_url cam_username cam_password vendor model")]
    [InlineData("PATCH /v1/cameras/{id}", """{"location_lng":1,"location_lat":1}""", "name external_host internal_host jpg_url cam_username cam_password vendor model external_http_port")]
    [InlineData("POST /v1/cameras/{id}/share", """{"email":"*@example.net","rights":"View"}""", "email")]
    [InlineData("POST /v1/shares/cameras/{id}", """{"email":"*@example.net","rights":"View"}""", "email")]
    [InlineData("PUT /v1/cameras/{id}/recording", """{"status":"off"}""", "status frequency keep_days keep_bytes notes")]
    [InlineData("POST /v1/cameras/{id}/apps/cloud-recording", "{}", "status frequency storage_duration")]
    [InlineData("POST /v1/cameras/{id}/timelapses", """{"from":1,"to":3600,"every":"1h"}""", "every fps width")]
    [InlineData("GET /v1/cameras/{id}/snapshots/series.mp4", """{"from":1,"to":3600,"every":"1h"}""", "every fps width")]
    [InlineData("GET /v1/cameras/{id}/live.mjpeg", "{}", "fps")]
    [InlineData("GET /v1/testusername", """{"username":"*"}""", "username")]
    [InlineData("POST /v1/client", """{"name":"App *","callback_uris":"https://app.example/","user_name":"x","email":"x"}""", "name")]
    [InlineData("PATCH /v1/client/{id}", "{}", "name")]
    [InlineData("POST /v1/webhooks", """{"url":"http://127.0.0.1:1/"}""", "url cameras secret")]
    [InlineData("PATCH /v1/webhooks/{id}", "{}", "url cameras secret")]
    public async Task What_is_beyond_a_bound_is_refused(string route, string honest, string bound)
    {
        var document = await ApiDocument.ReadAsync(App);
        var joe = await App.SignUpAsync();
        var path = await PathAsync(route, joe);
        var schemas = SchemasOf(document.Operations[route]).ToDictionary();
        var (status, answer) = await AskAsync(null);
        Assert.True(status != 400, answer);
        var tried = new List<string>();
        foreach (var (name, schema) in schemas)
        {
            foreach (var value in Beyond(schema))
            {
                (status, answer) = await AskAsync((name, value));
                Assert.True(status == 400, $"{name} may be {value.ToJsonString()[..Math.Min(60, value.ToJsonString().Length)]}: {status} {answer}");
                tried.Add(name);
            }
        }

        Assert.Empty(bound.Split(' ').Except(tried));

        Task<(int Status, string Body)> AskAsync((string Name, JsonNode Value)? odd)
        {
            var asked = JsonNode.Parse(honest.Replace("*", CatalogRows.Fresh("new"), StringComparison.Ordinal))!.AsObject();
            if (odd is { } one)
            {
                asked[one.Name] = one.Value.DeepClone();
            }

            return route.StartsWith("GET ", StringComparison.Ordinal)
                ? App.AskAsync("GET", $"{path}?{string.Join('&', asked.Select(one => $"{one.Key}={Uri.EscapeDataString($"{one.Value}")}"))}", joe)
                : App.AskAsync(route.Split(' ')[0], path, joe, json: asked);
        }
    }

    /// <summary>A blank takes a field away, and so does JSON null; the description says of which.</summary>
    [Fact]
    public async Task What_may_be_taken_away_is_taken_away_by_a_blank_or_a_null()
    {
        var operation = (await ApiDocument.ReadAsync(App)).Operations["PATCH /v1/cameras/{id}"];
        var joe = await App.SignUpAsync();
        var camera = await App.AddCameraAsync(joe);
        foreach (var (name, schema) in SchemasOf(operation))
        {
            foreach (var blank in new[] { null, JsonValue.Create("") })
            {
                var (status, answer) = await App.AskAsync("PATCH", $"cameras/{camera}", joe, json: new JsonObject { [name] = blank });
                var isTold = blank is null ? Types(schema).Contains("null") : Types(schema).Contains("string") && schema["minLength"] is null;
                // What is no text and no object has no blank of its own; a location may be blank in a form.
                Assert.True(status == (isTold ? 200 : name == "location" ? 200 : 400), $"{name} {blank?.ToJsonString() ?? "null"}: {status} {answer}");
            }
        }

        Assert.Equal(
            ["name", "is_public"], SchemasOf(operation).Where(one => !Types(one.Value).Contains("null")).Select(one => one.Key));
        foreach (var port in new[] { "external_http_port", "internal_rtsp_port" })
        {
            var asked = operation["parameters"]!.AsArray().Single(param => (string)param!["name"]! == port)!["schema"]!;
            Assert.Equal(["integer", "string"], Types(asked).Order(StringComparer.Ordinal));
            Assert.Equal((1, 65535, 0), ((int)Number(asked["minimum"]!), (int)Number(asked["maximum"]!), (int?)asked["maxLength"]));
        }

        static IEnumerable<string> Types(JsonNode schema) =>
            schema["type"] is JsonArray several ? several.Select(type => (string)type!) : [(string)schema["type"]!];
    }

    [Theory]
    [InlineData("POST /v1/users", "username", """{"pattern":"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"}""")]
    [InlineData("POST /v1/users", "email", """{"maxLength":254,"minLength":1}""")]
    [InlineData("POST /v1/cameras", "name", """{"maxLength":255,"minLength":1}""")]
    [InlineData("POST /v1/cameras", "external_host", """{"maxLength":253}""")]
    [InlineData("POST /v1/cameras", "cam_password", """{"maxLength":2048}""")]
    [InlineData("POST /v1/webhooks", "url", """{"maxLength":2048,"minLength":1}""")]
    [InlineData("POST /v1/webhooks", "cameras", """{"maxItems":1000}""")]
    [InlineData("POST /v1/webhooks", "secret", """{"pattern":"^([!-~]{16,256})?$"}""")]
    [InlineData("GET /v1/cameras/{id}/snapshots/series.mp4", "width", """{"maximum":1920,"minimum":64,"multipleOf":2}""")]
    [InlineData("GET /v1/cameras/{id}/snapshot.jpg", "width", """{"maximum":1920,"minimum":64}""")]
    [InlineData("GET /v1/cameras/test", "jpg_url", "{}")]
    [InlineData("POST /v1/cameras/{id}/apps/cloud-recording", "storage_duration", """{"maximum":36500,"minimum":-1,"not":{"enum":[0]}}""")]
    public async Task Bounds_are_told_as_they_are(string route, string name, string told)
    {
        var schema = SchemasOf((await ApiDocument.ReadAsync(App)).Operations[route]).ToDictionary()[name].AsObject();
        var bounds = JsonNode.Parse(told)!.AsObject();
        string[] kinds = ["maxItems", "maxLength", "maximum", "minLength", "minimum", "multipleOf", "not", "pattern"];
        Assert.Equal(
            string.Join(' ', bounds.Select(one => $"{one.Key}={one.Value}")),
            string.Join(' ', kinds.Where(schema.ContainsKey).Select(kind => $"{kind}={schema[kind]}")));
    }

    /// <summary>The parameters of a body of JSON, or of the query where there is none.</summary>
    private static IEnumerable<KeyValuePair<string, JsonNode>> SchemasOf(JsonNode operation) =>
        operation["requestBody"]?["content"]?["application/json"]?["schema"]?["properties"] is JsonObject properties
            ? properties.Select(one => KeyValuePair.Create(one.Key, one.Value!))
            : from param in operation["parameters"]?.AsArray() ?? []
              where (string)param!["in"]! == "query" && (string)param["name"]! != "format"
              select KeyValuePair.Create((string)param["name"]!, param["schema"]!);

    /// <summary>Values that are just beyond one bound each.</summary>
    private static IEnumerable<JsonNode> Beyond(JsonNode schema)
    {
        if (schema["maxLength"] is { } longest)
        {
            yield return new string('a', (int)longest + 1);
        }

        if (schema["minLength"] is not null)
        {
            yield return "";
        }

        if (schema["pattern"] is { } pattern)
        {
            yield return new[] { "!", "a b", new string('a', 101) }.First(text => !Regex.IsMatch(text, (string)pattern!));
        }

        if (schema["enum"] is JsonArray choices)
        {
            yield return choices[0]!.GetValueKind() == System.Text.Json.JsonValueKind.Number ? 7 : "nothing";
        }

        if (schema["minimum"] is { } least)
        {
            yield return Number(least) - 1;
        }

        if (schema["maximum"] is { } most)
        {
            yield return Number(most) + 1;
        }

        if (schema["not"]?["enum"] is JsonArray odd)
        {
            yield return odd[0]!;
        }

        if (schema["multipleOf"] is { } factor)
        {
            yield return Number(schema["minimum"]!) + Number(factor) - 1;
        }

        if (schema["maxItems"] is { } many)
        {
            yield return new JsonArray([.. Enumerable.Range(0, (int)many + 1).Select(one => JsonValue.Create($"camera-{one}"))]);
        }
    }

    private static decimal Number(JsonNode node) => decimal.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    /// <summary>The path of something of the caller's own.</summary>
    private async Task<string> PathAsync(string route, Person owner)
    {
        var path = route[(route.IndexOf(' ', StringComparison.Ordinal) + 5)..];
        return path.Contains("{id}", StringComparison.Ordinal) ? path.Replace("{id}", await IdAsync(path, owner), StringComparison.Ordinal) : path;
    }

    private async Task<string> IdAsync(string path, Person owner)
    {
        switch (path.Split('/')[0])
        {
            case "users":
                return owner.Name;
            case "client":
                var (_, keys) = await App.AskAsync(
                    "POST", "client", owner, ("name", CatalogRows.Fresh("app")), ("callback_uris", "https://app.example/"), ("user_name", "x"), ("email", "x"));
                return (string)JsonNode.Parse(keys)!["id"]!;
            case "webhooks":
                return $"{(await App.AskAsync("POST", "webhooks", owner, ("url", "http://127.0.0.1:1/"))).One()["id"]}";
            default:
                return await App.AddCameraAsync(owner);
        }
    }
}
