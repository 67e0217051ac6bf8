using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.OAuth;

public sealed class SqliteCodeFlowTests(SqliteApp shared) : CodeFlowTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCodeFlowTests(PostgresApp shared) : CodeFlowTests(shared), IClassFixture<PostgresApp>;

/// <summary>Codes and their exchange (contract 2.8), at today's token endpoint and at the one of old.</summary>
public abstract class CodeFlowTests(SharedApp shared) : IAsyncLifetime
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private OAuthStage stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_client_with_a_secret_exchanges_a_code_once()
    {
        var code = await CodeAsync(pkce: false, state: "a b");
        var tokens = await ExchangeAsync(code, secret: true);
        Assert.Equal((200, 3600, "bearer"), (tokens.Status, tokens.ExpiresIn, tokens.Type.ToLowerInvariant()));
        Assert.Equal(200, await CallAsync(tokens.Access));
        Assert.Equal("no-store", tokens.CacheControl);
    }

    [Fact]
    public async Task A_client_without_a_secret_proves_itself_by_pkce()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: true), secret: false, verifier: Verifier);
        Assert.Equal(200, await CallAsync(tokens.Access));

        var refreshed = await RefreshAsync(tokens.Refresh, secret: false);
        Assert.Equal(200, await CallAsync(refreshed.Access));
        Assert.NotEqual(tokens.Refresh, refreshed.Refresh);
    }

    [Theory]
    [InlineData(true, null, "invalid_request")]
    [InlineData(true, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl", "invalid_grant")]
    [InlineData(false, null, "invalid_client")]
    [InlineData(false, Verifier, "invalid_request")]
    public async Task Without_a_secret_nothing_else_will_do(bool pkce, string? verifier, string error)
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce), secret: false, verifier);
        Assert.Equal(error, tokens.Error);
        Assert.Equal(error == "invalid_client" ? 401 : 400, tokens.Status);
    }

    [Fact]
    public async Task Pkce_binds_a_client_that_has_a_secret_too() =>
        Assert.Equal("invalid_request", (await ExchangeAsync(await CodeAsync(pkce: true), secret: true)).Error);

    [Fact]
    public async Task The_plain_method_of_pkce_is_refused()
    {
        var answer = await stage.Surfer.GetAsync(Ask(("code_challenge", Verifier), ("code_challenge_method", "plain")));
        Assert.StartsWith($"{OAuthStage.Callback}&error=invalid_request&", answer.Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_code_that_is_shown_twice_ends_all_that_came_from_it()
    {
        var code = await CodeAsync(pkce: false);
        var tokens = await ExchangeAsync(code, secret: true);
        var refreshed = await RefreshAsync(tokens.Refresh, secret: true);
        Assert.Equal(200, await CallAsync(refreshed.Access));

        Assert.Equal("invalid_grant", (await ExchangeAsync(code, secret: true)).Error);
        Assert.Equal(401, await CallAsync(tokens.Access));
        Assert.Equal(401, await CallAsync(refreshed.Access));
        Assert.Equal("invalid_grant", (await RefreshAsync(refreshed.Refresh, secret: true)).Error);
    }

    [Fact]
    public async Task A_refresh_token_that_is_shown_twice_ends_all_too()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var refreshed = await RefreshAsync(tokens.Refresh, secret: true);
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.Refresh, secret: true)).Error);
        Assert.Equal(401, await CallAsync(refreshed.Access));
    }

    [Fact]
    public async Task Of_many_exchanges_at_once_one_succeeds_at_most()
    {
        var code = await CodeAsync(pkce: false);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ExchangeAsync(code, secret: true)));
        Assert.True(all.Count(tokens => tokens.Status == 200) <= 1);
    }

    [Fact]
    public async Task A_code_of_another_client_is_nothing()
    {
        using var other = await OAuthStage.SetAsync(shared.App);
        var code = await CodeAsync(pkce: false);
        Assert.Equal("invalid_grant", (await ExchangeAsync(code, secret: true, client: other.Client)).Error);

        // That was no use of it: its own client still can.
        Assert.Equal(200, (await ExchangeAsync(code, secret: true)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_token_of_another_client_is_nothing(bool secret)
    {
        using var other = await OAuthStage.SetAsync(shared.App);
        var tokens = await ExchangeAsync(await CodeAsync(pkce: !secret), secret, secret ? null : Verifier);
        var form = RefreshForm(tokens.Refresh, secret);
        form["client_id"] = other.Client.ApiId;
        foreach (var key in secret ? [other.Client.ApiKey] : new[] { null, other.Client.ApiKey })
        {
            form.Remove("client_secret");
            if (key is not null)
            {
                form["client_secret"] = key;
            }

            Assert.Equal("invalid_grant", (await PostAsync("/oauth2/token", form)).Error);
        }

        Assert.Equal(200, (await RefreshAsync(tokens.Refresh, secret)).Status);
    }

    [Theory]
    [InlineData("https://app.example/two", "invalid_grant")]
    [InlineData("https://app.example/back", "invalid_grant")]
    [InlineData(null, "invalid_request")]
    public async Task A_code_belongs_to_the_place_it_was_sent_to(string? place, string error) =>
        Assert.Equal(error, (await ExchangeAsync(await CodeAsync(pkce: false), secret: true, place: place)).Error);

    [Theory]
    [InlineData("client_secret", "wrong")]
    [InlineData("client_id", "nobody")]
    [InlineData("client_id", "a\u0001b")]
    public async Task Who_the_client_is_is_checked(string name, string value)
    {
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, OAuthStage.Callback, stage.Client);
        form[name] = value;
        var tokens = await PostAsync("/oauth2/token", form);
        Assert.Equal((401, "invalid_client"), (tokens.Status, tokens.Error));
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("code")]
    public async Task A_malformed_form_is_the_senders_fault(string name)
    {
        var form = Form("x", secret: true, verifier: null, OAuthStage.Callback, stage.Client);
        form[name] = "a\0b";
        foreach (var path in new[] { "/oauth2/token", "/oauth2/authorize" })
        {
            Assert.Equal((400, "invalid_request"), (await PostAsync(path, form)).Ends);
        }
    }

    [Fact]
    public async Task A_refresh_token_needs_the_secret_that_its_code_needed()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        Assert.Equal((401, "invalid_client"), (await RefreshAsync(tokens.Refresh, secret: false)).Ends);
        Assert.Equal(200, (await RefreshAsync(tokens.Refresh, secret: true)).Status);
    }

    [Fact]
    public async Task Tokens_of_one_kind_are_none_of_another()
    {
        var code = await CodeAsync(pkce: false);
        Assert.Equal(401, await CallAsync(code));
        var tokens = await ExchangeAsync(code, secret: true);
        Assert.Equal(401, await CallAsync(tokens.Refresh));
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.Access, secret: true)).Error);
        Assert.Equal("invalid_grant", (await ExchangeAsync(tokens.Refresh, secret: true)).Error);
        Assert.Equal(400, (await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={tokens.Refresh}")).Status);
    }

    [Fact]
    public async Task Withdrawing_ends_the_refreshing()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var others = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={tokens.Access}")).Status);
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.Refresh, secret: true)).Error);
        Assert.Equal("invalid_grant", (await RefreshAsync(others.Refresh, secret: true)).Error);
        Assert.Equal(200, await CallAsync(others.Access));
    }

    [Fact]
    public async Task Refreshing_asks_for_no_more_than_before()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var form = RefreshForm(tokens.Refresh, secret: true);
        form["scope"] = "user:view user:delete";
        Assert.Equal(400, (await PostAsync("/oauth2/token", form)).Status);
        form["scope"] = "user:view";
        Assert.Equal(200, (await PostAsync("/oauth2/token", form)).Status);
    }

    [Fact]
    public async Task Refusals_of_the_code_flow_are_in_the_query()
    {
        Assert.Equal(
            (302, $"{OAuthStage.Callback}&error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed&state=s"),
            (await stage.Surfer.GetAsync(Ask(("scope", "x"), ("state", "s")))).Ends);
        await stage.Surfer.GetAsync(Ask(("state", "s")));
        Assert.Equal(
            (302, $"{OAuthStage.Callback}&error=access_denied&error_description=The+resource+owner+denied+the+request&state=s"),
            (await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "decline"))).Ends);
    }

    [Fact]
    public async Task The_token_endpoint_of_old_works_as_of_old()
    {
        // It asks for no redirect URI, and has a word of its own for refreshing, with no client named.
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, place: null, stage.Client);
        var tokens = await PostAsync("/oauth2/authorize", form);
        Assert.Equal(200, await CallAsync(tokens.Access));

        foreach (var word in new[] { "refresh_code", "refresh_token" })
        {
            tokens = await PostAsync("/oauth2/authorize", new()
            {
                ["grant_type"] = word,
                ["refresh_token"] = tokens.Refresh,
                ["client_secret"] = stage.Client.ApiKey,
            });
            Assert.Equal(200, await CallAsync(tokens.Access));
        }
    }

    [Theory]
    [InlineData("grant_type", "password", 400, "invalid_request")]
    [InlineData("grant_type", "", 400, "invalid_request")]
    [InlineData("code", "", 400, "invalid_request")]
    [InlineData("code", "nonsense", 400, "access_denied")]
    [InlineData("client_secret", "wrong", 401, "unauthorized_client")]
    [InlineData("client_secret", "", 401, "unauthorized_client")]
    [InlineData("client_id", "nobody", 401, "unauthorized_client")]
    public async Task The_token_endpoint_of_old_has_few_words(string name, string value, int status, string error)
    {
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, OAuthStage.Callback, stage.Client);
        form[name] = value;
        var answer = await stage.Surfer.PostAsync("/oauth2/authorize", [.. form.Select(field => (field.Key, field.Value))]);
        Assert.Equal((status, $$"""{"error":"{{error}}"}"""), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task The_discovery_document_says_what_there_is()
    {
        var own = shared.App.Address.AbsoluteUri;
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" })
        {
            var answer = await stage.Surfer.GetAsync(path, ("Origin", "https://app.example"));
            Assert.Equal((200, "https://app.example"), (answer.Status, answer.Header("Access-Control-Allow-Origin")));
            var document = JsonNode.Parse(answer.Body)!;
            Assert.Equal(own, (string?)document["issuer"]);
            Assert.Equal($"{own}oauth2/authorize", (string?)document["authorization_endpoint"]);
            Assert.Equal($"{own}oauth2/token", (string?)document["token_endpoint"]);
            Assert.Equal(["code", "token"], Texts(document["response_types_supported"]));
            Assert.Equal(["authorization_code", "implicit", "refresh_token"], Texts(document["grant_types_supported"]));
            Assert.Equal(["S256"], Texts(document["code_challenge_methods_supported"]));
            Assert.False((bool?)document["authorization_response_iss_parameter_supported"]);
            Assert.Null(document["scopes_supported"]);
            Assert.Null(document["id_token_signing_alg_values_supported"]);
        }
    }

    private static string[] Texts(JsonNode? array) => [.. array!.AsArray().Select(item => (string)item!).Order(StringComparer.Ordinal)];

    private static string Challenge() =>
        System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier)));

    private string Ask(params (string Name, string? Value)[] more) =>
        stage.Ask("user:view", [("response_type", "code"), ("redirect_uri", OAuthStage.Callback), .. more]);

    private async Task<string> CodeAsync(bool pkce, string? state = null)
    {
        (string, string?)[] proof = pkce ? [("code_challenge", Challenge()), ("code_challenge_method", "S256")] : [];
        var answer = await stage.Surfer.GetAsync(Ask([("state", state), .. proof]));
        if (answer.Status == 200)
        {
            answer = await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        }

        var match = System.Text.RegularExpressions.Regex.Match(
            answer.Location!, @"\Ahttps://app\.example/back\?of=app&code=([0-9a-f]{40})(&state=a\+b)?\z");
        Assert.True(match.Success, answer.Location);
        return match.Groups[1].Value;
    }

    private static Dictionary<string, string> Form(string code, bool secret, string? verifier, string? place, TestUser client)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "authorization_code",
            ["code"] = code,
            ["client_id"] = client.ApiId,
        };
        Add("client_secret", secret ? client.ApiKey : null);
        Add("code_verifier", verifier);
        Add("redirect_uri", place);
        return form;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                form[name] = value;
            }
        }
    }

    private Dictionary<string, string> RefreshForm(string token, bool secret)
    {
        var form = new Dictionary<string, string>
        {
            ["grant_type"] = "refresh_token",
            ["refresh_token"] = token,
            ["client_id"] = stage.Client.ApiId,
        };
        if (secret)
        {
            form["client_secret"] = stage.Client.ApiKey;
        }

        return form;
    }

    private Task<TokenSet> ExchangeAsync(
        string code, bool secret, string? verifier = null, string? place = OAuthStage.Callback, TestUser? client = null) =>
        PostAsync("/oauth2/token", Form(code, secret, verifier, place, client ?? stage.Client));

    private Task<TokenSet> RefreshAsync(string token, bool secret) => PostAsync("/oauth2/token", RefreshForm(token, secret));

    private async Task<TokenSet> PostAsync(string path, Dictionary<string, string> form)
    {
        // Applications have no cookies.
        using var application = new Surfer(shared.App);
        return TokenSet.Of(await application.PostAsync(path, [.. form.Select(field => (field.Key, field.Value))]));
    }

    private async Task<int> CallAsync(string token) => (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status;
}

/// <summary>What the token endpoint answers.</summary>
internal sealed record TokenSet(
    int Status, string Error, string Access, string Refresh, string Type, long ExpiresIn, string CacheControl)
{
    public (int Status, string Error) Ends => (Status, Error);

    public static TokenSet Of(Sight answer)
    {
        var json = JsonNode.Parse(answer.Body)!;
        return new(
            answer.Status,
            (string?)json["error"] ?? "",
            (string?)json["access_token"] ?? "",
            (string?)json["refresh_token"] ?? "",
            (string?)json["token_type"] ?? "",
            (long?)json["expires_in"] ?? 0,
            answer.Header("Cache-Control").Split(',')[0]);
    }
}

/// <summary>What time does to codes.</summary>
public sealed class CodeTimeTests
{
    [Theory]
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    public async Task A_code_waits_a_minute(int seconds, int status)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        await using var app = await EvercamApp.StartAsync(clock: clock);
        using var stage = await OAuthStage.SetAsync(app);
        await stage.Surfer.LogInAsync(stage.Joe);
        await stage.Surfer.GetAsync(stage.Ask("user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback)));
        var agreed = await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        clock.Advance(TimeSpan.FromSeconds(seconds));
        var tokens = await stage.Surfer.PostAsync(
            "/oauth2/token",
            ("grant_type", "authorization_code"),
            ("code", agreed.Location!.Split("code=")[1]),
            ("client_id", stage.Client.ApiId),
            ("client_secret", stage.Client.ApiKey),
            ("redirect_uri", OAuthStage.Callback));
        Assert.Equal(status, tokens.Status);
    }
}
