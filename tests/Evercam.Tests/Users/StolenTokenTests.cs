using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.OAuth;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Users;

/// <summary>Joe's account, and somebody who may change it and does not know the password: what they have in their hands.</summary>
public abstract class StolenTokenTests(MailApp mail) : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected EvercamApp App => mail.App;

    private protected OAuthStage Stage { get; private set; } = null!;

    /// <summary>What the application has been given.</summary>
    protected string Token { get; private set; } = "";

    protected TestUser Joe => Stage.Joe;

    protected string Own => $"/v1/users/{Joe.Name}";

    protected string Thief => $"thief.{Joe.Email}";

    public async ValueTask InitializeAsync()
    {
        mail.Clock.Advance(TimeSpan.FromHours(1));
        Stage = await OAuthStage.SetAsync(App);
        await PrepareAsync();
        Token = await Stage.AgreeAsync("user:edit user:view");
    }

    public ValueTask DisposeAsync()
    {
        Stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>What the account is like before the application has its token.</summary>
    protected virtual Task PrepareAsync() => Task.CompletedTask;

    protected Task<User> UserAsync() => App.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == Joe.Key, Cancellation));

    /// <summary>Joe's email is confirmed.</summary>
    protected Task ConfirmAsync() => App.StoreAsync(db => db.Users.Where(user => user.Id == Joe.Key).ExecuteUpdateAsync(
        set => set.SetProperty(user => user.ConfirmedAt, Storage.CatalogRows.Now), Cancellation));
}
