using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using MimeKit;

namespace Evercam.Tests.Pages;

/// <summary>What a new account needs, by hand, in a real browser that runs no scripts.</summary>
public sealed class AccountTourTests(SqliteApp shared, Chromium chromium) : IClassFixture<SqliteApp>
{
    private readonly HashSet<string> read = [];

    private string Address => shared.App.Address.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_newcomer_signs_up_confirms_comes_back_and_forgets_the_password()
    {
        var name = CatalogRows.Fresh("joe.");
        await using var window = await chromium.OpenAsync(new() { JavaScriptEnabled = false });
        var page = await window.NewPageAsync();
        await page.GotoAsync($"{Address}/");
        await page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = "Sign up" }).ClickAsync();
        await page.GetByLabel("First name").FillAsync("Joe");
        await page.GetByLabel("Last name").FillAsync("Bloggs");
        await page.GetByLabel("User name").FillAsync(name);
        await page.GetByLabel("Country").SelectOptionAsync("Ireland");
        await page.GetByLabel("Email").FillAsync($"{name}@example.org");
        await page.GetByLabel("Password").FillAsync("first secret");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("There are no cameras here yet").WaitForAsync();

        await page.GotoAsync(await LinkAsync($"{name}@example.org", "confirm"));
        await page.GetByText("Your email address is confirmed.").WaitForAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Account" }).ClickAsync();
        Assert.Equal(0, await page.GetByText("Nobody has confirmed yet").CountAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await LogInAsync(page, name, "first secret");
        await page.GetByText("There are no cameras here yet").WaitForAsync();

        // Neither going back nor reloading sends anything again.
        await page.GoBackAsync();
        await page.ReloadAsync();
        await page.GotoAsync($"{Address}/");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();

        await page.GetByRole(AriaRole.Link, new() { Name = "Forgotten your password?" }).ClickAsync();
        await page.GetByLabel("User name or email").FillAsync($"{name}@example.org");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Look into your mail").First.WaitForAsync();
        await page.GotoAsync(await LinkAsync($"{name}@example.org", "reset/confirm"));
        await page.GetByLabel("New password").FillAsync("second secret");
        await page.Keyboard.PressAsync("Enter");
        await page.GetByText("Your new password is saved.").WaitForAsync();
        Assert.Equal(name, await page.GetByLabel("User name or email").InputValueAsync());
        await LogInAsync(page, name, "first secret");
        await page.GetByText("do not belong together").WaitForAsync();
        await LogInAsync(page, name, "second secret");
        await page.GetByText("There are no cameras here yet").WaitForAsync();
    }

    [Fact]
    public async Task The_page_behind_a_mails_link_is_fit_for_everyone()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe."));
        using var surfer = new Surfer(shared.App);
        Assert.Equal(302, (await surfer.PostAsync("/reset/password", ("username", joe.Name))).Status);
        var link = await LinkAsync(joe.Email, "reset/confirm");
        await chromium.LookAsync("new-password", page => page.GotoAsync(link));
    }

    [Fact]
    public async Task The_page_that_confirms_an_address_is_fit_for_everyone_and_works_by_hand()
    {
        var joe = await shared.App.SignUpAsync(CatalogRows.Fresh("joe.with-a-rather-long-user-name."));
        var link = await LinkAsync(joe.Email, "confirm");
        await chromium.LookAsync("confirm", page => page.GotoAsync(link));
        await using var window = await chromium.OpenAsync(new() { JavaScriptEnabled = false });
        var page = await window.NewPageAsync();
        await page.GotoAsync(link);
        await page.GetByRole(AriaRole.Button, new() { Name = "Confirm this address" }).ClickAsync();
        await page.GetByText("Your email address is confirmed.").WaitForAsync();
        await page.ReloadAsync();
        await page.GetByText("Your email address is confirmed.").WaitForAsync();
        await chromium.LookAsync("confirmed", async page =>
        {
            await page.GotoAsync(link);
            await page.GetByText("Your email address is confirmed.").WaitForAsync();
        });
        await chromium.LookAsync("confirmed-late", async page =>
        {
            await page.GotoAsync($"{Address}/confirm?c=0");
            await page.GetByText("This link is not good any more").First.WaitForAsync();
        });
    }

    [Fact]
    public async Task The_page_that_takes_a_change_back_is_fit_for_everyone_and_works_by_hand()
    {
        var joe = await shared.App.AddUserAsync(CatalogRows.Fresh("joe."));
        await shared.App.StoreAsync(db => db.Users.Where(user => user.Id == joe.Key).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ConfirmedAt, CatalogRows.Now), Cancellation));
        var ann = await shared.App.AddUserAsync(CatalogRows.Fresh("ann."));
        await shared.App.ShareAsync(await shared.App.AddCameraAsync(CatalogRows.Fresh("front-door-"), joe), joe, ann, CameraRights.View);
        await shared.App.StoreAsync(async db =>
        {
            var owner = await db.Users.SingleAsync(user => user.Id == joe.Key, Cancellation);
            db.AddRange(CatalogRows.Client(owner), CatalogRows.Webhook(owner));
            await db.SaveChangesAsync(Cancellation);
        });
        using var thief = new Surfer(shared.App);
        await thief.LogInAsync(joe);
        using var change = new HttpRequestMessage(HttpMethod.Patch, $"/v1/users/{joe.Name}?email=thief.{joe.Email}");
        Assert.Equal(200, (await thief.SendAsync(change)).Status);
        var link = await LinkAsync(joe.Email, "reset/email");
        await chromium.LookAsync("take-back", page => page.GotoAsync(link));
        var confirmation = await LinkAsync($"thief.{joe.Email}", "confirm");
        await chromium.LookAsync("confirm-another", page => page.GotoAsync(confirmation));
        await chromium.LookAsync("taken-back", async page =>
        {
            await page.GotoAsync(link);
            if (await page.GetByRole(AriaRole.Button, new() { Name = "Take the change back" }).IsVisibleAsync())
            {
                await page.GetByRole(AriaRole.Button, new() { Name = "Take the change back" }).ClickAsync();
            }

            await page.GetByText("Your address is back").First.WaitForAsync();
        });
    }

    private static async Task LogInAsync(IPage page, string name, string password)
    {
        await page.GetByLabel("User name or email").FillAsync(name);
        await page.GetByLabel("Password").FillAsync(password);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>The link in the next mail to an address, out of the folder that mails lie in.</summary>
    private async Task<string> LinkAsync(string email, string path)
    {
        string? link = null;
        await Eventually.IsTrueAsync(async () =>
        {
            var folder = Path.Combine(shared.App.Folder, "mail");
            foreach (var file in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.eml").Where(file => !read.Contains(file)) : [])
            {
                using var mail = await MimeMessage.LoadAsync(file, Cancellation);
                var found = Regex.Match(mail.TextBody!, $@"^  ({Regex.Escape(Address)}/{path}\?\S+)\r?$", RegexOptions.Multiline);
                if (mail.To.Mailboxes.Single().Address == email && found.Success)
                {
                    read.Add(file);
                    link = found.Groups[1].Value;
                }
            }

            return link is not null;
        });
        return link!;
    }
}
