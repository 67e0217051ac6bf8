using Evercam.Tests.OAuth;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>Where users see what applications may do for them, and take it back.</summary>
public sealed class AccessPageTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private OAuthStage stage = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        stage = await OAuthStage.SetAsync(shared.App);
        await stage.Surfer.LogInAsync(stage.Joe);
    }

    public ValueTask DisposeAsync()
    {
        stage.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_was_agreed_to_is_told_in_words()
    {
        Assert.Contains("You have allowed no application anything.", (await stage.Surfer.GetAsync("/account/applications")).Text, StringComparison.Ordinal);
        await stage.AgreeAsync($"camera:snapshot:{stage.Camera} cameras:list snapshots:view user:view camera:grant~view:{stage.Camera}");
        var page = await stage.Surfer.GetAsync("/account/applications");
        Assert.Contains(stage.Client.Name, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        foreach (var deed in new[]
        {
            $"See the live picture of the '{stage.Camera}' camera",
            "Know of all of your existing cameras, and those you add later",
            "See the stored pictures of all of your cameras",
            "See your name, email and country in your account",
            "Allow others to: see all details",
        })
        {
            Assert.Contains(deed, page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_taken_back_ends_at_once_for_tokens_and_keys()
    {
        var token = await stage.AgreeAsync($"camera:view:{stage.Camera}");
        var keys = $"/v1/cameras/{stage.Camera}?{stage.Client.Keys}";
        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"cameras/{stage.Camera}")).Status);
        Assert.Equal(200, (await AskAsync(keys)).Status);

        Assert.Equal(
            (302, "/account/applications"), (await stage.Surfer.PostAsync("/account/applications", ("application", stage.Client.ApiId))).Ends);
        Assert.Equal(401, (await stage.CallAsync(token, "GET", $"cameras/{stage.Camera}")).Status);
        Assert.Equal(404, (await AskAsync(keys)).Status);
        var page = await stage.Surfer.GetAsync("/account/applications");
        Assert.Contains("The application has no access any more.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(stage.Client.ApiId, page.Body, StringComparison.Ordinal);

        // It asks again.
        Assert.Equal(200, (await stage.Surfer.GetAsync(stage.Ask($"camera:view:{stage.Camera}"))).Status);
    }

    [Fact]
    public async Task A_token_that_outlives_its_consent_can_be_ended()
    {
        var (first, second) = (await stage.AgreeAsync("user:view"), await stage.AgreeAsync("user:view"));
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={first}")).Status);
        Assert.Equal(200, (await stage.CallAsync(second, "GET", $"users/{stage.Joe.Name}")).Status);
        var page = await stage.Surfer.GetAsync("/account/applications");
        Assert.Contains("until that ends by itself", page.Text, StringComparison.Ordinal);
        Assert.Contains("See your name, email and country in your account", page.Text, StringComparison.Ordinal);
        await stage.Surfer.PostAsync("/account/applications", ("application", stage.Client.ApiId));
        Assert.Equal(401, (await stage.CallAsync(second, "GET", $"users/{stage.Joe.Name}")).Status);
    }

    [Fact]
    public async Task What_a_token_holds_beyond_what_is_agreed_to_is_told()
    {
        const string also = "It also holds what you allowed it before, until that ends by itself:";
        var (first, second) = (await stage.AgreeAsync("user:view cameras:edit"), await stage.AgreeAsync("user:view cameras:edit"));
        Assert.DoesNotContain(also, (await stage.Surfer.GetAsync("/account/applications")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={first}")).Status);
        await stage.AgreeAsync("user:view");
        Assert.Equal(200, (await stage.CallAsync(second, "PATCH", $"cameras/{stage.Camera}?name=x")).Status);
        var parts = (await stage.Surfer.GetAsync("/account/applications")).Text.Split(also);
        Assert.Equal(2, parts.Length);
        Assert.Contains("See your name, email and country in your account", parts[0], StringComparison.Ordinal);
        Assert.DoesNotContain("See your name", parts[1], StringComparison.Ordinal);
        Assert.Contains("Change the settings of all of your existing cameras", parts[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_takes_back_what_others_allowed()
    {
        var token = await stage.AgreeAsync("user:view");
        using var other = new Surfer(shared.App);
        await other.LogInAsync(await shared.App.AddUserAsync(CatalogRows.Fresh("ann")));
        foreach (var application in new[] { stage.Client.ApiId, "nothing", "", "a\0b", stage.Joe.ApiId })
        {
            Assert.Equal(302, (await other.PostAsync("/account/applications", ("application", application))).Status);
        }

        Assert.Equal(200, (await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}")).Status);
        Assert.True(await shared.App.StoreAsync(db => db.Grants.AnyAsync(grant => grant.UserKey == stage.Joe.Key, Cancellation)));
    }

    private async Task<Sight> AskAsync(string path)
    {
        using var stranger = new Surfer(shared.App);
        return await stranger.GetAsync(path);
    }
}
