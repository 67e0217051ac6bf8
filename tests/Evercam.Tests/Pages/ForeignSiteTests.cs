using Evercam.Tests.SecondFactors;
using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.Pages;

/// <summary>What pages of other origins may do in a real browser (contract 0.10 and 2): what their users allow, and nothing by
/// themselves.</summary>
public sealed class ForeignSiteTests(Chromium chromium) : IAsyncLifetime
{
    private ForeignSite site = null!;
    private ForeignSite trusted = null!;
    private EvercamApp app = null!;
    private TestUser joe = null!;

    private string Api => app.Address.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        site = await ForeignSite.StartAsync();
        trusted = await ForeignSite.StartAsync();
        app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Http:TrustedOrigins:0"] = trusted.Near,
            ["Evercam:Recorder:OnlineCheck"] = "false",
        });
        joe = await app.AddUserAsync("joe");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await trusted.DisposeAsync();
        await site.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_page_sends_its_visitor_and_gets_back_what_was_agreed_to(bool withFactor)
    {
        var client = await app.AddClientAsync("Viewer", $"{site.Far}/back?of=app");
        await app.AddCameraAsync("front-door", joe);
        await app.AddCameraAsync("back-door", joe);
        var ask = $"{Api}/oauth2/authorize?response_type=token&client_id={client.ApiId}&scope=camera:view:front-door&state=a+b"
            + $"&redirect_uri={Uri.EscapeDataString($"{site.Far}/back?of=app")}";
        site.Pages["/"] = $"<a href='{ask.Replace("&", "&amp;", StringComparison.Ordinal)}'>Show my camera</a>";
        site.Pages["/back"] =
            $$"""
            <p id=said></p>
            <script>
              const answer = new URLSearchParams(location.hash.slice(1));
              const ask = path => fetch('{{Api}}/v1/' + path, { headers: { Authorization: 'Bearer ' + answer.get('access_token') } });
              const told = Promise.all([ask('cameras/front-door'), ask('cameras/back-door'), ask('users/joe')]);
              told.then(async ([front, back, user]) => said.textContent =
                [(await front.json()).cameras[0].name, back.status, user.status, answer.get('state'), answer.get('token_type')].join(' '));
            </script>
            """;
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        var codes = withFactor ? await SwitchOnAsync(page) : [];
        await page.GotoAsync(site.Far);
        await page.GetByText("Show my camera").ClickAsync();
        await LogInAsync(page);
        if (withFactor)
        {
            await page.GetByLabel("Code").FillAsync(codes[0]);
            await page.Keyboard.PressAsync("Enter");
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).ClickAsync();
        await page.GetByText("front-door 404 403 a b bearer").WaitForAsync();
        Assert.Matches(
            $@"\A{System.Text.RegularExpressions.Regex.Escape($"{site.Far}/back?of=app")}#access_token=[0-9a-f]{{40}}&token_type=bearer&expires_in=3600&state=a\+b\z",
            page.Url);

        // Agreed to once: the next time the visitor comes back at once.
        await page.GotoAsync(site.Far);
        await page.GetByText("Show my camera").ClickAsync();
        await page.GetByText("front-door 404 403 a b bearer").WaitForAsync();
    }

    [Fact]
    public async Task A_page_of_the_same_site_reads_with_the_session_and_one_of_another_site_does_not()
    {
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await LogInAsync(page, Api + "/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).WaitForAsync();
        foreach (var (origin, status) in new[] { (site.Near, 200), (trusted.Near, 200), (site.Far, 401) })
        {
            await page.GotoAsync(origin);
            Assert.Equal((origin, status), (origin, await AskAsync(page, "GET", "/v1/users/joe")));
            Assert.Equal((origin, 401), (origin, await AskAsync(page, "GET", "/v1/users/joe", credentials: "omit")));
        }
    }

    [Fact]
    public async Task A_page_changes_something_with_the_session_only_where_it_is_trusted()
    {
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await LogInAsync(page, Api + "/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).WaitForAsync();
        foreach (var (origin, status) in new[] { (site.Near, 403), (site.Far, 401), (trusted.Near, 200) })
        {
            await page.GotoAsync(origin);
            Assert.Equal((origin, status), (origin, await AskAsync(page, "PATCH", "/v1/users/joe?forename=Eve")));
        }

        // With what it has from the user itself, any page may.
        await page.GotoAsync(site.Far);
        Assert.Equal(200, await AskAsync(page, "PATCH", $"/v1/users/joe?forename=Joe&{joe.Keys}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_form_of_another_page_answers_nothing_for_the_user(bool isNear)
    {
        var client = await app.AddClientAsync("Viewer", "https://app.example/");
        site.Pages["/"] =
            $"<form method=post action='{Api}/oauth2/feedback'><input name=action value=approve><button>Win a prize</button></form>";
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await LogInAsync(page, $"{Api}/oauth2/authorize?response_type=token&client_id={client.ApiId}&scope=user:delete");
        await page.GetByRole(AriaRole.Button, new() { Name = "Allow" }).WaitForAsync();
        await page.GotoAsync(isNear ? site.Near : site.Far);
        var answer = await page.RunAndWaitForResponseAsync(
            () => page.GetByText("Win a prize").ClickAsync(), response => response.Url.EndsWith("/oauth2/feedback", StringComparison.Ordinal));
        Assert.Equal(403, answer.Status);
        Assert.False(await app.StoreAsync(db => Task.FromResult(db.Grants.Any())));
    }

    [Fact]
    public async Task No_page_frames_a_question()
    {
        var client = await app.AddClientAsync("Viewer", "https://app.example/");
        site.Pages["/"] = $"<iframe src='{Api}/oauth2/authorize?response_type=token&amp;client_id={client.ApiId}&amp;scope=user:delete'></iframe>";
        await using var window = await chromium.OpenAsync();
        var page = await window.NewPageAsync();
        await LogInAsync(page, Api + "/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).WaitForAsync();
        await page.GotoAsync(site.Near);
        await Eventually.IsTrueAsync(() => page.Frames.Any(frame => frame.Url.StartsWith("chrome-error:", StringComparison.Ordinal)));
        Assert.Equal(0, await page.FrameLocator("iframe").GetByText("Allow").CountAsync());
    }

    /// <summary>Lets the page's script ask the API.</summary>
    private Task<int> AskAsync(IPage page, string method, string path, string credentials = "include") => page.EvaluateAsync<int>(
        "([url, method, credentials]) => fetch(url, { method, credentials }).then(answer => answer.status)",
        new[] { Api + path, method, credentials });

    private async Task LogInAsync(IPage page, string? path = null)
    {
        if (path is not null)
        {
            await page.GotoAsync(path);
        }

        await page.GetByLabel("User name or email").FillAsync(joe.Name);
        await page.GetByLabel("Password").FillAsync(joe.Password);
        await page.Keyboard.PressAsync("Enter");
    }

    private async Task<IReadOnlyList<string>> SwitchOnAsync(IPage page)
    {
        await LogInAsync(page, Api + "/login");
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).WaitForAsync();
        await page.GotoAsync(Api + Telephone.Page);
        await page.GetByLabel("Code from the app").FillAsync(Telephone.Scan(await page.ContentAsync(), TimeProvider.System).CodeIn(1));
        await page.GetByLabel("Your password").FillAsync(joe.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Switch on" }).ClickAsync();
        var codes = page.Locator(".codes code");
        await codes.First.WaitForAsync();
        var all = await codes.AllInnerTextsAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log out" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).WaitForAsync();
        return all;
    }
}
