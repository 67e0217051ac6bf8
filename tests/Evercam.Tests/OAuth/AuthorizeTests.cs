using Evercam.Storage.Catalog;
using Evercam.Tests.Pages;
using Evercam.Tests.Storage;

namespace Evercam.Tests.OAuth;

public sealed class SqliteAuthorizeTests(SqliteApp shared) : AuthorizeTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresAuthorizeTests(PostgresApp shared) : AuthorizeTests(shared), IClassFixture<PostgresApp>;

/// <summary>What becomes of a request for authorization, step by step (contract 2.2), and of the answer (2.5).</summary>
public abstract class AuthorizeTests(SharedApp shared) : IAsyncLifetime
{
    private const string Denied = "error=access_denied&error_description=The+resource+owner+denied+the+request";
    private const string NoScope = "error=invalid_scope&error_description=The+requested+scope+is+invalid%2C+unknown%2C+or+malformed";
    private const string NoType =
        "error=unsupported_response_type&error_description=The+authorization+server+does+not+support+this+response+type";

    private OAuthStage stage = null!;

    private Surfer Surfer => stage.Surfer;

    public async ValueTask InitializeAsync() => stage = await OAuthStage.SetAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody")]
    [InlineData("a\0b")]
    [InlineData("' OR 1=1")]
    public async Task An_unknown_client_is_answered_nowhere(string? id)
    {
        // Everything else is wrong too: this comes first.
        foreach (var more in new[] { ("redirect_uri", "https://evil.example"), ("redirect_uri", OAuthStage.Callback) })
        {
            var answer = await Surfer.GetAsync(stage.Ask("nonsense", ("client_id", id), ("response_type", "x"), more));
            Assert.Equal((302, "/oauth2/error?error=unauthorized_client"), answer.Ends);
        }
    }

    [Fact]
    public async Task Neither_a_user_is_a_client_nor_two_are_one()
    {
        Assert.Equal(
            (302, "/oauth2/error?error=unauthorized_client"),
            (await Surfer.GetAsync(stage.Ask("user:view", ("client_id", stage.Joe.ApiId)))).Ends);
        Assert.Equal(
            (302, "/oauth2/error?error=unauthorized_client"),
            (await Surfer.GetAsync(stage.Ask("user:view") + "&client_id=x")).Ends);
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("https://app.example/back?of=app#x")]
    [InlineData("https://app.example/back?of=app&x=y")]
    [InlineData("https://app.example/BACK?of=app")]
    [InlineData("https://app.example/x/../back?of=app")]
    [InlineData("https://app.example:8443/back?of=app")]
    [InlineData("https://joe@app.example/back?of=app")]
    [InlineData("https://app.example@evil.example/back?of=app")]
    [InlineData("https://app.example\\@evil.example/back?of=app")]
    [InlineData("https://host.example:8443/")]
    [InlineData("http://host.example/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("/login")]
    public async Task An_answer_goes_to_no_place_that_is_not_registered(string place)
    {
        foreach (var type in new[] { "token", "code", "nonsense" })
        {
            var answer = await Surfer.GetAsync(stage.Ask("nonsense", ("redirect_uri", place), ("response_type", type)));
            Assert.Equal((302, "/oauth2/error?error=invalid_redirect_uri"), answer.Ends);
        }
    }

    [Fact]
    public async Task Without_a_place_the_answer_goes_to_the_first_whole_one()
    {
        Assert.Equal((302, $"{OAuthStage.Callback}#{NoScope}"), (await Surfer.GetAsync(stage.Ask("nonsense"))).Ends);
        Assert.Equal(
            (302, $"https://host.example/x#{NoScope}"),
            (await Surfer.GetAsync(stage.Ask("nonsense", ("redirect_uri", "https://host.example/x")))).Ends);

        using var nowhere = await OAuthStage.SetAsync(shared.App, "host.example");
        Assert.Equal(
            (302, "/oauth2/error?error=invalid_redirect_uri"), (await nowhere.Surfer.GetAsync(nowhere.Ask("user:view"))).Ends);
        Assert.Equal(
            (302, "/oauth2/error?error=invalid_redirect_uri"),
            (await Surfer.GetAsync(stage.Ask("user:view", ("response_type", "code")))).Ends);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("Token")]
    [InlineData("id_token")]
    [InlineData("code token")]
    [InlineData("token ")]
    public async Task An_unknown_response_type_comes_before_the_scope(string? type)
    {
        Assert.Equal(
            (302, $"{OAuthStage.Callback}#{NoType}"), (await Surfer.GetAsync(stage.Ask("nonsense", ("response_type", type)))).Ends);
        Assert.Equal(
            (302, $"{OAuthStage.Callback}#{NoType}&state=a+b%26"),
            (await Surfer.GetAsync(stage.Ask("nonsense", ("response_type", type), ("state", "a b&")))).Ends);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("user:view nonsense")]
    [InlineData("camera:view")]
    public async Task A_malformed_scope_comes_before_the_log_in(string? scope)
    {
        Assert.Equal(
            (302, $"{OAuthStage.Callback}#{NoScope}&state=s"),
            (await Surfer.GetAsync(stage.Ask("", ("scope", scope), ("state", "s")))).Ends);
    }

    [Theory]
    [InlineData("response_mode", "query")]
    [InlineData("response_mode", "form_post")]
    [InlineData("request", "x.y.z")]
    [InlineData("request_uri", "https://evil.example/")]
    [InlineData("code_challenge", "x")]
    public async Task What_the_protocol_forbids_is_told_to_the_application(string name, string value)
    {
        var answer = await Surfer.GetAsync(stage.Ask("user:view", (name, value)));
        Assert.Equal(302, answer.Status);
        Assert.StartsWith($"{OAuthStage.Callback}#error=invalid_request&error_description=", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("iss=", answer.Location, StringComparison.Ordinal);
        Assert.DoesNotContain("error_uri", answer.Location, StringComparison.Ordinal);
    }

    /// <summary>Where the application looks for its code.</summary>
    [Theory]
    [InlineData(null, "&")]
    [InlineData("query", "&")]
    [InlineData("fragment", "#")]
    public async Task A_refusal_goes_where_the_code_would(string? mode, string mark)
    {
        (string, string?)[] byCode = [("response_type", "code"), ("redirect_uri", OAuthStage.Callback), ("response_mode", mode)];
        Assert.Equal((302, $"{OAuthStage.Callback}{mark}{NoScope}"), (await Surfer.GetAsync(stage.Ask("nonsense", byCode))).Ends);
        await Surfer.LogInAsync(stage.Joe);
        Assert.Equal((302, $"{OAuthStage.Callback}{mark}{Denied}"), (await Surfer.GetAsync(stage.Ask("camera:view:nothing", byCode))).Ends);
        Assert.Equal(200, (await Surfer.GetAsync(stage.Ask("user:view", byCode))).Status);
        Assert.Equal((302, $"{OAuthStage.Callback}{mark}{Denied}"), (await Surfer.PostAsync("/oauth2/feedback", ("action", "decline"))).Ends);
    }

    [Fact]
    public async Task Who_is_not_logged_in_logs_in_and_comes_back()
    {
        var ask = stage.Ask($"camera:view:{stage.Camera} user:view", ("state", "a b"));
        var to = await Surfer.GetAsync(ask);
        Assert.Equal((302, $"/login?rt={Uri.EscapeDataString(ask)}"), to.Ends);

        var form = await Surfer.GetAsync(to.Location!);
        Assert.Equal(200, form.Status);
        var back = await Surfer.PostAsync(to.Location!, ("username", stage.Joe.Name), ("password", stage.Joe.Password));
        Assert.Equal((302, ask), back.Ends);
        Assert.Equal(200, (await Surfer.GetAsync(ask)).Status);
    }

    [Fact]
    public async Task Nobody_allows_what_is_not_theirs()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var hers = CatalogRows.Fresh("camera-");
        var camera = await shared.App.AddCameraAsync(hers, ann);
        await Surfer.LogInAsync(stage.Joe);
        foreach (var scope in new[] { $"camera:view:{hers}", "camera:view:nothing", $"user:view camera:snapshot:{hers}" })
        {
            Assert.Equal((302, $"{OAuthStage.Callback}#{Denied}&state=s"), (await Surfer.GetAsync(stage.Ask(scope, ("state", "s")))).Ends);
        }

        await shared.App.ShareAsync(camera, ann, stage.Joe, CameraRights.View);
        Assert.Equal(200, (await Surfer.GetAsync(stage.Ask($"camera:view:{hers}"))).Status);
        Assert.Equal((302, $"{OAuthStage.Callback}#{Denied}"), (await Surfer.GetAsync(stage.Ask($"camera:edit:{hers}"))).Ends);
        Assert.Equal((302, $"{OAuthStage.Callback}#{Denied}"), (await Surfer.GetAsync(stage.Ask($"camera:grant~view:{hers}"))).Ends);
    }

    [Fact]
    public async Task The_page_says_who_asks_for_what_and_where_the_answer_goes()
    {
        await Surfer.LogInAsync(stage.Joe);
        var page = await Surfer.GetAsync(
            stage.Ask($"camera:snapshot:{stage.Camera} cameras:grant~view snapshots:view:all user:edit", ("state", "<script>")));
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains($"Allow {stage.Client.Name}?", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        foreach (var words in new[]
        {
            $"See the live picture of the '{stage.Camera}' camera",
            "Allow others to: see all details, the camera's own password among them, of all of your existing cameras, and those you add later",
            "See the stored pictures of all of your cameras",
            "Change your name, email and country in your account",
            "https://app.example",
            stage.Joe.Name,
        })
        {
            Assert.Contains(words, page.Text, StringComparison.Ordinal);
        }

        Assert.Contains("action=\"/oauth2/feedback\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"action\" value=\"approve\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"action\" value=\"decline\"", page.Body, StringComparison.Ordinal);
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("no-store", page.Header("Cache-Control"));
    }

    [Theory]
    [InlineData("approve")]
    [InlineData(" APPROVE ")]
    public async Task Agreeing_sends_a_token_and_is_remembered(string action)
    {
        await Surfer.LogInAsync(stage.Joe);
        var ask = stage.Ask($"camera:view:{stage.Camera},cameras:list", ("state", "a b&c"));
        Assert.Equal(200, (await Surfer.GetAsync(ask)).Status);
        var agreed = await Surfer.PostAsync("/oauth2/feedback", ("action", action));
        Assert.Matches(
            @"\Ahttps://app\.example/back\?of=app#access_token=[0-9a-f]{40}&token_type=bearer&expires_in=3600&state=a\+b%26c\z",
            agreed.Location);

        var again = await Surfer.GetAsync(ask);
        Assert.Equal(302, again.Status);
        Assert.NotEqual(OAuthStage.TokenOf(agreed), OAuthStage.TokenOf(again));
        Assert.Equal(
            [(GrantedResource.Camera, (long?)stage.CameraKey, CameraRights.View), (GrantedResource.Cameras, null, CameraRights.List)],
            (await stage.GrantsAsync()).Select(grant => (grant.Resource, grant.CameraKey, grant.Rights)));
    }

    [Fact]
    public async Task More_than_was_agreed_to_is_asked_again_and_added()
    {
        await stage.AgreeAsync($"camera:view:{stage.Camera}");
        Assert.Equal(302, (await Surfer.GetAsync(stage.Ask($"camera:view:{stage.Camera}"))).Status);
        Assert.Equal(200, (await Surfer.GetAsync(stage.Ask($"camera:view:{stage.Camera} camera:edit:{stage.Camera}"))).Status);
        Assert.Equal(200, (await Surfer.GetAsync(stage.Ask("cameras:view"))).Status);

        await stage.AgreeAsync($"camera:edit:{stage.Camera}");
        Assert.Equal(302, (await Surfer.GetAsync(stage.Ask($"camera:edit:{stage.Camera} camera:view:{stage.Camera}"))).Status);
        Assert.Equal(CameraRights.View | CameraRights.Edit, Assert.Single(await stage.GrantsAsync()).Rights);
    }

    [Fact]
    public async Task What_one_user_agreed_to_is_nothing_to_another_user_or_client()
    {
        await stage.AgreeAsync("user:view");
        using var other = await OAuthStage.SetAsync(shared.App);
        await other.Surfer.LogInAsync(other.Joe);
        Assert.Equal(200, (await other.Surfer.GetAsync(stage.Ask("user:view"))).Status);
        Assert.Equal(200, (await Surfer.GetAsync(other.Ask("user:view"))).Status);
    }

    [Theory]
    [InlineData("decline")]
    [InlineData("nonsense")]
    [InlineData(" ")]
    public async Task Declining_tells_the_application_and_leaves_nothing(string action)
    {
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask("user:view", ("state", "s")));
        Assert.Equal(
            (302, $"{OAuthStage.Callback}#{Denied}&state=s"), (await Surfer.PostAsync("/oauth2/feedback", ("action", action))).Ends);
        Assert.Empty(await stage.GrantsAsync());
        Assert.Equal(
            (302, "/oauth2/error?error=access_denied"), (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);
    }

    [Fact]
    public async Task A_question_is_answered_once_by_the_one_who_was_asked()
    {
        const string nothing = "/oauth2/error?error=access_denied";
        Assert.Equal((302, nothing), (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);
        await Surfer.LogInAsync(stage.Joe);
        Assert.Equal((302, nothing), (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);

        await Surfer.GetAsync(stage.Ask("user:view"));
        Assert.Equal((302, nothing), (await Surfer.PostAsync("/oauth2/feedback")).Ends);
        Assert.Equal((302, nothing), (await Surfer.PostAsync("/oauth2/feedback", ("action", ""))).Ends);

        // The same user in another browser was not asked, and neither was anyone else.
        using var elsewhere = new Surfer(shared.App);
        await elsewhere.LogInAsync(stage.Joe);
        Assert.Equal((302, nothing), (await elsewhere.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);

        var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))));
        Assert.Single(both, answer => answer.Location!.StartsWith(OAuthStage.Callback, StringComparison.Ordinal));
        Assert.Equal(3, both.Count(answer => answer.Ends == (302, nothing)));
    }

    [Fact]
    public async Task A_newer_question_replaces_the_older_one()
    {
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask("cameras:delete", ("state", "old")));
        await Surfer.GetAsync(stage.Ask("cameras:list", ("state", "new")));
        var agreed = await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        Assert.EndsWith("&state=new", agreed.Location, StringComparison.Ordinal);
        Assert.Equal(CameraRights.List, Assert.Single(await stage.GrantsAsync()).Rights);
    }

    [Fact]
    public async Task A_page_left_open_answers_only_the_question_that_it_showed()
    {
        await Surfer.LogInAsync(stage.Joe);
        var harmless = await Surfer.GetAsync(stage.Ask("user:view"));
        var other = await Surfer.GetAsync(stage.Ask("cameras:delete"));
        Assert.Equal(
            (302, "/oauth2/error?error=access_denied"),
            (await Surfer.PostAsync("/oauth2/feedback", ("question", harmless.FieldOf("question")!), ("action", "approve"))).Ends);
        Assert.Empty(await stage.GrantsAsync());

        OAuthStage.TokenOf(await Surfer.PostAsync("/oauth2/feedback", ("question", other.FieldOf("question")!), ("action", "approve")));
        Assert.Equal(CameraRights.Delete, Assert.Single(await stage.GrantsAsync()).Rights);
    }

    [Fact]
    public async Task No_other_site_answers_for_the_user()
    {
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask("user:view"));
        var own = shared.App.Address.GetLeftPart(UriPartial.Authority);
        foreach (var origin in new[] { "https://evil.example", "https://app.example", "null", own + "0" })
        {
            Assert.Equal(403, (await Surfer.PostFromAsync("/oauth2/feedback", origin, ("action", "approve"))).Status);
        }

        using var referred = new HttpRequestMessage(HttpMethod.Post, "/oauth2/feedback")
        {
            Content = new FormUrlEncodedContent([new("action", "approve")]),
            Headers = { { "Referer", "https://evil.example/" } },
        };
        Assert.Equal(403, (await Surfer.SendAsync(referred)).Status);
        Assert.Empty(await stage.GrantsAsync());
        OAuthStage.TokenOf(await Surfer.PostFromAsync("/oauth2/feedback", own, ("action", "approve")));
    }

    [Fact]
    public async Task All_is_checked_again_when_the_user_agrees()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var hers = CatalogRows.Fresh("camera-");
        await shared.App.ShareAsync(await shared.App.AddCameraAsync(hers, ann), ann, stage.Joe, CameraRights.View);
        await Surfer.LogInAsync(stage.Joe);
        await Surfer.GetAsync(stage.Ask($"camera:view:{hers}"));
        await shared.App.StoreAsync(async db =>
        {
            db.RemoveRange(db.Shares.Where(share => share.UserKey == stage.Joe.Key));
            await db.SaveChangesAsync();
        });
        Assert.Equal(
            (302, $"{OAuthStage.Callback}#{Denied}"), (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);

        await Surfer.GetAsync(stage.Ask("user:view"));
        await shared.App.StoreAsync(async db =>
        {
            db.RemoveRange(db.Clients.Where(client => client.Key == stage.Client.Key));
            await db.SaveChangesAsync();
        });
        Assert.Equal(
            (302, "/oauth2/error?error=unauthorized_client"),
            (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);
    }

    [Theory]
    [InlineData("unauthorized_client", "is not known to this server")]
    [InlineData("invalid_redirect_uri", "has not registered")]
    [InlineData("access_denied", "nothing to answer")]
    [InlineData("<script>alert(1)</script>", "does not understand")]
    [InlineData("", "does not understand")]
    public async Task The_error_page_explains_and_echoes_nothing(string error, string words)
    {
        var page = await Surfer.GetAsync($"/oauth2/error?error={Uri.EscapeDataString(error)}");
        Assert.Equal((400, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains(words, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
    }
}
