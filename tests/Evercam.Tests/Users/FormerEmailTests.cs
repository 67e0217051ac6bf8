using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Pages;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Users;

public sealed class SqliteFormerEmailTests(SqliteMail mail) : FormerEmailTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresFormerEmailTests(PostgresMail mail) : FormerEmailTests(mail), IClassFixture<PostgresMail>;

/// <summary>Somebody who does not know joe's password gives his account another email: that is not enough to have the account.</summary>
public abstract class FormerEmailTests(MailApp mail) : StolenTokenTests(mail)
{
    private readonly MailApp mail = mail;

    protected override async Task PrepareAsync()
    {
        await ConfirmAsync();
        await App.StoreAsync(async db =>
        {
            var webhook = CatalogRows.Webhook(await db.Users.SingleAsync(user => user.Id == Joe.Key, Cancellation));
            webhook.IsEnabled = true;
            db.Add(webhook);
            await db.SaveChangesAsync(Cancellation);
        });
    }

    [Fact]
    public async Task The_former_email_takes_a_change_back_and_ends_what_changed_it()
    {
        await ChangeAsync(Thief);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        var link = await TakeBackLinkAsync();
        using var owner = new Surfer(App);
        for (var look = 0; look < 2; look++)
        {
            var asked = await owner.GetAsync(link);
            Assert.Equal((200, "strict-origin"), (asked.Status, asked.Header("Referrer-Policy")));
            Assert.Contains($"The account {Joe.Name} was given another email address.", asked.Text, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await owner.HeadAsync(link)).Status);
        var form = (await owner.GetAsync(link)).Fill();
        Assert.Equal(403, (await owner.PostFromAsync("/reset/email", "https://evil.example", form)).Status);
        Assert.Equal((Thief, 200), ((await UserAsync()).Email, await ByTokenAsync()));

        var done = await owner.PostAsync("/reset/email", form);
        Assert.Equal(200, done.Status);
        Assert.Contains("Your address is back", done.Text, StringComparison.Ordinal);
        var user = await UserAsync();
        Assert.Equal((Joe.Email, null, true), (user.Email, user.FormerEmail, user.ConfirmedAt is not null));
        Assert.Equal((401, 401, 401), (await ByTokenAsync(), (await Stage.Surfer.GetAsync(Own)).Status, (await owner.GetAsync($"{Own}?{Joe.Keys}")).Status));
        Assert.False(await ListensAsync());
        var again = await owner.PostAsync("/reset/email", form);
        Assert.Equal((200, done.Text), (again.Status, again.Text));
        Assert.Contains("Your address is back", (await owner.GetAsync(link)).Text, StringComparison.Ordinal);
        await owner.LogInAsync(Joe);

        // Nothing that the thief was sent is good any more.
        Assert.Equal(400, (await owner.PostAsync("/reset/email", ("u", Joe.Name), ("c", new string('0', 40)))).Status);
        Assert.Equal(1, await mail.CountAsync(Thief));
    }

    [Fact]
    public async Task The_pages_name_the_account_of_the_code_whatever_the_link_says()
    {
        await ChangeAsync(Thief);
        var (other, link) = (CatalogRows.Fresh("ann."), await TakeBackLinkAsync());
        var bent = link.Replace($"u={Joe.Name}", $"u={other}", StringComparison.Ordinal);
        Assert.NotEqual(link, bent);
        using var owner = new Surfer(App);
        var asked = await owner.GetAsync(bent);
        Assert.Contains($"The account {Joe.Name} was given", asked.Text, StringComparison.Ordinal);
        Assert.Equal(Joe.Name, asked.FieldOf("u"));
        var done = await owner.PostAsync("/reset/email", ("u", other), ("c", asked.FieldOf("c")!));
        Assert.Equal((200, Joe.Name), (done.Status, done.FieldOf("username")));
        Assert.Equal(Joe.Name, (await owner.GetAsync(bent)).FieldOf("username"));
        Assert.DoesNotContain(other, asked.Body + done.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_account_gives_to_others_is_told_when_it_is_taken_back()
    {
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann."));
        await App.ShareAsync(Stage.CameraKey, Joe, ann, CameraRights.View);
        var (open, closed) = (CatalogRows.Fresh("street"), CatalogRows.Fresh("cellar"));
        await App.AddCameraAsync(open, Joe, isPublic: true);
        await App.AddCameraAsync(closed, Joe);
        await App.AddCameraAsync(CatalogRows.Fresh("others"), ann, isPublic: true);
        var client = CatalogRows.Client();
        client.CreatorKey = Joe.Key;
        await App.StoreAsync(async db =>
        {
            db.Add(client);
            db.Add(new Invitation
            {
                CameraKey = Stage.CameraKey,
                SharerKey = Joe.Key,
                Email = $"guest.{Thief}",
                NormalizedEmail = $"GUEST.{Thief}".ToUpperInvariant(),
                Rights = CameraRights.View,
                CreatedAt = mail.Clock.GetUtcNow().ToUnixTimeSeconds(),
            });
            await db.SaveChangesAsync(Cancellation);
        });
        var webhook = await App.StoreAsync(db => db.Webhooks.SingleAsync(one => one.UserKey == Joe.Key, Cancellation));
        await ChangeAsync(Thief);
        using var owner = new Surfer(App);
        var link = await TakeBackLinkAsync();
        var told = await owner.PostAsync("/reset/email", (await owner.GetAsync(link)).Fill());
        Assert.Single(Regex.Matches(told.Text, " is public"));
        Assert.DoesNotContain(closed, told.Text, StringComparison.Ordinal);
        foreach (var (path, words) in new[]
        {
            ($"/cameras/{open}/settings", $"{open} is public"),
            ($"/cameras/{Stage.Camera}/sharing", $"{Stage.Camera} is shared with {ann.Name}"),
            ($"/cameras/{Stage.Camera}/sharing", $"{Stage.Camera} waits for guest.{Thief}"),
            ($"/account/clients/{client.Credential!.ApiId}", $"{client.Name} gets its answers at {string.Join(", ", client.CallbackUris)}"),
            ($"/account/webhooks/{webhook.Key}", $"{new Uri(webhook.Url).Host} gets notices by a webhook"),
        })
        {
            Assert.Contains($"href=\"{path}\"", told.Body, StringComparison.Ordinal);
            Assert.Contains(words, told.Text, StringComparison.Ordinal);
        }

        // Told once, and without what may be a secret.
        Assert.DoesNotContain(webhook.Url, told.Text, StringComparison.Ordinal);
        using var other = new Surfer(App);
        (string, string)[] form = [("u", Joe.Name), ("c", Regex.Match(link, "[0-9a-f]{40}").Value)];
        foreach (var again in new[] { await other.GetAsync(link), await other.PostAsync("/reset/email", form) })
        {
            Assert.Equal(200, again.Status);
            Assert.Contains("href=\"/account/webhooks\"", again.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(open, again.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(ann.Name, again.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_the_account_gives_to_others_stays_behind_a_second_factor()
    {
        var open = CatalogRows.Fresh("street");
        await App.AddCameraAsync(open, Joe, isPublic: true);
        await App.StoreAsync(db => db.Users.Where(user => user.Id == Joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.TwoFactorEnabled, true), Cancellation));
        await ChangeAsync(Thief);
        using var owner = new Surfer(App);
        var told = await owner.PostAsync("/reset/email", (await owner.GetAsync(await TakeBackLinkAsync())).Fill());
        Assert.Contains("href=\"/account/webhooks\"", told.Body, StringComparison.Ordinal);
        Assert.DoesNotContain(open, told.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_user_name_is_told_by_mail_as_long_as_that_is_no_nuisance()
    {
        using var program = new Surfer(App);
        var name = Joe.Name;
        for (var change = 0; change < 25; change++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/users/{name}")
            {
                Content = new FormUrlEncodedContent([new("username", name = $"{Joe.Name}.{change}")]),
            };
            request.Headers.Add("Authorization", $"Bearer {Token}");
            Assert.Equal(200, (await program.SendAsync(request)).Status);
        }

        Assert.Equal(20, await mail.CountAsync(Joe.Email));
        var first = Assert.Single(mail.Smtp.Mails, one => one.Text.Contains($"It was called {Joe.Name} before.", StringComparison.Ordinal));
        Assert.Equal(("Your user name was changed", true), (first.Message.Subject, first.Text.Contains($"Hello {Joe.Name}.0,", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Another_user_name_takes_no_link_away()
    {
        await ChangeAsync(Thief);
        var link = await TakeBackLinkAsync();
        await ChangeAsync("username", CatalogRows.Fresh("other."));
        using var owner = new Surfer(App);
        Assert.Equal(200, (await owner.PostAsync("/reset/email", (await owner.GetAsync(link)).Fill())).Status);
        Assert.Equal(Joe.Email, (await UserAsync()).Email);
    }

    [Fact]
    public async Task A_new_password_is_for_the_last_confirmed_email_while_a_change_can_be_taken_back()
    {
        await ChangeAsync(Thief);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        using var surfer = new Surfer(App);
        foreach (var login in new[] { Thief, Joe.Name, Joe.Email })
        {
            Assert.Equal((302, "/reset/sent"), (await surfer.PostAsync("/reset/password", ("username", login))).Ends);
        }

        await Eventually.IsTrueAsync(async () => await App.StoreAsync(db => db.Codes.CountAsync(
            code => code.UserKey == Joe.Key && code.Purpose == CodePurpose.ResetPassword, Cancellation)) == 3);
        Assert.Equal((4, 1), (await mail.CountAsync(Joe.Email), await mail.CountAsync(Thief)));

        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, Joe.Email), "a new secret"));
        var user = await UserAsync();
        Assert.Equal((Joe.Email, null, true), (user.Email, user.FormerEmail, user.ConfirmedAt is not null));
        Assert.Equal((401, 401), (await ByTokenAsync(), (await surfer.GetAsync($"{Own}?{Joe.Keys}")).Status));
        Assert.False(await ListensAsync());
    }

    [Fact]
    public async Task Only_a_confirmed_email_takes_its_place_and_only_after_seven_days()
    {
        await ChangeAsync("email", Thief, withPassword: true);
        var (asked, link) = (await mail.MailToAsync(Thief), await TakeBackLinkAsync());
        mail.Clock.Advance(TimeSpan.FromDays(6));
        Assert.True(await mail.ConfirmAsync(asked));
        Assert.Equal(200, (await Stage.Surfer.GetAsync(link)).Status);
        mail.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal((400, 400), ((await Stage.Surfer.GetAsync(link)).Status, (await Stage.Surfer.PostAsync(
            "/reset/email", ("u", Joe.Name), ("c", Regex.Match(link, "[0-9a-f]{40}").Value))).Status));
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Thief), "a new secret"));
        Assert.Equal(Thief, (await UserAsync()).Email);
    }

    [Fact]
    public async Task An_email_that_nobody_confirms_never_takes_its_place()
    {
        await ChangeAsync(Thief);
        mail.Clock.Advance(TimeSpan.FromDays(30));
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, Joe.Email), "a new secret"));
        Assert.Equal((Joe.Email, 1), ((await UserAsync()).Email, await mail.CountAsync(Thief)));
    }

    [Fact]
    public async Task Nobody_else_can_have_the_email_while_it_counts()
    {
        await ChangeAsync("email", Thief, withPassword: true);
        var body = People.SignUpOf(new Person(CatalogRows.Fresh("thief.")));
        body["email"] = Joe.Email.ToUpperInvariant();
        Assert.Equal(People.Broken("email is already registered"), await App.AskAsync("POST", "users", json: body));
        Assert.Equal(People.Refusal(400, "Username already in use"), await App.AskAsync("GET", $"testusername?username={Joe.Email}"));
        var ann = await App.SignUpAsync();
        Assert.Equal(
            People.Broken("email is already registered"), await App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", Joe.Email)));

        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        mail.Clock.Advance(TimeSpan.FromDays(7));
        Assert.Equal(201, (await App.AskAsync("POST", "users", json: body)).Status);
    }

    [Fact]
    public async Task Of_several_changes_the_last_confirmed_email_before_them_keeps_its_place()
    {
        await ChangeAsync(Thief);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(Thief)));
        var first = await TakeBackLinkAsync();
        await ChangeAsync($"second.{Thief}");
        var second = await TakeBackLinkAsync();
        Assert.NotEqual(first, second);

        // The one between hears of it, and has nothing to take back.
        var told = await mail.MailToAsync(Thief);
        Assert.Equal("Your email address was changed", told.Message.Subject);
        Assert.DoesNotContain("/reset/email", told.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Stage.Surfer.PostAsync(
            "/reset/email", ("u", Joe.Name), ("c", Regex.Match(first, "[0-9a-f]{40}").Value))).Status);
        Assert.Equal((Joe.Email, 400), ((await UserAsync()).Email, (await Stage.Surfer.GetAsync(second)).Status));
    }

    [Fact]
    public async Task To_go_there_and_back_proves_nothing_and_loses_nothing()
    {
        await ChangeAsync(Thief);
        await ChangeAsync(Joe.Email);
        var user = await UserAsync();
        Assert.Equal((Joe.Email, null, Joe.Email), (user.Email, user.ConfirmedAt, user.FormerEmail));
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(Joe.Name, Joe.Email), "a new secret"));
        Assert.NotNull((await UserAsync()).ConfirmedAt);
    }

    private Task ChangeAsync(string email) => ChangeAsync("email", email);

    private async Task ChangeAsync(string field, string value, bool withPassword = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, Own)
        {
            Content = new FormUrlEncodedContent([new(field, value)]),
        };
        request.Headers.Add("Authorization", withPassword ? $"{TestUser.BasicOf(Joe.Name, Joe.Password)}" : $"Bearer {Token}");
        using var answer = await App.Client.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains($"\"{field}\":\"{value}\"", text, StringComparison.Ordinal);
        Assert.Contains("\"confirmed_at\":null", text, StringComparison.Ordinal);
    }

    private async Task<int> ByTokenAsync()
    {
        using var program = new Surfer(App);
        return (await program.GetAsync(Own, ("Authorization", $"Bearer {Token}"))).Status;
    }

    private Task<bool> ListensAsync() => App.StoreAsync(db => db.Webhooks.Where(webhook => webhook.UserKey == Joe.Key)
        .Select(webhook => webhook.IsEnabled).SingleAsync(Cancellation));

    private async Task<string> TakeBackLinkAsync()
    {
        var text = (await mail.MailToAsync(Joe.Email)).Text;
        var link = Regex.Match(text, $@"^  {Regex.Escape(MailApp.PublicUrl)}(/reset/email\?u=\S+&c=[0-9a-f]{{40}})\r?$", RegexOptions.Multiline);
        Assert.True(link.Success, text);
        Assert.Contains("within 7 days", text, StringComparison.Ordinal);
        return link.Groups[1].Value;
    }
}
