using Evercam.Tests.OAuth;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Pages;

/// <summary>Every page, in a real browser.</summary>
public sealed class PageLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData("welcome", "/")]
    [InlineData("log-in", "/login")]
    [InlineData("sign-up", "/signup?email=joe@example.org")]
    [InlineData("forgotten", "/reset/password")]
    [InlineData("link-sent", "/reset/sent")]
    [InlineData("link-gone", "/reset/confirm?u=joe&c=0123")]
    [InlineData("not-found", "/nowhere")]
    [InlineData("confirm-used", "/confirm?u=joe&c=0123")]
    [InlineData("take-back-used", "/reset/email?u=joe&c=0123")]
    [InlineData("signed-up", "/signup/sent")]
    [InlineData("oauth-error", "/oauth2/error?error=invalid_redirect_uri")]
    public Task A_page_is_fit_for_everyone(string name, string path) =>
        chromium.LookAsync(name, page => page.GotoAsync(Address + path));

    [Fact]
    public Task The_page_about_cameras_on_other_pages_is_fit_for_everyone() => chromium.LookAsync("evercam-js", async page =>
    {
        await page.GotoAsync(Address + "/docs/evercam-js");
        await page.GetByAltText("No such camera").First.WaitForAsync();
    });

    [Fact]
    public async Task The_log_in_page_says_what_was_wrong()
    {
        await chromium.LookAsync("log-in-wrong", async page =>
        {
            await page.GotoAsync(Address + "/login");
            await page.GetByLabel("User name or email").FillAsync("joe");
            await page.GetByLabel("Password").FillAsync("x");
            await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
            await page.GetByText("That user name and password do not belong together.").WaitForAsync();
        });
    }

    [Fact]
    public async Task The_sign_up_page_says_what_was_wrong() => await chromium.LookAsync("sign-up-wrong", async page =>
    {
        await page.GotoAsync(Address + "/signup");
        await page.EvaluateAsync("for (const field of document.querySelectorAll('[required]')) field.required = false");
        await page.GetByLabel("User name").FillAsync("joe <3");
        await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Sign up" }).ClickAsync();
        await page.Locator("#forename:focus").WaitForAsync();
    });

    [Fact]
    public async Task The_consent_page_is_fit_for_everyone()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        await chromium.LookAsync("consent", async page =>
        {
            await page.GotoAsync(Address + stage.Ask($"camera:snapshot:{stage.Camera} camera:view:{stage.Camera} cameras:list snapshots:view user:view"));
            await page.GetByLabel("User name or email").FillAsync(stage.Joe.Name);
            await page.GetByLabel("Password").FillAsync(stage.Joe.Password);
            await page.Keyboard.PressAsync("Enter");
            await page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        });
    }

    [Fact]
    public async Task A_visitor_logs_in_and_out_by_hand()
    {
        var joe = await shared.App.AddUserAsync("looks-joe-with-a-rather-long-user-name");
        await chromium.LookAsync("welcome-user", async page =>
        {
            await page.GotoAsync(Address + "/login");
            await page.Locator("#username:focus").WaitForAsync();
            await page.Keyboard.TypeAsync(joe.Name);
            await page.Keyboard.PressAsync("Tab");
            await page.Keyboard.TypeAsync(joe.Password);
            await page.Keyboard.PressAsync("Enter");
            await page.GetByText(joe.Name).WaitForAsync();
        });
    }
}
