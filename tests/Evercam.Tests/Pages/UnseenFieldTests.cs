using Evercam.Tests.Storage;

namespace Evercam.Tests.Pages;

/// <summary>What the form of a camera carries where nobody sees it, and somebody sends by hand.</summary>
public sealed class UnseenFieldTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private const string New = "/cameras/new";
    private const string Marked = "Nothing was saved. Please look at what is marked below.";
    private const string Damaged = "Nothing was saved: the form came back damaged. Please look whether all is as you want it, and save once more.";

    private Surfer surfer = null!;
    private string settings = "";

    private EvercamApp App => shared.App;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        var (joe, id) = (await App.AddUserAsync(CatalogRows.Fresh("joe")), CatalogRows.Fresh("front-door-"));
        await App.AddCameraAsync(id, joe);
        await surfer.LogInAsync(joe);
        settings = $"/cameras/{id}/settings";
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("models_of[a]", "1")]
    [InlineData("filled[a]", "1")]
    [InlineData("seen[a][b]", "1")]
    [InlineData("kept_password[a]", "1")]
    [InlineData("no_password[a]", "1")]
    [InlineData("model[a]", "1")]
    [InlineData("seen", "\0")]
    [InlineData("models_of", "yc\u0001am")]
    [InlineData("filled", "ycam\n*")]
    [InlineData("seen", "1\u202E")]
    [InlineData("model", "a\u0001b")]
    public async Task What_cannot_be_read_is_told_of_the_whole_and_the_next_try_succeeds(string name, string value)
    {
        foreach (var path in new[] { New, settings })
        {
            var form = (await surfer.GetAsync(path)).Fill(("name", "Back Door"), (name.Split('[')[0], null), (name, value), ("action", "save"));
            var refused = await surfer.PostAsync(path, form);
            Assert.Equal(400, refused.Status);
            Assert.Contains(Damaged, refused.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("mud-input-error", refused.Body, StringComparison.Ordinal);
            (string, string?)[] own = path == New ? [("id", CatalogRows.Fresh("back-door-"))] : [];
            Assert.Equal(302, (await surfer.PostAsync(path, refused.Fill([.. own, ("action", "save")]))).Status);
        }
    }

    [Theory]
    [InlineData("models_of")]
    [InlineData("filled")]
    [InlineData("seen")]
    [InlineData("kept_password")]
    [InlineData("vendor")]
    [InlineData("model")]
    public async Task Whatever_it_holds_the_page_comes_back_and_marks_what_it_says_is_marked(string field)
    {
        foreach (var path in new[] { New, settings })
        {
            var page = await surfer.GetAsync(path);
            foreach (var (name, value) in new[] { (field, new string('x', 100_000)), (field, string.Concat(Enumerable.Repeat("ycam \r\n\t", 1_000))), (field, "%_'\"<b>\u0007"), ($"{field}[a]", "1") })
            {
                foreach (var action in new[] { "save", "models", "fill", "maker", "test", "" })
                {
                    var answer = await surfer.PostAsync(path, page.Fill(("id", "No!"), ("external_host", ""), (field, null), (name, value), ("action", action)));
                    var isTold = answer.Text.Contains(Marked, StringComparison.Ordinal);
                    Assert.True(
                        answer.Status is 200 or 302 or 400 && (!isTold || answer.Body.Contains("mud-input-error", StringComparison.Ordinal)),
                        $"{action} at {path} with {name}={value[..Math.Min(value.Length, 20)]}: {answer.Status}");
                }
            }
        }
    }
}
