using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

/// <summary>Joe's email has a host in letters that DNS writes in others: he has one mailbox, however his email is written.</summary>
public sealed class MailboxTests(SqliteMail mail) : IClassFixture<SqliteMail>, IAsyncLifetime
{
    private readonly string name = CatalogRows.Fresh("Joe.");
    private Person joe = null!;

    private EvercamApp App => mail.App;

    private string Own => $"{name}@xn--bcher-kva.example";

    private string[] Others => [$"{name}@bücher.example", $"{name.ToUpperInvariant()}@BÜCHER.example", $"{name}@Xn--Bcher-Kva.Example"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Mails are counted, and all tests of a class share one server.
        mail.Clock.Advance(TimeSpan.FromHours(1));
        joe = await App.SignUpAsync(email: Own);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task One_mailbox_has_one_account()
    {
        var ann = await App.SignUpAsync();
        foreach (var email in Others)
        {
            var body = SignUpOf(new(CatalogRows.Fresh("second")));
            body["email"] = email;
            Assert.Equal(Broken("email is already registered"), await App.AskAsync("POST", "users", json: body));
            Assert.Equal(Broken("email is already registered"), await ChangeAsync(ann, email));
            Assert.Equal(
                Refusal(400, "Username already in use"), await App.AskAsync("GET", $"testusername?username={Uri.EscapeDataString(email)}"));
        }
    }

    [Fact]
    public async Task Its_user_is_found_and_logs_in_by_every_spelling_and_keeps_the_one_that_was_typed()
    {
        using var surfer = new Surfer(App);
        foreach (var email in Others)
        {
            var caller = joe with { Authorization = Basic(email, joe.Password) };
            Assert.Equal(Own, (string?)(await App.AskAsync("GET", $"users/{Uri.EscapeDataString(email)}", caller)).One()["email"]);
            Assert.Equal((302, "/"), (await surfer.PostAsync("/login", ("username", email), ("password", joe.Password))).Ends);
        }
    }

    [Fact]
    public async Task Sharing_by_another_spelling_shares_and_does_not_invite()
    {
        var ann = await App.SignUpAsync();
        var (hers, his) = (await App.AddCameraAsync(ann), await App.AddCameraAsync(joe));
        var share = (await ShareAsync(ann, hers, Others[0])).One();
        Assert.Equal(Own, (string?)share["email"]);
        foreach (var email in Others.Append(Own))
        {
            Assert.Equal(Refusal(409, "The camera has already been shared with this user."), await ShareAsync(ann, hers, email));
            Assert.Equal(Broken("camera cannot be shared with its owner"), await ShareAsync(joe, his, email));
        }

        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{hers}", joe)).Status);
    }

    [Fact]
    public async Task An_invitation_is_accepted_taken_back_and_refused_a_second_time_by_every_spelling()
    {
        var (ann, guest) = (await App.SignUpAsync(), CatalogRows.Fresh("guest"));
        var (camera, other) = (await App.AddCameraAsync(ann), await App.AddCameraAsync(ann));
        foreach (var id in new[] { camera, other })
        {
            Assert.Equal($"{guest}@bücher.example", (string?)(await ShareAsync(ann, id, $"{guest}@bücher.example")).One()["email"]);
            Assert.Equal(409, (await ShareAsync(ann, id, $"{guest}@xn--bcher-kva.example")).Status);
        }

        Assert.Equal(
            (200, "{}"),
            await App.AskAsync("DELETE", $"cameras/{other}/shares/requests", ann, ("email", $"{guest}@xn--BCHER-kva.example")));
        var bob = await App.SignUpAsync(email: $"{guest}@xn--bcher-kva.example");
        Assert.True(await mail.ConfirmAsync(await LetterAsync($"{guest}@xn--bcher-kva.example", "/confirm?")));
        Assert.Equal(camera, (string?)(await App.AskAsync("GET", $"users/{bob.Name}/shares", bob)).One()["camera_id"]);
        Assert.False(await App.StoreAsync(db => db.Invitations.AnyAsync(invitation => invitation.Camera!.Id == other, Cancellation)));
    }

    [Fact]
    public async Task Who_forgot_the_password_may_ask_by_every_spelling()
    {
        using var surfer = new Surfer(App);
        Assert.Equal((302, "/reset/sent"), (await surfer.PostAsync("/reset/password", ("username", Others[0]))).Ends);
        var link = Regex.Match((await LetterAsync(Own, "/reset/confirm?")).Text, "/reset/confirm\\?u=(?<u>\\S+)&c=(?<c>[0-9a-f]{40})");
        Assert.True(await mail.ResetAsync(link, "a new secret"));
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{joe.Name}", joe with { Authorization = Basic(Others[1], "a new secret") })).Status);
    }

    [Fact]
    public async Task Another_spelling_is_no_other_email()
    {
        Assert.True(await mail.ConfirmAsync(await LetterAsync(Own, "/confirm?")));
        var changed = (await ChangeAsync(joe, Others[0])).One();
        Assert.Equal(Others[0], (string?)changed["email"]);
        Assert.NotNull(changed["confirmed_at"]);
        Assert.Null(await App.StoreAsync(db => db.Users.Where(user => user.UserName == joe.Name).Select(user => user.FormerEmail)
            .SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task What_Unicode_has_another_spelling_for_is_refused_everywhere()
    {
        var camera = await App.AddCameraAsync(joe);
        foreach (var email in new[] { "jo\u0308rg@example.org", "joe@bu\u0308cher.example", "ｊoe@example.org", "joe@ｂooks.example" })
        {
            var body = SignUpOf(new(CatalogRows.Fresh("second")));
            body["email"] = email;
            Assert.Equal(Broken("email is invalid"), await App.AskAsync("POST", "users", json: body));
            Assert.Equal(Broken("email is invalid"), await ChangeAsync(joe, email));
            Assert.Equal(Broken("no user found for specified email address"), await ShareAsync(joe, camera, email));
        }
    }

    /// <summary>Waits for the mail to a mailbox with such a link: mail programs too have their ways to write a host.</summary>
    private async Task<TakenMail> LetterAsync(string to, string link)
    {
        TakenMail? letter = null;
        await Eventually.IsTrueAsync(() =>
        {
            mail.Clock.Advance(TimeSpan.FromSeconds(2));
            letter = mail.Smtp.Mails.LastOrDefault(one => one.Text.Contains(link, StringComparison.Ordinal)
                && one.Recipients.Any(recipient => Mailbox.Of(recipient) == Mailbox.Of(to)));
            return letter is not null;
        });
        return letter!;
    }

    private Task<(int Status, string Body)> ChangeAsync(Person user, string email) =>
        App.AskAsync("PATCH", $"users/{user.Name}", user, json: new JsonObject { ["email"] = email });

    private Task<(int Status, string Body)> ShareAsync(Person owner, string camera, string email) =>
        App.AskAsync("POST", $"cameras/{camera}/share", owner, ("email", email), ("rights", "list"));
}
