using Duende.IdentityModel.Client;
using Duende.IdentityModel.OidcClient;
using Duende.IdentityModel.OidcClient.Browser;

namespace Evercam.Tests.OAuth;

/// <summary>A client library that nobody here wrote logs in, goes on and logs out, knowing nothing but where the server is.</summary>
public sealed class LibraryTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_library_logs_in_and_goes_on(bool hasSecret)
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var client = NewClient(stage, hasSecret);
        var done = await client.LoginAsync(new LoginRequest(), Cancellation);
        Assert.False(done.IsError, $"{done.Error} {done.ErrorDescription}");
        Assert.Equal(200, (await stage.CallAsync(done.AccessToken, "GET", $"users/{stage.Joe.Name}")).Status);

        var refreshed = await client.RefreshTokenAsync(done.RefreshToken, cancellationToken: Cancellation);
        Assert.False(refreshed.IsError, $"{refreshed.Error} {refreshed.ErrorDescription}");
        Assert.Equal((3600, true), (refreshed.ExpiresIn, refreshed.AccessToken != done.AccessToken));
        Assert.Equal(200, (await stage.CallAsync(refreshed.AccessToken, "GET", $"users/{stage.Joe.Name}")).Status);
    }

    [Fact]
    public async Task A_library_hears_that_the_user_declined()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var done = await NewClient(stage, hasSecret: false, answer: "decline").LoginAsync(new LoginRequest(), Cancellation);
        Assert.Equal(("access_denied", true), (done.Error, done.IsError));
    }

    [Theory]
    [InlineData("access_token", false)]
    [InlineData("access_token", true)]
    [InlineData("refresh_token", false)]
    [InlineData("refresh_token", true)]
    public async Task A_library_ends_what_it_was_given(string kind, bool hasSecret)
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var client = NewClient(stage, hasSecret);
        var done = await client.LoginAsync(new LoginRequest(), Cancellation);
        using var http = new HttpClient();
        using var discovery = new DiscoveryDocumentRequest { Address = Authority, Policy = { RequireKeySet = false } };
        var document = await http.GetDiscoveryDocumentAsync(discovery, Cancellation);
        using var request = new TokenRevocationRequest
        {
            Address = document.RevocationEndpoint,
            ClientId = stage.Client.ApiId,
            ClientSecret = hasSecret ? stage.Client.ApiKey : null,
            Token = kind == "access_token" ? done.AccessToken : done.RefreshToken,
            TokenTypeHint = kind,
        };
        var ended = await http.RevokeTokenAsync(request, Cancellation);
        Assert.False(ended.IsError, ended.Error);
        Assert.Equal(401, (await stage.CallAsync(done.AccessToken, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.True((await client.RefreshTokenAsync(done.RefreshToken, cancellationToken: Cancellation)).IsError);
        Assert.Empty(await stage.GrantsAsync());
    }

    [Fact]
    public async Task The_standard_asks_who_ends_a_token_and_forgives_an_unknown_one()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        using var other = await OAuthStage.SetAsync(shared.App);
        var token = await stage.AgreeAsync("user:view");
        var unknown = await stage.Surfer.PostAsync("/oauth2/revoke", ("token", "x"));
        Assert.Equal((200, "{}"), (unknown.Status, unknown.Body));
        var nobody = await stage.Surfer.PostAsync("/oauth2/revoke", ("token", token), ("client_id", "nobody"));
        Assert.Equal((401, """{"error":"invalid_client"}"""), (nobody.Status, nobody.Body));
        Assert.Equal("Basic realm=\"Evercam\"", nobody.Header("WWW-Authenticate"));
        var wrong = await stage.Surfer.PostAsync(
            "/oauth2/revoke", ("token", token), ("client_id", stage.Client.ApiId), ("client_secret", "wrong"));
        Assert.Equal(401, wrong.Status);
        var foreign = await stage.Surfer.PostAsync(
            "/oauth2/revoke", ("token", token), ("client_id", other.Client.ApiId), ("client_secret", other.Client.ApiKey));
        Assert.Equal((400, """{"error":"unauthorized_client"}"""), (foreign.Status, foreign.Body));
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);

        // By the contract's name for it, all is as it was.
        Assert.Equal(400, (await stage.Surfer.PostAsync("/oauth2/revoke", ("access_token", "x"))).Status);
        Assert.Equal(400, (await stage.Surfer.PostAsync("/oauth2/revoke", ("token", ""))).Status);
        Assert.Equal(400, (await stage.Surfer.GetAsync($"/oauth2/revoke?token={token}")).Status);
        Assert.Equal(200, (await stage.Surfer.PostAsync("/oauth2/revoke", ("token", token))).Status);
        Assert.Equal(401, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
    }

    private string Authority => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private OidcClient NewClient(OAuthStage stage, bool hasSecret, string answer = "approve")
    {
        var options = new OidcClientOptions
        {
            Authority = Authority,
            ClientId = stage.Client.ApiId,
            ClientSecret = hasSecret ? stage.Client.ApiKey : null,
            Scope = "user:view",
            RedirectUri = OAuthStage.Callback,
            Browser = new Window(stage, answer),
            LoadProfile = false,
        };

        // There are no identity tokens, and so no keys that they are signed with.
        options.Policy.Discovery.RequireKeySet = false;
        return new OidcClient(options);
    }

    /// <summary>The browser that the library opens: joe answers in it.</summary>
    private sealed class Window(OAuthStage stage, string answer) : IBrowser
    {
        public async Task<BrowserResult> InvokeAsync(BrowserOptions options, CancellationToken cancellationToken = default)
        {
            var asked = await stage.Surfer.GetAsync(new Uri(options.StartUrl).PathAndQuery);
            var answered = asked.Status == 200 ? await stage.Surfer.PostAsync("/oauth2/feedback", ("action", answer)) : asked;
            return new() { ResultType = BrowserResultType.Success, Response = answered.Location! };
        }
    }
}
