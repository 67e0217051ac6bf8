using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Shares;

public sealed class SqliteInvitationTests(SqliteMail mail) : InvitationTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresInvitationTests(PostgresMail mail) : InvitationTests(mail), IClassFixture<PostgresMail>;

/// <summary>Cameras shared with people who have no account yet (contract 4.10).</summary>
public abstract class InvitationTests(MailApp mail) : IAsyncLifetime
{
    private readonly string guest = $"{CatalogRows.Fresh("Guest")}@example.org";
    private Person joe = null!;
    private string id = null!;

    private EvercamApp App => mail.App;

    private string Requests => $"cameras/{id}/shares/requests";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Mails are counted, and all tests of a class share one server.
        mail.Clock.Advance(TimeSpan.FromHours(1));
        joe = await App.SignUpAsync();
        id = await App.AddCameraAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_email_that_nobody_has_is_invited_by_a_mail_that_lets_nobody_in()
    {
        var invited = (await InviteAsync("list,SNAPSHOT")).One();
        Assert.Equal(["id", "camera_id", "user_id", "email", "rights"], invited.Select(field => field.Key));
        Assert.Equal(
            (id, joe.Name, guest, "Snapshot,List"),
            ((string?)invited["camera_id"], (string?)invited["user_id"], (string?)invited["email"], (string?)invited["rights"]));
        Assert.Equal([invited.ToJsonString()], await ListAsync());
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"cameras/{id}/shares", joe));

        var letter = await mail.MailToAsync(guest);
        Assert.Equal($"{joe.Name} would like to share a camera with you", letter.Message.Subject);
        Assert.Contains($" {id} at {MailApp.PublicUrl} ", letter.Text, StringComparison.Ordinal);
        Assert.Contains("The invitation is good for 90 days.", letter.Text, StringComparison.Ordinal);
        var link = $"/signup?email={Uri.EscapeDataString(guest)}";
        Assert.Contains($"\n  {MailApp.PublicUrl}{link}", letter.Text, StringComparison.Ordinal);
        using var surfer = new Surfer(App);
        Assert.Contains($"value=\"{guest}\"", (await surfer.GetAsync(link)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(mail.Log.All, line => line.Contains(guest, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Confirming_the_email_makes_a_share_and_signing_up_does_not()
    {
        await InviteAsync("view,list");
        var ann = await App.SignUpAsync(email: guest.ToLowerInvariant());
        await mail.MailToAsync(guest);
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", ann));
        Assert.Single(await ListAsync());

        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(guest.ToLowerInvariant())));
        Assert.Equal(id, (string?)(await App.AskAsync("GET", $"cameras/{id}", ann)).One()["id"]);
        Assert.Empty(await ListAsync());
        var share = (await App.AskAsync("GET", $"cameras/{id}/shares", joe)).One();
        Assert.Equal(
            (id, guest.ToLowerInvariant(), "private", "View,List", joe.Name),
            ((string?)share["camera_id"], (string?)share["email"], (string?)share["kind"], (string?)share["rights"],
                (string?)share["sharer_id"]));
        Assert.Equal((200, $$"""{"shares":[{{share.ToJsonString()}}]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));
    }

    [Fact]
    public async Task All_invitations_of_an_email_are_accepted_at_once_each_for_what_its_camera_is_then()
    {
        var street = await App.AddCameraAsync(joe);
        var eve = await App.SignUpAsync();
        var hers = await App.AddCameraAsync(eve);
        await InviteAsync("edit");
        await App.AskAsync("POST", $"cameras/{street}/share", joe, ("email", guest), ("rights", "delete"));
        await App.AskAsync("POST", $"shares/cameras/{hers}", eve, ("email", guest), ("rights", "view"));
        await App.AskAsync("PATCH", $"cameras/{street}", joe, ("is_public", "true"));
        var ann = await ConfirmedAsync();
        var shares = JsonNode.Parse((await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).Body)!["shares"]!.AsArray();
        Assert.Equal(
            new[] { (id, "private", "Edit", joe.Name), (street, "public", "Snapshot,Delete,List", joe.Name), (hers, "private", "View", eve.Name) }
                .Order(),
            shares.Select(share => ((string)share!["camera_id"]!, (string)share["kind"]!, (string)share["rights"]!, (string)share["sharer_id"]!))
                .Order());
    }

    [Fact]
    public async Task An_account_that_takes_the_email_later_is_shared_with_once_it_is_confirmed()
    {
        var ann = await App.SignUpAsync();
        await InviteAsync("view");
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", guest))).Status);
        await mail.MailToAsync(guest);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", ann)).Status);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(guest)));
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{id}", ann)).Status);
    }

    [Fact]
    public async Task A_new_password_by_mail_proves_the_email_just_as_well()
    {
        await InviteAsync("view");
        var ann = await App.SignUpAsync(email: guest);
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(guest), ann.Password));
        Assert.Equal("View", (string?)(await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).One()["rights"]);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task The_owner_and_those_who_have_a_share_gain_nothing_by_an_invitation()
    {
        var ann = await App.SignUpAsync();
        await App.ShareAsync(joe, id, ann, "list");
        await InviteAsync("view");
        await App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", guest));
        await mail.MailToAsync(guest);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(guest)));
        Assert.Equal("List", (string?)(await App.AskAsync("GET", $"cameras/{id}/shares", joe)).One()["rights"]);
        Assert.Empty(await ListAsync());

        var own = $"own.{joe.Email}";
        await App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", own), ("rights", "view"));
        await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("email", own));
        await mail.MailToAsync(own);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(own)));
        Assert.Single(JsonNode.Parse((await App.AskAsync("GET", $"cameras/{id}/shares", joe)).Body)!["shares"]!.AsArray());
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task An_email_is_invited_to_a_camera_once()
    {
        await InviteAsync("view");
        var conflict = Refusal(409, "A share request for this email and camera already exists.");
        foreach (var email in new[] { guest, guest.ToUpperInvariant() })
        {
            Assert.Equal(conflict, await App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", email), ("rights", "list")));
        }

        Assert.Equal("View", (string?)JsonNode.Parse(Assert.Single(await ListAsync()))!["rights"]);
        Assert.Equal(
            201, (await App.AskAsync("POST", $"cameras/{await App.AddCameraAsync(joe)}/share", joe, ("email", guest), ("rights", "list"))).Status);
        Assert.Equal(2, await mail.CountAsync(guest));
    }

    [Fact]
    public async Task Of_simultaneous_invitations_one_counts()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => InviteAsync("view")));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(answers.Where(answer => answer.Status != 201), answer => Assert.Equal(409, answer.Status));
        Assert.Equal(1, await mail.CountAsync(guest));
    }

    [Fact]
    public async Task Sharing_with_the_account_takes_the_place_of_its_invitation()
    {
        await InviteAsync("view");
        var ann = await App.SignUpAsync(email: guest);
        Assert.Equal("List", (string?)(await App.AskAsync(
            "POST", $"cameras/{id}/share", joe, ("email", guest), ("rights", "list"))).One()["rights"]);
        Assert.Empty(await ListAsync());
        await mail.MailToAsync(guest);
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(guest)));
        Assert.Equal("List", (string?)(await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).One()["rights"]);
    }

    [Fact]
    public async Task An_invitation_promises_what_it_was_last_changed_to()
    {
        var invited = (await InviteAsync("view")).One();
        invited["rights"] = "Edit,Grant~Edit";
        Assert.Equal(
            invited.ToJsonString(),
            (await App.AskAsync("PATCH", $"{Requests}.json", joe, ("email", guest.ToUpperInvariant()), ("rights", "grant~edit,EDIT"))).One().ToJsonString());
        Assert.Equal([invited.ToJsonString()], await ListAsync());
        invited["rights"] = "List";
        Assert.Equal(
            invited.ToJsonString(),
            (await App.AskAsync("PATCH", $"shares/requests/{invited["id"]}", joe, ("rights", "list"), ("email", "x"))).One().ToJsonString());

        var ann = await ConfirmedAsync();
        Assert.Equal("List", (string?)(await App.AskAsync("GET", $"users/{ann.Name}/shares", ann)).One()["rights"]);
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("PATCH", $"shares/requests/{invited["id"]}", joe, ("rights", "view")));
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("PATCH", Requests, joe, ("email", guest), ("rights", "view")));
    }

    [Theory]
    [InlineData("cameras/%ID%/shares/requests")]
    [InlineData("shares/requests/%ID%")]
    public async Task What_was_taken_back_gives_nothing(string path)
    {
        path = path.Replace("%ID%", id, StringComparison.Ordinal);
        var first = (string?)(await InviteAsync("view")).One()["id"];
        Assert.Equal(await App.AskAsync("GET", Requests, joe), await App.AskAsync("GET", path, joe));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe, ("email", "other@example.org")));
        Assert.Single(await ListAsync());
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe, ("email", guest.ToUpperInvariant())));
        Assert.Empty(await ListAsync());
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"{path}?email={guest}", joe));

        var ann = await ConfirmedAsync();
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));
        await App.AskAsync("DELETE", $"users/{ann.Name}", ann);
        Assert.NotEqual(first, (string?)(await InviteAsync("view")).One()["id"]);
    }

    [Fact]
    public async Task Invitations_are_their_owners_alone_and_refused_in_the_contracts_order()
    {
        var ann = await App.SignUpAsync();
        await App.ShareAsync(joe, id, ann, "snapshot,view,edit,delete,list,grant~view");
        var named = $"shares/requests/{(await InviteAsync("view")).One()["id"]}";
        var others = new[] { ann, await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All) };
        foreach (var (method, path, missing) in new[]
        {
            ("GET", Requests, null), ("GET", $"shares/requests/{id}", null),
            ("DELETE", Requests, "email is missing"), ("DELETE", $"shares/requests/{id}", "email is missing"),
            ("PATCH", Requests, "email is missing, rights is missing"), ("PATCH", named, "rights is missing"),
        })
        {
            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync(method, path));
            foreach (var other in others)
            {
                Assert.Equal(
                    Refusal(403, "Unauthorized"), await App.AskAsync(method, $"{path}?email={guest}&rights=x", other));
                if (missing is not null)
                {
                    Assert.Equal(Refusal(400, missing), await App.AskAsync(method, path, other));
                }
            }
        }

        foreach (var other in others.Append(joe))
        {
            Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", "cameras/nothing/shares/requests", other));
            Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("DELETE", "shares/requests/nothing?email=x", other));
            Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("PATCH", "shares/requests/0", other, ("rights", "x")));
        }

        Assert.Equal(Broken("invalid rights specified in request"), await App.AskAsync("PATCH", named, joe, ("rights", "x")));
        Assert.Equal(
            Broken("invalid rights specified in request"), await App.AskAsync("PATCH", Requests, joe, ("email", guest), ("rights", "")));
        Assert.Equal("View", (string?)JsonNode.Parse(Assert.Single(await ListAsync()))!["rights"]);
    }

    [Theory]
    [InlineData("cameras/%ID%")]
    [InlineData("users/%JOE%")]
    public async Task Invitations_go_with_the_camera_and_with_who_sent_them(string what)
    {
        await InviteAsync("view");
        var path = what.Replace("%ID%", id, StringComparison.Ordinal).Replace("%JOE%", joe.Name, StringComparison.Ordinal);
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe));
        Assert.Equal(0, await CountAsync());
        var ann = await ConfirmedAsync();
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));
    }

    [Fact]
    public async Task The_log_tells_of_invitations_by_their_numbers()
    {
        var number = (string?)(await InviteAsync("view")).One()["id"];
        await App.AskAsync("PATCH", Requests, joe, ("email", guest), ("rights", "list"));
        var ann = await ConfirmedAsync();
        var again = $"again.{guest}";
        await App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", again), ("rights", "view"));
        await App.AskAsync("DELETE", Requests, joe, ("email", again));
        Assert.Equal(
            [
                (joe.Name, "sent invitation", $"{number}: View"), (joe.Name, "updated invitation", $"{number}: List"),
                (ann.Name, "accepted invitation", $"{number}: List"),
            ],
            (await LogAsync())[..3]);
        Assert.Equal(["sent invitation", "withdrew invitation"], (await LogAsync())[3..].Select(line => line.Action));
        Assert.DoesNotContain(
            await App.StoreAsync(db => db.Activities.Select(line => line.Detail).ToListAsync(Cancellation)),
            detail => detail?.Contains('@', StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task An_invitation_that_waited_too_long_gives_nothing_and_may_be_made_again()
    {
        var number = (string?)(await InviteAsync("view")).One()["id"];
        mail.Clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMinutes(1));
        Assert.Single(await ListAsync());
        mail.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Empty(await ListAsync());
        foreach (var path in new[] { Requests, $"shares/requests/{number}" })
        {
            Assert.Equal(404, (await App.AskAsync("PATCH", path, joe, ("email", guest), ("rights", "list"))).Status);
        }

        var again = (await InviteAsync("list")).One();
        Assert.Equal("List", (string?)again["rights"]);
        Assert.Equal([again.ToJsonString()], await ListAsync());
        Assert.Equal(1, await CountAsync());
    }

    [Fact]
    public async Task Whoever_signs_up_too_late_has_nothing_of_an_invitation()
    {
        var number = (string?)(await InviteAsync("view")).One()["id"];
        mail.Clock.Advance(TimeSpan.FromDays(90));
        var ann = await ConfirmedAsync();
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", ann));
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));

        // Within the hour, it is removed, and the log tells.
        await Eventually.IsTrueAsync(async () =>
        {
            mail.Clock.Advance(TimeSpan.FromHours(1));
            return await CountAsync() == 0;
        });
        Assert.Equal(("expired invitation", number!), (await LogAsync()).Select(line => (line.Action, line.Extra)).Last());
        Assert.Contains(mail.Log.All, line => line.Contains("that nobody accepted in 90 days", StringComparison.Ordinal));
        Assert.DoesNotContain(mail.Log.All, line => line.Contains(guest, StringComparison.OrdinalIgnoreCase));
    }

    private Task<(int Status, string Body)> InviteAsync(string rights) =>
        App.AskAsync("POST", $"cameras/{id}/share", joe, ("email", guest), ("rights", rights));

    /// <summary>Someone who has signed up with the guest's email and confirmed it.</summary>
    private async Task<Person> ConfirmedAsync()
    {
        await mail.CountAsync(guest);
        var person = await App.SignUpAsync(email: guest);
        TakenMail asked;
        do
        {
            asked = await mail.MailToAsync(guest);
        }
        while (!asked.Message.Subject!.Contains("confirm", StringComparison.Ordinal));

        Assert.True(await mail.ConfirmAsync(asked));
        return person;
    }

    private async Task<string[]> ListAsync()
    {
        var (status, body) = await App.AskAsync("GET", Requests, joe);
        Assert.True(status == 200, body);
        return [.. JsonNode.Parse(body)!["share_requests"]!.AsArray().Select(invitation => invitation!.ToJsonString())];
    }

    /// <summary>What the log says of invitations, oldest first.</summary>
    private async Task<List<(string Who, string Action, string Extra)>> LogAsync()
    {
        var (_, body) = await App.AskAsync("GET", $"cameras/{id}/logs?objects=true", joe);
        return
        [
            .. JsonNode.Parse(body)!["logs"]!.AsArray().Reverse().Where(line => ((string)line!["action"]!).EndsWith("invitation", StringComparison.Ordinal))
                .Select(line => ((string)line!["who"]!, (string)line["action"]!, (string)line["extra"]!)),
        ];
    }

    private Task<int> CountAsync() => App.StoreAsync(db => db.Invitations.CountAsync(
        invitation => EF.Functions.Like(invitation.NormalizedEmail, "%" + guest.ToUpperInvariant()), Cancellation));
}
