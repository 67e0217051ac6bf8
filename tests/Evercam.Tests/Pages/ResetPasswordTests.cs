using System.Text.RegularExpressions;
using System.Web;
using Evercam.Tests.Mail;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Pages;

public sealed class SqliteResetPasswordTests(SqliteMail mail) : ResetPasswordTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresResetPasswordTests(PostgresMail mail) : ResetPasswordTests(mail), IClassFixture<PostgresMail>;

/// <summary>A new password for people who forgot theirs, by mail (contract 2.11).</summary>
public abstract class ResetPasswordTests(MailApp mail) : IAsyncLifetime
{
    private Surfer surfer = null!;
    private TestUser joe = null!;

    private EvercamApp App => mail.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // What one source may ask for is tested by itself.
        mail.Clock.Advance(TimeSpan.FromHours(1));
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe."));
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_mail_leads_to_a_new_password_and_ends_what_the_old_one_began()
    {
        using var other = new Surfer(App);
        await other.LogInAsync(joe);
        Assert.Equal(200, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal(200, (await BasicAsync(joe.Password)).Status);

        var link = await LinkAsync(joe.Name);
        for (var look = 0; look < 2; look++)
        {
            var form = await surfer.GetAsync(link.PathAndQuery);
            Assert.Equal((200, "strict-origin", "DENY"), (form.Status, form.Header("Referrer-Policy"), form.Header("X-Frame-Options")));
            Assert.Contains($"for the account {joe.Name}.", form.Text.Replace(" .", ".", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        Assert.Equal((302, "/login"), (await ResetAsync(link, "new: pässword")).Ends);
        var logIn = await surfer.GetAsync("/login");
        Assert.Contains("Your new password is saved. Please log in with it.", logIn.Text, StringComparison.Ordinal);
        Assert.Contains($"value=\"{joe.Name}\"", logIn.Body, StringComparison.Ordinal);
        Assert.Equal(401, (await other.GetAsync($"/v1/users/{joe.Name}")).Status);
        Assert.Equal((401, 200), ((await BasicAsync(joe.Password)).Status, (await BasicAsync("new: pässword")).Status));
        await surfer.LogInAsync(joe with { Password = "new: pässword" });
        Assert.Equal("Your password was changed", (await mail.MailToAsync(joe.Email)).Message.Subject);
        Assert.NotNull(await App.StoreAsync(db => db.Users.Where(u => u.Id == joe.Key).Select(u => u.ConfirmedAt).SingleAsync(Cancellation)));

        // It is good once.
        Assert.Equal(400, (await surfer.GetAsync(link.PathAndQuery)).Status);
        var again = await ResetAsync(link, "another");
        Assert.Equal(400, again.Status);
        Assert.Contains("This link is not good any more", again.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await BasicAsync("new: pässword")).Status);
        Assert.DoesNotContain(mail.Log.All, line => line.Contains(CodeOf(link), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_page_names_the_account_of_the_code_whatever_the_link_says()
    {
        var (other, link) = (await App.AddUserAsync(CatalogRows.Fresh("ann.")), await LinkAsync(joe.Name));
        var bent = $"/reset/confirm?u={other.Name}&c={CodeOf(link)}";
        var form = await surfer.GetAsync(bent);
        Assert.Contains($"for the account {joe.Name} .", form.Text, StringComparison.Ordinal);
        Assert.Equal(joe.Name, form.FieldOf("u"));
        (string, string)[] Send(string password) => [("u", other.Name), ("c", CodeOf(link)), ("password", password)];
        var refused = await surfer.PostAsync("/reset/confirm", Send(""));
        Assert.Equal((400, joe.Name), (refused.Status, refused.FieldOf("u")));
        Assert.DoesNotContain(other.Name, form.Body + refused.Body, StringComparison.Ordinal);
        Assert.Equal((302, "/login"), (await surfer.PostAsync("/reset/confirm", Send("another one"))).Ends);
        Assert.Equal(joe.Name, (await surfer.GetAsync("/login")).FieldOf("username"));
        await surfer.LogInAsync(joe with { Password = "another one" });
    }

    [Fact]
    public async Task Nobody_learns_whether_there_is_an_account()
    {
        var answers = new List<Sight>();
        foreach (var login in new[] { joe.Name, joe.Email.ToUpperInvariant(), "nobody", "nobody@example.org", "<script>", new string('x', 5_000) })
        {
            answers.Add(await surfer.PostAsync("/reset/password", ("username", login)));
        }

        Assert.All(answers, answer => Assert.Equal((302, "/reset/sent", ""), (answer.Status, answer.Location, answer.Body)));
        Assert.All(answers, answer => Assert.Equal(Names(answers[0]), Names(answer)));
        var (first, second) = (await mail.MailToAsync(joe.Email), await mail.MailToAsync(joe.Email));
        Assert.All([first, second], sent => Assert.Equal("A new password for your account", sent.Message.Subject));
        Assert.Equal(2, await mail.CountAsync(joe.Email));
        Assert.Equal(200, (await surfer.GetAsync("/reset/sent")).Status);

        static IEnumerable<string> Names(Sight answer) => answer.Headers.Select(header => header.Key).Order();
    }

    [Fact]
    public async Task A_link_is_good_for_an_hour_and_until_one_is_used()
    {
        var (early, late) = (await LinkAsync(joe.Name), await LinkAsync(joe.Email));
        Assert.Equal((302, "/login"), (await ResetAsync(early, "first")).Ends);
        Assert.Equal(400, (await ResetAsync(late, "second")).Status);

        var old = await LinkAsync(joe.Name, skip: 1);
        mail.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal((400, 400), ((await surfer.GetAsync(old.PathAndQuery)).Status, (await ResetAsync(old, "third")).Status));
        Assert.Equal(200, (await BasicAsync("first")).Status);
    }

    [Fact]
    public async Task A_link_is_good_whole_and_for_the_email_that_it_was_sent_to()
    {
        var link = await LinkAsync(joe.Name);
        foreach (var (login, code) in new[] { (joe.Name, CodeOf(link)[1..]), (joe.Name, ""), ("", "") })
        {
            var refused = await surfer.PostAsync("/reset/confirm", ("u", login), ("c", code), ("password", "x"));
            Assert.Equal((400, "This link is not good any more"), (refused.Status, Title(refused)));
        }

        await App.StoreAsync(db => db.Users.Where(u => u.Id == joe.Key).ExecuteUpdateAsync(set => set
            .SetProperty(u => u.Email, $"new.{joe.Email}")
            .SetProperty(u => u.NormalizedEmail, $"new.{joe.Email}".ToUpperInvariant()), Cancellation));
        Assert.Equal(400, (await ResetAsync(link, "x")).Status);
        Assert.Equal(200, (await BasicAsync(joe.Password)).Status);
    }

    [Theory]
    [InlineData("", "Please choose a password that is not blank.")]
    [InlineData(" \t ", "Please choose a password that is not blank.")]
    [InlineData("a\0b", "This password cannot be read. Please choose another.")]
    public async Task A_password_that_breaks_a_rule_uses_nothing_up(string password, string sentence)
    {
        var link = await LinkAsync(joe.Name);
        var refused = await ResetAsync(link, password);
        Assert.Equal((400, "Choose a new password"), (refused.Status, Title(refused)));
        Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        Assert.Equal(302, (await ResetAsync(link, "good")).Status);
    }

    [Theory]
    [InlineData("true")]
    [InlineData(null)]
    public async Task What_was_ticked_comes_back_with_the_form(string? locks)
    {
        var link = await LinkAsync(joe.Name);
        var form = (await surfer.GetAsync(link.PathAndQuery)).Fill(("password", "  "), ("locks", locks));
        var refused = await surfer.PostAsync("/reset/confirm", form);
        Assert.Equal((400, locks), (refused.Status, refused.FieldOf("locks")));
    }

    [Fact]
    public async Task Of_many_who_show_a_link_at_once_one_gets_in()
    {
        var link = await LinkAsync(joe.Name);
        var sent = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => ResetAsync(link, $"{number}")));
        Assert.Single(sent, answer => answer.Status == 302);
        Assert.Equal(5, sent.Count(answer => answer.Status == 400));
    }

    [Fact]
    public async Task Only_an_email_that_is_known_to_be_the_users_hears_of_new_passwords()
    {
        await surfer.LogInAsync(joe);
        Assert.Equal(302, (await surfer.PostAsync("/account/password", ("current", joe.Password), ("password", "first"))).Status);
        Assert.Equal(0, await mail.CountAsync(joe.Email));
        await App.StoreAsync(db => db.Users.Where(u => u.Id == joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.ConfirmedAt, CatalogRows.Now), Cancellation));
        Assert.Equal(302, (await surfer.PostAsync("/account/password", ("current", "first"), ("password", "second"))).Status);
        var told = await mail.MailToAsync(joe.Email);
        Assert.Equal("Your password was changed", told.Message.Subject);
        Assert.Contains($"{MailApp.PublicUrl}/reset/password", told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_knows_the_old_password_does_not_overwrite_the_new_one()
    {
        using var thief = new Surfer(App);
        await thief.LogInAsync(joe);
        var link = await LinkAsync(joe.Name);
        mail.Meanwhile.BeforeItWrites("POST /account/password", async () =>
            Assert.Equal((302, "/login"), (await ResetAsync(link, "only joe's")).Ends));
        var refused = await thief.PostAsync("/account/password", ("current", joe.Password), ("password", joe.Password));
        Assert.True(mail.Meanwhile.HasHappened);
        Assert.Equal((400, "This is not your password."), (refused.Status, refused.ProblemAt("current")));
        Assert.Equal((401, 200), ((await BasicAsync(joe.Password)).Status, (await BasicAsync("only joe's")).Status));
    }

    [Fact]
    public async Task Nor_takes_the_links_away()
    {
        using var thief = new Surfer(App);
        await thief.LogInAsync(joe);
        var link = await LinkAsync(joe.Name);
        Assert.Equal(302, (await thief.PostAsync("/account/password", ("current", joe.Password), ("password", joe.Password))).Status);
        Assert.Equal((302, "/login"), (await ResetAsync(link, "only joe's")).Ends);
        Assert.Equal((401, 200), ((await BasicAsync(joe.Password)).Status, (await BasicAsync("only joe's")).Status));
    }

    [Fact]
    public async Task Forms_of_other_sites_are_refused()
    {
        var link = await LinkAsync(joe.Name);
        Assert.Equal(403, (await surfer.PostFromAsync("/reset/password", "https://evil.example", ("username", joe.Name))).Status);
        Assert.Equal(403, (await surfer.PostFromAsync("/reset/confirm", "null", ("u", joe.Name), ("c", CodeOf(link)), ("password", "x"))).Status);
        Assert.Equal(200, (await BasicAsync(joe.Password)).Status);
    }

    [Fact]
    public async Task A_form_without_a_login_comes_back()
    {
        var page = await surfer.PostAsync("/reset/password", ("username", " "));
        Assert.Equal(400, page.Status);
        Assert.Contains("Please type your user name or email.", page.Text, StringComparison.Ordinal);
    }

    private static string Title(Sight page) => Regex.Match(page.Body, "<h1[^>]*>([^<]*)</h1>").Groups[1].Value;

    private static string CodeOf(Uri link) => HttpUtility.ParseQueryString(link.Query)["c"]!;

    [Fact]
    public async Task Who_fears_that_somebody_had_the_old_one_takes_all_keys_back()
    {
        await App.StoreAsync(db => db.Users.Where(u => u.Id == joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.ConfirmedAt, CatalogRows.Now), Cancellation));
        var keys = $"/v1/test?{joe.Keys}";
        Assert.Contains("true", (await surfer.GetAsync(keys)).Body, StringComparison.Ordinal);
        var link = await LinkAsync(joe.Name);
        Assert.Equal((302, "/login"), (await surfer.PostAsync(
            "/reset/confirm", (await surfer.GetAsync(link.PathAndQuery)).Fill(("password", "newer one"), ("locks", "true")))).Ends);
        Assert.Contains("false", (await surfer.GetAsync(keys)).Body, StringComparison.Ordinal);
    }

    private Task<Sight> ResetAsync(Uri link, string password) => surfer.PostAsync(
        "/reset/confirm", ("u", HttpUtility.ParseQueryString(link.Query)["u"]!), ("c", CodeOf(link)), ("password", password));

    private async Task<Sight> BasicAsync(string password)
    {
        using var stranger = new Surfer(App);
        return await stranger.GetAsync($"/v1/users/{joe.Name}", ("Authorization", $"{TestUser.BasicOf(joe.Name, password)}"));
    }

    /// <summary>Asks for a link, and takes it out of the mail.</summary>
    /// <param name="login">Whose.</param>
    /// <param name="skip">How many mails come before.</param>
    private async Task<Uri> LinkAsync(string login, int skip = 0)
    {
        Assert.Equal((302, "/reset/sent"), (await surfer.PostAsync("/reset/password", ("username", login))).Ends);
        for (var other = 0; other < skip; other++)
        {
            await mail.MailToAsync(joe.Email);
        }

        var text = (await mail.MailToAsync(joe.Email)).Text;
        var link = Regex.Match(text, $@"^  ({Regex.Escape(MailApp.PublicUrl)}/reset/confirm\?u=\S+&c=[0-9a-f]{{40}})\r?$", RegexOptions.Multiline);
        Assert.True(link.Success, text);
        return new(link.Groups[1].Value);
    }
}

/// <summary>Nobody is pestered with links, and nobody asks for thousands.</summary>
public sealed class ResetLimitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await MailApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Mail:PerRecipient"] = "2", ["Evercam:Mail:PerSource"] = "4" }, clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task One_source_and_one_recipient_get_so_many_and_no_more()
    {
        using var surfer = new Surfer(app);
        var (joe, ann) = (await app.AddUserAsync("joe"), await app.AddUserAsync("ann"));
        foreach (var login in new[] { joe.Name, joe.Email, joe.Name, ann.Name })
        {
            Assert.Equal((302, "/reset/sent"), (await surfer.PostAsync("/reset/password", ("username", login))).Ends);
        }

        var shut = await surfer.PostAsync("/reset/password", ("username", "nobody <3"));
        Assert.Equal((429, "3600"), (shut.Status, shut.Header("Retry-After")));
        Assert.Contains("There were too many tries. Please wait 3600 seconds and try again.", shut.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"nobody &lt;3\"", shut.Body, StringComparison.Ordinal);

        // They are written to in turn.
        await Eventually.IsTrueAsync(async () => await CodesAsync(ann) == 1);
        Assert.Equal(2, await CodesAsync(joe));
    }

    private Task<int> CodesAsync(TestUser user) => app.StoreAsync(db => db.Codes.CountAsync(code => code.UserKey == user.Key, Cancellation));
}
