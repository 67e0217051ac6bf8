using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;
using static Evercam.Tests.People;

namespace Evercam.Tests.Mail;

/// <summary>Nobody is pestered with mail from here.</summary>
public sealed class MailLimitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await MailApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Mail:PerRecipient"] = "2",
            ["Evercam:Mail:PerUser"] = "3",
            ["Evercam:Mail:PerSource"] = "4",
        },
        clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Many_sign_ups_from_one_source_are_accounts_without_mail()
    {
        for (var number = 0; number < 6; number++)
        {
            await app.SignUpAsync();
        }

        Assert.Equal(4, await MailsAsync());
        clock.Advance(TimeSpan.FromHours(1));
        await app.SignUpAsync();

        // They are on their way by now.
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(2));
            return await MailsAsync() == 0;
        });
        Assert.Equal(5, Directory.GetFiles(Path.Combine(app.Folder, "mail")).Length);
    }

    [Fact]
    public async Task Of_simultaneous_sign_ups_those_that_are_refused_are_not_counted_as_mails()
    {
        var email = $"{CatalogRows.Fresh("same")}@example.org";
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
        {
            var body = SignUpOf(new(CatalogRows.Fresh("race")));
            body["email"] = email;
            return app.AskAsync("POST", "users", json: body);
        }));
        Assert.Single(answers, answer => answer.Status == 201);
        for (var number = 0; number < 4; number++)
        {
            await app.SignUpAsync();
        }

        Assert.Equal(4, await MailsAsync());
    }

    [Fact]
    public async Task A_user_who_changes_the_email_again_and_again_must_wait()
    {
        var joe = await app.SignUpAsync();
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(200, (await ChangeAsync(joe, $"{number}@example.org")).Status);
        }

        Assert.Equal(Refusal(429, "Too Many Requests"), await ChangeAsync(joe, "3@example.org"));
        Assert.Equal("2@example.org", (string?)(await app.AskAsync("GET", $"users/{joe.Name}", joe)).One()["email"]);
        // One to each of the four, and three to those before, which hear that they are used no more.
        Assert.Equal(7, await MailsAsync());

        // What needs no mail needs no patience.
        Assert.Equal(200, (await app.AskAsync("PATCH", $"users/{joe.Name}", joe, ("forename", "Jo"), ("email", "2@EXAMPLE.org"))).Status);
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(200, (await ChangeAsync(joe, "3@example.org")).Status);
    }

    [Fact]
    public async Task One_address_is_written_to_a_few_times_whoever_asks()
    {
        for (var number = 0; number < 2; number++)
        {
            var user = await app.SignUpAsync();
            Assert.Equal(200, (await ChangeAsync(user, "victim@example.org")).Status);
            Assert.Equal(200, (await app.AskAsync("DELETE", $"users/{user.Name}", user)).Status);
        }

        var late = await app.SignUpAsync();
        Assert.Equal(Refusal(429, "Too Many Requests"), await ChangeAsync(late, "Victim@Example.org"));
        Assert.Equal(late.Email, (string?)(await app.AskAsync("GET", $"users/{late.Name}", late)).One()["email"]);
        Assert.Equal(2, await app.StoreAsync(db => db.Mails.CountAsync(mail => mail.Recipient == "victim@example.org", Cancellation)));
    }

    [Theory]
    [InlineData("victim@bücher.example", "victim@BÜCHER.example", "Victim@xn--bcher-kva.example")]
    public async Task However_an_address_is_written_it_is_one(params string[] written)
    {
        foreach (var (number, email) in written.Index())
        {
            var user = await app.SignUpAsync();
            Assert.Equal(number < 2 ? 200 : 429, (await ChangeAsync(user, email)).Status);
            await app.AskAsync("DELETE", $"users/{user.Name}", user);
        }
    }

    [Fact]
    public async Task Who_invites_many_or_one_person_often_must_wait()
    {
        var joe = await app.SignUpAsync();
        var id = await app.AddCameraAsync(joe);
        for (var number = 0; number < 3; number++)
        {
            Assert.Equal(201, (await InviteAsync(joe, id, $"{number}@example.org")).Status);
        }

        Assert.Equal(Refusal(429, "Too Many Requests"), await InviteAsync(joe, id, "3@example.org"));
        Assert.Equal(3, await app.StoreAsync(db => db.Invitations.CountAsync(Cancellation)));

        // What is refused for itself does not count, and neither does sharing with those who have an account.
        Assert.Equal(409, (await InviteAsync(joe, id, "0@example.org")).Status);
        Assert.Equal(201, (await InviteAsync(joe, id, (await app.SignUpAsync()).Email)).Status);

        // Taking back and inviting again is another mail to the same person.
        var other = await app.SignUpAsync();
        var hers = await app.AddCameraAsync(other);
        Assert.Equal(201, (await InviteAsync(other, hers, "0@Example.org")).Status);
        Assert.Equal(200, (await app.AskAsync("DELETE", $"cameras/{hers}/shares/requests", other, ("email", "0@example.org"))).Status);
        Assert.Equal(Refusal(429, "Too Many Requests"), await InviteAsync(other, hers, "0@example.org"));
        Assert.Equal(7, await MailsAsync());
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(201, (await InviteAsync(other, hers, "0@example.org")).Status);
    }

    private Task<(int Status, string Body)> InviteAsync(Person owner, string camera, string email) =>
        app.AskAsync("POST", $"cameras/{camera}/share", owner, ("email", email), ("rights", "list"));

    private Task<(int Status, string Body)> ChangeAsync(Person user, string email) =>
        app.AskAsync("PATCH", $"users/{user.Name}", user, ("email", email));

    private Task<int> MailsAsync() => app.StoreAsync(db => db.Mails.CountAsync(Cancellation));
}
