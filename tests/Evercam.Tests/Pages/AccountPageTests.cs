using System.Net;
using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

public sealed class SqliteAccountPageTests(SqliteApp shared) : AccountPageTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresAccountPageTests(PostgresApp shared) : AccountPageTests(shared), IClassFixture<PostgresApp>;

/// <summary>What users do with their own accounts in a browser: as the API lets them, and more.</summary>
public abstract class AccountPageTests(SharedApp shared) : IAsyncLifetime
{
    private Surfer surfer = null!;
    private TestUser joe = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe."));
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_profile_is_shown_and_changed_and_says_so_once()
    {
        var page = await surfer.GetAsync("/account");
        Assert.Contains($"value=\"{joe.Email}\"", page.Body, StringComparison.Ordinal);
        Assert.Matches("<option value=\"ie\" selected[^>]*>Ireland", page.Body);

        Assert.Equal((302, "/account"), (await surfer.PostAsync("/account", Profile(("forename", "Zoë <3"), ("country", "fr")))).Ends);
        page = await surfer.GetAsync("/account");
        Assert.Contains("It is saved.", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Zo&#xEB; &lt;3\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("It is saved.", (await surfer.GetAsync("/account")).Text, StringComparison.Ordinal);
        var user = await UserAsync();
        Assert.Equal(("Zoë <3", "fr", joe.Email), (user.Forename, user.Country, user.Email));
    }

    [Fact]
    public async Task Another_email_and_another_user_name_need_the_password()
    {
        var (name, email) = (CatalogRows.Fresh("joseph."), $"new.{joe.Email}");
        foreach (var (field, value) in new[] { ("username", name), ("email", email) })
        {
            foreach (var password in new[] { "", "wrong", "a\0b" })
            {
                var refused = await surfer.PostAsync("/account", Profile((field, value), ("current", password)));
                Assert.Equal((400, value), (refused.Status, ValueOf(refused, field)));
                Assert.Contains("This is not your password.", refused.Text, StringComparison.Ordinal);
            }
        }

        Assert.Equal(joe.Email, (await UserAsync()).Email);
        Assert.Equal((302, "/account"), (await surfer.PostAsync("/account", Profile(("username", name), ("email", email), ("current", joe.Password)))).Ends);
        var user = await UserAsync();
        Assert.Equal((name, email, null), (user.UserName, user.Email, user.ConfirmedAt));
        var asked = await App.StoreAsync(db => db.Codes.Where(code => code.UserKey == joe.Key).Select(code => code.Email).ToListAsync(Cancellation));
        Assert.Equal([email.ToUpperInvariant()], asked);
    }

    [Theory]
    [InlineData("forename", "", "Please type your first name.")]
    [InlineData("lastname", "\0", "This is too long for a last name, or cannot be read.")]
    [InlineData("username", "<b>", "A user name has up to 64 letters")]
    [InlineData("country", "xx", "Please choose a country of the list.")]
    [InlineData("email", "a\u0001@b.c", "This is not an email address such as joe@example.org.")]
    public async Task What_breaks_a_rule_comes_back_with_a_sentence_at_its_field(string field, string value, string sentence)
    {
        var page = await surfer.PostAsync("/account", Profile((field, value), ("current", joe.Password)));
        Assert.Equal(400, page.Status);
        Assert.Matches($"<p id=\"{field}-below\"[^>]*>{WebUtility.HtmlEncode(sentence)}", page.Body);
        Assert.Single(Regex.Matches(page.Body, "aria-invalid=\"true\""));
        Assert.DoesNotContain(WebUtility.HtmlEncode(joe.Password), page.Body, StringComparison.Ordinal);
        Assert.Equal("Bloggs", (await UserAsync()).Lastname);
    }

    [Fact]
    public async Task What_another_user_has_is_told_at_its_field()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        var page = await surfer.PostAsync("/account", Profile(("username", ann.Name), ("email", ann.Email.ToUpperInvariant()), ("current", joe.Password)));
        Assert.Contains("Somebody has this user name already.", page.Text, StringComparison.Ordinal);
        Assert.Contains("There is an account with this email address already.", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_email_that_nobody_confirmed_is_asked_about_again()
    {
        Assert.Contains("Nobody has confirmed yet", (await surfer.GetAsync("/account")).Text, StringComparison.Ordinal);
        Assert.Equal((302, "/account"), (await surfer.PostAsync("/account/confirmation")).Ends);
        Assert.Contains("The mail is on its way.", (await surfer.GetAsync("/account")).Text, StringComparison.Ordinal);
        Assert.True(await App.StoreAsync(db => db.Codes.AnyAsync(code => code.UserKey == joe.Key && code.Purpose == CodePurpose.ConfirmEmail, Cancellation)));
        for (var number = 0; number < 4; number++)
        {
            Assert.Equal(302, (await surfer.PostAsync("/account/confirmation")).Status);
        }

        var shut = await surfer.PostAsync("/account/confirmation");
        Assert.Equal(429, shut.Status);
        Assert.Contains("There were too many tries.", shut.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_needs_the_old_one_and_logs_out_everywhere_else()
    {
        using var other = new Surfer(App);
        await other.LogInAsync(joe);
        foreach (var (current, password, sentence) in new[]
        {
            ("wrong", "new", "This is not your password."),
            (joe.Password, " ", "Please choose a password that is not blank."),
            (joe.Password, "a\0b", "This password cannot be read."),
        })
        {
            var refused = await surfer.PostAsync("/account/password", ("current", current), ("password", password));
            Assert.Equal(400, refused.Status);
            Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        }

        Assert.Contains("with 2 browsers", (await surfer.GetAsync("/account/password")).Text, StringComparison.Ordinal);
        Assert.Equal(
            (302, "/account/password"), (await surfer.PostAsync("/account/password", ("current", joe.Password), ("password", "new"))).Ends);
        Assert.Contains("Your new password is saved.", (await surfer.GetAsync("/account/password")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await other.GetAsync("/account")).Status);
        Assert.Equal(401, await BasicAsync(joe.Password));
        Assert.Equal(200, await BasicAsync("new"));
    }

    [Fact]
    public async Task Guessing_the_password_is_throttled_here_too()
    {
        Sight guess;
        var number = 0;
        do
        {
            guess = await surfer.PostAsync("/account/keys", ("current", $"guess {number}"));
        }
        while (guess.Status == 400 && ++number < 40);

        Assert.Equal((10, 429), (number, guess.Status));
        Assert.Contains("There were too many tries.", guess.Text, StringComparison.Ordinal);
        Assert.Equal(429, (await surfer.PostAsync("/account/password", ("current", "x"), ("password", "y"))).Status);
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session()
    {
        using var other = new Surfer(App);
        await other.LogInAsync(joe);
        Assert.Equal(200, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal((302, "/login"), (await surfer.PostAsync("/account/logout")).Ends);
        Assert.Equal(401, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Null(surfer.CookieOf("evercam_session"));
    }

    [Fact]
    public async Task New_keys_end_the_old_ones_at_once()
    {
        var page = await surfer.GetAsync("/account/keys");
        Assert.Contains(joe.ApiId, page.Text, StringComparison.Ordinal);
        Assert.Contains(joe.ApiKey, page.Text, StringComparison.Ordinal);
        Assert.Equal("no-store", page.Header("Cache-Control"));
        Assert.Equal(200, await KeysAsync(joe.Keys));
        Assert.Equal(400, (await surfer.PostAsync("/account/keys", ("current", "wrong"))).Status);
        Assert.Equal(200, await KeysAsync(joe.Keys));

        Assert.Equal((302, "/account/keys"), (await surfer.PostAsync("/account/keys", ("current", joe.Password))).Ends);
        Assert.Equal(401, await KeysAsync(joe.Keys));
        page = await surfer.GetAsync("/account/keys");
        var (id, key) = (Regex.Match(page.Text, "API id ([0-9a-f]{16}) ").Groups[1].Value, Regex.Match(page.Text, "Show ([0-9a-f]{32}) ").Groups[1].Value);
        Assert.Equal(200, await KeysAsync($"api_id={id}&api_key={key}"));
        Assert.Equal(200, await BasicAsync(joe.Password));
    }

    [Fact]
    public async Task Many_windows_that_make_new_keys_at_once_leave_one_good_pair()
    {
        var sent = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => surfer.PostAsync("/account/keys", ("current", joe.Password))));
        Assert.All(sent, answer => Assert.Equal(302, answer.Status));
        Assert.Equal(1, await App.StoreAsync(db => db.ApiCredentials.CountAsync(pair => pair.UserKey == joe.Key, Cancellation)));
    }

    [Fact]
    public async Task Deleting_the_account_takes_its_name_and_its_password()
    {
        var camera = CatalogRows.Fresh("camera-");
        await App.AddCameraAsync(camera, joe);
        var page = await surfer.GetAsync("/account/delete");
        Assert.Contains("its camera with all of its pictures", page.Text, StringComparison.Ordinal);
        foreach (var (agreed, current, sentence) in new[]
        {
            ("", joe.Password, "Please type your user name as it is written above."),
            ("yes <b>", joe.Password, "Please type your user name as it is written above."),
            (joe.Name, "wrong", "This is not your password."),
        })
        {
            var refused = await surfer.PostAsync("/account/delete", ("agreed", agreed), ("current", current));
            Assert.Equal((400, agreed), (refused.Status, ValueOf(refused, "agreed")));
            Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal(200, await BasicAsync(joe.Password));
        Assert.Equal((302, "/account/deleted"), (await surfer.PostAsync("/account/delete", ("agreed", joe.Name.ToUpperInvariant()), ("current", joe.Password))).Ends);
        Assert.Contains("Your account is deleted", (await surfer.GetAsync("/account/deleted")).Text, StringComparison.Ordinal);
        Assert.Equal(401, await BasicAsync(joe.Password));
        Assert.Equal(404, (await surfer.GetAsync($"/v1/cameras/{camera}")).Status);
        Assert.Equal(302, (await surfer.PostAsync("/account/delete", ("agreed", joe.Name), ("current", joe.Password))).Status);
    }

    private (string Name, string Value)[] Profile(params (string Name, string Value)[] other)
    {
        var fields = new Dictionary<string, string>
        {
            ["forename"] = joe.Name,
            ["lastname"] = "Bloggs",
            ["username"] = joe.Name,
            ["country"] = "ie",
            ["email"] = joe.Email,
        };
        foreach (var (field, value) in other)
        {
            fields[field] = value;
        }

        return [.. fields.Select(field => (field.Key, field.Value))];
    }

    private static string ValueOf(Sight page, string field) =>
        WebUtility.HtmlDecode(Regex.Match(page.Body, $"id=\"{field}\"[^>]* value=\"([^\"]*)\"").Groups[1].Value);

    private Task<User> UserAsync() => App.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == joe.Key, Cancellation));

    private async Task<int> BasicAsync(string password)
    {
        using var stranger = new Surfer(App);
        return (await stranger.GetAsync($"/v1/users/{joe.Name}", ("Authorization", $"{TestUser.BasicOf(joe.Name, password)}"))).Status;
    }

    private async Task<int> KeysAsync(string keys)
    {
        using var stranger = new Surfer(App);
        return (await stranger.GetAsync($"/v1/users/{joe.Name}?{keys}")).Status;
    }
}
