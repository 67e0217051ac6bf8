using System.Text.Json.Nodes;

namespace Evercam.Tests.OAuth;

public sealed class SqliteCodeFlowTests(SqliteApp shared) : CodeFlowTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCodeFlowTests(PostgresApp shared) : CodeFlowTests(shared), IClassFixture<PostgresApp>;

/// <summary>Codes and their exchange (contract 2.8), at today's token endpoint and at the one of old.</summary>
public abstract class CodeFlowTests(SharedApp shared) : CodeFlow(shared)
{
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
        var answer = await Stage.Surfer.GetAsync(Ask(("code_challenge", Verifier), ("code_challenge_method", "plain")));
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
    public async Task Of_many_exchanges_at_once_one_succeeds_at_most()
    {
        var code = await CodeAsync(pkce: false);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ExchangeAsync(code, secret: true)));
        Assert.True(all.Count(tokens => tokens.Status == 200) <= 1);
    }

    [Fact]
    public async Task A_code_of_another_client_is_nothing()
    {
        using var other = await OAuthStage.SetAsync(Shared.App);
        var code = await CodeAsync(pkce: false);
        Assert.Equal("invalid_grant", (await ExchangeAsync(code, secret: true, client: other.Client)).Error);

        // That was no use of it: its own client still can.
        Assert.Equal(200, (await ExchangeAsync(code, secret: true)).Status);
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
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, OAuthStage.Callback, Stage.Client);
        form[name] = value;
        var tokens = await PostAsync("/oauth2/token", form);
        Assert.Equal((401, "invalid_client"), (tokens.Status, tokens.Error));
    }

    [Theory]
    [InlineData("client_id")]
    [InlineData("code")]
    public async Task A_malformed_form_is_the_senders_fault(string name)
    {
        var form = Form("x", secret: true, verifier: null, OAuthStage.Callback, Stage.Client);
        form[name] = "a\0b";
        foreach (var path in new[] { "/oauth2/token", "/oauth2/authorize" })
        {
            Assert.Equal((400, "invalid_request"), (await PostAsync(path, form)).Ends);
        }
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
        Assert.Equal(400, (await Stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={tokens.Refresh}")).Status);
    }

    [Fact]
    public async Task Refusals_of_the_code_flow_are_in_the_query()
    {
        Assert.Equal(
            (302, $"{OAuthStage.Callback}&error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed&state=s"),
            (await Stage.Surfer.GetAsync(Ask(("scope", "x"), ("state", "s")))).Ends);
        await Stage.Surfer.GetAsync(Ask(("state", "s")));
        Assert.Equal(
            (302, $"{OAuthStage.Callback}&error=access_denied&error_description=The+resource+owner+denied+the+request&state=s"),
            (await Stage.Surfer.PostAsync("/oauth2/feedback", ("action", "decline"))).Ends);
    }

    [Fact]
    public async Task The_token_endpoint_of_old_works_as_of_old()
    {
        // It asks for no redirect URI, and has a word of its own for refreshing, with no client named.
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, place: null, Stage.Client);
        var tokens = await PostAsync("/oauth2/authorize", form);
        Assert.Equal(200, await CallAsync(tokens.Access));

        foreach (var word in new[] { "refresh_code", "refresh_token" })
        {
            tokens = await PostAsync("/oauth2/authorize", new()
            {
                ["grant_type"] = word,
                ["refresh_token"] = tokens.Refresh,
                ["client_secret"] = Stage.Client.ApiKey,
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
        var form = Form(await CodeAsync(pkce: false), secret: true, verifier: null, OAuthStage.Callback, Stage.Client);
        form[name] = value;
        var answer = await Stage.Surfer.PostAsync("/oauth2/authorize", [.. form.Select(field => (field.Key, field.Value))]);
        Assert.Equal((status, $$"""{"error":"{{error}}"}"""), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("/oauth2/token", "invalid_scope")]
    [InlineData("/oauth2/authorize", "invalid_request")]
    public async Task A_code_may_ask_for_less_and_what_is_refused_is_no_use_of_it(string path, string refusal)
    {
        var (view, delete) = ($"camera:view:{Stage.Camera}", $"camera:delete:{Stage.Camera}");
        var form = Form(await CodeAsync(pkce: false, scope: $"user:view {view}"), secret: true, verifier: null, OAuthStage.Callback, Stage.Client);
        foreach (var more in new[] { delete, $"user:view {delete}", "user:look", "camera:view:nowhere", "openid", " ", "," })
        {
            form["scope"] = more;
            Assert.Equal((400, refusal), (await PostAsync(path, form)).Ends);
        }

        form["scope"] = view;
        var less = await PostAsync(path, form);
        Assert.Equal((200, "", view), (less.Status, less.Error, less.Scope));
        Assert.Equal((403, 200), (await CallAsync(less.Access), (await Stage.CallAsync(less.Access, "GET", $"cameras/{Stage.Camera}/shares")).Status));

        // The refresh token is good for all of it, and the code was used.
        var all = await RefreshAsync(less.Refresh, secret: true);
        Assert.Equal(($"user:view {view}", 200), (all.Scope, await CallAsync(all.Access)));
        Assert.Equal(400, (await PostAsync(path, form)).Status);
    }

    [Theory]
    [InlineData("/oauth2/token")]
    [InlineData("/oauth2/authorize")]
    public async Task A_code_may_ask_for_the_same_again(string path)
    {
        foreach (var scope in new[] { "user:view", "user:view:all", "user:view,user:view", "" })
        {
            var form = Form(await CodeAsync(pkce: true), secret: false, Verifier, OAuthStage.Callback, Stage.Client);
            form["scope"] = scope;
            var tokens = await PostAsync(path, form);
            Assert.Equal((200, ""), tokens.Ends);
            Assert.Equal(scope is "user:view:all" ? scope : "user:view", tokens.Scope);
            Assert.Equal(200, await CallAsync(tokens.Access));
        }
    }

    [Fact]
    public async Task The_discovery_document_says_what_there_is()
    {
        var own = Shared.App.Address.AbsoluteUri;
        foreach (var path in new[] { "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration" })
        {
            var answer = await Stage.Surfer.GetAsync(path, ("Origin", "https://app.example"));
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
}
