using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteInvitedAccountTests(SqliteInvitedApp shared) : InvitedAccountTests(shared), IClassFixture<SqliteInvitedApp>;

public sealed class PostgresInvitedAccountTests(PostgresInvitedApp shared) : InvitedAccountTests(shared), IClassFixture<PostgresInvitedApp>;

/// <summary>Where only the invited sign up, an invitation makes one account, whatever its reader does.</summary>
public abstract class InvitedAccountTests(TimedApp shared) : IAsyncLifetime
{
    private const string Uninvited = "Only who is invited can sign up here, by the link of the mail that invites";

    private readonly string guest = $"{CatalogRows.Fresh("guest")}@example.org";
    private readonly Person ann = new(CatalogRows.Fresh("ann"));
    private readonly string other = CatalogRows.Fresh("other");
    private TestUser joe = null!;
    private string camera = null!;
    private string code = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        camera = CatalogRows.Fresh("camera-");
        await App.AddCameraAsync(camera, joe);
        await InviteAsync();
        Assert.Equal(201, (await SignUpAsync(ann.Name)).Status);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Who_gives_the_account_another_email_gets_no_second_one()
    {
        await ChangeEmailAsync(ann.Email);
        await MakesNoneAsync();

        // A new password, which changes the locks as nobody knew whose the account was, makes the invitation no fresher.
        await ResetAsync();
        await MakesNoneAsync();
    }

    [Fact]
    public async Task Who_claims_the_email_once_more_gets_no_second_one()
    {
        await ChangeEmailAsync(ann.Email);
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == ann.Name).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ConfirmedAt, CatalogRows.Now), Cancellation));
        await ChangeEmailAsync(guest);
        await MakesNoneAsync();
        Assert.Equal(guest, await App.StoreAsync(db => db.Users.Where(user => user.UserName == ann.Name).Select(user => user.Email).SingleAsync(Cancellation)));
    }

    [Fact]
    public async Task As_long_as_the_account_has_the_email_another_hears_that_it_has()
    {
        Assert.Equal(Broken("email is already registered"), await SignUpAsync(other));
        using var again = new Surfer(App);
        Assert.Equal((302, "/"), (await again.PostAsync("/signup", Fields(ann.Name))).Ends);
        Assert.Equal(1, await App.StoreAsync(db => db.Users.CountAsync(user => user.Email == guest, Cancellation)));
    }

    [Fact]
    public async Task An_account_that_is_deleted_leaves_room_for_another()
    {
        await ChangeEmailAsync(ann.Email);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", AnnSignedIn)).Status);
        Assert.Equal(201, (await SignUpAsync(other)).Status);
    }

    [Fact]
    public async Task Who_is_invited_anew_makes_another_and_no_third_one()
    {
        await ChangeEmailAsync(ann.Email);
        await TakeBackAsync();
        shared.Clock.Advance(TimeSpan.FromSeconds(1));
        await InviteAsync();
        var second = new Person(CatalogRows.Fresh("second"));
        Assert.Equal(201, (await SignUpAsync(second.Name)).Status);
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == second.Name).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.Email, second.Email).SetProperty(user => user.NormalizedEmail, second.Email.ToUpperInvariant()), Cancellation));
        await MakesNoneAsync();
    }

    [Fact]
    public async Task What_was_taken_back_stays_dead_though_its_email_is_invited_anew()
    {
        // Nobody has the email any more, and nothing else stands in the way.
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", AnnSignedIn)).Status);
        var old = code;
        await TakeBackAsync();
        await InviteAsync();
        var good = code;
        code = old;
        await MakesNoneAsync();
        code = good;
        Assert.Equal(201, (await SignUpAsync(other)).Status);
    }

    [Fact]
    public async Task Nor_is_it_good_because_of_another_camera()
    {
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", AnnSignedIn)).Status);
        var (first, old) = (camera, code);
        camera = CatalogRows.Fresh("camera-");
        await App.AddCameraAsync(camera, joe);
        await InviteAsync();
        (camera, var good) = (first, code);
        await TakeBackAsync();
        code = old;
        await MakesNoneAsync();
        code = good;
        Assert.Equal(201, (await SignUpAsync(other)).Status);
    }

    [Fact]
    public async Task Who_takes_one_back_while_somebody_signs_up_by_it_is_not_too_late()
    {
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", AnnSignedIn)).Status);
        shared.Meanwhile.BeforeItWrites("POST /v1/users", TakeBackAsync);
        Assert.Equal(Refusal(403, Uninvited), await SignUpAsync(other));
        Assert.True(shared.Meanwhile.HasHappened);
    }

    private Person AnnSignedIn => new(ann.Name, Basic(ann.Name, "s3cret"));

    private async Task MakesNoneAsync()
    {
        Assert.Equal(Refusal(403, Uninvited), await SignUpAsync(other));
        using var surfer = new Surfer(App);
        var refused = await surfer.PostAsync("/signup", Fields(other));
        Assert.Equal(403, refused.Status);
        Assert.Contains($"{Uninvited}.", refused.Text, StringComparison.Ordinal);
        Assert.False(await App.StoreAsync(db => db.Users.AnyAsync(user => user.UserName == other, Cancellation)));
    }

    /// <summary>Joe invites the guest, whose mail has the code of the invitation.</summary>
    private async Task InviteAsync()
    {
        Assert.Equal(201, (await App.AskAsync(
            "POST", $"cameras/{camera}/share?{joe.Keys}", null, ("email", guest), ("rights", "list"))).Status);
        code = App.Services.GetRequiredService<InvitationCodes>().Of(await App.StoreAsync(
            db => db.Invitations.SingleAsync(invitation => invitation.Email == guest && invitation.Camera!.Id == camera, Cancellation)));
    }

    private async Task TakeBackAsync() => Assert.Equal(
        (200, "{}"), await App.AskAsync("DELETE", $"cameras/{camera}/shares/requests?{joe.Keys}", null, ("email", guest)));

    private Task<(int Status, string Body)> SignUpAsync(string name) => App.AskAsync("POST", "users", null, Fields(name));

    private async Task ChangeEmailAsync(string email) =>
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{ann.Name}", AnnSignedIn, ("email", email))).Status);

    private async Task ResetAsync()
    {
        string code;
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
            var user = await db.Users.SingleAsync(u => u.UserName == ann.Name, Cancellation);
            code = scope.ServiceProvider.GetRequiredService<SingleUseCodes>()
                .Issue(CodePurpose.ResetPassword, user, user.Email!, TimeSpan.FromHours(1));
            await db.SaveChangesAsync(Cancellation);
        }

        using var surfer = new Surfer(App);
        Assert.Equal((302, "/login"), (await surfer.PostAsync("/reset/confirm", ("u", ann.Name), ("c", code), ("password", "another one"))).Ends);
    }

    private (string Name, string Value)[] Fields(string name) =>
    [
        ("forename", "Ann"), ("lastname", "Bloggs"), ("username", name), ("country", "ie"), ("email", guest), ("password", "s3cret"),
        ("invitation", code),
    ];
}

public sealed class SqliteInvitedApp : TimedSqliteApp
{
    protected override string SignUp => "invited";
}

public sealed class PostgresInvitedApp(PostgresServer server) : TimedPostgresApp(server)
{
    protected override string SignUp => "invited";
}
