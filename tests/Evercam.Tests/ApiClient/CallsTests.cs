using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Api;
using Evercam.Server;
using Evercam.Tests.OAuth;
using Evercam.Tests.OpenApi;

namespace Evercam.Tests.ApiClient;

/// <summary>The client against the description of the API: it calls all there is, as it is described, and understands the answers that a
/// server gave.</summary>
public sealed class CallsTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static readonly JsonObject Answers = JsonNode.Parse(Resource("OpenApi/answers.json"))!.AsObject();

    /// <summary>Where the recorded answer is not what the client asks for.</summary>
    private static readonly Dictionary<string, (string MediaType, string Body)> Others = new()
    {
        ["GET /v1/cameras/{id}/logs"] = ("application/json",
            """{"logs":[{"who":"joe","user":"joe","client":null,"ip":null,"action":"viewed","done_at":1,"extra":null}],"camera_exid":"door","camera_name":"Door","pages":1}"""),
        ["GET /v1/events"] = ("text/event-stream",
            "id: 17\n\n:\n\nid: 18\nevent: camera.offline\ndata: {\"id\":18,\"event\":\"camera.offline\",\"created_at\":1,\"camera_id\":\"door\",\"reason\":null,\"share\":null}\n\n"),
        ["GET /v1/cameras/{id}/live.mjpeg"] = ("multipart/x-mixed-replace; boundary=b",
            "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\nabc\r\n--b\r\n"),
    };

    private static readonly string[] OfProtocol =
    [
        "GET /.well-known/oauth-authorization-server", "GET /.well-known/openid-configuration", "GET /oauth2/authorize",
        "POST /oauth2/authorize", "POST /oauth2/feedback", "POST /oauth2/token", "GET /oauth2/revoke", "GET /js/v1/evercam.js", "GET /js/evercam.js",
        "GET /login", "POST /login", "GET /logout", "POST /logout",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Routes => [.. Calls.ByRoute.Keys];

    [Fact]
    public void Every_call_of_the_API_has_a_method_but_those_that_are_another_under_a_later_name()
    {
        var operations = Resource("OpenApi/operations.txt").Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(row => !row[3].Contains("by a later", StringComparison.Ordinal) && !row[3].Contains("by another later", StringComparison.Ordinal))
            .Select(row => row[0]);
        // One of the two that end a token is enough, whoever lets an application in has a library of the protocol, pages load scripts,
        // and people log in.
        Assert.Equal(
            operations.Where(operation => !OfProtocol.Contains(operation)).Order(StringComparer.Ordinal), Calls.ByRoute.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_call_is_made_as_it_is_described_and_its_answer_is_understood(string route)
    {
        using var wire = Others.TryGetValue(route, out var other)
            ? new Wiretap(other.MediaType, Encoding.ASCII.GetBytes(other.Body))
            : new Wiretap(Answers[route]?.ToJsonString() ?? "{}");
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org/behind/a/proxy") };
        await Calls.ByRoute[route](new(http), Cancellation);

        var pattern = "^" + Regex.Replace(Regex.Escape(route), @"\\\{[a-z]+}", "[^/]+") + "$";
        var path = wire.Address.AbsolutePath;
        Assert.StartsWith("/behind/a/proxy/", path, StringComparison.Ordinal);
        Assert.Matches(pattern, $"{wire.Method} {path["/behind/a/proxy".Length..]}");
        Assert.Empty(wire.Names.Except(await NamesAsync(route)));
    }

    [Fact]
    public async Task Whoever_calls_is_told_in_each_of_the_three_ways()
    {
        Assert.Equal(("Basic am9lOmE6Yg==", ""), await SignedAsync(Credential.Basic("joe", "a:b")));
        Assert.Equal(("Bearer 410d79", ""), await SignedAsync(Credential.Bearer("410d79")));
        Assert.Equal((null, "?api_id=6261&api_key=a%26b"), await SignedAsync(Credential.ApiKeys("6261", "a&b")));
        Assert.Equal((null, ""), await SignedAsync(null));

        async Task<(string?, string)> SignedAsync(Credential? credential)
        {
            using var wire = new Wiretap(Answers["GET /v1/vendors"]!.ToJsonString());
            using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
            await new EvercamClient(http, credential).Catalogue.ListVendorsAsync(Cancellation);
            return (wire.Authorization, wire.Address.Query);
        }
    }

    [Fact]
    public async Task A_token_is_proof_enough_of_itself()
    {
        using var wire = new Wiretap("{}");
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        await new EvercamClient(http, Credential.Basic("joe", "b")).Tokens.RevokeAsync("410d79", Cancellation);
        Assert.Null(wire.Authorization);
    }

    [Fact]
    public async Task Who_is_invited_says_so_and_who_is_not_says_nothing()
    {
        using var wire = new Wiretap(Answers["POST /v1/users"]!.ToJsonString());
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var joe = new NewUser("Joe", "Bloggs", "joe", "us", "joe@example.org", "not-the-real-one", "7b22");
        await new EvercamClient(http).Users.CreateAsync(joe, Cancellation);
        Assert.Equal(["forename", "lastname", "username", "country", "email", "password", "invitation"], wire.Names);
        Assert.DoesNotContain("7b22", joe.ToString(), StringComparison.Ordinal);
        await new EvercamClient(http).Users.CreateAsync(joe with { Invitation = null }, Cancellation);
        Assert.DoesNotContain("invitation", wire.Names);
    }

    [Fact]
    public async Task An_application_that_proves_itself_ends_its_token()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        var token = await stage.AgreeAsync("user:view");
        using var http = new HttpClient { BaseAddress = shared.App.Address };
        var tokens = new EvercamClient(http).Tokens;
        var refusal = await Assert.ThrowsAsync<EvercamException>(() => tokens.RevokeAsync(token, stage.Client.ApiId, "wrong", Cancellation));
        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (refusal.Status, refusal.Code));
        Assert.Equal(stage.Joe.Name, (await tokens.GetAsync(token, Cancellation)).Userid);
        await tokens.RevokeAsync(token, stage.Client.ApiId, stage.Client.ApiKey, Cancellation);
        await Assert.ThrowsAsync<EvercamException>(() => tokens.GetAsync(token, Cancellation));
    }

    [Theory]
    [InlineData("a/../b", "/v1/cameras/a%2F..%2Fb")]
    [InlineData("ann@example.org?x=1", "/v1/cameras/ann%40example.org%3Fx%3D1")]
    public async Task What_is_named_stays_one_segment_of_the_path(string id, string path)
    {
        using var wire = new Wiretap(Answers["GET /v1/cameras/{id}"]!.ToJsonString());
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        await new EvercamClient(http).Cameras.GetAsync(id, Cancellation);
        Assert.Equal(path, wire.Address.PathAndQuery);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task What_names_nothing_is_not_sent(string id)
    {
        using var wire = new Wiretap("{}");
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        await Assert.ThrowsAsync<ArgumentException>(() => new EvercamClient(http).Cameras.DeleteAsync(id, Cancellation));
        Assert.Equal("", wire.Method);
    }

    [Theory]
    [InlineData("""{"message":"Camera not found"}""", "Camera not found", null, "Camera not found")]
    [InlineData("""{"message":["a is b","c is d"]}""", "a is b, c is d", null, "a is b", "c is d")]
    [InlineData("""{"error":"invalid_request"}""", "invalid_request", "invalid_request", "invalid_request")]
    [InlineData("""{"message":{}}""", "The server answered 400.", null)]
    [InlineData("""{"message":"\ud800"}""", "The server answered 400.", null)]
    [InlineData("[1]", "The server answered 400.", null)]
    [InlineData("<h1>Bad Gateway</h1>", "The server answered 400.", null)]
    [InlineData("", "The server answered 400.", null)]
    public async Task A_refusal_says_what_the_server_said(string body, string message, string? code, params string[] messages)
    {
        using var wire = new Wiretap(body, HttpStatusCode.BadRequest);
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var refusal = await Assert.ThrowsAsync<EvercamException>(() => new EvercamClient(http).Cameras.GetAsync("door", Cancellation));
        Assert.Equal((HttpStatusCode.BadRequest, message, code), (refusal.Status, refusal.Message, refusal.Code));
        Assert.Equal(messages, refusal.Messages);
    }

    [Theory]
    [InlineData("application/json", "")]
    [InlineData("application/json", "null")]
    [InlineData("application/json", "{}")]
    [InlineData("application/json", """{"snapshots":null}""")]
    [InlineData("application/json", """{"snapshots":[]}""")]
    [InlineData("application/json", """{"snapshots":[null]}""")]
    [InlineData("application/json", """{"snapshots":[{"camera":"door","created_at":"today","timezone":"UTC"}]}""")]
    [InlineData("application/json", """{"snapshots":[{"camera":"door","created_at":1,"timezone":"UTC","data":"nothing"}]}""")]
    [InlineData("application/json", """{"snapshots":[{"camera":"door","created_at":1,"timezone":"UTC","data":"data:image/jpeg;base64,?"}]}""")]
    [InlineData("application/json; charset=klingon", """{"snapshots":[{"camera":"door","created_at":1,"timezone":"UTC"}]}""")]
    [InlineData("text/html", "<h1>Hello</h1>")]
    public async Task What_is_no_answer_of_the_API_is_said_to_be_none(string mediaType, string body)
    {
        using var wire = new Wiretap(mediaType, Encoding.UTF8.GetBytes(body));
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var odd = await Assert.ThrowsAsync<EvercamException>(
            async () => (await new EvercamClient(http).Snapshots.GetAsync("door", 1, cancellation: Cancellation)).ToPicture());
        Assert.Contains("no answer of the API", odd.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_that_is_not_there_is_no_empty_one()
    {
        using var wire = new Wiretap("{}");
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        await Assert.ThrowsAsync<EvercamException>(() => new EvercamClient(http).Snapshots.ListAllAsync("door", Cancellation));
    }

    [Fact]
    public async Task A_refusal_in_letters_that_nobody_knows_is_one()
    {
        using var wire = new Wiretap("text/html; charset=klingon", "nuqneH"u8.ToArray(), HttpStatusCode.BadGateway);
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var refusal = await Assert.ThrowsAsync<EvercamException>(() => new EvercamClient(http).Cameras.GetAsync("door", Cancellation));
        Assert.Equal("The server answered 502.", refusal.Message);
    }

    /// <summary>The parameters that the description knows, in the query, the path or the body.</summary>
    private async Task<IEnumerable<string>> NamesAsync(string route)
    {
        var document = await ApiDocument.ReadAsync(shared.App);
        var bodies = document.Operations[route]["requestBody"]?["content"]?.AsObject() ?? [];
        return document.ParametersOf(route)
            .Concat(bodies.SelectMany(body => body.Value!["schema"]!["properties"]!.AsObject().Select(property => property.Key)));
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(EvercamHost).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
