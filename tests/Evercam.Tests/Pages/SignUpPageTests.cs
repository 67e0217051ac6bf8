using System.Net;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

public sealed class SqliteSignUpPageTests(SqliteApp shared) : SignUpPageTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresSignUpPageTests(PostgresApp shared) : SignUpPageTests(shared), IClassFixture<PostgresApp>;

/// <summary>Signing up with a browser (contract 2.11), by the rules of the API (4.1.2).</summary>
public abstract class SignUpPageTests(SharedApp shared) : IAsyncLifetime
{
    private readonly string name = CatalogRows.Fresh("joe.");
    private Surfer surfer = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        surfer = new(App);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_newcomer_is_logged_in_and_asked_to_confirm()
    {
        var form = await surfer.GetAsync("/signup");
        Assert.Equal((200, "DENY", "no-store"), (form.Status, form.Header("X-Frame-Options"), form.Header("Cache-Control")));
        Assert.Equal((302, "/"), (await surfer.PostAsync("/signup", Form(("shown", "1")))).Ends);
        var made = await surfer.GetAsync($"/v1/users/{name}");
        Assert.Contains($"\"email\":\"{name}@example.org\",\"country\":\"ie\"", made.Body, StringComparison.Ordinal);
        Assert.True(await App.StoreAsync(db => db.Codes.AnyAsync(
            code => code.User!.UserName == name && code.Purpose == CodePurpose.ConfirmEmail, Cancellation)));
        Assert.Equal((302, "/"), (await surfer.GetAsync("/signup")).Ends);
    }

    [Fact]
    public async Task The_form_knows_what_was_known_before()
    {
        var form = await surfer.GetAsync("/signup?email=ann%2Bx@example.org&rt=/cameras/x%3Fa%26b");
        Assert.Contains("value=\"ann&#x2B;x@example.org\"", form.Body, StringComparison.Ordinal);
        Assert.Contains("name=\"rt\" value=\"/cameras/x?a&amp;b\"", form.Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/login?rt=%2Fcameras%2Fx%3Fa%26b\"", form.Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/signup?rt=%2Fx\"", (await surfer.GetAsync("/login?rt=/x")).Body, StringComparison.Ordinal);
        Assert.Contains("<option value=\"ie\">Ireland</option>", form.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/oauth2/authorize?client_id=a&scope=b%20c", "/oauth2/authorize?client_id=a&scope=b%20c")]
    [InlineData("//evil.example", "/")]
    [InlineData(@"/\evil.example", "/")]
    [InlineData("https://evil.example", "/")]
    [InlineData("/\n/evil.example", "/")]
    public async Task The_way_leads_on_within_this_server_only(string rt, string wanted) =>
        Assert.Equal((302, wanted), (await surfer.PostAsync("/signup", Form(("rt", rt)))).Ends);

    [Theory]
    [InlineData("forename", "", "Please type your first name.")]
    [InlineData("forename", "a\0b", "This is too long for a first name, or cannot be read.")]
    [InlineData("lastname", "  ", "Please type your last name.")]
    [InlineData("lastname", "256", "This is too long for a last name, or cannot be read.")]
    [InlineData("username", "", "Please choose a user name.")]
    [InlineData("username", "<b>joe</b>", "A user name has up to 64 letters")]
    [InlineData("username", "joe@example.org", "A user name has up to 64 letters")]
    [InlineData("username", "joe.json", "A user name has up to 64 letters")]
    [InlineData("username", "a\u0001b", "A user name has up to 64 letters")]
    [InlineData("forename", "Jo\u009be", "This is too long for a first name, or cannot be read.")]
    [InlineData("lastname", "Bloggs\u202Ex", "This is too long for a last name, or cannot be read.")]
    [InlineData("country", "", "Please choose your country.")]
    [InlineData("country", "xx", "Please choose a country of the list.")]
    [InlineData("country", "<script>", "Please choose a country of the list.")]
    [InlineData("email", "", "Please type your email address.")]
    [InlineData("email", "\"><script>alert(1)</script>", "This is not an email address such as joe@example.org.")]
    [InlineData("email", "joe@localhost", "This is not an email address such as joe@example.org.")]
    [InlineData("email", "jo\u0308e@example.org", "This is not an email address such as joe@example.org. Letters with accents must be typed as one")]
    [InlineData("password", "", "Please choose a password that is not blank.")]
    [InlineData("password", " \t", "Please choose a password that is not blank.")]
    [InlineData("password", "a\0b", "This password cannot be read. Please choose another.")]
    public async Task What_breaks_a_rule_comes_back_with_a_sentence_at_its_field(string field, string value, string sentence)
    {
        var typed = value == "256" ? new string('x', 256) : value;
        var page = await surfer.PostAsync("/signup", Form((field, typed)));
        Assert.Equal((400, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Matches($"<p id=\"{field}-below\"[^>]*>{WebUtility.HtmlEncode(sentence)}", page.Body);
        Assert.Single(System.Text.RegularExpressions.Regex.Matches(page.Body, "aria-invalid=\"true\""));
        Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("triceratops", page.Body, StringComparison.Ordinal);
        var others = new[] { ("forename", "Jo &lt;3"), ("lastname", "Bloggs"), ("email", $"{name}@example.org"), ("username", name) };
        Assert.All(others.Where(other => other.Item1 != field), other => Assert.Contains($"value=\"{other.Item2}\"", page.Body, StringComparison.Ordinal));
        Assert.Null(surfer.CookieOf("evercam_session"));
        Assert.False(await App.StoreAsync(db => db.Users.AnyAsync(user => user.UserName == name, Cancellation)));
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var page = await surfer.PostAsync("/signup");
        Assert.Equal(400, page.Status);
        Assert.Equal(6, System.Text.RegularExpressions.Regex.Count(page.Body, "aria-invalid=\"true\""));
    }

    [Fact]
    public async Task What_others_have_is_told_at_its_field_and_logs_nobody_in()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        var page = await surfer.PostAsync("/signup", Form(("username", ann.Name.ToUpperInvariant())));
        Assert.Contains("Somebody has this user name already.", page.Text, StringComparison.Ordinal);
        page = await surfer.PostAsync("/signup", Form(("email", ann.Email)));
        Assert.Contains("There is an account with this email address already.", page.Text, StringComparison.Ordinal);

        // Not even its owner: whoever has an account logs in, by all that takes.
        page = await surfer.PostAsync("/signup", Form(("username", ann.Name), ("email", ann.Email), ("password", ann.Password)));
        Assert.Equal(400, page.Status);
        Assert.Null(surfer.CookieOf("evercam_session"));
    }

    [Fact]
    public async Task A_form_that_is_sent_twice_makes_one_account_and_both_times_logs_in()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            using var window = new Surfer(App);
            var answer = await window.PostAsync("/signup", Form());
            return (answer.Status, answer.Location, (await window.GetAsync($"/v1/users/{name}")).Status);
        }));
        Assert.All(sent, ends => Assert.Equal((302, "/", 200), ends));
        Assert.Equal(1, await App.StoreAsync(db => db.Users.CountAsync(user => user.Email == $"{name}@example.org", Cancellation)));

        var wrong = await surfer.PostAsync("/signup", Form(("password", "another")));
        Assert.Equal(400, wrong.Status);
        Assert.Null(surfer.CookieOf("evercam_session"));
    }

    [Fact]
    public async Task A_browser_that_keeps_no_cookies_is_told_so_before_there_is_an_account()
    {
        var page = await surfer.PostAsync("/signup", Form(("shown", "1")));
        Assert.Equal(400, page.Status);
        Assert.Contains("Your browser keeps no cookies from this site.", page.Text, StringComparison.Ordinal);
        Assert.Contains($"value=\"{name}\"", page.Body, StringComparison.Ordinal);
        Assert.False(await App.StoreAsync(db => db.Users.AnyAsync(user => user.UserName == name, Cancellation)));
    }

    [Fact]
    public async Task A_form_of_another_site_is_refused()
    {
        var refused = await surfer.PostFromAsync("/signup", "https://evil.example", Form());
        Assert.Equal((403, 0), (refused.Status, refused.Headers["Set-Cookie"].Count()));
        Assert.False(await App.StoreAsync(db => db.Users.AnyAsync(user => user.UserName == name, Cancellation)));
    }

    [Fact]
    public async Task Whoever_signs_up_while_logged_in_is_the_new_user()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await surfer.LogInAsync(ann);
        Assert.Equal((302, "/"), (await surfer.PostAsync("/signup", Form())).Ends);
        Assert.Equal(200, (await surfer.GetAsync($"/v1/users/{name}")).Status);
        Assert.Equal(403, (await surfer.GetAsync($"/v1/users/{ann.Name}")).Status);
    }

    /// <summary>A form that is in order, but for these fields.</summary>
    private (string Name, string Value)[] Form(params (string Name, string Value)[] other)
    {
        var fields = new Dictionary<string, string>
        {
            ["forename"] = "Jo <3",
            ["lastname"] = "Bloggs",
            ["username"] = name,
            ["country"] = "ie",
            ["email"] = $"{name}@example.org",
            ["password"] = "triceratops",
        };
        foreach (var (field, value) in other)
        {
            fields[field] = value;
        }

        return [.. fields.Select(field => (field.Key, field.Value))];
    }
}

/// <summary>What the sign-up page needs no other test's server for.</summary>
public sealed class SignUpPageLimitTests
{
    [Fact]
    public async Task A_source_that_makes_many_accounts_must_wait()
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Http:SignUpsPerSource"] = "1", ["Evercam:Recorder:OnlineCheck"] = "false" });
        using var surfer = new Surfer(app);
        Assert.Equal(302, (await SignUpAsync("joe")).Status);
        var shut = await SignUpAsync("ann");
        Assert.Equal(429, shut.Status);
        Assert.Matches("There were too many tries. Please wait [0-9]+ seconds and try again.", shut.Text);
        Assert.NotEmpty(shut.Header("Retry-After"));
        Assert.Contains("value=\"ann\"", shut.Body, StringComparison.Ordinal);

        Task<Sight> SignUpAsync(string name) => surfer.PostAsync(
            "/signup", ("forename", "a"), ("lastname", "b"), ("username", name), ("country", "ie"), ("email", $"{name}@example.org"), ("password", "x"));
    }

    [Fact]
    public void Every_rule_of_a_sign_up_has_words_for_people()
    {
        var blank = UserRules.Check(new SignUp("", "", "", "", "", ""));
        var invalid = UserRules.Check(new SignUp(new('x', 256), new('x', 256), "@", "xx", "x", "x"));
        foreach (var rule in blank.Concat(invalid).Concat(["username is already registered", "email is already registered", "password is invalid"]))
        {
            Assert.NotEqual(rule, UserWords.Of([rule]).Single().Value);
        }
    }

    [Fact]
    public void Countries_have_names_in_the_order_of_the_alphabet()
    {
        var names = Countries.All.Select(country => country.Name.Replace('Å', 'A').Replace('ô', 'o').Replace('ç', 'c').Replace('é', 'e').Replace('ü', 'u'));
        Assert.All(Countries.All, country => Assert.Matches(@"\A[a-z]{2}\z", country.Code));
        Assert.All(names.Zip(names.Skip(1)), pair => Assert.True(
            string.CompareOrdinal(pair.First[..3], pair.Second[..3]) <= 0 || pair.First.StartsWith("Holy", StringComparison.Ordinal), $"{pair}"));
    }
}
