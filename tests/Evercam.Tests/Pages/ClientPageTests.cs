using System.Net;
using System.Text.RegularExpressions;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>A user's own applications: registered, changed and deleted with a browser.</summary>
public sealed class ClientPageTests(SqliteApp shared) : JoesBrowser(shared.App), IClassFixture<SqliteApp>
{
    private readonly string name = CatalogRows.Fresh("Viewer <b>&");

    [Fact]
    public async Task An_application_is_registered_seen_changed_and_deleted()
    {
        var path = await RegisterAsync(name, "https://app.example/back\r\nhost.example:8443\n");
        var page = await Surfer.GetAsync(path);
        Assert.Contains("The application is registered.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.Matches("Client secret Show [0-9a-f]{32} ", page.Text);
        Assert.Equal("https://app.example/back\nhost.example:8443", UrisOf(page));
        Assert.Contains(name, (await Surfer.GetAsync("/account/clients")).Text, StringComparison.Ordinal);

        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("name", $"{name} 2"), ("callback_uris", "https://app.example/new"))).Ends);
        page = await Surfer.GetAsync(path);
        Assert.Contains("It is saved.", page.Text, StringComparison.Ordinal);
        Assert.Equal("https://app.example/new", UrisOf(page));

        Assert.Equal(200, (await Surfer.GetAsync($"{path}/delete")).Status);
        var refused = await Surfer.PostAsync($"{path}/delete", ("current", "wrong"));
        Assert.Equal(400, refused.Status);
        Assert.Contains("This is not your password.", refused.Text, StringComparison.Ordinal);
        Assert.Equal((302, "/account/clients"), (await Surfer.PostAsync($"{path}/delete", ("current", Joe.Password))).Ends);
        Assert.Contains("The application is deleted.", (await Surfer.GetAsync("/account/clients")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await Surfer.GetAsync(path)).Status);
        Assert.Equal(404, (await Surfer.PostAsync($"{path}/delete", ("current", Joe.Password))).Status);
    }

    [Theory]
    [InlineData("name", "", "name", "Please type a name.")]
    [InlineData("name", "a\u202Eb", "name", "This name is too long, or holds something that cannot be seen.")]
    [InlineData("name", "a\0b", "name", "This name is too long, or holds something that cannot be seen.")]
    [InlineData("callback_uris", " \n ", "callback_uris", "Please type at least one address.")]
    [InlineData("callback_uris", "https://app.example/\njavascript:alert(1)", "callback_uris", "Each line is an http or https address")]
    [InlineData("callback_uris", "https://app.example/cb?fields=a,b", "callback_uris", "Each line is an http or https address without #, @ and commas")]
    [InlineData("callback_uris", "https://app.example/,", "callback_uris", "Each line is an http or https address")]
    [InlineData("callback_uris", "https://app.example/#x", "callback_uris", "Each line is an http or https address")]
    [InlineData("callback_uris", "</textarea><script>alert(1)</script>", "callback_uris", "Each line is an http or https address")]
    public async Task What_breaks_a_rule_comes_back_with_a_sentence_at_its_field(string field, string value, string at, string sentence)
    {
        var path = await RegisterAsync(name, "https://app.example/back");
        foreach (var form in new[] { "/account/clients", path })
        {
            var fields = new Dictionary<string, string> { ["name"] = $"{name} 2", ["callback_uris"] = "https://app.example/", [field] = value };
            var page = await Surfer.PostAsync(form, [.. fields.Select(pair => (pair.Key, pair.Value))]);
            Assert.Equal(400, page.Status);
            Assert.Matches($"<p id=\"{at}-below\"[^>]*>{sentence}", page.Body);
            Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
            Assert.Equal(field == "callback_uris" ? value.Trim() : "https://app.example/", UrisOf(page));
        }
    }

    [Fact]
    public async Task A_name_that_is_taken_is_told_at_its_field()
    {
        await RegisterAsync(name, "https://app.example/back");
        var page = await Surfer.PostAsync("/account/clients", ("name", name.ToUpperInvariant()), ("callback_uris", "https://app.example/"));
        Assert.Equal(409, page.Status);
        Assert.Contains("Another application has this name.", page.Text, StringComparison.Ordinal);
        Assert.Equal(1, await App.StoreAsync(db => db.Clients.CountAsync(client => client.CreatorKey == Joe.Key, Cancellation)));
    }

    [Fact]
    public async Task To_others_an_application_is_as_if_it_were_not_there()
    {
        var path = await RegisterAsync(name, "https://app.example/back");
        using var other = new Surfer(App);
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await other.LogInAsync(ann);
        Assert.Equal(404, (await other.GetAsync(path)).Status);
        Assert.Equal(404, (await other.GetAsync($"{path}/delete")).Status);
        Assert.Equal(404, (await other.PostAsync(path, ("name", "mine"), ("callback_uris", "https://evil.example/"))).Status);
        Assert.Equal(404, (await other.PostAsync($"{path}/delete", ("current", ann.Password))).Status);
        Assert.Equal(404, (await other.GetAsync("/account/clients/nothing")).Status);
        Assert.DoesNotContain(name, (await other.GetAsync("/account/clients")).Text, StringComparison.Ordinal);
        Assert.Equal("https://app.example/back", UrisOf(await Surfer.GetAsync(path)));
    }

    private async Task<string> RegisterAsync(string called, string uris)
    {
        var made = await Surfer.PostAsync("/account/clients", ("name", called), ("callback_uris", uris));
        Assert.Equal(302, made.Status);
        Assert.Matches(@"\A/account/clients/[0-9a-f]{20}\z", made.Location);
        return made.Location!;
    }

    private static string UrisOf(Sight page) =>
        WebUtility.HtmlDecode(Regex.Match(page.Body, "<textarea[^>]*>\n(.*?)</textarea>", RegexOptions.Singleline).Groups[1].Value);
}
