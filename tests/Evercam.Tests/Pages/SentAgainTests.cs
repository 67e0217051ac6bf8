using Evercam.Tests.Http;
using Evercam.Tests.OAuth;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Pages;

/// <summary>Where a form that is sent again must not simply be answered as before.</summary>
public sealed class SentAgainTests(TimedSqliteApp shared) : IClassFixture<TimedSqliteApp>
{
    private const string Feedback = "/oauth2/feedback";

    private static readonly (int, string?) Denied = (302, "/oauth2/error?error=access_denied");

    private EvercamApp App => shared.App;

    [Fact]
    public async Task A_token_that_was_revoked_meanwhile_is_not_given_again()
    {
        using var stage = await OAuthStage.SetAsync(App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var form = (await stage.Surfer.GetAsync(stage.Ask("user:view"))).Fill(("action", "approve"));
        var token = OAuthStage.TokenOf(await stage.Surfer.PostAsync(Feedback, form));
        Assert.Equal(token, OAuthStage.TokenOf(await stage.Surfer.PostAsync(Feedback, form)));
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
        Assert.Equal(Denied, (await stage.Surfer.PostAsync(Feedback, form)).Ends);
        Assert.Equal(Denied, (await stage.Surfer.PostAsync(Feedback, form)).Ends);
    }

    [Fact]
    public async Task A_code_that_was_exchanged_meanwhile_is_not_given_again()
    {
        using var stage = await OAuthStage.SetAsync(App);
        await stage.Surfer.LogInAsync(stage.Joe);
        var ask = stage.Ask("user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback));
        var form = (await stage.Surfer.GetAsync(ask)).Fill(("action", "approve"));
        var agreed = await stage.Surfer.PostAsync(Feedback, form);
        Assert.Equal(agreed.Ends, (await stage.Surfer.PostAsync(Feedback, form)).Ends);
        var exchanged = await stage.Surfer.PostAsync(
            "/oauth2/token", ("grant_type", "authorization_code"), ("code", agreed.Location!.Split("code=")[1]),
            ("redirect_uri", OAuthStage.Callback), ("client_id", stage.Client.ApiId), ("client_secret", stage.Client.ApiKey));
        Assert.Equal(200, exchanged.Status);
        Assert.Equal(Denied, (await stage.Surfer.PostAsync(Feedback, form)).Ends);
    }

    [Fact]
    public async Task A_form_that_led_to_the_log_in_is_carried_out_after_it()
    {
        using var surfer = new Surfer(App);
        var joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        await surfer.LogInAsync(joe);
        const string path = "/account/clients";
        var form = (await surfer.GetAsync(path)).Fill(("name", CatalogRows.Fresh("Viewer")), ("callback_uris", "https://app.example/back"));
        await surfer.PostAsync("/logout");
        Assert.Equal((302, "/login"), (await surfer.PostAsync(path, form)).Ends);
        await surfer.LogInAsync(joe);
        Assert.StartsWith($"{path}/", (await surfer.PostAsync(path, form)).Location, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_changed_meanwhile_with_the_same_page_is_changed_back()
    {
        using var surfer = new Surfer(App);
        var joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync("/account");
        foreach (var name in new[] { "Ann", "Bea", "Ann", "Ann" })
        {
            Assert.Equal((302, "/account"), (await surfer.PostAsync("/account", page.Fill(("forename", name)))).Ends);
            Assert.Equal(name, (await surfer.GetAsync("/account")).FieldOf("forename"));
        }
    }

    [Theory]
    [InlineData("/signup", "invitation", "Invitation is invalid.")]
    [InlineData("/account", "settles", "Settles is invalid.")]
    public async Task What_has_no_field_is_told_of_the_whole(string path, string field, string sentence)
    {
        using var surfer = new Surfer(App);
        if (path != "/signup")
        {
            await surfer.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("joe")));
        }

        var name = CatalogRows.Fresh("joe");
        var page = await surfer.GetAsync(path);
        var typed = path == "/signup"
            ? page.Fill(("forename", "Joe"), ("lastname", "Bloggs"), ("country", "ie"), ("email", $"{name}@example.org"), ("username", name),
                ("password", "a password"), (field, null), ($"{field}[a]", "1"))
            : page.Fill((field, null), ($"{field}[a]", "1"));
        var refused = await surfer.PostAsync(path, typed);
        Assert.Equal(400, refused.Status);
        Assert.Contains(sentence, refused.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("marked below", refused.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/login")]
    [InlineData("/signup")]
    public async Task A_log_in_that_has_ended_is_not_given_again(string path)
    {
        using var surfer = new Surfer(App);
        var joe = new Person(CatalogRows.Fresh("joe"));
        if (path == "/login")
        {
            await App.SignUpAsync(joe.Name);
        }

        var form = new[]
        {
            ("forename", "Joe"), ("lastname", "Bloggs"), ("country", "ie"), ("email", joe.Email),
            ("username", joe.Name), ("password", joe.Password), ("form_number", CatalogRows.Fresh("number")),
        };
        Assert.Equal((302, "/"), (await surfer.PostAsync(path, form)).Ends);
        var first = surfer.CookieOf("evercam_session");
        Assert.Equal((302, "/"), (await surfer.PostAsync(path, form)).Ends);
        Assert.Equal(first, surfer.CookieOf("evercam_session"));
        await surfer.PostAsync("/logout");
        Assert.Equal((302, "/"), (await surfer.PostAsync(path, form)).Ends);
        Assert.NotEqual(first, surfer.CookieOf("evercam_session"));
        Assert.Equal(200, (await surfer.GetAsync("/account")).Status);
    }

    [Fact]
    public async Task A_page_whose_browser_went_is_shown_to_the_second()
    {
        using var stage = await FactorStage.SetWithFactorAsync(App, shared.Clock);
        await stage.LogInAsync();
        var page = await stage.Surfer.GetAsync(Telephone.Page);
        var form = page.Fill(("password", stage.Joe.Password), ("code", stage.Telephone.Next()), ("action", "codes"));
        await App.SendAndGoAsync(stage.Surfer, Telephone.Page, form);
        var codes = Telephone.RecoveryCodesOf(await stage.Surfer.PostAsync(Telephone.Page, form));
        Assert.Equal(10, codes.Count);
        Assert.Equal((302, Telephone.Page), (await stage.SendAsync("off", codes[0])).Ends);
    }

    [Fact]
    public async Task A_code_logs_nobody_in_who_has_not_given_the_password()
    {
        using var stage = await FactorStage.SetWithFactorAsync(App, shared.Clock);
        await stage.GivePasswordAsync();
        var form = (await stage.Surfer.GetAsync("/login/code")).Fill(("code", stage.Telephone.Next()));
        Assert.Equal((302, "/"), (await stage.Surfer.PostAsync("/login/code", form)).Ends);
        using var other = new Surfer(App);
        Assert.Equal((302, "/login"), (await other.PostAsync("/login/code", form)).Ends);
        Assert.Null(other.CookieOf("evercam_session"));
    }
}
