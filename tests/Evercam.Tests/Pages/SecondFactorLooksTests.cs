using Evercam.Tests.SecondFactors;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The pages of second factors, in a real browser, as someone goes through them who switches one on and logs in with
/// it.</summary>
public sealed class SecondFactorLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    [Fact]
    public Task The_page_that_sets_one_up_is_fit_for_everyone() =>
        chromium.LookAsync("second-factor-new", page => GoAsync(page, NewUserAsync()));

    [Fact]
    public Task What_was_wrong_is_said_at_its_field() => chromium.LookAsync("second-factor-wrong", async page =>
    {
        await GoAsync(page, NewUserAsync());
        await FillAsync(page, "000000", "wrong");
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await page.GetByText("This is not your password.").WaitForAsync();
    });

    [Fact]
    public Task The_recovery_codes_are_fit_for_everyone() => chromium.LookAsync("recovery-codes", async page =>
    {
        await SwitchOnAsync(page, await NewUserAsync());
    });

    [Fact]
    public Task The_page_of_one_that_is_on_is_fit_for_everyone() => chromium.LookAsync("second-factor", async page =>
    {
        await SwitchOnAsync(page, await NewUserAsync());
        await page.GetByRole(AriaRole.Link, new() { Name = "I have kept them" }).ClickAsync();
        await page.GetByText("You have 10 recovery codes left.").WaitForAsync();
    });

    [Fact]
    public Task The_code_is_asked_for_after_the_password() => chromium.LookAsync("log-in-code", async page =>
    {
        var joe = await NewUserAsync();
        var codes = await SwitchOnAsync(page, joe);
        await LogOutAsync(page);
        await LogInAsync(page, joe);
        await page.Locator("#code:focus").WaitForAsync();
        await page.Keyboard.TypeAsync("000000000000");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("This code is not right").WaitForAsync();
        await page.GetByLabel("Code").FillAsync(codes[0]);
        await page.Keyboard.PressAsync("Enter");
        await LogOutAsync(page);
        await LogInAsync(page, joe);
        await page.Locator("#code:focus").WaitForAsync();
    });

    private static async Task LogOutAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
    }

    private static async Task FillAsync(IPage page, string code, string password)
    {
        await page.GetByLabel("Code from the app").FillAsync(code);
        await page.GetByLabel("Your password").FillAsync(password);
    }

    private Task<TestUser> NewUserAsync() => shared.App.AddUserAsync(CatalogRows.Fresh("joe"));

    private async Task LogInAsync(IPage page, TestUser user)
    {
        await page.GotoAsync(Address + "/login");
        await page.GetByLabel("User name or email").FillAsync(user.Name);
        await page.GetByLabel("Password").FillAsync(user.Password);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task GoAsync(IPage page, Task<TestUser> user)
    {
        await LogInAsync(page, await user);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).WaitForAsync();
        await page.GotoAsync(Address + Telephone.Page);
    }

    private async Task<IReadOnlyList<string>> SwitchOnAsync(IPage page, TestUser user)
    {
        await GoAsync(page, Task.FromResult(user));
        await FillAsync(page, Telephone.Scan(await page.ContentAsync(), TimeProvider.System).CodeIn(1), user.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        await page.GetByText("Your recovery codes").WaitForAsync();
        return await page.Locator(".codes code").AllInnerTextsAsync();
    }
}
