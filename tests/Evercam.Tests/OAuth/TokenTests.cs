using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.OAuth;

public sealed class SqliteTokenTests(SqliteApp shared) : TokenTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresTokenTests(PostgresApp shared) : TokenTests(shared), IClassFixture<PostgresApp>;

/// <summary>What an access token opens, and how it ends (contract 1.3, 1.6, 2.7, 2.9, 2.10).</summary>
public abstract class TokenTests(SharedApp shared) : IAsyncLifetime
{
    private static readonly (int, string) Unknown = (401, """{"message":"Unauthenticated"}""");
    private static readonly (int, string) Invalid = (400, """{"error":"invalid_request"}""");

    private OAuthStage stage = null!;

    private string Camera => $"cameras/{stage.Camera}";

    public async ValueTask InitializeAsync() => stage = await OAuthStage.SetAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("Bearer")]
    [InlineData("bearer")]
    [InlineData("BEARER")]
    public async Task A_token_opens_what_was_agreed_and_nothing_else(string scheme)
    {
        var token = await stage.AgreeAsync($"camera:view:{stage.Camera}");
        Assert.Equal(200, (await stage.CallAsync(token, "GET", Camera, scheme)).Status);
        Assert.Equal(403, (await stage.CallAsync(token, "PATCH", $"{Camera}?name=x", scheme)).Status);
        Assert.Equal(403, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}", scheme)).Status);
        Assert.Equal(403, (await stage.CallAsync(token, "GET", $"{Camera}/snapshots/latest", scheme)).Status);
    }

    [Fact]
    public async Task A_token_has_its_own_scopes_whatever_else_was_agreed_to()
    {
        var edit = await stage.AgreeAsync("cameras:edit cameras:view user:view");
        var view = await stage.AgreeAsync("cameras:view");
        Assert.Equal(200, (await stage.CallAsync(edit, "PATCH", $"{Camera}?name=x")).Status);
        Assert.Equal(403, (await stage.CallAsync(view, "PATCH", $"{Camera}?name=x")).Status);
        Assert.Equal(200, (await stage.CallAsync(edit, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.Equal(403, (await stage.CallAsync(view, "GET", $"users/{stage.Joe.Name}")).Status);

        // With its own keys the application has all of it together.
        Assert.Equal(200, (await shared.App.AskAsync("PATCH", $"{Camera}?name=y&{stage.Client.Keys}")).Status);
    }

    [Fact]
    public async Task A_token_is_never_a_user()
    {
        var token = await stage.AgreeAsync("cameras:edit");
        Assert.Equal(
            (400, """{"message":"Requester is not a user."}"""),
            await stage.CallAsync(token, "POST", "cameras?id=x1&name=x&is_public=false"));
    }

    [Fact]
    public async Task A_token_of_one_user_is_nothing_for_another()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var hers = CatalogRows.Fresh("camera-");
        await shared.App.AddCameraAsync(hers, ann);
        using (var hersToo = new Surfer(shared.App))
        {
            await hersToo.LogInAsync(ann);
            await hersToo.GetAsync(stage.Ask("cameras:view user:view"));
            OAuthStage.TokenOf(await hersToo.PostAsync("/oauth2/feedback", ("action", "approve")));
        }

        var token = await stage.AgreeAsync("cameras:view user:view");
        Assert.Equal(404, (await stage.CallAsync(token, "GET", $"cameras/{hers}")).Status);
        Assert.Equal(403, (await stage.CallAsync(token, "GET", $"users/{ann.Name}")).Status);
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
    }

    [Fact]
    public async Task A_token_loses_what_its_user_loses()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        var hers = CatalogRows.Fresh("camera-");
        await shared.App.ShareAsync(await shared.App.AddCameraAsync(hers, ann), ann, stage.Joe, CameraRights.View | CameraRights.Edit);
        var token = await stage.AgreeAsync($"camera:view:{hers} camera:edit:{hers}");
        Assert.Equal(200, (await stage.CallAsync(token, "PATCH", $"cameras/{hers}?name=x")).Status);
        await shared.App.StoreAsync(async db =>
        {
            var share = await db.Shares.SingleAsync(share => share.UserKey == stage.Joe.Key);
            share.Rights = CameraRights.View;
            await db.SaveChangesAsync();
        });
        Assert.Equal(403, (await stage.CallAsync(token, "PATCH", $"cameras/{hers}?name=x")).Status);
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"cameras/{hers}")).Status);
        await shared.App.StoreAsync(async db =>
        {
            db.Remove(await db.Shares.SingleAsync(share => share.UserKey == stage.Joe.Key));
            await db.SaveChangesAsync();
        });
        Assert.Equal(404, (await stage.CallAsync(token, "GET", $"cameras/{hers}")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("410d79341e45c9152d9b77f0a6f3c8e1")]
    public async Task What_is_no_token_is_refused_on_open_paths_too(string token)
    {
        Assert.Equal(Unknown, await stage.CallAsync(token, "GET", "cameras/nothing"));
        Assert.Equal(Invalid, await TokenInfoAsync(token));
        Assert.Equal(Invalid, Ends(await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")));
        Assert.Equal(Invalid, Ends(await stage.Surfer.PostAsync("/oauth2/revoke", ("access_token", token))));
    }

    [Fact]
    public async Task Only_the_hash_of_a_token_is_kept()
    {
        var token = await stage.AgreeAsync("user:view");
        var rows = await shared.App.StoreAsync(db => db.Tokens.Where(t => t.ClientKey == stage.Client.Key).ToListAsync());
        Assert.Equal(RandomSecret.HashOf(token), Assert.Single(rows).Hash);
        Assert.DoesNotContain(token, System.Text.Json.JsonSerializer.Serialize(rows), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_revoked_token_is_dead_at_once_and_the_consent_withdrawn(bool byPost)
    {
        var token = await stage.AgreeAsync("user:view");
        var other = await stage.AgreeAsync("user:view");
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.Equal(200, (await shared.App.AskAsync("GET", $"users/{stage.Joe.Name}?{stage.Client.Keys}")).Status);

        // Possession is enough: no cookie, no keys.
        using var anyone = new Surfer(shared.App);
        Assert.Equal((200, "{}"), Ends(await RevokeAsync()));
        Assert.Equal(Unknown, await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}"));
        Assert.Equal(Invalid, await TokenInfoAsync(token));
        Assert.Equal((200, "{}"), Ends(await RevokeAsync()));

        Assert.Empty(await stage.GrantsAsync());
        Assert.Equal(200, (await stage.Surfer.GetAsync(stage.Ask("user:view"))).Status);
        Assert.Equal(403, (await shared.App.AskAsync("GET", $"users/{stage.Joe.Name}?{stage.Client.Keys}")).Status);
        Assert.Equal(200, (await stage.CallAsync(other, "GET", $"users/{stage.Joe.Name}")).Status);

        Task<Sight> RevokeAsync() => byPost
            ? anyone.PostAsync("/oauth2/revoke", ("access_token", token))
            : anyone.GetAsync($"/oauth2/revoke?access_token={token}");
    }

    [Fact]
    public async Task Revoking_again_does_not_withdraw_what_was_agreed_to_since()
    {
        var token = await stage.AgreeAsync("user:view");
        await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}");
        await stage.AgreeAsync("user:view");
        Assert.Equal((200, "{}"), Ends(await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")));
        Assert.Single(await stage.GrantsAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Tokens_and_keys_end_with_the_client_and_with_the_user(bool client)
    {
        var token = await stage.AgreeAsync("user:view");
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
        if (client)
        {
            Assert.Equal(200, (await shared.App.AskAsync("DELETE", $"client/{stage.Client.ApiId}?{stage.Client.Keys}")).Status);
        }
        else
        {
            Assert.Equal(200, (await shared.App.AskAsync("DELETE", $"users/{stage.Joe.Name}?{stage.Joe.Keys}")).Status);
        }

        Assert.Equal(Unknown, await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}"));
        Assert.Equal(Invalid, await TokenInfoAsync(token));
        Assert.False(await shared.App.StoreAsync(db => db.Tokens.AnyAsync(t => t.ClientKey == stage.Client.Key)));
    }

    [Fact]
    public async Task Token_information_says_whose_it_is_and_for_whom()
    {
        var token = await stage.AgreeAsync("user:view");
        var (status, body) = await TokenInfoAsync(token);
        Assert.Equal(200, status);
        Assert.Matches(
            $$"""\A\{"access_token":"{{token}}","audience":"{{stage.Client.ApiId}}","expires_in":3(600|[0-5][0-9]{2}),"userid":"{{stage.Joe.Name}}"\}\z""",
            body);
    }

    [Theory]
    [InlineData("callback=show", "show(", "application/javascript; charset=utf-8")]
    [InlineData("jscallback=a.b_$1", "a.b_$1(", "application/javascript; charset=utf-8")]
    [InlineData("jsonp=x", "x(", "application/javascript; charset=utf-8")]
    [InlineData("jsoncallback=alert(1)//%0A<b>", "alert1b(", "application/javascript; charset=utf-8")]
    [InlineData("jsonp=later&callback=first", "first(", "application/javascript; charset=utf-8")]
    [InlineData("callback=()", "{", "application/json; charset=utf-8")]
    [InlineData("callback=", "{", "application/json; charset=utf-8")]
    public async Task Scripts_may_have_the_answer_wrapped(string query, string start, string type)
    {
        var refused = await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token=x&{query}");
        var json = """{"error":"invalid_request"}""";
        Assert.Equal((400, type), (refused.Status, refused.Header("Content-Type")));
        Assert.Equal(start == "{" ? json : $"{start}{json})", refused.Body);
        Assert.Equal("no-store", refused.Header("Cache-Control"));

        var revoked = await stage.Surfer.PostAsync($"/oauth2/revoke?{query}", ("access_token", await stage.AgreeAsync("user:view")));
        Assert.Equal((200, start == "{" ? "{}" : $"{start}{{}})"), Ends(revoked));
    }

    [Fact]
    public async Task Scripts_of_other_sites_may_ask_about_tokens()
    {
        var answer = await stage.Surfer.GetAsync("/oauth2/tokeninfo?access_token=x", ("Origin", "https://app.example"));
        Assert.Equal("https://app.example", answer.Header("Access-Control-Allow-Origin"));
    }

    private static (int Status, string Body) Ends(Sight answer) => (answer.Status, answer.Body);

    private async Task<(int Status, string Body)> TokenInfoAsync(string token) =>
        Ends(await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}"));
}

/// <summary>What settings and time do to tokens and questions.</summary>
public sealed class TokenTimeTests
{
    [Fact]
    public async Task A_token_ends_when_its_time_is_over_and_is_forgotten_later()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:OAuth:AccessTokenLifetime"] = "00:10:00" }, clock);
        using var stage = await OAuthStage.SetAsync(app);
        await stage.Surfer.LogInAsync(stage.Joe);
        await stage.Surfer.GetAsync(stage.Ask("user:view"));
        var agreed = await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        Assert.EndsWith("&token_type=bearer&expires_in=600", agreed.Location, StringComparison.Ordinal);
        var token = OAuthStage.TokenOf(agreed);

        clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.Contains("\"expires_in\":1,", (await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}")).Body, StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.Equal(400, (await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}")).Status);
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
        Assert.Equal(200, (await stage.Surfer.PostAsync("/oauth2/revoke", ("token", token))).Status);

        // Whoever has it was let in by it: what was agreed to is withdrawn (contract 2.7).
        Assert.Empty(await stage.GrantsAsync());
        clock.Advance(TimeSpan.FromHours(26));
        await Eventually.IsTrueAsync(() => app.StoreAsync(async db => !await db.Tokens.AnyAsync()));
        Assert.Equal(400, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
    }

    [Fact]
    public async Task A_question_waits_ten_minutes()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        await using var app = await EvercamApp.StartAsync(clock: clock);
        using var stage = await OAuthStage.SetAsync(app);
        await stage.Surfer.LogInAsync(stage.Joe);
        await stage.Surfer.GetAsync(stage.Ask("user:view"));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(
            (302, "/oauth2/error?error=access_denied"), (await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);

        await stage.Surfer.GetAsync(stage.Ask("user:view"));
        clock.Advance(TimeSpan.FromSeconds(599));
        OAuthStage.TokenOf(await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve")));
    }
}
