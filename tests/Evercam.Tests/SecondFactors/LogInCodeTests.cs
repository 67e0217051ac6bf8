using System.Net;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.OAuth;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.SecondFactors;

public sealed class SqliteLogInCodeTests(TimedSqliteApp shared) : LogInCodeTests(shared), IClassFixture<TimedSqliteApp>;

public sealed class PostgresLogInCodeTests(TimedPostgresApp shared) : LogInCodeTests(shared), IClassFixture<TimedPostgresApp>;

/// <summary>Logging in with a second factor, and what the password alone still opens: nothing.</summary>
public abstract class LogInCodeTests(TimedApp shared) : IAsyncLifetime
{
    private const string Cookie = "evercam_session";
    private const string Half = "evercam_half";
    private const string NeedsCode =
        """{"message":"Unauthenticated: this account has a second factor, so use its API id and key, or an access token, instead of the password"}""";

    private FactorStage stage = null!;

    private Surfer Surfer => stage.Surfer;

    public async ValueTask InitializeAsync() => stage = await FactorStage.SetWithFactorAsync(shared.App, shared.Clock);

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task After_the_password_nobody_is_logged_in_and_after_the_code_the_user_is()
    {
        var first = await Surfer.PostAsync(
            "/login", ("username", stage.Joe.Email), ("password", stage.Joe.Password), ("rt", "/oauth2/authorize?a=b&c=d"));
        Assert.Equal((302, "/login/code?rt=%2Foauth2%2Fauthorize%3Fa%3Db%26c%3Dd"), first.Ends);
        Assert.Null(Surfer.CookieOf(Cookie));
        Assert.Matches(
            $@"\A{Half}=[^;]+; max-age=600; path=/login; samesite=lax; httponly\z", Assert.Single(first.Headers["Set-Cookie"]));
        Assert.Equal(401, (await Surfer.GetAsync(stage.Own)).Status);

        var form = await Surfer.GetAsync(first.Location!);
        Assert.Equal((200, "DENY"), (form.Status, form.Header("X-Frame-Options")));
        Assert.Contains("value=\"/oauth2/authorize?a=b&amp;c=d\"", form.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Joe.Name, form.Body, StringComparison.Ordinal);

        var second = await Surfer.PostAsync("/login/code", ("code", stage.Telephone.Next()), ("rt", "/oauth2/authorize?a=b&c=d"));
        Assert.Equal((302, "/oauth2/authorize?a=b&c=d"), second.Ends);
        Assert.NotNull(Surfer.CookieOf(Cookie));
        Assert.Null(Surfer.CookieOf(Half));
        Assert.Equal(200, (await Surfer.GetAsync(stage.Own)).Status);
        Assert.Equal((302, "/x"), (await Surfer.GetAsync("/login/code?rt=/x")).Ends);
    }

    /// <summary>What SECURITY.md and the contract's page say of a browser that was left open.</summary>
    [Fact]
    public async Task A_log_in_needs_no_other_code_for_the_API_and_one_for_the_pages()
    {
        await stage.LogInAsync();
        var page = await Surfer.PostAsync("/account/keys", ("current", stage.Joe.Password));
        Assert.Equal(400, page.Status);
        Assert.Contains("This code is not right", page.Text, StringComparison.Ordinal);
        using var change = new HttpRequestMessage(HttpMethod.Patch, stage.Own) { Content = new FormUrlEncodedContent([new("forename", "Jo")]) };
        Assert.Equal(200, (await Surfer.SendAsync(change)).Status);
        Assert.Equal(200, (await Surfer.GetAsync($"{stage.Own}/credentials?password={Uri.EscapeDataString(stage.Joe.Password)}")).Status);
        using var end = new HttpRequestMessage(HttpMethod.Delete, stage.Own);
        Assert.Equal(200, (await Surfer.SendAsync(end)).Status);
    }

    [Fact]
    public async Task A_wrong_code_leads_back_and_says_so_once()
    {
        await stage.GivePasswordAsync();
        var refused = await Surfer.PostAsync("/login/code", ("code", stage.Telephone.WrongCode), ("rt", "/x"));
        Assert.Equal((302, "/login/code?rt=%2Fx"), refused.Ends);
        Assert.Null(Surfer.CookieOf(Cookie));
        Assert.Contains("This code is not right", (await Surfer.GetAsync(refused.Location!)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("This code is not right", (await Surfer.GetAsync(refused.Location!)).Text, StringComparison.Ordinal);
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("x")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("１２３４５６")]
    [InlineData("<script>")]
    [InlineData("a\u0001b")]
    [InlineData("000000000000000000000000000000000000000000000000")]
    public async Task Whatever_is_typed_is_no_code(string code)
    {
        await stage.GivePasswordAsync();
        Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync(code)).Ends);
        Assert.Equal(200, (await Surfer.GetAsync("/login/code")).Status);
        Assert.Null(Surfer.CookieOf(Cookie));
    }

    [Fact]
    public async Task A_code_is_good_once_and_none_before_it_is_good_after_it()
    {
        await stage.GivePasswordAsync();
        Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync(stage.Telephone.Code)).Ends);
        var code = stage.Telephone.Next();
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(code)).Ends);

        using var thief = new Surfer(shared.App);
        await stage.GivePasswordAsync(thief);
        foreach (var used in new[] { code, stage.Telephone.CodeIn(-1), stage.Telephone.CodeIn(-2), stage.Telephone.CodeIn(2) })
        {
            Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync(used, thief)).Ends);
        }

        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.Telephone.CodeIn(1), thief)).Ends);
    }

    [Fact]
    public async Task Of_many_who_show_one_code_at_once_one_gets_in()
    {
        var code = stage.Telephone.Next();
        var surfers = Enumerable.Range(0, 6).Select(_ => new Surfer(shared.App)).ToList();
        foreach (var surfer in surfers)
        {
            await stage.GivePasswordAsync(surfer);
        }

        await Task.WhenAll(surfers.Select(surfer => stage.GiveCodeAsync(code, surfer)));
        Assert.Single(surfers, surfer => surfer.CookieOf(Cookie) is not null);
        surfers.ForEach(surfer => surfer.Dispose());
    }

    [Fact]
    public async Task A_recovery_code_is_good_once()
    {
        await stage.GivePasswordAsync();
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.RecoveryCodes[2])).Ends);
        Assert.Contains("9 recovery codes", (await Surfer.GetAsync(Telephone.Page)).Text, StringComparison.Ordinal);

        using var thief = new Surfer(shared.App);
        await stage.GivePasswordAsync(thief);
        Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync(stage.RecoveryCodes[2], thief)).Ends);
        var bare = stage.RecoveryCodes[3].Replace('-', ' ');
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(bare, thief)).Ends);
    }

    [Fact]
    public async Task A_log_in_may_try_five_codes_and_then_begins_anew()
    {
        await stage.GivePasswordAsync();
        var half = Surfer.CookieOf(Half)!;
        for (var guess = 0; guess < 4; guess++)
        {
            Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync($"{guess:D12}")).Ends);
        }

        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.WrongCode)).Ends);
        Assert.Contains("There were too many wrong codes. Please begin anew.", (await Surfer.GetAsync("/login")).Text, StringComparison.Ordinal);

        // Not even with the cookie of before.
        Surfer.Cookies.Add(shared.App.Address, new Cookie(Half, half));
        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
        await stage.LogInAsync();
    }

    [Fact]
    public async Task A_thief_of_the_password_is_shut_out_and_the_user_is_not()
    {
        using var thief = new Surfer(shared.App);
        Assert.Equal((10, 30), await GuessAsync(thief, "192.0.2.1", 40));
        await stage.GivePasswordAsync(thief);
        var shut = await FactorStage.GiveCodeFromAsync("192.0.2.1", stage.Telephone.CodeIn(1), thief);
        Assert.Equal((429, true), (shut.Status, shut.Headers.Contains("Retry-After")));
        Assert.Contains("too many wrong codes", shut.Text, StringComparison.Ordinal);
        await stage.LogInAsync();
    }

    [Fact]
    public async Task Thieves_from_everywhere_shut_the_door_for_a_quarter_of_an_hour()
    {
        using var thief = new Surfer(shared.App);
        Assert.Equal((10, 5), await GuessAsync(thief, "192.0.2.1", 15));
        Assert.Equal((10, 5), await GuessAsync(thief, "192.0.2.2", 15));
        Assert.Equal((0, 5), await GuessAsync(thief, "2001:db8::1", 5));

        // Not even with a recovery code.
        await stage.GivePasswordAsync();
        Assert.Equal(429, (await stage.GiveCodeAsync(stage.RecoveryCodes[0])).Status);
        shared.Clock.Advance(TimeSpan.FromMinutes(15));
        await stage.GivePasswordAsync();
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.RecoveryCodes[0])).Ends);
    }

    [Fact]
    public async Task The_user_hears_once_a_day_of_whoever_fails_with_the_password()
    {
        await stage.ConfirmAsync();
        using var thief = new Surfer(shared.App);
        await GuessAsync(thief, "192.0.2.1", 4);
        Assert.Equal(0, await WarningsAsync());
        await GuessAsync(thief, "192.0.2.2", 4);
        Assert.Equal(1, await WarningsAsync());
        shared.Clock.Advance(TimeSpan.FromDays(1));
        await GuessAsync(thief, "192.0.2.1", 6);
        Assert.Equal(2, await WarningsAsync());
    }

    [Theory]
    [InlineData("/account/keys")]
    [InlineData("/account/second-factor")]
    public async Task The_user_hears_of_whoever_fails_at_an_open_browser(string door)
    {
        await stage.ConfirmAsync();
        await stage.LogInAsync();
        for (var guess = 0; guess < 6; guess++)
        {
            Assert.Equal(400, (await stage.Surfer.PostAsync(
                door, ("action", "codes"), ("current", stage.Joe.Password), ("password", stage.Joe.Password), ("code", $"{guess:D12}"))).Status);
        }

        Assert.Equal(1, await WarningsAsync());
    }

    [Fact]
    public async Task Half_a_log_in_ends_by_itself_and_with_what_it_was_begun_with()
    {
        Assert.Equal((302, "/login?rt=%2Fx"), (await Surfer.GetAsync("/login/code?rt=/x")).Ends);
        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);

        await stage.GivePasswordAsync();
        shared.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);

        await stage.GivePasswordAsync();
        var half = Surfer.CookieOf(Half)!;
        foreach (var tampered in new[] { half[..^2], half + "x", "x", new string('A', 4_000), "%00" })
        {
            Surfer.Cookies.Add(shared.App.Address, new Cookie(Half, tampered));
            Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
        }

        Surfer.Cookies.Add(shared.App.Address, new Cookie(Half, half));
        Assert.Equal(200, (await Surfer.GetAsync("/login/code")).Status);
        await using (var scope = shared.App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Passwords>().ChangeAsync(
                stage.Joe.Key, "a new password", null, TestContext.Current.CancellationToken);
        }

        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
        Assert.Null(Surfer.CookieOf(Cookie));
    }

    [Fact]
    public async Task Half_a_log_in_is_nobodys_and_opens_nothing()
    {
        using var ann = await FactorStage.SetAsync(shared.App, shared.Clock);
        Assert.Equal(200, (await ann.Surfer.GetAsync(ann.Own)).Status);
        await stage.GivePasswordAsync(ann.Surfer);
        Assert.Equal(401, (await ann.Surfer.GetAsync(ann.Own)).Status);
        Assert.Equal((302, "/login"), (await ann.Surfer.PostAsync(Telephone.Page)).Ends);

        // Her code is none of his.
        Assert.Equal((302, "/login/code"), (await stage.GiveCodeAsync(ann.Telephone.Next(), ann.Surfer)).Ends);
        Assert.Equal(
            (302, "/login"), (await ann.Surfer.PostAsync("/login", ("username", stage.Joe.Name), ("password", "wrong"))).Ends);
        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next(), ann.Surfer)).Ends);
        await stage.GivePasswordAsync();
        Assert.Equal(403, (await Surfer.PostFromAsync("/login/code", "https://evil.example", ("code", stage.Telephone.Next()))).Status);
    }

    [Fact]
    public async Task The_password_opens_nothing_by_itself_and_is_told_why()
    {
        foreach (var path in new[] { stage.Own, "/v1/vendors", "/v1/public/cameras", $"{stage.Own}/cameras" })
        {
            var refused = await stage.CallAsync(path);
            Assert.Equal((401, NeedsCode), (refused.Status, refused.Body));
            var wrong = await stage.CallAsync(path, "wrong");
            Assert.Equal((401, """{"message":"Unauthenticated"}"""), (wrong.Status, wrong.Body));
            shared.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        using var page = new Surfer(shared.App);
        var script = await page.GetAsync(
            stage.Own, ("Authorization", $"{stage.Joe.Basic}"), ("Origin", "https://app.example"));
        Assert.Equal((401, "Bearer realm=\"Evercam\""), (script.Status, script.Header("WWW-Authenticate")));
        Assert.Equal(200, (await page.GetAsync($"{stage.Own}?{stage.Joe.Keys}")).Status);
    }

    [Fact]
    public async Task The_password_opens_no_keys_but_to_the_user_in_person()
    {
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann"));
        using var surfer = new Surfer(shared.App);
        var path = $"{stage.Own}/credentials?password={Uri.EscapeDataString(stage.Joe.Password)}";
        var refused = await surfer.GetAsync($"{path}&{ann.Keys}");
        Assert.Equal((401, NeedsCode), (refused.Status, refused.Body));
        var wrong = await surfer.GetAsync($"{stage.Own}/credentials?password=wrong&{ann.Keys}");
        Assert.Equal((401, """{"message":"Invalid user name and/or password."}"""), (wrong.Status, wrong.Body));

        await stage.LogInAsync();
        var given = await Surfer.GetAsync(path);
        Assert.Equal((200, $$"""{"api_id":"{{stage.Joe.ApiId}}","api_key":"{{stage.Joe.ApiKey}}"}"""), (given.Status, given.Body));
    }

    [Fact]
    public async Task An_application_is_agreed_to_with_the_code()
    {
        var client = await shared.App.AddClientAsync(CatalogRows.Fresh("Viewer"), OAuthStage.Callback);
        var ask = $"/oauth2/authorize?response_type=token&client_id={client.ApiId}&scope=user:view";
        var to = await Surfer.GetAsync(ask);
        var first = await Surfer.PostAsync(to.Location!, ("username", stage.Joe.Name), ("password", stage.Joe.Password));
        Assert.StartsWith("/login/code?rt=", first.Location, StringComparison.Ordinal);
        Assert.Equal((302, to.Location), (await Surfer.GetAsync(ask)).Ends);
        Assert.Equal(
            (302, "/oauth2/error?error=access_denied"), (await Surfer.PostAsync("/oauth2/feedback", ("action", "approve"))).Ends);

        Assert.Equal((302, ask), (await Surfer.PostAsync(first.Location!, ("code", stage.Telephone.Next()))).Ends);
        Assert.Equal(200, (await Surfer.GetAsync(ask)).Status);
        var token = OAuthStage.TokenOf(await Surfer.PostAsync("/oauth2/feedback", ("action", "approve")));
        Assert.Equal(200, (await Surfer.GetAsync(stage.Own, ("Authorization", $"Bearer {token}"))).Status);
    }

    [Fact]
    public async Task A_log_in_that_began_before_the_factor_does_not_end_after_it()
    {
        using var ann = await FactorStage.SetAsync(shared.App, shared.Clock);
        var before = await shared.App.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == ann.Joe.Key));
        await ann.SwitchOnAsync(ann.Telephone.Code);
        await using var scope = shared.App.Services.CreateAsyncScope();
        var session = new Session { IdHash = RandomSecret.HashOf(ann.Joe.Name), UserKey = ann.Joe.Key, CreatedAt = 0, ExpiresAt = long.MaxValue };
        Assert.False(await scope.ServiceProvider.GetRequiredService<EvercamDb>().AddSessionAsync(
            session, before.PasswordHash, withCode: false, TestContext.Current.CancellationToken));
    }

    /// <summary>How many wrong codes were tried, and how many were not any more.</summary>
    private async Task<(int Tried, int Refused)> GuessAsync(Surfer thief, string source, int times)
    {
        var answers = new List<int>();
        await stage.GivePasswordAsync(thief);
        for (var guess = 0; guess < times; guess++)
        {
            if (thief.CookieOf(Half) is null)
            {
                await stage.GivePasswordAsync(thief);
            }

            answers.Add((await FactorStage.GiveCodeFromAsync(source, $"{guess:D12}", thief)).Status);
            if (answers[^1] == 429)
            {
                await stage.GivePasswordAsync(thief);
            }
        }

        return (answers.Count(status => status == 302), answers.Count(status => status == 429));
    }

    private async Task<int> WarningsAsync() => (await stage.MailsAsync()).Count(subject => subject == "Somebody failed at your second factor");
}
