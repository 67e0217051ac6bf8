using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>The pages of an account, in a real browser.</summary>
public sealed class AccountLooksTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    [Theory]
    [InlineData("account-profile", "/account")]
    [InlineData("account-password", "/account/password")]
    [InlineData("account-keys", "/account/keys")]
    [InlineData("account-access", "/account/applications")]
    [InlineData("account-clients", "/account/clients")]
    [InlineData("account-notices", "/account/notices")]
    [InlineData("account-webhooks", "/account/webhooks")]
    [InlineData("account-delete", "/account/delete")]
    public async Task A_page_of_an_account_is_fit_for_everyone(string name, string path)
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        var viewer = await shared.App.AddClientAsync(CatalogRows.Fresh("Site Viewer "), "https://viewer.example.org/callback");
        await shared.App.GrantAsync(viewer, joe, GrantedResource.Cameras, CameraRights.List | CameraRights.Snapshot);
        await shared.App.GrantAsync(viewer, joe, GrantedResource.User, CameraRights.View);
        await chromium.LookAsync(name, async page =>
        {
            await LogInAsync(page, joe, path);
            await page.GotoAsync(Address + path);
        });
    }

    [Fact]
    public async Task The_pages_that_end_an_application_or_tell_that_an_account_is_gone_are_fit_for_everyone()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        var viewer = CatalogRows.Client(new() { Id = joe.Key, Forename = "", Lastname = "", Country = "", CreatedAt = 0, UpdatedAt = 0 });
        await shared.App.StoreAsync(async db =>
        {
            db.Add(viewer);
            await db.SaveChangesAsync();
        });
        var path = $"/account/clients/{viewer.Credential!.ApiId}/delete";
        await chromium.LookAsync("account-client-delete", async page =>
        {
            await LogInAsync(page, joe, path);
            await page.GotoAsync(Address + path);
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).WaitForAsync();
        });
        await chromium.LookAsync("account-client-delete-wrong", async page =>
        {
            await LogInAsync(page, joe, path);
            await page.GotoAsync(Address + path);
            await page.GetByLabel("Your password").FillAsync("wrong");
            await page.GetByRole(AriaRole.Button, new() { Name = "Delete for ever" }).ClickAsync();
            await page.GetByText("This is not your password.").WaitForAsync();
        });
        await chromium.LookAsync("account-deleted", async page =>
        {
            await page.GotoAsync($"{Address}/account/deleted");
            await page.GetByText("Thank you for having been here.").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_webhook_with_its_log_is_fit_for_everyone()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        var webhook = CatalogRows.Webhook(new() { Id = joe.Key, Forename = "", Lastname = "", Country = "", CreatedAt = 0, UpdatedAt = 0 });
        webhook.FailingSince = CatalogRows.Now;
        await shared.App.StoreAsync(async db =>
        {
            db.Add(webhook);
            await db.SaveChangesAsync();
            db.Add(new WebhookDelivery { WebhookKey = webhook.Key, CreatedAt = CatalogRows.Now, State = DeliveryState.Delivered, Attempts = 3, Status = 200 });
            db.Add(new WebhookDelivery
            {
                WebhookKey = webhook.Key,
                CreatedAt = CatalogRows.Now,
                State = DeliveryState.GivenUp,
                Attempts = 14,
                Failure = "no answer within 10 s",
            });
            await db.SaveChangesAsync();
        });
        var path = $"/account/webhooks/{webhook.Key}";
        await chromium.LookAsync("account-webhook", async page =>
        {
            await LogInAsync(page, joe, path);
            await page.GotoAsync(Address + path);
        });
    }

    [Fact]
    public async Task A_refused_form_and_an_application_are_fit_for_everyone()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe"));
        var number = 0;
        await chromium.LookAsync("account-client", async page =>
        {
            await LogInAsync(page, joe, "/account/clients");
            await page.GetByLabel("Name").FillAsync($"Viewer for the building sites of the whole town {++number}");
            await page.GetByLabel("Where it gets its answers").FillAsync("https://viewer.example.org/callback\nviewer.example.org");
            await page.GetByRole(AriaRole.Button, new() { Name = "Register" }).ClickAsync();
            await page.GetByText("The application is registered.").WaitForAsync();
        });
        await chromium.LookAsync("account-profile-wrong", async page =>
        {
            await LogInAsync(page, joe, "/account");
            await page.GetByLabel("User name").FillAsync("joe <3");
            await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
            await page.Locator("#current:focus").WaitForAsync();
        });
    }

    private async Task LogInAsync(IPage page, TestUser user, string path)
    {
        await page.GotoAsync($"{Address}/login?rt={path}");
        await page.GetByLabel("User name or email").FillAsync(user.Name);
        await page.GetByLabel("Password").FillAsync(user.Password);
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Log out", new() { Exact = true }).WaitForAsync();
    }
}
