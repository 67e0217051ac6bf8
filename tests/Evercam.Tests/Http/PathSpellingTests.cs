using System.Text.RegularExpressions;
using Evercam.Tests.OAuth;
using Evercam.Tests.Pages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Http;

/// <summary>How paths may be written (contract 0.1): pages and OAuth are no different from the API.</summary>
public sealed class PathSpellingTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    private EvercamApp App => shared.App;

    private string Root => App.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public async Task No_path_has_two_spellings()
    {
        using var surfer = new Surfer(App);
        var paths = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(route => Regex.Replace($"/{route.RoutePattern.RawText!.TrimStart('/')}", @"\{[^}]*\}", "1"))
            .Where(path => path.Any(char.IsLetter)).Distinct().ToList();
        Assert.Empty(new[] { "/v1/test", "/login", "/user", "/files/1/1", "/oauth2/token", "/.well-known/oauth-authorization-server" }.Except(paths));
        var others = paths.Select(path => path.ToUpperInvariant()).Concat(paths.Select(path => Regex.Replace(path, "^/[^/]*", first => first.Value.ToUpperInvariant())));
        foreach (var path in others.Concat(["/oauth2/AUTHORIZE", "/oauth2/Token", "/.well-known/OAUTH-authorization-server", "/account/Keys", "/login/CODE"]))
        {
            foreach (var method in new[] { "GET", "HEAD", "POST", "DELETE", "OPTIONS" })
            {
                using var request = new HttpRequestMessage(new(method), path);
                Assert.Equal((method, path, 404), (method, path, (await surfer.SendAsync(request)).Status));
            }
        }
    }

    [Fact]
    public async Task A_question_in_another_case_is_not_asked()
    {
        using var stage = await OAuthStage.SetAsync(App);
        await stage.AgreeAsync("user:view");
        var ask = stage.Ask("user:view");
        OAuthStage.TokenOf(await stage.Surfer.GetAsync(ask));
        foreach (var spelling in new[] { "/oauth2/AUTHORIZE", "/OAuth2/authorize", "/OAUTH2/AUTHORIZE/" })
        {
            Assert.Equal((404, null), (await stage.Surfer.GetAsync(ask.Replace("/oauth2/authorize", spelling, StringComparison.Ordinal))).Ends);
        }
    }

    [Theory]
    [InlineData("//login", 200, null)]
    [InlineData("//login//", 200, null)]
    [InlineData("/account///keys/", 302, "/login?rt=%2Faccount%2Fkeys")]
    [InlineData("///reset//password", 200, null)]
    [InlineData("//docs", 302, "docs/")]
    [InlineData("//docs//", 200, null)]
    [InlineData("//.well-known//oauth-authorization-server", 200, null)]
    [InlineData("/oauth2//authorize", 302, "/oauth2/error?error=unauthorized_client")]
    [InlineData("//evil.example/login", 404, null)]
    [InlineData("//evil.example//account", 404, null)]
    public async Task Slashes_in_a_row_are_one(string path, int status, string? place)
    {
        using var surfer = new Surfer(App);
        Assert.Equal((status, place), (await surfer.GetAsync(Root + path)).Ends);
    }

    [Fact]
    public async Task Slashes_in_a_row_are_one_from_the_log_in_to_the_token()
    {
        using var stage = await OAuthStage.SetAsync(App);
        var ask = stage.Ask("user:view", ("state", "//a//b"));
        var logIn = await stage.Surfer.GetAsync($"{Root}/{ask.Replace("/authorize", "//authorize", StringComparison.Ordinal)}");
        Assert.Equal((302, $"/login?rt={Uri.EscapeDataString(ask)}"), logIn.Ends);
        Assert.Equal((302, ask), (await stage.Surfer.PostAsync(
            $"{Root}//login", ("username", stage.Joe.Name), ("password", stage.Joe.Password), ("rt", ask))).Ends);
        Assert.Equal(200, (await stage.Surfer.GetAsync(ask)).Status);
        var agreed = await stage.Surfer.PostAsync($"{Root}//oauth2//feedback", ("action", "approve"));
        OAuthStage.TokenOf(agreed);
        Assert.EndsWith("&state=%2F%2Fa%2F%2Fb", agreed.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a//b/", "/a//b/")]
    [InlineData("//evil.example/", null)]
    public async Task The_way_back_is_kept_as_it_is_or_not_at_all(string then, string? kept)
    {
        using var surfer = new Surfer(App);
        Assert.Equal(kept, (await surfer.GetAsync($"/login?rt={Uri.EscapeDataString(then)}")).FieldOf("rt"));
    }
}
