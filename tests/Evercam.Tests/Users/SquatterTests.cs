using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.OAuth;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Users;

public sealed class SqliteSquatterTests(SqliteMail mail) : SquatterTests(mail), IClassFixture<SqliteMail>;

public sealed class PostgresSquatterTests(PostgresMail mail) : SquatterTests(mail), IClassFixture<PostgresMail>;

/// <summary>Joe's account was made by somebody else, or somebody else got into it: what a new password by mail leaves of that.</summary>
public abstract class SquatterTests(MailApp mail) : IAsyncLifetime
{
    private OAuthStage stage = null!;
    private string token = "";
    private Client client = null!;
    private Telephone telephone = null!;

    private EvercamApp App => mail.App;

    private TestUser Joe => stage.Joe;

    private string Own => $"/v1/users/{Joe.Name}";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Somebody is logged in, has allowed an application everything, has registered one, listens by a webhook, and has switched a
    /// second factor on.</summary>
    public async ValueTask InitializeAsync()
    {
        mail.Clock.Advance(TimeSpan.FromHours(1));
        stage = await OAuthStage.SetAsync(App);
        token = await stage.AgreeAsync("user:edit user:view cameras:view");
        client = CatalogRows.Client();
        client.CreatorKey = Joe.Key;
        await App.StoreAsync(async db =>
        {
            db.Add(client);
            var webhook = CatalogRows.Webhook(await db.Users.SingleAsync(user => user.Id == Joe.Key, Cancellation));
            webhook.IsEnabled = true;
            db.Add(webhook);
            await db.SaveChangesAsync(Cancellation);
        });
        telephone = Telephone.Scan((await stage.Surfer.GetAsync(Telephone.Page)).Body, mail.Clock);
        var on = await stage.Surfer.PostAsync(
            Telephone.Page, ("action", "on"), ("factor", telephone.Sealed), ("code", telephone.Code), ("password", Joe.Password));
        Assert.Equal(200, on.Status);
        Assert.Equal((200, 200, 200, 200), await OpensAsync());
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task The_first_proof_of_an_address_by_a_new_password_ends_everything_that_somebody_else_may_hold()
    {
        using var half = new Surfer(App);
        Assert.Equal((302, "/login/code"), (await half.PostAsync("/login", ("username", Joe.Name), ("password", Joe.Password))).Ends);
        await ResetAsync("a new secret");

        Assert.Equal((401, 401, 401, 401), await OpensAsync());
        Assert.False(await ListensAsync());
        Assert.Equal((302, "/login"), (await half.PostAsync("/login/code", ("code", telephone.Next()))).Ends);
        using var owner = new Surfer(App);
        await owner.LogInAsync(Joe with { Password = "a new secret" });
        Assert.Contains("nobody logs in with your password alone", (await owner.GetAsync(Telephone.Page)).Text, StringComparison.Ordinal);
        var (grants, codes, pair, secret) = await App.StoreAsync(async db => (
            await db.Grants.CountAsync(grant => grant.UserKey == Joe.Key, Cancellation),
            await db.RecoveryCodes.CountAsync(code => code.UserKey == Joe.Key, Cancellation),
            await db.ApiCredentials.AsNoTracking().SingleAsync(keys => keys.UserKey == Joe.Key, Cancellation),
            await db.ApiCredentials.AsNoTracking().SingleAsync(keys => keys.ClientKey == client.Key, Cancellation)));
        Assert.Equal((0, 0, client.Credential!.ApiId), (grants, codes, secret.ApiId));
        using var program = new Surfer(App);
        Assert.Equal(200, (await program.GetAsync($"{Own}?api_id={pair.ApiId}&api_key={pair.ApiKey}")).Status);
        Assert.Equal(200, (await program.GetAsync($"/v1/models?api_id={secret.ApiId}&api_key={secret.ApiKey}")).Status);

        // An application must ask anew.
        Assert.Contains("Allow", (await owner.GetAsync(stage.Ask("user:view"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_password_of_an_account_that_was_confirmed_ends_its_log_ins_and_nothing_else()
    {
        await App.StoreAsync(db => db.Users.Where(user => user.Id == Joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ConfirmedAt, CatalogRows.Now), Cancellation));
        await ResetAsync("a new secret");
        Assert.Equal((401, 200, 200, 200), await OpensAsync());
        Assert.True(await ListensAsync());
        using var owner = new Surfer(App);
        Assert.Equal((302, "/login/code"), (await owner.PostAsync("/login", ("username", Joe.Name), ("password", "a new secret"))).Ends);
        Assert.Equal((302, "/"), (await owner.PostAsync("/login/code", ("code", telephone.Next()))).Ends);
    }

    private async Task ResetAsync(string password)
    {
        using var owner = new Surfer(App);
        var link = await mail.LinkForNewPasswordAsync(Joe.Email);
        Assert.Equal((302, "/login"), (await owner.PostAsync(
            "/reset/confirm", ("u", link.Groups["u"].Value), ("c", link.Groups["c"].Value), ("password", password))).Ends);
    }

    private Task<bool> ListensAsync() => App.StoreAsync(db => db.Webhooks.Where(webhook => webhook.UserKey == Joe.Key)
        .Select(webhook => webhook.IsEnabled).SingleAsync(Cancellation));

    /// <summary>What is answered to the log-in, the token, the keys and the application's keys.</summary>
    private async Task<(int LogIn, int Token, int Keys, int Client)> OpensAsync()
    {
        using var program = new Surfer(App);
        var keys = client.Credential!;
        var byClient = await program.GetAsync($"/v1/models?api_id={keys.ApiId}&api_key={keys.ApiKey}");
        return (
            (await stage.Surfer.GetAsync(Own)).Status,
            (await program.GetAsync(Own, ("Authorization", $"Bearer {token}"))).Status,
            (await program.GetAsync($"{Own}?{Joe.Keys}")).Status,
            byClient.Status);
    }
}
