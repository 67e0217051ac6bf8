namespace Evercam.Tests.Pages;

/// <summary>What all pages have in common.</summary>
public sealed class PageTests(SqliteApp shared) : IClassFixture<SqliteApp>
{
    [Fact]
    public async Task A_page_names_who_is_logged_in()
    {
        using var surfer = new Surfer(shared.App);
        Assert.Contains("href=\"/login\"", (await surfer.GetAsync("/")).Body, StringComparison.Ordinal);
        var joe = await shared.App.AddUserAsync("page-joe");
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync("/");
        Assert.Contains("page-joe", page.Text, StringComparison.Ordinal);
        Assert.Contains("Log out", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/nowhere", 404, "There is no page at this address.")]
    [InlineData("/oauth2/nowhere", 404, "There is no page at this address.")]
    public async Task A_person_is_told_in_words_what_a_program_is_told_in_json(string path, int status, string text)
    {
        using var surfer = new Surfer(shared.App);
        var page = await surfer.GetAsync(path, ("Accept", "text/html,*/*"));
        Assert.Equal((status, "text/html; charset=utf-8"), (page.Status, page.Header("Content-Type")));
        Assert.Contains(text, page.Text, StringComparison.Ordinal);
        Assert.Equal("DENY", page.Header("X-Frame-Options"));
        Assert.Equal("""{"message":"Not Found"}""", (await surfer.GetAsync(path)).Body);
    }

    [Fact]
    public async Task Every_file_of_a_page_is_there_and_may_be_kept()
    {
        using var surfer = new Surfer(shared.App);
        var page = await surfer.GetAsync("/login");
        var files = System.Text.RegularExpressions.Regex.Matches(page.Body, "(?:href|src)=\"(/files/[^\"]+)\"");
        Assert.True(files.Count >= 4);
        foreach (var file in files.Select(match => match.Groups[1].Value).Distinct())
        {
            var plain = await surfer.GetAsync(file);
            Assert.Equal((200, "public, max-age=31536000, immutable"), (plain.Status, plain.Header("Cache-Control")));
            var packed = await surfer.GetAsync(file, ("Accept-Encoding", "gzip, br"));
            Assert.Equal((plain.Header("Content-Type"), "gzip"), (packed.Header("Content-Type"), packed.Header("Content-Encoding")));
            Assert.Equal("no-cache", (await surfer.GetAsync(file.Replace("/files/", "/files/0", StringComparison.Ordinal))).Header("Cache-Control"));
        }

        Assert.Equal(404, (await surfer.GetAsync("/files/0/nothing.css")).Status);
    }

    [Fact]
    public async Task Pages_have_no_scripts_and_no_styles_of_their_own()
    {
        using var surfer = new Surfer(shared.App);
        foreach (var path in new[] { "/", "/login" })
        {
            var page = await surfer.GetAsync(path);
            Assert.DoesNotContain("<script", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("style=", page.Body, StringComparison.OrdinalIgnoreCase);
            Assert.StartsWith("default-src 'none'; style-src 'self';", page.Header("Content-Security-Policy"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/signup")]
    [InlineData("/reset/password")]
    [InlineData("/cameras/new")]
    [InlineData("/account")]
    [InlineData("/account/password")]
    [InlineData("/account/keys")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/clients")]
    [InlineData("/account/delete")]
    public async Task Every_form_has_a_number_of_its_own(string path)
    {
        using var surfer = new Surfer(shared.App);
        if (path is not ("/signup" or "/reset/password"))
        {
            await surfer.LogInAsync(await shared.App.AddUserAsync(Storage.CatalogRows.Fresh("joe")));
        }

        var page = await surfer.GetAsync(path);
        var numbers = System.Text.RegularExpressions.Regex.Matches(page.Body, "<form[^>]*>\\s*<input type=\"hidden\" name=\"form_number\" value=\"([0-9a-f]{32})\" />");
        Assert.NotEmpty(numbers);
        Assert.Equal(System.Text.RegularExpressions.Regex.Count(page.Body, "<form"), numbers.Select(number => number.Groups[1].Value).Distinct().Count());
    }
}
