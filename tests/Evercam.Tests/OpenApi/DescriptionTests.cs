using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Server.OpenApi;
using Evercam.Tests.Linting;
using Evercam.Tests.Rights;

namespace Evercam.Tests.OpenApi;

/// <summary>The description of the API says all of it, and nothing that is not so.</summary>
public sealed class DescriptionTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static readonly string[] OAuth =
    [
        "GET /oauth2/authorize", "POST /oauth2/authorize", "POST /oauth2/token", "GET /.well-known/oauth-authorization-server",
        "GET /.well-known/openid-configuration", "POST /oauth2/feedback", "GET /oauth2/tokeninfo", "GET /oauth2/revoke", "POST /oauth2/revoke",
    ];

    private static readonly string[] LogIn = ["GET /login", "POST /login", "GET /logout", "POST /logout"];

    [Theory]
    [InlineData("redocly", "lint", "--config", "redocly.yaml")]
    [InlineData("spectral", "lint", "--ruleset", "spectral.yaml", "--fail-severity", "warn")]
    public async Task Linters_find_nothing(params string[] command)
    {
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "v1.json");
        await File.WriteAllTextAsync(file, (await ApiDocument.ReadAsync(shared.App)).Text, TestContext.Current.CancellationToken);
        var (exit, said) = await Linters.RunAsync([.. command, file]);
        Assert.True(exit == 0, said);
    }

    [Fact]
    public async Task Every_endpoint_is_described_and_no_other()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var api = RightsMatrix.Rows.Select(row => row.Route.Replace(" /", " /v1/", StringComparison.Ordinal));
        Assert.Equal(
            api.Concat(["GET /user", "GET /healthz", "GET /readyz", "GET /metrics", "GET /js/v1/evercam.js", "GET /js/evercam.js", .. LogIn, .. OAuth]).Order(StringComparer.Ordinal),
            document.Operations.Keys.Order(StringComparer.Ordinal));
    }

    /// <summary>The description is made of what the code reads, so it would not miss what the code forgot: the list is written by
    /// hand.</summary>
    [Fact]
    public async Task Parameters_are_those_that_the_contract_names()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var written = await ReadAsync();
        var described = document.Operations.Select(operation => ParameterLine.Of(operation.Key, operation.Value)).ToList();
        var wrong = written.Except(described).Select(line => $"- {line}").Concat(described.Except(written).Select(line => $"+ {line}"))
            .OrderBy(line => line[2..], StringComparer.Ordinal);
        Assert.True(written.ToHashSet().SetEquals(described), $"Beside Golden/parameters.txt\n{string.Join('\n', wrong)}");

        Assert.All(document.Operations, operation => Assert.Equal(
            Regex.Matches(operation.Key, @"\{([a-z]+)\}").Select(name => (name.Groups[1].Value, "path", true)),
            ParameterLine.AddressOf(operation.Value).Where(param => param.Place == "path")));

        static async Task<List<string>> ReadAsync([CallerFilePath] string here = "")
        {
            var file = Path.Combine(Path.GetDirectoryName(here)!, "..", "Golden", "parameters.txt");
            var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
            return [.. lines.Where(line => line.Length > 0 && line[0] != '#')];
        }
    }

    /// <summary>As docs/live.md tells them; other rates are refused.</summary>
    [Fact]
    public async Task The_bounds_of_the_rate_of_a_stream_are_those_that_hold()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var fps = document.Operations["GET /v1/cameras/{id}/live.mjpeg"]["parameters"]!.AsArray().Single(param => (string)param!["name"]! == "fps")!["schema"]!;
        Assert.Equal((0.1, 10.0), ((double)fps["minimum"]!, (double)fps["maximum"]!));
    }

    /// <summary>What is said of a parameter and told nowhere is about none, or stands behind what is said of more.</summary>
    [Fact]
    public async Task All_that_is_said_of_parameters_is_told()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var said = DocumentTable.Rows("params.txt", 4).Select(row => (row[0].Split(' ')[^1], row[3]));
        Assert.Empty(said.Except(document.Operations.Keys.SelectMany(document.WordsOf)));
        Assert.Contains(("id", "The id of the camera."), document.WordsOf("POST /v1/cameras/{id}/share"));
    }

    [Fact]
    public async Task Only_the_camera_itself_is_also_found_by_its_MAC_address()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var byAddress = document.Operations.Keys.Where(
            route => document.WordsOf(route).Any(said => said.Name == "id" && said.Words.Contains("MAC address", StringComparison.Ordinal)));
        Assert.Equal(["GET /v1/cameras/{id}"], byAddress);
    }

    [Fact]
    public async Task What_is_there_to_be_asked_says_that_it_is_only_asked()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        Assert.All(["GET /healthz", "GET /readyz", "GET /metrics"], route =>
        {
            Assert.True(document.Knows(new Answered(route, 405, "application/json")));
            Assert.True(document.Knows(new SentHeader(route, 405, "Allow")));
        });
    }

    /// <summary>So the end of the run can tell of one that is not described.</summary>
    [Fact]
    public async Task A_parameter_that_is_read_is_seen_and_one_that_is_not_described_is_unknown()
    {
        const string list = "GET /v1/public/cameras";
        using var surfer = new Surfer(shared.App);
        Assert.Equal(200, (await surfer.GetAsync("/v1/public/cameras")).Status);
        await Eventually.IsTrueAsync(() => Traffic.HasSeen(new(list, "id_contains")));

        var document = await ApiDocument.ReadAsync(shared.App);
        Assert.True(document.Knows(new AskedOf(list, "id_contains")));
        Assert.True(document.Knows(new AskedOf("POST /v1/users", "password")));
        Assert.False(document.Knows(new AskedOf(list, "password")));
    }

    /// <summary>So the end of the run can tell of a header, too.</summary>
    [Fact]
    public async Task A_header_that_is_sent_is_seen_and_one_that_is_not_described_is_unknown()
    {
        const string script = "GET /js/v1/evercam.js";
        using var surfer = new Surfer(shared.App);
        Assert.Equal(200, (await surfer.GetAsync("/js/v1/evercam.js")).Status);
        await Eventually.IsTrueAsync(() => Traffic.HasSent(new(script, 200, "ETag")));

        var document = await ApiDocument.ReadAsync(shared.App);
        Assert.True(document.Knows(new SentHeader(script, 200, "ETag")));
        Assert.True(document.Knows(new SentHeader("GET /v1/cameras/{id}/snapshots/{timestamp}.jpg", 206, "X-Snapshot-Created-At")));
        Assert.False(document.Knows(new SentHeader(script, 200, "X-Snapshot-Created-At")));
    }

    /// <summary>What may be asked of the script, and what of a picture.</summary>
    [Fact]
    public async Task Parts_are_described_where_they_are_given()
    {
        using var surfer = new Surfer(shared.App);
        var script = await surfer.GetAsync("/js/v1/evercam.js", ("Range", "bytes=0-9"));
        Assert.Equal((200, 412), (script.Status, (await surfer.GetAsync("/js/v1/evercam.js", ("If-Match", "\"other\""))).Status));
        var document = await ApiDocument.ReadAsync(shared.App);
        Assert.False(document.Knows(new Answered("GET /js/v1/evercam.js", 206, null)));
        Assert.True(document.Knows(new Answered("GET /js/v1/evercam.js", 412, null)));
        Assert.True(document.Knows(new Answered("GET /v1/cameras/{id}/snapshots/latest.jpg", 206, null)));
        Assert.False(document.Knows(new Answered("GET /v1/vendors", 304, null)));
    }

    /// <summary>The same of what stands beside <c>/v1</c>.</summary>
    [Fact]
    public async Task An_answer_about_a_token_is_seen_and_described_and_so_is_how_to_get_one()
    {
        using var program = new Surfer(shared.App);
        Answered[] answers =
        [
            new("POST /oauth2/revoke", (await program.PostAsync("/oauth2/revoke", ("token", "x"), ("client_id", "nobody"))).Status, "application/json"),
            new("GET /oauth2/revoke", (await program.GetAsync("/oauth2/revoke?access_token=x&callback=show")).Status, "application/javascript"),
            new("GET /oauth2/tokeninfo", (await program.GetAsync("/oauth2/tokeninfo?access_token=x")).Status, "application/json"),
            new("GET /oauth2/authorize", (await program.GetAsync("/oauth2/authorize?client_id=nobody")).Status, null),
            new("POST /oauth2/authorize", (await program.PostAsync("/oauth2/authorize", ("grant_type", "refresh_code"))).Status, "application/json"),
            new("POST /oauth2/token", (await program.PostAsync("/oauth2/token", ("grant_type", "refresh_token"))).Status, "application/json"),
            new("GET /.well-known/oauth-authorization-server", (await program.GetAsync("/.well-known/oauth-authorization-server")).Status, "application/json"),
            new("GET /.well-known/openid-configuration", (await program.GetAsync("/.well-known/openid-configuration")).Status, "application/json"),
        ];
        Assert.Equal([401, 400, 400, 302, 400, 400, 200, 200], answers.Select(answer => answer.Status));
        var document = await ApiDocument.ReadAsync(shared.App);
        foreach (var answer in answers)
        {
            await Eventually.IsTrueAsync(() => Traffic.HasAnswered(answer));
            Assert.True(document.Knows(answer), $"{answer}");
            Assert.True(document.Knows(answer with { Status = 500, MediaType = "application/json" }), $"{answer}");
            Assert.True(document.Knows(answer with { Status = 503, MediaType = "application/json" }), $"{answer}");
        }
    }

    [Fact]
    public async Task A_server_that_is_closed_to_sign_ups_is_told_of_in_words_of_its_own()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var (words, message) = RefusalOf("POST /v1/users");
        Assert.StartsWith("Nobody may sign up at this server, or only who is invited", words, StringComparison.Ordinal);
        Assert.Equal("Nobody can sign up here: ask whoever runs this server for an account", message);
        (words, message) = RefusalOf("PATCH /v1/users/{id}");
        Assert.StartsWith("The right is missing", words, StringComparison.Ordinal);
        Assert.Equal("Unauthorized", message);

        (string? Words, string? Message) RefusalOf(string route) => document.Operations[route]["responses"]!["403"] is { } refusal
            ? ((string?)refusal["description"], (string?)refusal["content"]!["application/json"]!["example"]!["message"])
            : default;
    }

    [Fact]
    public async Task Every_answer_in_JSON_has_an_example()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var without =
            from operation in document.Operations
            from answer in operation.Value["responses"]!.AsObject()
            let json = answer.Value!["content"]?["application/json"]
            where json is not null && json["example"] is null && json["examples"] is null
            select $"{operation.Key} {answer.Key}";
        Assert.Empty(without);
        Assert.Equal("{}", document.Operations["PATCH /v1/client/{id}"]["responses"]!["200"]!["content"]!["application/json"]!["example"]!.ToJsonString());
        Assert.StartsWith(
            "retry: ", (string?)document.Operations["GET /v1/events"]["responses"]!["200"]!["content"]!["text/event-stream"]!["example"], StringComparison.Ordinal);
    }

    /// <summary>What no operation answers, because none is come to.</summary>
    [Theory]
    [InlineData("PUT", "/v1/cameras", "/v1/cameras", 405)]
    [InlineData("GET", "/v1/cameras.xml", "/v1/cameras.xml", 406)]
    [InlineData("GET", "/v1/cameras?format=xml", "/v1/cameras", 406)]
    [InlineData("GET", "/v1/cameras/door/snapshot.jpg?format=XML", "/v1/cameras/door/snapshot.jpg", 406)]
    [InlineData("GET", "/oauth2/token", "/oauth2/token", 405)]
    [InlineData("POST", "/healthz", "/healthz", 405)]
    [InlineData("DELETE", "/readyz", "/readyz", 405)]
    public async Task A_refusal_before_any_operation_is_seen_and_described(string method, string address, string path, int status)
    {
        using var request = new HttpRequestMessage(new(method), address);
        using var answer = await shared.App.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)answer.StatusCode);
        var refused = new Answered(path, status, "application/json");
        await Eventually.IsTrueAsync(() => Traffic.HasRefused(refused));
        var document = await ApiDocument.ReadAsync(shared.App);
        var routes = document.RoutesOf(path).ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.True(document.Knows(refused with { Route = route }), route));
    }

    [Fact]
    public async Task What_goes_on_says_where_and_what_fails_to_be_exchanged_says_why()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        Assert.NotNull(document.Operations["GET /oauth2/authorize"]["responses"]!["302"]!["headers"]!["Location"]);
        Assert.NotNull(document.Operations["POST /login"]["responses"]!["302"]!["headers"]!["Set-Cookie"]);
        foreach (var status in new[] { "400", "401" })
        {
            var error = document.Operations["POST /oauth2/token"]["responses"]![status]!["content"]!["application/json"]!;
            Assert.NotNull(error["example"]!["error_description"]);
            Assert.Equal("#/components/schemas/OAuthError", (string?)error["schema"]!["$ref"]);
        }

        Assert.NotNull(JsonNode.Parse(document.Text)!["components"]!["schemas"]!["OAuthError"]!["properties"]!["error_description"]);
    }

    [Fact]
    public async Task All_ways_to_say_who_calls_are_told()
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var ways = document.Operations["GET /v1/users/{id}"]["security"]!.AsArray()
            .Select(way => string.Join("+", way!.AsObject().Select(scheme => scheme.Key)));
        Assert.Equal(["basic", "session", "oauth2", "api_id+api_key"], ways);
        Assert.Equal("{}", document.Operations["GET /v1/public/cameras"]["security"]![0]!.ToJsonString());
        Assert.Equal("""[{},{"api_id":[],"api_key":[]}]""", document.Operations["GET /v1/test"]["security"]!.ToJsonString());
        Assert.Equal("/oauth2/token", (string?)JsonNode.Parse(document.Text)!["components"]!["securitySchemes"]!["oauth2"]!["flows"]!["authorizationCode"]!["tokenUrl"]);
    }

    [Fact]
    public async Task Scripts_of_every_site_may_read_it_and_it_is_sent_once()
    {
        using var surfer = new Surfer(shared.App);
        var answer = await surfer.GetAsync("/openapi/v1.json", ("Origin", "https://other.example"));
        Assert.Equal("https://other.example", answer.Header("Access-Control-Allow-Origin"));
        Assert.Equal(304, (await surfer.GetAsync("/openapi/v1.json", ("If-None-Match", answer.Header("ETag")))).Status);
    }
}
