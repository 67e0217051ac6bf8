using System.Text.Json.Nodes;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Mail;
using Evercam.Tests.OAuth;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Users;

/// <summary>A server whose users must confirm their email first.</summary>
public sealed class RequiredConfirmationTests : IAsyncLifetime
{
    private const string Refusal = """{"message":"Unauthenticated: confirm your email first, by the link that was mailed to it"}""";

    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await MailApp.StartAsync(
        new() { ["Evercam:Users:RequireConfirmation"] = "true", ["Evercam:Http:RememberCallers"] = "00:00:00" }, clock: null);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Nobody_gets_in_before_the_email_is_confirmed_and_everybody_after_it()
    {
        using var surfer = new Surfer(app);
        var joe = await app.SignUpAsync("joe");
        var keys = await app.StoreAsync(db => db.ApiCredentials.SingleAsync(pair => pair.User!.UserName == "joe", Cancellation));
        var byKeys = $"users/joe?api_id={keys.ApiId}&api_key={keys.ApiKey}";
        Assert.Equal((401, Refusal), await app.AskAsync("GET", "users/joe", joe));
        Assert.Equal((401, Refusal), await app.AskAsync("GET", byKeys));
        await AreGoodAsync(false);
        var refused = await LogInAsync(surfer, joe);
        Assert.Equal((403, null), (refused.Status, surfer.CookieOf("evercam_session")));
        Assert.Contains("Please confirm your email address first", refused.Text, StringComparison.Ordinal);
        Assert.Contains("do not belong together", (await surfer.GetAsync((await LogInAsync(surfer, joe, "wrong")).Location!)).Text, StringComparison.Ordinal);

        await VouchAsync("joe");
        Assert.Equal((200, 200), ((await app.AskAsync("GET", "users/joe", joe)).Status, (await app.AskAsync("GET", byKeys)).Status));
        await AreGoodAsync(true);
        Assert.Equal((302, "/"), (await LogInAsync(surfer, joe)).Ends);

        // Another email is to be confirmed too, but the user is known by the one before.
        Assert.Equal(200, (await app.AskAsync("PATCH", "users/joe", joe, ("email", "new@example.org"))).Status);
        Assert.Equal((200, 200), ((await app.AskAsync("GET", "users/joe", joe)).Status, (await surfer.GetAsync("/account")).Status));

        async Task AreGoodAsync(bool good)
        {
            foreach (var test in new[] { "test", "auth/test" })
            {
                var (status, said) = await app.AskAsync("GET", $"{test}?api_id={keys.ApiId}&api_key={keys.ApiKey}");
                Assert.Equal((200, good), (status, (bool)JsonNode.Parse(said)!["authenticated"]!));
            }
        }
    }

    [Fact]
    public async Task Signing_up_in_a_browser_leads_to_the_mail()
    {
        using var surfer = new Surfer(app);
        var done = await surfer.PostAsync(
            "/signup",
            ("forename", "Ann"), ("lastname", "Bloggs"), ("username", "ann"), ("country", "ie"), ("email", "ann@example.org"), ("password", "ann's"));
        Assert.Equal((302, "/signup/sent", null), (done.Status, done.Location, surfer.CookieOf("evercam_session")));
        Assert.Contains("a mail is on its way to you", (await surfer.GetAsync("/signup/sent")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_begun_before_it_was_asked_for_rests_until_then()
    {
        await app.AddUserAsync("nobody");
        using var stage = await OAuthStage.SetAsync(app);
        await VouchAsync(stage.Joe.Name);
        var bearer = ("Authorization", $"Bearer {await stage.AgreeAsync("user:view")}");
        var own = $"/v1/users/{stage.Joe.Name}";
        using var program = new Surfer(app);
        Assert.Equal((200, 200, 200), await AskedAsync());
        await app.StoreAsync(db => db.Users.Where(user => user.Id == stage.Joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ConfirmedAt, (long?)null), Cancellation));
        Assert.Equal((401, 401, 403), await AskedAsync());

        // Nor does an email prove anything that was given up before anybody had confirmed it.
        await app.StoreAsync(db => db.Users.Where(user => user.Id == stage.Joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.FormerEmail, "first@example.org").SetProperty(user => user.NormalizedFormerEmail, Mailbox.Of("first@example.org")),
            Cancellation));
        Assert.Equal((401, 401, 403), await AskedAsync());
        await app.StoreAsync(db => db.Users.Where(user => user.Id == stage.Joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.FormerEmailUntil, User.Always), Cancellation));
        Assert.Equal((200, 200, 200), await AskedAsync());

        async Task<(int Session, int Token, int Keys)> AskedAsync() => (
            (await stage.Surfer.GetAsync(own)).Status,
            (await program.GetAsync(own, bearer)).Status,
            (await program.GetAsync($"{own}?{stage.Client.Keys}")).Status);
    }

    [Fact]
    public async Task A_camera_waits_for_whom_it_is_shared_with()
    {
        var (joe, ann) = (await app.SignUpAsync("joe"), await app.SignUpAsync("ann"));
        await VouchAsync("joe");
        var camera = await app.AddCameraAsync(joe);
        var (status, invited) = await app.ShareAsync(joe, camera, ann, "snapshot,list");
        Assert.Equal((201, true), (status, invited.Contains("share_requests", StringComparison.Ordinal)));
        Assert.Equal(0, await SharesAsync());
        await VouchAsync("ann");
        Assert.Equal(1, await SharesAsync());
        Assert.Equal(200, (await app.AskAsync("GET", $"cameras/{camera}", ann)).Status);

        Task<int> SharesAsync() => app.StoreAsync(db => db.Shares.CountAsync(Cancellation));
    }

    private static Task<Sight> LogInAsync(Surfer surfer, Person person, string? password = null) =>
        surfer.PostAsync("/login", ("username", person.Name), ("password", password ?? person.Password));

    private async Task VouchAsync(string name)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var user = await app.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.UserName == name, Cancellation));
        await scope.ServiceProvider.GetRequiredService<Confirmations>().VouchAsync(user, Cancellation);
    }
}
