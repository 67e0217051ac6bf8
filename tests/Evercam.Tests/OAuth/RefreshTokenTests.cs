namespace Evercam.Tests.OAuth;

public sealed class SqliteRefreshTokenTests(SqliteApp shared) : RefreshTokenTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresRefreshTokenTests(PostgresApp shared) : RefreshTokenTests(shared), IClassFixture<PostgresApp>;

/// <summary>What an application does with a refresh token (contract 2.8; RFC 6749, section 6).</summary>
public abstract class RefreshTokenTests(SharedApp shared) : CodeFlow(shared)
{
    [Fact]
    public async Task A_refresh_token_that_is_shown_twice_ends_all_too()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var refreshed = await RefreshAsync(tokens.Refresh, secret: true);
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.Refresh, secret: true)).Error);
        Assert.Equal(401, await CallAsync(refreshed.Access));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refresh_token_of_another_client_is_nothing(bool secret)
    {
        using var other = await OAuthStage.SetAsync(Shared.App);
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

    [Fact]
    public async Task A_refresh_token_needs_the_secret_that_its_code_needed()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        Assert.Equal((401, "invalid_client"), (await RefreshAsync(tokens.Refresh, secret: false)).Ends);
        Assert.Equal(200, (await RefreshAsync(tokens.Refresh, secret: true)).Status);
    }

    [Fact]
    public async Task Withdrawing_ends_the_refreshing()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var others = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        Assert.Equal(200, (await Stage.Surfer.GetAsync($"/oauth2/revoke?access_token={tokens.Access}")).Status);
        Assert.Equal("invalid_grant", (await RefreshAsync(tokens.Refresh, secret: true)).Error);
        Assert.Equal("invalid_grant", (await RefreshAsync(others.Refresh, secret: true)).Error);
        Assert.Equal(200, await CallAsync(others.Access));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_code_withdraws_nothing(bool withClient)
    {
        var code = await CodeAsync(pkce: false);
        await RevokeAsync(code, withClient);
        var tokens = await ExchangeAsync(code, secret: true);
        await RevokeAsync(code, withClient);
        Assert.Equal(200, await CallAsync(tokens.Access));
        Assert.Single(await Stage.GrantsAsync());
        Assert.Equal(200, (await RefreshAsync(tokens.Refresh, secret: true)).Status);
    }

    [Fact]
    public async Task What_is_used_up_withdraws_nothing_but_for_a_client_that_proves_itself()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var later = await RefreshAsync(tokens.Refresh, secret: true);
        await RevokeAsync(tokens.Refresh, withClient: false);
        Assert.Equal(200, await CallAsync(later.Access));
        Assert.Single(await Stage.GrantsAsync());

        // It may have missed the answer that brought the next one.
        await RevokeAsync(tokens.Refresh, withClient: true);
        Assert.Equal(401, await CallAsync(later.Access));
        Assert.Empty(await Stage.GrantsAsync());
        Assert.Equal("invalid_grant", (await RefreshAsync(later.Refresh, secret: true)).Error);
    }

    private async Task RevokeAsync(string token, bool withClient)
    {
        (string, string)[] client = withClient ? [("client_id", Stage.Client.ApiId), ("client_secret", Stage.Client.ApiKey)] : [];
        using var anyone = new Surfer(Shared.App);
        var answer = await anyone.PostAsync("/oauth2/revoke", [("token", token), .. client]);
        Assert.Equal((200, "{}"), (answer.Status, answer.Body));
    }

    [Fact]
    public async Task Refreshing_asks_for_no_more_than_before()
    {
        var tokens = await ExchangeAsync(await CodeAsync(pkce: false), secret: true);
        var form = RefreshForm(tokens.Refresh, secret: true);
        form["scope"] = "user:view user:delete";
        Assert.Equal((400, "invalid_scope"), (await PostAsync("/oauth2/token", form)).Ends);
        form["scope"] = "user:look";
        Assert.Equal((400, "invalid_scope"), (await PostAsync("/oauth2/token", form)).Ends);
        form["scope"] = "user:view";
        Assert.Equal(200, (await PostAsync("/oauth2/token", form)).Status);
    }

    [Theory]
    [InlineData("/oauth2/token", "refresh_token", "invalid_scope")]
    [InlineData("/oauth2/authorize", "refresh_code", "invalid_request")]
    public async Task Refreshing_may_ask_for_less_and_for_all_again_later(string path, string wish, string refusal)
    {
        var all = $"user:view camera:view:{Stage.Camera},camera:edit:{Stage.Camera}";
        var code = await CodeAsync(pkce: false, scope: all);
        var tokens = await ExchangeAsync(code, secret: true);
        Assert.Equal(all.Replace(',', ' '), tokens.Scope);
        Assert.Equal((200, 200, 200), await DoAllAsync(tokens.Access));

        var form = RefreshForm(tokens.Refresh, secret: true);
        (form["grant_type"], form["scope"]) = (wish, $"camera:view:{Stage.Camera}");
        var less = await PostAsync(path, form);
        Assert.Equal(form["scope"], less.Scope);
        Assert.Equal((403, 200, 403), await DoAllAsync(less.Access));

        form["refresh_token"] = less.Refresh;
        foreach (var other in new[] { $"camera:delete:{Stage.Camera}", "camera:view:nowhere" })
        {
            form["scope"] = other;
            Assert.Equal((400, refusal), (await PostAsync(path, form)).Ends);
        }

        form.Remove("scope");
        var again = await PostAsync(path, form);
        Assert.Equal(tokens.Scope, again.Scope);
        Assert.Equal((200, 200, 200), await DoAllAsync(again.Access));

        async Task<(int, int, int)> DoAllAsync(string token) => (
            await CallAsync(token),
            (await Stage.CallAsync(token, "GET", $"cameras/{Stage.Camera}/shares")).Status,
            (await Stage.CallAsync(token, "PATCH", $"cameras/{Stage.Camera}?name=Door")).Status);
    }
}
