using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Pages;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Mail;

public sealed class SqliteConfirmationTests(SqliteMail mail) : ConfirmationTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresConfirmationTests(PostgresMail mail) : ConfirmationTests(mail), IClassFixture<PostgresMail>;

/// <summary>Whether an email is its user's (contract 4.1.2, 1.7.16).</summary>
public abstract class ConfirmationTests(MailApp mail)
{
    private EvercamApp App => mail.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sign_up_is_confirmed_by_the_link_that_only_its_email_gets()
    {
        var joe = await App.SignUpAsync(CatalogRows.Fresh("joe."));
        Assert.Null(await ConfirmedAtAsync(joe));
        var asked = await mail.MailToAsync(joe.Email);
        Assert.Equal(("Evercam", "cameras@example.org"), (asked.Message.From.Mailboxes.Single().Name, asked.Message.From.Mailboxes.Single().Address));
        Assert.Equal([joe.Email], asked.Message.To.Mailboxes.Select(to => to.Address));
        Assert.Equal("Please confirm your email address", asked.Message.Subject);
        Assert.Equal("auto-generated", asked.Message.Headers["Auto-Submitted"]);

        Assert.True(await mail.ConfirmAsync(asked));
        var confirmed = await ConfirmedAtAsync(joe);
        Assert.InRange(confirmed!.Value, CatalogRows.Now, mail.Clock.GetUtcNow().ToUnixTimeSeconds());
        Assert.False(await mail.ConfirmAsync(asked));
        Assert.Equal(confirmed, await ConfirmedAtAsync(joe));
        Assert.Equal(1, await mail.CountAsync(joe.Email));
    }

    [Fact]
    public async Task Who_asks_again_while_the_account_ends_is_told_so()
    {
        using var surfer = new Surfer(App);
        var joe = await App.AddUserAsync(CatalogRows.Fresh("joe."));
        await surfer.LogInAsync(joe);
        mail.Meanwhile.BeforeItWrites("POST /account/confirmation", async () => Assert.Equal(
            (200, "{}"), await App.AskAsync("DELETE", $"users/{joe.Name}", new Person(joe.Name, joe.Basic))));
        Assert.Equal(404, (await surfer.PostAsync("/account/confirmation")).Status);
        Assert.True(mail.Meanwhile.HasHappened);
    }

    [Fact]
    public async Task To_open_the_link_confirms_nothing_and_to_press_the_button_does()
    {
        using var surfer = new Surfer(App);
        var joe = await App.SignUpAsync(CatalogRows.Fresh("joe."));
        var path = PathOf(await mail.MailToAsync(joe.Email));
        for (var look = 0; look < 2; look++)
        {
            var asked = await surfer.GetAsync(path);
            Assert.Equal((200, "strict-origin", "no-store"), (asked.Status, asked.Header("Referrer-Policy"), asked.Header("Cache-Control")));
            Assert.Contains($"was given for the account {joe.Name} .", asked.Text, StringComparison.Ordinal);
            Assert.Contains("If it was not you who signed up, do not confirm", asked.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("script", asked.Body, StringComparison.OrdinalIgnoreCase);
        }

        Assert.Equal(200, (await surfer.HeadAsync(path)).Status);
        Assert.Null(await ConfirmedAtAsync(joe));
        var form = (await surfer.GetAsync(path)).Fill();
        Assert.Equal(403, (await surfer.PostFromAsync("/confirm", "https://evil.example", form)).Status);
        Assert.Null(await ConfirmedAtAsync(joe));

        var done = await surfer.PostAsync("/confirm", form);
        Assert.Equal(200, done.Status);
        Assert.Contains("Your email address is confirmed.", done.Text, StringComparison.Ordinal);
        var confirmed = await ConfirmedAtAsync(joe);
        Assert.NotNull(confirmed);

        // Sent twice, reloaded, or opened again: it is done. Nothing more comes of it.
        Assert.Equal((200, done.Text), ((await surfer.PostAsync("/confirm", form)).Status, (await surfer.PostAsync("/confirm", form)).Text));
        Assert.Equal((200, done.Text), ((await surfer.GetAsync(path)).Status, (await surfer.GetAsync(path)).Text));
        Assert.Equal(confirmed, await ConfirmedAtAsync(joe));
    }

    [Fact]
    public async Task Whoever_is_logged_in_as_the_user_need_not_press_a_button()
    {
        using var surfer = new Surfer(App);
        var (joe, ann) = (await App.SignUpAsync(CatalogRows.Fresh("joe.")), await App.SignUpAsync(CatalogRows.Fresh("ann.")));
        var (toJoe, toAnn) = (PathOf(await mail.MailToAsync(joe.Email)), PathOf(await mail.MailToAsync(ann.Email)));
        Assert.Equal(302, (await surfer.PostAsync("/login", ("username", joe.Name), ("password", joe.Password))).Status);
        Assert.Equal(200, (await surfer.HeadAsync(toJoe)).Status);
        Assert.Null(await ConfirmedAtAsync(joe));
        Assert.Contains("Confirm this address", (await surfer.GetAsync(toAnn)).Text, StringComparison.Ordinal);
        Assert.Null(await ConfirmedAtAsync(ann));
        for (var look = 0; look < 2; look++)
        {
            var done = await surfer.GetAsync(toJoe);
            Assert.Equal(200, done.Status);
            Assert.Contains("Your email address is confirmed.", done.Text, StringComparison.Ordinal);
        }

        Assert.NotNull(await ConfirmedAtAsync(joe));
    }

    [Fact]
    public async Task What_another_code_says_of_a_confirmed_email_tells_nothing()
    {
        using var surfer = new Surfer(App);
        var joe = await App.SignUpAsync(CatalogRows.Fresh("joe."));
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(joe.Email)));
        var ofJoe = await surfer.PostAsync("/confirm", ("u", joe.Name), ("c", new string('0', 40)));
        var ofNobody = await surfer.PostAsync("/confirm", ("u", "nobody"), ("c", new string('0', 40)));
        Assert.Equal((400, 400, ofJoe.Text), (ofJoe.Status, ofNobody.Status, ofNobody.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?u=joe")]
    [InlineData("?c=%00&u=%0A")]
    public async Task A_link_that_was_cut_confirms_nothing(string query)
    {
        using var surfer = new Surfer(App);
        Assert.Equal(400, (await surfer.GetAsync($"/confirm{query}")).Status);
    }

    [Fact]
    public async Task A_code_is_kept_as_a_hash_alone_and_never_logged()
    {
        await mail.Smtp.GoAsync();
        string[] stored;
        var joe = await App.SignUpAsync();
        try
        {
            stored = await App.StoreAsync(db => db.Database.SqlQuery<string>($"SELECT body AS \"Value\" FROM mails").ToArrayAsync(Cancellation));
        }
        finally
        {
            await mail.Smtp.ComeAsync();
            mail.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var text = (await mail.MailToAsync(joe.Email)).Text;
        var code = text[(text.IndexOf("&c=", StringComparison.Ordinal) + 3)..][..40];
        Assert.NotEmpty(stored);
        Assert.DoesNotContain(stored, body => body.Contains(code, StringComparison.Ordinal) || body.Contains("confirm", StringComparison.Ordinal));
        var hash = await App.StoreAsync(db => db.Codes.Where(c => c.User!.UserName == joe.Name).Select(c => c.Hash).SingleAsync(Cancellation));
        Assert.Equal(RandomSecret.HashOf(code), hash);
        Assert.DoesNotContain(mail.Log.All, line => line.Contains(code, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_code_confirms_its_user_alone_for_seven_days()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var end = mail.Clock.GetUtcNow().AddDays(7);
        var (toJoe, toAnn) = (await mail.MailToAsync(joe.Email), await mail.MailToAsync(ann.Email));
        var code = toJoe.Text[(toJoe.Text.IndexOf("&c=", StringComparison.Ordinal) + 3)..][..40];
        foreach (var shown in new[] { code[1..], code.ToUpperInvariant(), "" })
        {
            Assert.False(await ConfirmAsync(shown));
        }

        // To wait for the mails has taken some of it.
        mail.Clock.Advance(end.AddSeconds(-1) - mail.Clock.GetUtcNow());
        Assert.True(await mail.ConfirmAsync(toJoe));
        mail.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await mail.ConfirmAsync(toAnn));
        Assert.Null(await ConfirmedAtAsync(ann));

        // What has expired is also removed.
        await Eventually.IsTrueAsync(async () =>
        {
            mail.Clock.Advance(TimeSpan.FromHours(1));
            return !await App.StoreAsync(db => db.Codes.AnyAsync(c => c.User!.UserName == ann.Name, Cancellation));
        });
    }

    [Fact]
    public async Task Of_many_who_show_a_code_at_once_one_confirms()
    {
        var joe = await App.SignUpAsync();
        var asked = await mail.MailToAsync(joe.Email);
        var confirmed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => mail.ConfirmAsync(asked), Cancellation)));
        Assert.Single(confirmed, good => good);
    }

    [Fact]
    public async Task A_new_email_is_not_confirmed_and_asked_anew()
    {
        var joe = await App.SignUpAsync();
        var first = await mail.MailToAsync(joe.Email);
        Assert.True(await mail.ConfirmAsync(first));
        var another = $"new.{joe.Email}";
        var changed = (await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("email", another))).One();
        Assert.Equal((another, null), ((string?)changed["email"], (long?)changed["confirmed_at"]));

        var asked = await mail.MailToAsync(another);
        Assert.Equal("Your email address was changed", (await mail.MailToAsync(joe.Email)).Message.Subject);
        Assert.True(await mail.ConfirmAsync(asked));
        Assert.NotNull(await ConfirmedAtAsync(joe));
    }

    [Fact]
    public async Task A_code_says_nothing_about_another_email()
    {
        var joe = await App.SignUpAsync();
        var asked = await mail.MailToAsync(joe.Email);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("email", $"new.{joe.Email}"))).Status);
        Assert.False(await mail.ConfirmAsync(asked));
        Assert.Null(await ConfirmedAtAsync(joe));

        // Whoever reads the former one hears of it, confirmed or not: it may have been changed by somebody else.
        Assert.Equal("Your email address was changed", (await mail.MailToAsync(joe.Email)).Message.Subject);
    }

    [Fact]
    public async Task The_same_email_in_another_case_stays_confirmed()
    {
        var joe = await App.SignUpAsync();
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(joe.Email)));
        var changed = (await App.AskAsync(
            "PATCH", $"users/{joe.Name}", joe, ("email", joe.Email.ToUpperInvariant()), ("forename", "Jo"))).One();
        Assert.NotNull((long?)changed["confirmed_at"]);
        Assert.Equal(0, await mail.CountAsync(joe.Email.ToUpperInvariant()));
    }

    [Fact]
    public async Task Whoever_misses_the_mail_may_ask_again()
    {
        var joe = await App.SignUpAsync();
        var first = await mail.MailToAsync(joe.Email);
        await AskAgainAsync(joe);
        var second = await mail.MailToAsync(joe.Email);
        Assert.True(await mail.ConfirmAsync(first));
        Assert.False(await mail.ConfirmAsync(second));
        await AskAgainAsync(joe);
        Assert.Equal(2, await mail.CountAsync(joe.Email));
    }

    [Fact]
    public async Task A_user_who_goes_takes_codes_along()
    {
        var joe = await App.SignUpAsync();
        var asked = await mail.MailToAsync(joe.Email);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{joe.Name}", joe)).Status);
        Assert.False(await mail.ConfirmAsync(asked));
        var again = await App.SignUpAsync(joe.Name);
        Assert.False(await mail.ConfirmAsync(asked));
        Assert.Null(await ConfirmedAtAsync(again));
    }

    private static string PathOf(TakenMail sent) => new Uri(MailApp.LinkOf(sent)).PathAndQuery;

    private async Task<bool> ConfirmAsync(string code)
    {
        await using var scope = App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<Confirmations>().ConfirmAsync(code, Cancellation);
    }

    private async Task AskAgainAsync(Person user)
    {
        await using var scope = App.Services.CreateAsyncScope();
        var key = await App.StoreAsync(db => db.Users.Where(u => u.UserName == user.Name).Select(u => u.Id).SingleAsync(Cancellation));
        await scope.ServiceProvider.GetRequiredService<Confirmations>().AskAgainAsync(key, Cancellation);
    }

    private async Task<long?> ConfirmedAtAsync(Person user) =>
        (long?)(await App.AskAsync("GET", $"users/{user.Name}", user)).One()["confirmed_at"];
}
