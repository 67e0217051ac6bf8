namespace Evercam.Tests.OAuth;

/// <summary>The methods of the addresses beside the API (contract 0.1): <c>HEAD</c> is <c>GET</c> without its body, <c>OPTIONS</c> names
/// what there is, and what there is not is refused as such.</summary>
public sealed class OAuthMethodTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private const string Reads = "GET, HEAD, OPTIONS";

    public static TheoryData<string, string> Paths => new()
    {
        { "/oauth2/authorize", "GET, HEAD, OPTIONS, POST" },
        { "/oauth2/authorize/", "GET, HEAD, OPTIONS, POST" },
        { "/oauth2/token", "OPTIONS, POST" },
        { "/oauth2/feedback", "OPTIONS, POST" },
        { "/oauth2/error", Reads },
        { "/oauth2/tokeninfo", Reads },
        { "/oauth2/revoke", "GET, HEAD, OPTIONS, POST" },
        { "/.well-known/openid-configuration", Reads },
        { "/.well-known/oauth-authorization-server", Reads },
        { "/user", Reads },
    };

    [Fact]
    public async Task Head_is_get_without_its_body()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        var token = await stage.AgreeAsync("user:view");
        foreach (var path in new[]
        {
            stage.Ask("user:edit"), stage.Ask("nonsense"), stage.Ask("user:view", ("client_id", "nobody")), "/oauth2/error?error=access_denied",
            "/oauth2/tokeninfo", $"/oauth2/tokeninfo?access_token={token}", "/oauth2/revoke", "/user",
            "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        })
        {
            var (get, head) = (await stage.Surfer.GetAsync(path), await stage.Surfer.HeadAsync(path));
            Assert.Equal(
                (path, get.Status, get.Location, get.Header("Content-Type"), get.Header("Cache-Control"), ""),
                (path, head.Status, head.Location, head.Header("Content-Type"), head.Header("Cache-Control"), head.Body));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Options_names_the_methods_and_others_are_refused(string path, string allow)
    {
        var options = await SendAsync("OPTIONS", path);
        Assert.Equal((204, allow, ""), (options.Status, options.Header("Allow"), options.Body));
        foreach (var method in new[] { "PUT", "DELETE", "PATCH", "BREW" }.Concat(new[] { "GET", "HEAD", "POST" }.Except(allow.Split(", "))))
        {
            var refused = await SendAsync(method, path);
            Assert.Equal((method, 405, allow), (method, refused.Status, refused.Header("Allow")));
        }
    }

    private async Task<Sight> SendAsync(string method, string path)
    {
        using var program = new Surfer(shared.App);
        using var request = new HttpRequestMessage(new(method), path);
        return await program.SendAsync(request);
    }
}
