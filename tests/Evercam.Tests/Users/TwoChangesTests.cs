using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.Pages;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Users;

public sealed class SqliteTwoChangesTests(SqliteMail mail) : TwoChangesTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresTwoChangesTests(PostgresMail mail) : TwoChangesTests(mail), IClassFixture<PostgresMail>;

/// <summary>Eve spells her email or her name anew, and something else happens to her account before that is written: what she sees and what
/// she is found by stay one and the same.</summary>
public abstract class TwoChangesTests(MailApp mail) : IAsyncLifetime
{
    private Person eve = null!;
    private long key;

    private EvercamApp App => mail.App;

    private string Own => $"users/{eve.Name}";

    private string Other => $"other.{eve.Email}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        mail.Clock.Advance(TimeSpan.FromHours(1));
        eve = await App.SignUpAsync();
        key = await App.StoreAsync(db => db.Users.Where(user => user.UserName == eve.Name).Select(user => user.Id).SingleAsync(Cancellation));
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nobody_has_an_email_that_is_found_by_another()
    {
        await ConfirmAsync(eve.Email);
        Assert.Equal(200, await ChangeAsync("email", eve.Email.ToUpperInvariant(), ChangeToOtherAsync));
        var user = await UserAsync();
        Assert.Equal((eve.Email.ToUpperInvariant(), null), (user.Email, user.ConfirmedAt));

        async Task ChangeToOtherAsync() => Assert.Equal(200, (await App.AskAsync("PATCH", Own, eve, ("email", Other))).Status);
    }

    [Fact]
    public async Task Nor_a_user_name()
    {
        var name = $"{eve.Name}.other";
        Assert.Equal(200, await ChangeAsync("username", eve.Name.ToUpperInvariant(), RenameAsync));
        Assert.Equal(eve.Name.ToUpperInvariant(), (await UserAsync()).UserName);

        async Task RenameAsync() => Assert.Equal(200, (await App.AskAsync("PATCH", Own, eve, ("username", name))).Status);
    }

    [Fact]
    public async Task What_is_taken_back_is_not_half_undone()
    {
        await ConfirmAsync(eve.Email);
        await App.AskAsync("PATCH", Own, eve, ("email", Other));
        await ConfirmAsync(Other);
        using var owner = new Surfer(App);
        var link = await TakeBackLinkAsync();
        Assert.Equal(200, await ChangeAsync("email", Other.ToUpperInvariant(), TakeBackAsync));
        var user = await UserAsync();
        Assert.Equal((Other.ToUpperInvariant(), eve.Email, null), (user.Email, user.FormerEmail, user.ConfirmedAt));

        async Task TakeBackAsync() =>
            Assert.Equal(200, (await owner.PostAsync("/reset/email", (await owner.GetAsync(link)).Fill())).Status);
    }

    [Fact]
    public async Task A_claim_that_has_ended_is_not_half_kept()
    {
        await ConfirmAsync(eve.Email);
        var owner = new Person(CatalogRows.Fresh("owner."));
        await App.AskAsync("PATCH", Own, eve, ("email", owner.Email));
        Assert.Equal(400, await ChangeAsync("email", owner.Email.ToUpperInvariant(), () => App.SignUpAsync(owner.Name)));
        Assert.Equal(eve.Email, (await UserAsync()).Email);
    }

    [Fact]
    public async Task An_email_that_was_proven_a_moment_ago_can_be_taken_back()
    {
        var asked = await mail.MailToAsync(eve.Email);
        Assert.Equal(200, await ChangeAsync("email", Other, async () => Assert.True(await mail.ConfirmAsync(asked))));
        var user = await UserAsync();
        Assert.Equal((Other, eve.Email, null), (user.Email, user.FormerEmail, user.ConfirmedAt));
    }

    [Fact]
    public async Task A_mail_proves_nothing_of_an_account_that_is_found_by_another_email()
    {
        var asked = await mail.MailToAsync(eve.Email);
        await App.StoreAsync(db => db.Users.Where(user => user.Id == key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.NormalizedEmail, Mailbox.Of(Other)), Cancellation));
        Assert.False(await mail.ConfirmAsync(asked));
        Assert.Null(await App.StoreAsync(db => db.Users.Where(user => user.Id == key).Select(user => user.ConfirmedAt).SingleAsync(Cancellation)));
    }

    /// <summary>Sends a change, and lets something happen before it is written.</summary>
    private async Task<int> ChangeAsync(string field, string value, Func<Task> meanwhile)
    {
        mail.Meanwhile.BeforeItWrites($"PATCH /v1/{Own}", meanwhile);
        var (status, _) = await App.AskAsync("PATCH", Own, eve, (field, value));
        Assert.True(mail.Meanwhile.HasHappened);
        return status;
    }

    private async Task ConfirmAsync(string email) => Assert.True(await mail.ConfirmAsync(await mail.MailToAsync(email)));

    /// <summary>Eve's account, which is whole.</summary>
    private async Task<User> UserAsync()
    {
        var user = await App.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == key, Cancellation));
        Assert.Equal((user.UserName!.ToUpperInvariant(), Mailbox.Of(user.Email!)), (user.NormalizedUserName, user.NormalizedEmail));
        return user;
    }

    private async Task<string> TakeBackLinkAsync()
    {
        var link = Regex.Match((await mail.MailToAsync(eve.Email)).Text, @"/reset/email\?u=\S+&c=[0-9a-f]{40}");
        Assert.True(link.Success);
        return link.Value;
    }
}
