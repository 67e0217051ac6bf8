using System.Net;
using Evercam.Server.Http;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.LogIn;

public sealed class SqliteLogInTests(SqliteApp shared) : LogInTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresLogInTests(PostgresApp shared) : LogInTests(shared), IClassFixture<PostgresApp>;

/// <summary>Logging in and out with a browser (contract 2.11), and what the log-in is good for.</summary>
public abstract class LogInTests(SharedApp shared) : IAsyncLifetime
{
    private const string Cookie = "evercam_session";

    private EvercamApp App => shared.App;

    private Surfer surfer = null!;
    private TestUser joe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_form_is_a_page_that_nobody_frames_and_nothing_keeps()
    {
        var form = await surfer.GetAsync("/login");
        Assert.Equal((200, "text/html; charset=utf-8"), (form.Status, form.Header("Content-Type")));
        Assert.Contains("name=\"username\"", form.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"password\"", form.Body, StringComparison.Ordinal);
        Assert.Equal("DENY", form.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", form.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", form.Header("X-Content-Type-Options"));
        Assert.Equal("no-store", form.Header("Cache-Control"));
    }

    [Fact]
    public async Task A_user_logs_in_by_name_or_email_in_any_case()
    {
        foreach (var login in new[] { joe.Name, joe.Name.ToUpperInvariant(), joe.Email, joe.Email.ToUpperInvariant() })
        {
            Assert.Equal((302, "/"), (await surfer.PostAsync("/login", ("username", login), ("password", joe.Password))).Ends);
            Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
            await surfer.PostAsync("/logout");
        }
    }

    [Fact]
    public async Task The_cookie_is_hidden_from_scripts_and_other_sites()
    {
        var done = await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password));
        Assert.Matches(
            $@"\A{Cookie}=[^;]+; expires=[^;]+; path=/; samesite=lax; httponly\z", Assert.Single(done.Headers["Set-Cookie"]));
    }

    [Theory]
    [InlineData("/oauth2/authorize?client_id=a&scope=b%20c", "/oauth2/authorize?client_id=a&scope=b%20c")]
    [InlineData("/", "/")]
    [InlineData("/cameras/tür?q=1#x", "/cameras/t%C3%BCr?q=1#x")]
    [InlineData("/a b", "/a%20b")]
    [InlineData("", "/")]
    [InlineData("//evil.example", "/")]
    [InlineData("///evil.example", "/")]
    [InlineData(@"/\evil.example", "/")]
    [InlineData(@"\\evil.example", "/")]
    [InlineData("/\t/evil.example", "/")]
    [InlineData("\t//evil.example", "/")]
    [InlineData("/\n/evil.example", "/")]
    [InlineData(" //evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("HTTPS:evil.example", "/")]
    [InlineData("evil.example", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("@evil.example", "/")]
    [InlineData("?x", "/")]
    public async Task The_way_leads_on_within_this_server_only(string rt, string wanted)
    {
        using var another = new Surfer(App);
        var inBody = await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password), ("rt", rt));
        var inQuery = await another.PostAsync(
            $"/login?rt={Uri.EscapeDataString(rt)}", ("username", joe.Name), ("password", joe.Password));
        Assert.Equal(((302, wanted), (302, wanted)), (inBody.Ends, inQuery.Ends));

        var again = await another.GetAsync($"/login?rt={Uri.EscapeDataString(rt)}");
        Assert.Equal((302, wanted), again.Ends);
    }

    [Fact]
    public async Task A_way_that_no_request_line_could_hold_leads_nowhere()
    {
        // The slash is three letters when it is escaped.
        var longest = $"/{new string('x', (30 * 1024) - 3)}";
        foreach (var (rt, wanted) in new[] { (longest, longest), ($"{longest}x", "/") })
        {
            var answer = await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password), ("rt", rt));
            Assert.Equal((302, wanted), answer.Ends);
        }
    }

    [Fact]
    public async Task A_wrong_password_leads_back_to_the_form_which_says_so_once()
    {
        const string back = "/login?rt=%2Foauth2%2Fauthorize%3Fclient_id%3Da%26scope%3Db";
        var refused = await surfer.PostAsync(
            "/login", ("username", joe.Name), ("password", "wrong"), ("rt", "/oauth2/authorize?client_id=a&scope=b"));
        Assert.Equal((302, back), refused.Ends);
        Assert.Null(surfer.CookieOf(Cookie));

        var form = await surfer.GetAsync(back);
        Assert.Contains("That user name and password do not belong together.", form.Text, StringComparison.Ordinal);
        Assert.Contains($"value=\"{joe.Name}\"", form.Body, StringComparison.Ordinal);
        Assert.Contains("value=\"/oauth2/authorize?client_id=a&amp;scope=b\"", form.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("belong together", (await surfer.GetAsync(back)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_that_keeps_no_cookies_is_told_so()
    {
        (string, string)[] form = [("username", joe.Name), ("password", joe.Password), ("shown", "1")];
        var refused = await surfer.PostAsync("/login", form);
        Assert.Equal(400, refused.Status);
        Assert.Contains("Your browser keeps no cookies from this site.", refused.Text, StringComparison.Ordinal);
        Assert.Contains($"value=\"{joe.Name}\"", refused.Body, StringComparison.Ordinal);

        // The page has left one, and it was kept.
        Assert.Equal((302, "/"), (await surfer.PostAsync("/login", form)).Ends);
    }

    [Fact]
    public async Task A_wrong_password_leaves_nobody_logged_in()
    {
        await surfer.LogInAsync(joe);
        using var copy = new Surfer(App);
        copy.Cookies.Add(App.Address, new Cookie(Cookie, surfer.CookieOf(Cookie)));
        Assert.Equal(200, (await copy.GetAsync($"/v1/users/{joe.Name}")).Status);

        Assert.Equal((302, "/login"), (await surfer.PostAsync("/login", ("username", joe.Name), ("password", "wrong"))).Ends);
        Assert.Null(surfer.CookieOf(Cookie));
        Assert.Equal(401, (await copy.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Contains("do not belong together", (await surfer.GetAsync("/login")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_said_of_a_wrong_password_is_forgotten_with_the_next_step(bool byLogIn)
    {
        await surfer.PostAsync("/login", ("username", joe.Name), ("password", "wrong"));
        Assert.NotNull(surfer.CookieOf("evercam_notice"));
        await (byLogIn ? surfer.LogInAsync(joe) : surfer.PostAsync("/logout"));
        Assert.Null(surfer.CookieOf("evercam_notice"));
    }

    [Theory]
    [InlineData("nobody", "x")]
    [InlineData("", "")]
    [InlineData("nobody@example.org", "")]
    [InlineData("<script>alert(1)</script>", "x")]
    [InlineData("a\u0001b", "x")]
    public async Task Whatever_is_typed_is_only_shown_as_text(string login, string password)
    {
        var refused = await surfer.PostAsync("/login", ("username", login), ("password", password));
        Assert.Equal((302, "/login"), refused.Ends);
        var form = await surfer.GetAsync("/login");
        Assert.Equal(200, form.Status);
        Assert.Contains("do not belong together", form.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", form.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_session_is_good_for_the_whole_api()
    {
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        var created = await surfer.PostAsync("/v1/cameras", ("id", CatalogRows.Fresh("camera-")), ("name", "x"), ("is_public", "true"));
        Assert.Equal(201, created.Status);
    }

    [Fact]
    public async Task Keys_and_headers_come_before_the_session()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await surfer.LogInAsync(joe);
        Assert.Equal(403, (await surfer.GetAsync($"/v1/users/{joe.Name}?{ann.Keys}")).Status);
        Assert.Equal(401, (await surfer.GetAsync($"/v1/users/{joe.Name}?api_id=x&api_key=y")).Status);
        Assert.Equal(403, (await surfer.GetAsync($"/v1/users/{joe.Name}", ("Authorization", $"{ann.Basic}"))).Status);
    }

    [Fact]
    public async Task A_stale_or_tampered_cookie_is_as_good_as_none()
    {
        await surfer.LogInAsync(joe);
        var good = surfer.CookieOf(Cookie)!;
        foreach (var cookie in new[] { good[..^2], good + "x", "x", new string('A', 4000), "%00" })
        {
            surfer.Cookies.Add(App.Address, new Cookie(Cookie, cookie));
            Assert.Equal(200, (await surfer.GetAsync("/v1/test")).Status);
            Assert.Equal(404, (await surfer.GetAsync("/v1/cameras/nothing")).Status);
            Assert.Equal(401, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
            Assert.Equal(200, (await surfer.GetAsync("/login")).Status);
        }

        surfer.Cookies.Add(App.Address, new Cookie(Cookie, good));
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
    }

    [Fact]
    public async Task Each_log_in_has_a_new_identifier_and_ends_the_one_before()
    {
        // Someone slips their own session to joe's browser, and hopes that joe logs into it.
        var eve = await App.AddUserAsync(CatalogRows.Fresh("eve"));
        using var attacker = new Surfer(App);
        await attacker.LogInAsync(eve);
        surfer.Cookies.Add(App.Address, new Cookie(Cookie, attacker.CookieOf(Cookie)));
        await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password));

        Assert.NotEqual(attacker.CookieOf(Cookie), surfer.CookieOf(Cookie));
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(401, (await attacker.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(401, (await attacker.GetAsync($"/v1/users/{eve.Name}")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Logging_out_ends_the_session_at_once(bool byForm)
    {
        await surfer.LogInAsync(joe);
        using var copy = new Surfer(App);
        copy.Cookies.Add(App.Address, new Cookie(Cookie, surfer.CookieOf(Cookie)));
        Assert.Equal(200, (await copy.GetAsync($"/v1/users/{joe.Name}")).Status);

        var done = byForm ? await surfer.PostAsync("/logout") : await surfer.GetAsync("/logout");
        Assert.Equal((302, "/login"), done.Ends);
        Assert.Null(surfer.CookieOf(Cookie));
        Assert.Equal(401, (await copy.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal((302, "/login"), (await surfer.GetAsync("/logout")).Ends);
    }

    [Fact]
    public async Task Logging_out_goes_on_when_nobody_waits_for_it()
    {
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var left = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = new(canceled: true) };
            left.Request.Headers.Cookie = $"{Cookie}={surfer.CookieOf(Cookie)}";
            await scope.ServiceProvider.GetRequiredService<Sessions>().CloseAsync(left);
        }

        Assert.Equal(401, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
    }

    [Fact]
    public async Task Who_logs_in_again_and_again_loses_the_oldest_sessions()
    {
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        for (var i = 0; i < LogIns.SessionsPerUser; i++)
        {
            using var form = new FormUrlEncodedContent([new("username", joe.Name), new("password", joe.Password)]);
            using var done = await App.Client.PostAsync(new Uri(App.Address, "/login"), form, Cancellation);
            Assert.Equal(HttpStatusCode.Redirect, done.StatusCode);
        }

        Assert.Equal(401, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(
            LogIns.SessionsPerUser, await App.StoreAsync(db => db.Sessions.CountAsync(s => s.UserKey == joe.Key, Cancellation)));
    }

    [Fact]
    public async Task A_new_password_ends_all_sessions_but_the_one_that_asked()
    {
        using var other = new Surfer(App);
        await other.LogInAsync(joe);
        var before = await App.StoreAsync(db => db.Sessions.Where(s => s.UserKey == joe.Key).Select(s => s.Key).ToListAsync(Cancellation));
        await surfer.LogInAsync(joe);
        var asking = await App.StoreAsync(
            db => db.Sessions.Where(s => s.UserKey == joe.Key && !before.Contains(s.Key)).Select(s => s.Key).SingleAsync(Cancellation));
        Assert.Equal(200, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);

        await using (var scope = App.Services.CreateAsyncScope())
        {
            await scope.ServiceProvider.GetRequiredService<Passwords>().ChangeAsync(joe.Key, "new", asking, Cancellation);
        }

        Assert.Equal(401, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        await other.LogInAsync(joe with { Password = "new" });
    }

    [Fact]
    public async Task A_user_who_is_deleted_is_logged_out()
    {
        await surfer.LogInAsync(joe);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/users/{joe.Name}");
        Assert.Equal(200, (await surfer.SendAsync(request)).Status);
        Assert.Equal(401, (await surfer.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(200, (await surfer.GetAsync("/login")).Status);
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        var own = App.Address.GetLeftPart(UriPartial.Authority);
        foreach (var origin in new[] { "https://evil.example", "null", $"{own}0", own.Replace("http:", "https:", StringComparison.Ordinal) })
        {
            var refused = await surfer.PostFromAsync("/login", origin, ("username", joe.Name), ("password", joe.Password));
            Assert.Equal((403, 0), (refused.Status, refused.Headers["Set-Cookie"].Count()));
        }

        using var referred = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent([new("username", joe.Name), new("password", joe.Password)]),
            Headers = { { "Referer", "https://evil.example/page" } },
        };
        Assert.Equal(403, (await surfer.SendAsync(referred)).Status);
        Assert.Equal(302, (await surfer.PostFromAsync("/login", own, ("username", joe.Name), ("password", joe.Password))).Status);
    }

    [Fact]
    public async Task The_session_changes_nothing_for_pages_of_other_origins()
    {
        await surfer.LogInAsync(joe);
        var form = ("forename", "Joseph");
        Assert.Equal(403, (await PatchAsync("https://evil.example")).Status);
        Assert.Equal(200, (await PatchAsync(App.Address.GetLeftPart(UriPartial.Authority))).Status);
        Assert.Equal(200, (await PatchAsync(null)).Status);

        var read = await PatchAsync("https://evil.example", HttpMethod.Get);
        Assert.Equal((200, "true"), (read.Status, read.Header("Access-Control-Allow-Credentials")));

        Task<Sight> PatchAsync(string? origin, HttpMethod? method = null)
        {
            var request = new HttpRequestMessage(method ?? HttpMethod.Patch, $"/v1/users/{joe.Name}");
            request.Content = method is null ? new FormUrlEncodedContent([new(form.Item1, form.Item2)]) : null;
            if (origin is not null)
            {
                request.Headers.Add("Origin", origin);
            }

            return surfer.SendAsync(request);
        }
    }

    [Theory]
    [InlineData("/login?rt=%00")]
    [InlineData("/login?rt=/a%00b")]
    [InlineData("/login?rt=%ED%A0%80")]
    [InlineData("/login?rt=/a%0D%0Ab")]
    [InlineData("/login?rt[]=/x")]
    [InlineData("/signup?rt=%00")]
    [InlineData("/signup?email=%00&username=%ED%A0%80")]
    public async Task A_way_on_that_is_none_is_ignored(string path)
    {
        using var window = new Surfer(shared.App);
        var page = await window.GetAsync(path, ("Accept", "text/html"));
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("name=\"rt\"", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_text_is_nobodys_name_and_no_password()
    {
        using var window = new Surfer(shared.App);
        Assert.Equal((302, "/login"), (await window.PostAsync("/login", ("username", "a\0b"), ("password", "x"), ("rt", "\0"))).Ends);
        Assert.Equal((302, "/login"), (await window.PostAsync("/login", ("username", "nobody"), ("password", "\0"))).Ends);
        Assert.Equal((302, "/login"), (await window.PostAsync("/login/code", ("code", "\0"))).Ends);
    }
}
