using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Users;

public sealed class SqliteClaimedEmailTests(SqliteMail mail) : ClaimedEmailTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresClaimedEmailTests(PostgresMail mail) : ClaimedEmailTests(mail), IClassFixture<PostgresMail>;

/// <summary>Joe gives his account the email of somebody who has none here, and cannot confirm it: that is no reason why its owner
/// should get less, or joe more.</summary>
public abstract class ClaimedEmailTests(MailApp mail) : IAsyncLifetime
{
    private readonly Person owner = new(CatalogRows.Fresh("owner."));
    private Person joe = null!;
    private TakenMail question = null!;
    private TakenMail told = null!;

    private EvercamApp App => mail.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        mail.Clock.Advance(TimeSpan.FromHours(1));
        joe = await App.SignUpAsync();
        Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(joe.Email)));
        await ChangeAsync(joe, owner.Email);
        question = await mail.MailToAsync(owner.Email);
        told = await mail.MailToAsync(joe.Email);
        Assert.Equal("Your email address was changed", told.Message.Subject);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_gives_way_to_whoever_signs_up_with_it()
    {
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{owner.Email}", joe with { Authorization = People.Basic(owner.Email, joe.Password) })).Status);
        Assert.Equal((200, """{"message":"OK"}"""), await App.AskAsync("GET", $"testusername?username={owner.Email}"));
        var ann = await App.SignUpAsync(owner.Name);
        Assert.Equal(ann.Email, await EmailOfAsync(ann));
        await HasGivenWayAsync();
        Assert.Equal(401, (await App.AskAsync("GET", "models", joe with { Authorization = People.Basic(owner.Email, joe.Password) })).Status);
    }

    [Fact]
    public async Task It_gives_way_to_whoever_changes_to_it()
    {
        var ann = await App.SignUpAsync();
        await ChangeAsync(ann, owner.Email.ToUpperInvariant());
        await HasGivenWayAsync();
    }

    [Fact]
    public async Task What_was_shared_with_the_one_before_meanwhile_is_joes_when_he_has_it_again()
    {
        var (camera, made) = await ShareAsync(joe.Email);
        Assert.Contains("share_requests", made, StringComparison.Ordinal);
        Assert.False(await SeesAsync(joe, camera));
        await App.SignUpAsync(owner.Name);
        Assert.True(await SeesAsync(joe, camera));
        Assert.Contains("\"shares\"", (await ShareAsync(joe.Email)).Made, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Once_it_is_confirmed_it_gives_way_to_nobody()
    {
        Assert.True(await mail.ConfirmAsync(question));
        Assert.Equal(People.Broken("email is already registered"), await App.AskAsync("POST", "users", json: People.SignUpOf(owner)));
        Assert.Equal(owner.Email, await EmailOfAsync(joe));
    }

    [Fact]
    public async Task To_have_it_back_needs_no_room()
    {
        await ChangeAsync(joe, joe.Email);
        var body = People.SignUpOf(owner);
        body["email"] = joe.Email;
        Assert.Equal(People.Broken("email is already registered"), await App.AskAsync("POST", "users", json: body));
        Assert.Contains("\"shares\"", (await ShareAsync(joe.Email)).Made, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_one_before_is_somebody_elses_nothing_is_given_back_and_nothing_breaks()
    {
        // As it is when somebody was quick while it did not count.
        var quick = CatalogRows.User(email: joe.Email);
        await App.StoreAsync(async db =>
        {
            db.Add(quick);
            await db.SaveChangesAsync(Cancellation);
        });
        var ann = await App.SignUpAsync();
        var taken = People.Broken("email is already registered");
        Assert.Equal(taken, await App.AskAsync("POST", "users", json: People.SignUpOf(owner)));
        Assert.Equal(taken, await App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", owner.Email)));

        using var surfer = new Surfer(App);
        var link = new[] { ("u", joe.Name), ("c", Regex.Match(told.Text, "(?<=/reset/email.*&c=)[0-9a-f]{40}").Value) };
        Assert.Equal(400, (await surfer.PostAsync("/reset/email", link)).Status);
        Assert.False(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(joe.Name, joe.Email), "a new secret"));
        Assert.Equal(owner.Email, await EmailOfAsync(joe));

        // The link is not used up by that.
        await App.StoreAsync(db => db.Users.Where(user => user.Id == quick.Id).ExecuteDeleteAsync(Cancellation));
        Assert.Equal(200, (await surfer.PostAsync("/reset/email", link)).Status);
        Assert.Equal(joe.Email, await EmailOfAsync(joe));
    }

    [Fact]
    public async Task A_share_with_it_waits_for_whoever_proves_it()
    {
        var (camera, made) = await ShareAsync(owner.Email);
        Assert.Contains("share_requests", made, StringComparison.Ordinal);
        Assert.False(await SeesAsync(joe, camera));
        var ann = await App.SignUpAsync(owner.Name);
        Assert.False(await SeesAsync(ann, camera));
        Assert.False(await mail.ConfirmAsync(question));
        TakenMail asked;
        do
        {
            asked = await mail.MailToAsync(owner.Email);
        }
        while (!asked.Text.Contains("/confirm", StringComparison.Ordinal));
        Assert.True(await mail.ConfirmAsync(asked));
        Assert.Equal((true, false), (await SeesAsync(ann, camera), await SeesAsync(joe, camera)));
    }

    [Fact]
    public async Task A_share_with_it_is_joes_when_he_proves_it()
    {
        var (camera, _) = await ShareAsync(owner.Email);
        Assert.True(await mail.ConfirmAsync(question));
        Assert.True(await SeesAsync(joe, camera));
    }

    [Fact]
    public async Task Who_forgot_a_password_is_not_written_to_because_of_it()
    {
        var ann = await App.SignUpAsync();
        using var surfer = new Surfer(App);
        foreach (var login in new[] { owner.Email, ann.Name })
        {
            Assert.Equal(302, (await surfer.PostAsync("/reset/password", ("username", login))).Status);
        }

        // They are taken in turn: the second is done after the first.
        await Eventually.IsTrueAsync(async () => await CodesAsync(ann) == 1);
        Assert.Equal(0, await CodesAsync(joe));

        Task<int> CodesAsync(Person person) => App.StoreAsync(db => db.Codes.CountAsync(
            code => code.User!.UserName == person.Name && code.Purpose == CodePurpose.ResetPassword, Cancellation));
    }

    [Fact]
    public async Task Of_an_account_that_never_confirmed_anything_it_is_as_if_it_had_signed_up_with_it()
    {
        var old = await App.SignUpAsync();
        var other = new Person(CatalogRows.Fresh("other."));
        await ChangeAsync(old, other.Email);
        Assert.Equal(People.Broken("email is already registered"), await App.AskAsync("POST", "users", json: People.SignUpOf(other)));
        var (camera, made) = await ShareAsync(other.Email);
        Assert.Contains("\"shares\"", made, StringComparison.Ordinal);
        Assert.True(await SeesAsync(old, camera));
    }

    private async Task HasGivenWayAsync()
    {
        var user = (await App.AskAsync("GET", $"users/{joe.Name}", joe)).One();
        Assert.Equal((joe.Email, true), ((string?)user["email"], user["confirmed_at"] is not null));
        Assert.False(await mail.ConfirmAsync(question));
        Assert.Equal("Your email address is the one before again", (await mail.MailToAsync(joe.Email)).Message.Subject);
        Assert.True(await mail.ResetAsync(await mail.LinkForNewPasswordAsync(joe.Email), "a new secret"));
    }

    private async Task ChangeAsync(Person person, string email) =>
        Assert.Equal(email, (string?)(await App.AskAsync("PATCH", $"users/{person.Name}", person, ("email", email))).One()["email"]);

    private async Task<string?> EmailOfAsync(Person person) => (string?)(await App.AskAsync("GET", $"users/{person.Name}", person)).One()["email"];

    /// <summary>Somebody shares a camera with whoever has an email.</summary>
    private async Task<(string Camera, string Made)> ShareAsync(string email)
    {
        var sharer = await App.SignUpAsync();
        var camera = await App.AddCameraAsync(sharer);
        var (status, made) = await App.AskAsync("POST", $"cameras/{camera}/share", sharer, ("email", email), ("rights", "snapshot,list"));
        Assert.Equal(201, status);
        return (camera, made);
    }

    private async Task<bool> SeesAsync(Person person, string camera) => (await App.AskAsync("GET", $"cameras/{camera}", person)).Status == 200;
}
