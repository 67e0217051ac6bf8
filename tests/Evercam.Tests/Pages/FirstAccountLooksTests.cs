using Evercam.Tests.Servers;
using Evercam.Tests.Users;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The pages of a server that nobody has an account on, or where nobody may sign up, in a real browser.</summary>
public sealed class FirstAccountLooksTests(Chromium chromium)
{
    [Fact]
    public async Task The_first_account_by_the_link_of_the_log_is_fit_for_everyone()
    {
        using var shelf = new LogShelf();
        await using var app = await FirstAccountTests.StartAsync([], shelf);
        await chromium.LookAsync("setup", page => page.GotoAsync($"{AddressOf(app)}/setup?code={FirstAccountTests.CodeIn(shelf)}"));
    }

    [Fact]
    public async Task The_first_account_without_the_link_is_fit_for_everyone()
    {
        await using var app = await FirstAccountTests.StartAsync(new() { ["Evercam:PublicUrl"] = "https://cameras.example.org" });
        await chromium.LookAsync("setup-code", page => page.GotoAsync(AddressOf(app)));
        await chromium.LookAsync("setup-code-wrong", async page =>
        {
            await page.GotoAsync(AddressOf(app));
            await page.EvaluateAsync("for (const field of document.querySelectorAll('[required]')) field.required = false");
            await page.GetByLabel("Code").FillAsync("abcd-efgh-jkmn-pqrs");
            await page.GetByRole(AriaRole.Button, new() { Name = "Make the first account" }).ClickAsync();
            await page.Locator("#code:focus").WaitForAsync();
        });
        await app.AddUserAsync("joe");
        await chromium.LookAsync("setup-made", async page =>
        {
            await page.GotoAsync(AddressOf(app) + "/login");
            await page.EvaluateAsync(
                "() => { const form = document.createElement('form'); form.method = 'post'; form.action = '/setup'; document.body.append(form); form.submit(); }");
            await page.GetByText("There is an account already").WaitForAsync();
        });
    }

    [Fact]
    public async Task Where_nobody_may_sign_up_the_pages_are_fit_for_everyone()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:SignUp"] = "closed" });
        await chromium.LookAsync("signup-closed", page => page.GotoAsync(AddressOf(app) + "/signup"));
        await chromium.LookAsync("welcome-closed", page => page.GotoAsync(AddressOf(app)));
        await chromium.LookAsync("log-in-closed", page => page.GotoAsync(AddressOf(app) + "/login"));
    }

    private static string AddressOf(EvercamApp app) => app.Address.GetLeftPart(UriPartial.Authority);
}
