using System.Text.RegularExpressions;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.OAuth;

public sealed class SqliteIssuanceTests(SqliteApp shared) : IssuanceTests(shared), IClassFixture<SqliteApp>;

/// <summary>There, others change the catalog while a request is in the middle of its own change.</summary>
public sealed class PostgresIssuanceTests(PostgresApp shared) : IssuanceTests(shared), IClassFixture<PostgresApp>
{
    private const string Writing = "INSERT INTO tokens";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_taken_back_ends_with_the_token_that_is_just_being_written(bool withLocks)
    {
        await Stage.AgreeAsync("user:view");
        using var halt = Shared.Standstill.Before(Writing);
        var asked = Surfer.GetAsync(Stage.Ask("user:view"));
        await halt.IsReachedByAsync(asked);
        var takingBack = withLocks ? ChangeLocksAsync() : WithdrawAsync();
        await IsDoneOrWaitsAsync(takingBack);
        halt.GoOn();
        await takingBack;

        var answer = await asked;
        Assert.Equal(401, (await Stage.CallAsync(OAuthStage.TokenOf(answer), "GET", $"users/{Stage.Joe.Name}")).Status);
        Assert.Empty(await Stage.GrantsAsync());
        await AssertNothingIsGoodAsync();
    }

    [Fact]
    public async Task What_is_taken_back_ends_with_the_tokens_that_a_code_is_just_being_exchanged_for()
    {
        var code = await CodeAsync();
        using var halt = Shared.Standstill.Before(Writing);
        var exchange = ExchangeAsync(code);
        await halt.IsReachedByAsync(exchange);
        var takingBack = WithdrawAsync();
        await IsDoneOrWaitsAsync(takingBack);
        halt.GoOn();
        await takingBack;

        var tokens = await exchange;
        Assert.Equal(200, tokens.Status);
        Assert.Equal(401, (await Stage.CallAsync(tokens.Access, "GET", $"users/{Stage.Joe.Name}")).Status);
        await AssertNothingIsGoodAsync();
    }

    [Fact]
    public async Task A_camera_that_ends_while_it_is_agreed_to_is_nobodys_to_allow()
    {
        await AskAsync($"camera:view:{Stage.Camera}");
        using var halt = Shared.Standstill.Before("INSERT INTO grants");
        var agreed = ApproveAsync();
        await halt.IsReachedByAsync(agreed);
        var deletion = App.AskAsync("DELETE", $"cameras/{Stage.Camera}?{Stage.Joe.Keys}");
        await IsDoneOrWaitsAsync(deletion);
        halt.GoOn();
        Assert.Equal(200, (await deletion).Status);

        // In PostgreSQL the deletion waits for who agrees, and then what was allowed goes with the camera.
        var answer = await agreed;
        Assert.Equal(302, answer.Status);
        Assert.Matches($@"\A{Regex.Escape(OAuthStage.Callback)}#(access_token=.*|error=access_denied&error_description=The\+resource\+owner\+denied\+the\+request)\z", answer.Location);
        Assert.Empty(await Stage.GrantsAsync());
    }

    [Fact]
    public async Task Two_windows_that_agree_to_different_things_at_once_are_both_remembered()
    {
        await Stage.AgreeAsync("user:list");
        using var other = new Surfer(App);
        await other.LogInAsync(Stage.Joe);
        await AskAsync("user:view");
        Assert.Equal(200, (await other.GetAsync(Stage.Ask("user:edit"))).Status);
        using var halt = Shared.Standstill.Before("UPDATE grants");
        var first = ApproveAsync();
        await halt.IsReachedByAsync(first);
        var second = other.PostAsync("/oauth2/feedback", ("action", "approve"));
        await IsDoneOrWaitsAsync(second);
        halt.GoOn();
        OAuthStage.TokenOf(await first);
        OAuthStage.TokenOf(await second);
        Assert.Equal(CameraRights.List | CameraRights.View | CameraRights.Edit, Assert.Single(await Stage.GrantsAsync()).Rights);
    }

    /// <summary>Whoever takes something back waits for the one who is just giving it out, or is done.</summary>
    private Task IsDoneOrWaitsAsync(Task takingBack) => Eventually.IsTrueAsync(async () => takingBack.IsCompleted || await App.StoreAsync(
        db => db.Database.SqlQuery<int>(
            $"""
            SELECT count(*)::int AS "Value" FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
            """).SingleAsync(Cancellation)) > 0);
}

/// <summary>What becomes of a wish for a token when something that it rests on ends meanwhile (contract 2.2, 2.7, 2.8).</summary>
public abstract class IssuanceTests(SharedApp shared) : IAsyncLifetime
{
    /// <summary>Here the server knows who asks and for which application, and nothing else yet.</summary>
    private const string Recognised = "FROM clients";

    private protected OAuthStage Stage { get; private set; } = null!;

    private protected Surfer Surfer => Stage.Surfer;

    protected SharedApp Shared => shared;

    protected EvercamApp App => shared.App;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Stage = await OAuthStage.SetAsync(App);
        await Surfer.LogInAsync(Stage.Joe);
    }

    public ValueTask DisposeAsync()
    {
        Stage.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Whoever_is_logged_out_meanwhile_agrees_to_nothing()
    {
        await AskAsync("user:view");
        using var halt = shared.Standstill.After(Recognised);
        var agreed = ApproveAsync();
        await halt.IsReachedByAsync(agreed);
        await ChangeLocksAsync();
        halt.GoOn();
        await AssertLoggedOutAsync(await agreed);
        Assert.Empty(await Stage.GrantsAsync());
    }

    [Fact]
    public async Task A_user_who_ends_meanwhile_agrees_to_nothing()
    {
        await AskAsync("user:view");
        using var halt = shared.Standstill.After(Recognised);
        var agreed = ApproveAsync();
        await halt.IsReachedByAsync(agreed);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{Stage.Joe.Name}?{Stage.Joe.Keys}")).Status);
        halt.GoOn();
        await AssertLoggedOutAsync(await agreed);
    }

    [Fact]
    public async Task An_application_that_ends_meanwhile_is_answered_nowhere()
    {
        await AskAsync("user:view");
        using var halt = shared.Standstill.After(Recognised);
        var agreed = ApproveAsync();
        await halt.IsReachedByAsync(agreed);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"client/{Stage.Client.ApiId}?{Stage.Client.Keys}")).Status);
        halt.GoOn();
        Assert.Equal((302, "/oauth2/error?error=unauthorized_client"), (await agreed).Ends);
    }

    [Fact]
    public async Task An_exchange_that_fails_uses_nothing_up()
    {
        var code = await CodeAsync();
        using (var halt = shared.Standstill.Before("INSERT INTO tokens"))
        {
            using var application = new Surfer(App);
            var exchange = application.PostAsync("/oauth2/token", FormOf(code));
            await halt.IsReachedByAsync(exchange);
            halt.Fail();
            Assert.Equal(500, (await exchange).Status);
        }

        Assert.Equal(200, (await ExchangeAsync(code)).Status);
    }

    [Fact]
    public async Task Windows_that_agree_at_once_all_have_their_token()
    {
        var windows = Enumerable.Range(0, 8).Select(_ => new Surfer(App)).ToList();
        foreach (var window in windows)
        {
            await window.LogInAsync(Stage.Joe);
            Assert.Equal(200, (await window.GetAsync(Stage.Ask("user:view"))).Status);
        }

        var answers = await Task.WhenAll(windows.Select(window => window.PostAsync("/oauth2/feedback", ("action", "approve"))));
        windows.ForEach(window => window.Dispose());
        foreach (var answer in answers)
        {
            Assert.Equal(200, (await Stage.CallAsync(OAuthStage.TokenOf(answer), "GET", $"users/{Stage.Joe.Name}")).Status);
        }

        Assert.Single(await Stage.GrantsAsync());
    }

    private protected async Task AskAsync(string scope) => Assert.Equal(200, (await Surfer.GetAsync(Stage.Ask(scope))).Status);

    private protected Task<Sight> ApproveAsync() => Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));

    private protected async Task<string> CodeAsync()
    {
        await Surfer.GetAsync(Stage.Ask("user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback)));
        return (await ApproveAsync()).Location!.Split("code=")[1];
    }

    private protected async Task<TokenSet> ExchangeAsync(string code)
    {
        using var application = new Surfer(App);
        return TokenSet.Of(await application.PostAsync("/oauth2/token", FormOf(code)));
    }

    /// <summary>What a user does who takes back what an application may.</summary>
    protected async Task WithdrawAsync() => Assert.Equal(
        302, (await Surfer.PostAsync("/account/applications", ("application", Stage.Client.ApiId))).Status);

    /// <summary>What a new password does, if somebody else may have had the old one.</summary>
    protected async Task ChangeLocksAsync()
    {
        await using var scope = App.Services.CreateAsyncScope();
        var (db, locks) = (scope.ServiceProvider.GetRequiredService<EvercamDb>(), scope.ServiceProvider.GetRequiredService<Locks>());
        await using var together = await db.Database.BeginTransactionAsync(Cancellation);
        await db.HoldUserAsync(Stage.Joe.Key, Cancellation);
        await db.HoldClientsOfAsync(Stage.Joe.Key, Cancellation);
        var clients = await locks.ChangeAsync(Stage.Joe.Key, withFactor: false, Cancellation);
        await together.CommitAsync(Cancellation);
        locks.Forget(Stage.Joe.Key, clients);
    }

    /// <summary>No row is left that anything could be done with.</summary>
    protected async Task AssertNothingIsGoodAsync() => Assert.False(await App.StoreAsync(db => db.Tokens.AnyAsync(
        token => token.UserKey == Stage.Joe.Key && token.RevokedAt == null && token.UsedAt == null, Cancellation)));

    private async Task AssertLoggedOutAsync(Sight answer)
    {
        Assert.Equal((302, $"/login?rt={Uri.EscapeDataString(Stage.Ask("user:view"))}"), answer.Ends);
        await AssertNothingIsGoodAsync();
    }

    private (string, string)[] FormOf(string code) =>
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("client_id", Stage.Client.ApiId),
        ("client_secret", Stage.Client.ApiKey),
        ("redirect_uri", OAuthStage.Callback),
    ];
}
