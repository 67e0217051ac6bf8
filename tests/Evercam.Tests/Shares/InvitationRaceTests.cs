using System.Text.Json.Nodes;
using Evercam.Server.Shares;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Shares;

public sealed class SqliteInvitationRaceTests(SqliteMail mail) : InvitationRaceTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresInvitationRaceTests(PostgresMail mail) : InvitationRaceTests(mail), IClassFixture<PostgresMail>;

/// <summary>Invitations that are accepted while something else happens to them, or to the people: one outcome, and nothing without
/// what it rests on.</summary>
public abstract class InvitationRaceTests(MailApp mail)
{
    /// <summary>How often each race is run: no single run meets every order.</summary>
    private const int Rounds = 6;

    private EvercamApp App => mail.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Confirming_and_taking_back_at_once_makes_a_share_or_none()
    {
        var joe = await App.SignUpAsync();
        var id = await App.AddCameraAsync(joe);
        for (var round = 0; round < Rounds; round++)
        {
            var email = $"{CatalogRows.Fresh("guest")}@example.org";
            await App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", email), ("rights", "view"));
            var ann = await App.SignUpAsync(email: email);
            await mail.MailToAsync(email);
            var asked = await mail.MailToAsync(email);
            var confirmed = Task.Run(() => mail.ConfirmAsync(asked), Cancellation);
            var back = App.AskAsync("DELETE", $"cameras/{id}/shares/requests", joe, ("email", email));
            var changed = App.AskAsync("PATCH", $"cameras/{id}/shares/requests", joe, ("email", email), ("rights", "edit"));
            var shared = App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", email), ("rights", "list"));
            Assert.True(await confirmed);
            Assert.Equal((200, "{}"), await back);
            Assert.Contains((await changed).Status, new[] { 200, 404 });
            Assert.Contains((await shared).Status, new[] { 201, 409 });
            Assert.Single(JsonNode.Parse((await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).Body)!["shares"]!.AsArray());
            Assert.False(await App.StoreAsync(db => db.Invitations.AnyAsync(i => i.Email == email, Cancellation)));
        }
    }

    [Fact]
    public async Task Two_who_invite_each_other_may_confirm_and_go_at_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (first, second) = ($"{CatalogRows.Fresh("guest")}@example.org", $"{CatalogRows.Fresh("guest")}@example.org");
            var people = new[] { await App.SignUpAsync(email: $"x{first}"), await App.SignUpAsync(email: $"x{second}") };
            var (his, hers) = (await App.AddCameraAsync(people[0]), await App.AddCameraAsync(people[1]));
            await App.AskAsync("POST", $"cameras/{his}/share", people[0], ("email", second), ("rights", "view"));
            await App.AskAsync("POST", $"cameras/{hers}/share", people[1], ("email", first), ("rights", "view"));
            var asked = new List<TakenMail>();
            foreach (var (person, email) in people.Zip([first, second]))
            {
                await App.AskAsync("PATCH", $"users/{person.Name}", person, ("email", email));
                await mail.MailToAsync(email);
                asked.Add(await mail.MailToAsync(email));
            }

            var confirmed = asked.Select(one => Task.Run(() => mail.ConfirmAsync(one), Cancellation)).ToList();
            var gone = App.AskAsync("DELETE", $"users/{people[round % 2].Name}", people[round % 2]);
            await Task.WhenAll(confirmed);
            Assert.Equal((200, "{}"), await gone);
            Assert.Equal(0, await App.StoreAsync(db => db.Shares.CountAsync(
                share => share.Camera!.Id == his || share.Camera.Id == hers, Cancellation)));
        }
    }

    [Fact]
    public async Task An_email_that_changes_while_a_mail_to_the_old_one_is_answered_is_not_confirmed()
    {
        for (var round = 0; round < Rounds; round++)
        {
            mail.Clock.Advance(TimeSpan.FromHours(1));
            var ann = await App.SignUpAsync();
            var link = await mail.LinkForNewPasswordAsync(ann.Email);
            var reset = Task.Run(() => mail.ResetAsync(link, ann.Password), Cancellation);
            var another = $"another.{ann.Email}";
            var changed = App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", another));
            await reset;
            Assert.Contains((await changed).Status, new[] { 200, 401 });
            var user = (await App.AskAsync("GET", $"users/{ann.Name}", ann)).One();
            if ((string?)user["email"] == another)
            {
                Assert.Null((long?)user["confirmed_at"]);
            }
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_confirms_the_email_just_before_the_invitation_is_kept_has_a_share(bool isSignedUp)
    {
        var joe = await App.SignUpAsync();
        var id = await App.AddCameraAsync(joe);
        var (email, other) = ($"{CatalogRows.Fresh("guest")}@example.org", await App.SignUpAsync());
        Person? ann = null;
        if (isSignedUp)
        {
            // The account has proven another email, and only claims this one.
            await mail.ConfirmAsync(await mail.MailToAsync(other.Email));
            Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{other.Name}", other, ("email", email))).Status);
            ann = other;
        }

        mail.Meanwhile.BeforeItWrites($"POST /v1/cameras/{id}/share", async () =>
        {
            ann ??= await App.SignUpAsync(email: email);
            Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(email)));
        });
        var shared = await App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", email), ("rights", "view"));
        Assert.True(mail.Meanwhile.HasHappened);
        Assert.Equal(email, (string?)shared.One()["email"]);
        Assert.Single(JsonNode.Parse((await App.AskAsync("GET", $"users/{ann!.Name}/shares", ann)).Body)!["shares"]!.AsArray());
        Assert.False(await App.StoreAsync(db => db.Invitations.AnyAsync(i => i.Email == email, Cancellation)));
    }

    [Fact]
    public async Task An_invitation_that_missed_the_moment_in_which_its_email_was_proven_is_accepted_within_the_hour()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var id = await App.AddCameraAsync(joe);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(ann.Email)));
        await App.StoreAsync(async db =>
        {
            var camera = await db.Cameras.SingleAsync(c => c.Id == id, Cancellation);
            db.Add(new Invitation
            {
                CameraKey = camera.Key,
                SharerKey = camera.OwnerKey,
                Email = ann.Email,
                NormalizedEmail = await db.Users.Where(u => u.UserName == ann.Name).Select(u => u.NormalizedEmail!).SingleAsync(Cancellation),
                Rights = CameraRights.View,
                CreatedAt = mail.Clock.GetUtcNow().ToUnixTimeSeconds(),
            });
            await db.SaveChangesAsync(Cancellation);
        });
        await App.Services.GetRequiredService<InvitationUpkeep>().RunAsync(Cancellation);
        Assert.Single(JsonNode.Parse((await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).Body)!["shares"]!.AsArray());
        Assert.False(await App.StoreAsync(db => db.Invitations.AnyAsync(i => i.Email == ann.Email, Cancellation)));
    }
}
