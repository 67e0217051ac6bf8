using Evercam.Storage.Catalog;
using Evercam.Tests.Pages;
using Evercam.Tests.Storage;
using Evercam.Tests.Walks;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.OAuth;

/// <summary>Ways to get an answer that nobody gave, or to keep what was taken away.</summary>
public sealed class ConsentAttackTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private const string Nothing = "/oauth2/error?error=access_denied";

    private OAuthStage stage = null!;

    private Surfer Surfer => stage.Surfer;

    public async ValueTask InitializeAsync() => stage = await OAuthStage.SetAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_question_to_one_user_is_not_answered_by_the_next_one_at_the_same_browser()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        await Surfer.LogInAsync(stage.Joe);
        Assert.Equal(200, (await Surfer.GetAsync(stage.Ask("user:view"))).Status);
        await Surfer.PostAsync("/login", ("username", ann.Name), ("password", ann.Password));
        Assert.Equal((302, Nothing), await ApproveAsync());
        await Surfer.PostAsync("/logout");
        await Surfer.LogInAsync(stage.Joe);
        Assert.Equal((302, Nothing), await ApproveAsync());
        Assert.Empty(await stage.GrantsAsync());
    }

    [Fact]
    public async Task A_page_that_names_one_user_does_not_answer_for_the_next_one_who_is_asked_the_same()
    {
        var mal = await shared.App.AddUserAsync(CatalogRows.Fresh("mal"));
        await Surfer.LogInAsync(stage.Joe);
        var left = await Surfer.GetAsync(stage.Ask("user:view"));
        Assert.Contains($"asks you, {stage.Joe.Name},", left.Text, StringComparison.Ordinal);
        await Surfer.PostAsync("/logout");
        await Surfer.LogInAsync(mal);
        var own = await Surfer.GetAsync(stage.Ask("user:view"));
        foreach (var action in new[] { "approve", "decline" })
        {
            Assert.Equal((302, Nothing), (await Surfer.PostAsync("/oauth2/feedback", left.Fill(("action", action)))).Ends);
        }

        // What was asked of whoever is logged in still waits.
        Assert.Empty(await stage.GrantsAsync());
        OAuthStage.TokenOf(await Surfer.PostAsync("/oauth2/feedback", own.Fill(("action", "approve"))));
        Assert.Equal(mal.Key, Assert.Single(await stage.GrantsAsync()).UserKey);
    }

    [Theory]
    [InlineData("GET", "/oauth2/feedback?action=approve")]
    [InlineData("HEAD", "/oauth2/feedback?action=approve")]
    [InlineData("PUT", "/oauth2/feedback?action=approve")]
    [InlineData("GET", "/oauth2/authorize/?action=approve")]
    [InlineData("POST", "/OAUTH2/feedback?action=approve")]
    public async Task Only_the_form_answers(string method, string path)
    {
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask("user:view"));
        using var request = new HttpRequestMessage(new(method), path);
        var answer = await Surfer.SendAsync(request);
        Assert.True(answer.Status is 302 or >= 400 and < 500, $"{answer.Status}");
        Assert.DoesNotContain("access_token", answer.Location ?? "", StringComparison.Ordinal);
        Assert.Empty(await stage.GrantsAsync());
    }

    [Fact]
    public async Task A_form_in_another_spelling_of_the_path_is_held_to_the_same_origin()
    {
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask("user:view"));
        foreach (var path in new[] { "/oauth2/feedback", "/oauth2/Feedback", "/oauth2/feedback/", "/OAuth2/Feedback" })
        {
            var answer = await Surfer.PostFromAsync(path, "https://evil.example", ("action", "approve"));
            Assert.True(answer.Status is 403 or 404, $"{path}: {answer.Status}");
        }

        Assert.Empty(await stage.GrantsAsync());
    }

    [Theory]
    [InlineData("state=", "&state=")]
    [InlineData("state=%00", "&state=%00")]
    [InlineData("state=%0d%0aSet-Cookie:a=b", "&state=%0D%0ASet-Cookie%3Aa%3Db")]
    [InlineData("state=%23%26access_token%3Devil", "&state=%23%26access_token%3Devil")]
    [InlineData("state=%F0%9F%98%80", "&state=%F0%9F%98%80")]
    public async Task The_state_comes_back_unchanged_and_does_nothing_else(string query, string end)
    {
        await stage.AgreeAsync("user:view");
        var answer = await Surfer.GetAsync($"{stage.Ask("user:view")}&{query}");
        Assert.Equal(302, answer.Status);
        Assert.Matches($@"\A[^#]+#access_token=[0-9a-f]{{40}}&token_type=bearer&expires_in=3600{System.Text.RegularExpressions.Regex.Escape(end)}\z", answer.Location);
        Assert.Empty(answer.Headers["Set-Cookie"]);
    }

    [Theory]
    [InlineData("state=a&state=b")]
    [InlineData("scope=user:delete")]
    [InlineData("redirect_uri=https://app.example/two&redirect_uri=https://evil.example/")]
    [InlineData("response_type=code")]
    [InlineData("client_id=other")]
    public async Task What_is_said_twice_is_not_agreed_to(string again)
    {
        await stage.AgreeAsync("user:view");
        var answer = await Surfer.GetAsync($"{stage.Ask("user:view")}&{again}");
        Assert.Equal(302, answer.Status);
        Assert.DoesNotContain("access_token", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("evil.example", answer.Location, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prompt=none")]
    [InlineData("prompt=x")]
    [InlineData("max_age=x")]
    [InlineData("request_uri=urn:ietf:params:oauth:request_uri:x")]
    [InlineData("%00=%00")]
    [InlineData("display=%ff")]
    public async Task Parameters_of_other_servers_break_nothing(string query)
    {
        await Surfer.LogInAsync(stage.Joe);
        foreach (var method in new[] { "GET", "HEAD" })
        {
            using var request = new HttpRequestMessage(new(method), $"{stage.Ask("user:view")}&{query}");
            var answer = await Surfer.SendAsync(request);
            Assert.True(answer.Status < 500, $"{answer.Status}: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("nonce=x")]
    [InlineData("id_token_hint=x.y.z")]
    [InlineData("claims={")]
    [InlineData("resource=x")]
    [InlineData("resource=https://app.example/%23x")]
    [InlineData("resource=https://cameras.example/&resource=https://app.example/")]
    [InlineData("audience=x")]
    public async Task What_only_other_servers_know_is_passed_over(string query)
    {
        await Surfer.LogInAsync(stage.Joe);
        Assert.Equal(200, (await Surfer.GetAsync($"{stage.Ask("user:view")}&{query}")).Status);
    }

    [Fact]
    public async Task A_client_that_names_this_server_at_each_step_gets_its_tokens()
    {
        await Surfer.LogInAsync(stage.Joe);
        var (resource, audience) = (("resource", "https://cameras.example/"), ("audience", "cameras"));
        var first = await ExchangeAsync(("grant_type", "authorization_code"), ("code", await CodeAsync()), resource, audience);
        Assert.Equal(200, first.Status);
        var second = await ExchangeAsync(("grant_type", "refresh_token"), ("refresh_token", TokenSet.Of(first).Refresh), resource, audience);
        Assert.Equal(200, second.Status);
    }

    [Fact]
    public async Task A_long_request_survives_the_log_in()
    {
        // As long as 400 cameras, with the letters that are longest when they are escaped again.
        var ask = $"{stage.Ask("user:view")}&for={string.Concat(Enumerable.Repeat("%3A", 4_700))}";
        var logIn = await Surfer.GetAsync(ask);
        Assert.StartsWith("/login?rt=", logIn.Location, StringComparison.Ordinal);
        var form = await Surfer.GetAsync(logIn.Location!);
        Assert.Equal((200, ask), (form.Status, form.FieldOf("rt")));
        var wrong = await Surfer.PostAsync("/login", form.Fill(("username", stage.Joe.Name), ("password", "wrong")));
        Assert.Equal(logIn.Ends, wrong.Ends);
        Assert.Equal((302, ask), (await Surfer.PostAsync("/login", form.Fill(("username", stage.Joe.Name), ("password", stage.Joe.Password)))).Ends);
        Assert.Equal(200, (await Surfer.GetAsync(ask)).Status);
    }

    [Fact]
    public async Task One_that_would_not_survive_it_is_refused_before()
    {
        var ask = $"{stage.Ask("user:view", ("redirect_uri", OAuthStage.Callback))}&for={string.Concat(Enumerable.Repeat("%3A", 6_200))}";
        foreach (var isLoggedIn in new[] { false, true })
        {
            if (isLoggedIn)
            {
                await Surfer.LogInAsync(stage.Joe);
            }

            var answer = await Surfer.GetAsync(ask);
            Assert.Equal(302, answer.Status);
            Assert.StartsWith(OAuthStage.Callback, answer.Location, StringComparison.Ordinal);
            Assert.Contains("error=invalid_request", answer.Location, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_that_was_agreed_to_opens_the_next_camera_of_the_same_name()
    {
        var token = await stage.AgreeAsync($"camera:view:{stage.Camera}");
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"cameras/{stage.Camera}")).Status);
        Assert.Equal(200, (await shared.App.AskAsync("DELETE", $"cameras/{stage.Camera}?{stage.Joe.Keys}")).Status);
        await shared.App.AddCameraAsync(stage.Camera, await shared.App.AddUserAsync(CatalogRows.Fresh("ann")));
        Assert.Equal(404, (await stage.CallAsync(token, "GET", $"cameras/{stage.Camera}")).Status);
        Assert.Equal(404, (await shared.App.AskAsync("GET", $"cameras/{stage.Camera}?{stage.Client.Keys}")).Status);
        Assert.Empty(await stage.GrantsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_code_and_a_refresh_token_end_with_the_client_and_with_the_user(bool client)
    {
        await Surfer.LogInAsync(stage.Joe);
        var (code, refresh) = (await CodeAsync(), await RefreshTokenAsync());
        if (client)
        {
            Assert.Equal(200, (await shared.App.AskAsync("DELETE", $"client/{stage.Client.ApiId}?{stage.Client.Keys}")).Status);
        }
        else
        {
            Assert.Equal(200, (await shared.App.AskAsync("DELETE", $"users/{stage.Joe.Name}?{stage.Joe.Keys}")).Status);
        }

        Assert.Equal(client ? 401 : 400, (await ExchangeAsync(("grant_type", "authorization_code"), ("code", code))).Status);
        Assert.Equal(client ? 401 : 400, (await ExchangeAsync(("grant_type", "refresh_token"), ("refresh_token", refresh))).Status);
    }

    [Fact]
    public async Task A_refreshed_token_gives_no_more_than_the_user_has_now()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var hers = CatalogRows.Fresh("camera-");
        await shared.App.ShareAsync(await shared.App.AddCameraAsync(hers, ann), ann, stage.Joe, CameraRights.View);
        await Surfer.LogInAsync(stage.Joe);
        var refresh = await RefreshTokenAsync($"camera:view:{hers}");
        await shared.App.StoreAsync(db => db.Shares.Where(share => share.UserKey == stage.Joe.Key).ExecuteDeleteAsync());
        var answer = await ExchangeAsync(("grant_type", "refresh_token"), ("refresh_token", refresh));
        Assert.Equal(200, answer.Status);
        Assert.Equal(404, (await stage.CallAsync(TokenSet.Of(answer).Access, "GET", $"cameras/{hers}")).Status);
    }

    [Fact]
    public async Task A_code_is_no_use_after_the_consent_was_withdrawn()
    {
        var token = await stage.AgreeAsync("user:view");
        var code = await CodeAsync();
        Assert.Equal(200, (await Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
        Assert.Equal(400, (await ExchangeAsync(("grant_type", "authorization_code"), ("code", code))).Status);
    }

    [Fact]
    public async Task Only_the_session_is_held_to_the_origin()
    {
        var token = await stage.AgreeAsync("user:edit");
        var path = $"/v1/users/{stage.Joe.Name}?forename=Joseph";
        foreach (var (query, authorization, status) in new[]
        {
            ("", "", 403), ("", $"{stage.Joe.Basic}", 200), ("", $"Bearer {token}", 200), ($"&{stage.Joe.Keys}", "", 200),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, path + query) { Headers = { { "Origin", "https://evil.example" } } };
            request.Headers.TryAddWithoutValidation("Authorization", authorization.Length > 0 ? authorization : "None");
            Assert.Equal((authorization, status), (authorization, (await Surfer.SendAsync(request)).Status));
        }
    }

    [Fact]
    public async Task Nobody_frames_a_page_whatever_it_answers()
    {
        await Surfer.LogInAsync(stage.Joe);
        foreach (var (_, path) in ApiRoute.Beside(shared.App).Where(
            page => page.Method is "GET" && !page.Path.StartsWith("/files/", StringComparison.Ordinal)))
        {
            var answer = await Surfer.GetAsync(path.Replace("{id}", "x", StringComparison.Ordinal), ("Accept", "text/html"));
            if (answer.Header("Content-Type").StartsWith("text/html", StringComparison.Ordinal))
            {
                Assert.Equal((path, "DENY"), (path, answer.Header("X-Frame-Options")));
                Assert.Contains("frame-ancestors 'none'", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
            }
        }
    }

    private async Task<(int, string?)> ApproveAsync() => (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends;

    private async Task<string> CodeAsync(string scope = "user:view")
    {
        var answer = await Surfer.GetAsync(stage.Ask(scope, ("response_type", "code"), ("redirect_uri", OAuthStage.Callback)));
        if (answer.Status == 200)
        {
            answer = await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        }

        return answer.Location!.Split("code=")[1];
    }

    private async Task<string> RefreshTokenAsync(string scope = "user:view") => TokenSet.Of(
        await ExchangeAsync(("grant_type", "authorization_code"), ("code", await CodeAsync(scope)))).Refresh;

    private async Task<Sight> ExchangeAsync(params (string, string)[] form)
    {
        using var application = new Surfer(shared.App);
        return await application.PostAsync(
            "/oauth2/token",
            [.. form, ("client_id", stage.Client.ApiId), ("client_secret", stage.Client.ApiKey), ("redirect_uri", OAuthStage.Callback)]);
    }
}
