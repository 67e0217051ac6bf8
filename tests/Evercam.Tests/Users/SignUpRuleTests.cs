using System.Text.RegularExpressions;
using Evercam.Tests.Pages;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

/// <summary>Servers on which not everyone may sign up.</summary>
public sealed class SignUpRuleTests
{
    private const string Closed = "Nobody can sign up here: ask whoever runs this server for an account";
    private const string Uninvited = "Only who is invited can sign up here, by the link of the mail that invites";
    private const string Guest = "guest@example.org";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Where_it_is_closed_nobody_signs_up_and_no_page_leads_there()
    {
        await using var app = await StartAsync("closed");
        using var surfer = new Surfer(app);
        Assert.Equal(Refusal(403, Closed), await app.AskAsync("POST", "users", json: SignUpOf(new("joe"))));
        Assert.Equal(Refusal(400, "email is missing"), await app.AskAsync("POST", "users", null, [.. Fields("joe", "").Where(field => field.Name != "email")]));
        foreach (var answer in new[] { await surfer.GetAsync("/signup"), await surfer.PostAsync("/signup", Fields("joe", Guest)) })
        {
            Assert.Equal(403, answer.Status);
            Assert.Contains($"{Closed}.", answer.Text, StringComparison.Ordinal);
            Assert.Null(answer.FieldOf("username"));
        }

        Assert.False(await app.StoreAsync(db => db.Users.AnyAsync(Cancellation)));
        foreach (var path in new[] { "/", "/login", "/signup", "/reset/password" })
        {
            Assert.DoesNotContain("href=\"/signup", (await surfer.GetAsync(path)).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Where_people_must_be_invited_the_mail_lets_them_sign_up_and_all_others_hear_the_same()
    {
        await using var app = await StartAsync("INVITED");
        var (joe, guest, other) = (await app.AddUserAsync("joe"), await InviteAsync(app, Guest), await InviteAsync(app, "other@example.org"));
        Assert.NotNull(joe);
        foreach (var (email, code) in new[]
        {
            (Guest, ""), (Guest, "forged"), (Guest, other), (Guest, guest[..^2]), ("nobody@example.org", guest), ("joe@example.org", ""), ("nobody@example.org", ""), ("x", "x"),
        })
        {
            Assert.Equal(Refusal(403, Uninvited), await app.AskAsync("POST", "users", null, [.. Fields("ann", email), ("invitation", code)]));
        }

        Assert.Equal(Refusal(403, Uninvited), await app.AskAsync("POST", "users", null, Fields("joe", Guest)));
        Assert.Equal(
            Broken("username is already registered"), await app.AskAsync("POST", "users", null, [.. Fields("joe", Guest), ("invitation", guest)]));
        Assert.Equal(201, (await app.AskAsync("POST", "users", null, [.. Fields("ann", "Guest@example.org"), ("invitation", guest)])).Status);

        // What was taken back invites nobody.
        await app.StoreAsync(db => db.Invitations.Where(invitation => invitation.Email == "other@example.org").ExecuteDeleteAsync(Cancellation));
        Assert.Equal(
            Refusal(403, Uninvited), await app.AskAsync("POST", "users", null, [.. Fields("bob", "other@example.org"), ("invitation", other)]));
    }

    [Fact]
    public async Task The_link_of_the_mail_leads_to_the_form_and_other_ways_to_words()
    {
        await using var app = await StartAsync("invited");
        await app.AddUserAsync("joe");
        var code = await InviteAsync(app, Guest);
        using var surfer = new Surfer(app);
        Assert.DoesNotContain("href=\"/signup", (await surfer.GetAsync("/")).Body, StringComparison.Ordinal);
        foreach (var refused in new[] { await surfer.GetAsync("/signup"), await surfer.PostAsync("/signup", Fields("ann", Guest)) })
        {
            Assert.Equal(403, refused.Status);
            Assert.Contains($"{Uninvited}.", refused.Text, StringComparison.Ordinal);
        }

        var form = await surfer.GetAsync($"/signup?email={Guest}&invitation={code}");
        Assert.Equal((Guest, code, "strict-origin"), (form.FieldOf("email"), form.FieldOf("invitation"), form.Header("Referrer-Policy")));
        var wrong = await surfer.PostAsync("/signup", form.Fill(("username", "")));
        Assert.Equal((400, code), (wrong.Status, wrong.FieldOf("invitation")));
        Assert.Equal((302, "/"), (await surfer.PostAsync("/signup", form.Fill([.. Fields("ann", Guest).Select(field => (field.Name, (string?)field.Value))]))).Ends);
        Assert.Null(await app.StoreAsync(db => db.Users.Where(user => user.UserName == "ann").Select(user => user.ConfirmedAt).SingleAsync(Cancellation)));
    }

    /// <summary>By a clock that stands still: no mail leaves the outbox.</summary>
    private static Task<EvercamApp> StartAsync(string policy) => EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:SignUp"] = policy, ["Evercam:Recorder:OnlineCheck"] = "false" },
        new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now)));

    /// <summary>Joe invites somebody to a camera.</summary>
    /// <returns>The code in the mail.</returns>
    private static async Task<string> InviteAsync(EvercamApp app, string email)
    {
        var joe = new Person("joe", TestUser.BasicOf("joe", "joe:pässword"));
        var camera = await app.AddCameraAsync(joe);
        var (status, answer) = await app.AskAsync("POST", $"cameras/{camera}/share", joe, ("email", email), ("rights", "list"));
        Assert.True(status == 201, answer);
        var body = await app.StoreAsync(db => db.Mails.Where(mail => mail.Recipient == email).Select(mail => mail.Body).SingleAsync(Cancellation));
        return Regex.Match(body, @"/signup\?email=\S+&invitation=([A-Za-z0-9_-]+)\s").Groups[1].Value;
    }

    private static (string Name, string Value)[] Fields(string name, string email) =>
    [
        ("forename", "Ann"), ("lastname", "Bloggs"), ("username", name), ("country", "ie"), ("email", email), ("password", "s3cret"),
    ];
}
