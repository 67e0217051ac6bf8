using Evercam.Server.Mail;
using Evercam.Storage.Catalog;
using Evercam.Tests.Http;
using Evercam.Tests.OAuth;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Pages;

public sealed class SqliteSentTwiceTests(TimedSqliteApp shared) : SentTwiceTests(shared), IClassFixture<TimedSqliteApp>;

public sealed class PostgresSentTwiceTests(TimedPostgresApp shared) : SentTwiceTests(shared), IClassFixture<TimedPostgresApp>;

/// <summary>A form that is sent twice, by a double click or by going back, is carried out once; whoever sent it sees the same both
/// times.</summary>
public abstract class SentTwiceTests(TimedApp shared) : IAsyncLifetime
{
    private Surfer surfer = null!;
    private TestUser joe = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recovery_codes_are_shown_to_both(bool atOnce)
    {
        using var stage = await FactorStage.SetWithFactorAsync(App, shared.Clock);
        await stage.LogInAsync();
        var page = await stage.Surfer.GetAsync(Telephone.Page);
        var form = page.Fill(("password", stage.Joe.Password), ("code", stage.Telephone.Next()), ("action", "codes"));
        var both = await TwiceAsync(stage.Surfer, Telephone.Page, form, atOnce);
        var codes = Telephone.RecoveryCodesOf(both[0]);
        Assert.Equal(10, codes.Count);
        Assert.Equal(codes, Telephone.RecoveryCodesOf(both[1]));
        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("off", codes[0])).Ends);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_code_logs_both_in(bool atOnce)
    {
        using var stage = await FactorStage.SetWithFactorAsync(App, shared.Clock);
        await stage.GivePasswordAsync();
        var form = (await stage.Surfer.GetAsync("/login/code")).Fill(("code", stage.Telephone.Next()));
        Assert.All(await TwiceAsync(stage.Surfer, "/login/code", form, atOnce), answer => Assert.Equal((302, "/"), answer.Ends));
        Assert.Equal(200, (await stage.Surfer.GetAsync(stage.Own)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_logs_both_in_and_once(bool atOnce)
    {
        var form = (await surfer.GetAsync("/login")).Fill(("username", joe.Name), ("password", joe.Password));
        Assert.All(await TwiceAsync(surfer, "/login", form, atOnce), answer => Assert.Equal((302, "/"), answer.Ends));
        Assert.Equal(200, (await surfer.GetAsync("/account")).Status);
        Assert.Equal(1, await App.StoreAsync(db => db.Sessions.CountAsync(session => session.UserKey == joe.Key, Cancellation)));

        // What was wrong is said to both.
        await surfer.PostAsync("/logout");
        form = (await surfer.GetAsync("/login")).Fill(("username", joe.Name), ("password", "wrong"));
        Assert.All(await TwiceAsync(surfer, "/login", form, atOnce), answer => Assert.Equal((302, "/login"), answer.Ends));
        Assert.Contains("do not belong together", (await surfer.GetAsync("/login")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_in_that_has_tried_its_codes_is_not_brought_back_by_its_form()
    {
        using var stage = await FactorStage.SetWithFactorAsync(App, shared.Clock);
        var form = (await stage.Surfer.GetAsync("/login")).Fill(("username", stage.Joe.Name), ("password", stage.Joe.Password));
        Assert.Equal((302, "/login/code"), (await stage.Surfer.PostAsync("/login", form)).Ends);
        for (var guess = 0; guess < 5; guess++)
        {
            await stage.GiveCodeAsync(stage.Telephone.WrongCode);
        }

        Assert.Equal((302, "/login"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
        Assert.Equal((302, "/login/code"), (await stage.Surfer.PostAsync("/login", form)).Ends);
        Assert.Equal((302, "/"), (await stage.GiveCodeAsync(stage.Telephone.Next())).Ends);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_new_password_is_saved_once(bool atOnce)
    {
        await surfer.LogInAsync(joe);
        const string path = "/account/password";
        var form = (await surfer.GetAsync(path)).Fill(("current", joe.Password), ("password", "another one"));
        Assert.All(await TwiceAsync(surfer, path, form, atOnce), answer => Assert.Equal((302, path), answer.Ends));
        Assert.Contains("Your new password is saved.", (await surfer.GetAsync(path)).Text, StringComparison.Ordinal);

        // What is typed anew is another form.
        Assert.Equal(400, (await surfer.PostAsync(path, [.. form.Where(field => field.Name != "password"), ("password", "third")])).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forgotten_password_is_replaced_once(bool atOnce)
    {
        string code;
        await using (var scope = App.Services.CreateAsyncScope())
        {
            var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
            var user = await db.Users.SingleAsync(u => u.Id == joe.Key, Cancellation);
            code = scope.ServiceProvider.GetRequiredService<SingleUseCodes>()
                .Issue(CodePurpose.ResetPassword, user, user.Email!, TimeSpan.FromHours(1));
            await db.SaveChangesAsync(Cancellation);
        }

        var form = (await surfer.GetAsync($"/reset/confirm?u={joe.Name}&c={code}")).Fill(("password", "another one"));
        Assert.All(await TwiceAsync(surfer, "/reset/confirm", form, atOnce), answer => Assert.Equal((302, "/login"), answer.Ends));
        await surfer.LogInAsync(joe with { Password = "another one" });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_application_is_registered_once(bool atOnce)
    {
        await surfer.LogInAsync(joe);
        const string path = "/account/clients";
        var form = (await surfer.GetAsync(path)).Fill(("name", CatalogRows.Fresh("Viewer")), ("callback_uris", "https://app.example/back"));
        var both = await TwiceAsync(surfer, path, form, atOnce);
        Assert.Equal(302, both[0].Status);
        Assert.StartsWith($"{path}/", both[0].Location, StringComparison.Ordinal);
        Assert.Equal(both[0].Ends, both[1].Ends);

        // It is not for the next one at this browser to see; nor for ever.
        await surfer.PostAsync("/logout");
        await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("ann")));
        Assert.Equal(409, (await surfer.PostAsync(path, form)).Status);
        await surfer.PostAsync("/logout");
        await surfer.LogInAsync(joe);
        shared.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(409, (await surfer.PostAsync(path, form)).Status);
    }

    [Theory]
    [InlineData(true, "approve", "#access_token=")]
    [InlineData(false, "approve", "#access_token=")]
    [InlineData(false, "decline", "#error=access_denied")]
    public async Task An_answer_to_an_application_leads_both_back(bool atOnce, string action, string wanted)
    {
        using var stage = await OAuthStage.SetAsync(App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var form = (await stage.Surfer.GetAsync(stage.Ask("user:view"))).Fill(("action", action));
        var both = await TwiceAsync(stage.Surfer, "/oauth2/feedback", form, atOnce);
        Assert.Contains(wanted, both[0].Location, StringComparison.Ordinal);
        Assert.Equal(both[0].Ends, both[1].Ends);
        var tokens = await App.StoreAsync(db => db.Tokens.CountAsync(token => token.UserKey == stage.Joe.Key, Cancellation));
        Assert.Equal(action == "approve" ? 1 : 0, tokens);

        // Somebody without the cookie of that log-in learns nothing.
        using var stranger = new Surfer(App);
        Assert.Equal((302, "/oauth2/error?error=access_denied"), (await stranger.PostAsync("/oauth2/feedback", form)).Ends);
    }

    [Fact]
    public async Task What_was_refused_is_tried_again()
    {
        await surfer.LogInAsync(joe);
        const string path = "/account/clients";
        var name = CatalogRows.Fresh("Viewer");
        var form = (await surfer.GetAsync(path)).Fill(("name", name), ("callback_uris", "https://app.example/back"));
        await App.AddClientAsync(name, "https://app.example/back");
        Assert.Equal(409, (await surfer.PostAsync(path, form)).Status);
        await App.StoreAsync(db => db.Clients.Where(client => client.Name == name).ExecuteDeleteAsync(Cancellation));
        Assert.Equal(302, (await surfer.PostAsync(path, form)).Status);
    }

    [Fact]
    public async Task A_form_whose_browser_goes_is_carried_out_for_the_second()
    {
        await surfer.LogInAsync(joe);
        const string path = "/account/keys";
        var form = (await surfer.GetAsync(path)).Fill(("current", joe.Password));
        var before = await KeyAsync();
        await App.SendAndGoAsync(surfer, path, form);
        Assert.Equal((302, path), (await surfer.PostAsync(path, form)).Ends);
        var after = await KeyAsync();
        Assert.NotEqual(before, after);
        Assert.Equal((302, path), (await surfer.PostAsync(path, form)).Ends);
        Assert.Equal(after, await KeyAsync());

        Task<string> KeyAsync() => App.StoreAsync(
            db => db.ApiCredentials.Where(pair => pair.UserKey == joe.Key).Select(pair => pair.ApiKey).SingleAsync(Cancellation));
    }

    private static async Task<Sight[]> TwiceAsync(Surfer surfer, string path, (string, string)[] form, bool atOnce) => atOnce
        ? await Task.WhenAll(surfer.PostAsync(path, form), surfer.PostAsync(path, form))
        : [await surfer.PostAsync(path, form), await surfer.PostAsync(path, form)];
}

/// <summary>Forms of programs, which have no number, and requests at once: one of them is refused, and nothing of that is a failure.</summary>
public sealed class AtOnceTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nobody_who_comes_second_leaves_a_failure_in_the_log(bool inPostgres)
    {
        using var shelf = new LogShelf();
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        if (inPostgres)
        {
            settings["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync();
        }

        await using (var app = await EvercamApp.StartAsync(
            settings, adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(shelf)))
        {
            using var surfer = new Surfer(app);
            var (joe, ann) = (await app.AddUserAsync("joe"), await app.AddUserAsync("ann"));
            await surfer.LogInAsync(joe);
            await app.AddCameraAsync("yard", joe);
            for (var round = 0; round < 4; round++)
            {
                await AllAtOnceAsync(surfer, "/cameras/new", ("name", $"Door {round}"), ("id", $"door-{round}"), ("action", "save"));
                await AllAtOnceAsync(surfer, "/v1/cameras", ("name", "Gate"), ("id", $"gate-{round}"), ("is_public", "false"));
                await AllAtOnceAsync(surfer, "/account/clients", ("name", $"Viewer {round}"), ("callback_uris", "https://app.example"));
                await AllAtOnceAsync(surfer, $"/cameras/door-{round}/sharing", ("person", ann.Email), ("List", "true"), ("action", "share"));
                await AllAtOnceAsync(
                    surfer, $"/cameras/door-{round}/sharing", ("person", $"new-{round}@example.org"), ("List", "true"), ("action", "share"));
                using var newcomer = new Surfer(app);
                await AllAtOnceAsync(
                    newcomer, "/signup", ("forename", "Eve"), ("lastname", "Bloggs"), ("username", $"eve-{round}"), ("country", "ie"),
                    ("email", $"eve-{round}@example.org"), ("password", "s3cret of eve"));
            }
        }

        Assert.DoesNotContain(
            shelf.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
    }

    private static async Task AllAtOnceAsync(Surfer surfer, string path, params (string, string)[] form)
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => surfer.PostAsync(path, form)));
        Assert.All(answers, answer => Assert.InRange(answer.Status, 201, 409));
    }
}
