using System.Text.RegularExpressions;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Evercam.Tests.SecondFactors;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Pages;

/// <summary>Whatever is typed into whichever field of a form: it has an answer, and one that is refused comes back with what was typed
/// and a sentence for people.</summary>
public sealed partial class FormWalkTests(TimedSqliteApp shared) : IClassFixture<TimedSqliteApp>
{
    private const string Markup = "<script>alert(\"1\")</script>";

    private static readonly string[] Odd = ["", " ", new('x', 5_000), Markup, "a\u0001\u007Fb", "a\r\nb", "a\0b", "zz-unknown", "\u202E\u3164"];

    /// <summary>The fields that no page shows again.</summary>
    private static readonly string[] Hidden = ["password", "current", "cam_password", "code", "factor", "c", SentForms.Field];

    private EvercamApp App => shared.App;

    [Theory]
    [InlineData("/login")]
    [InlineData("/signup")]
    [InlineData("/reset/password")]
    [InlineData("/reset/confirm")]
    [InlineData("/confirm")]
    [InlineData("/login/code")]
    [InlineData("/account")]
    [InlineData("/account/password")]
    [InlineData("/account/keys")]
    [InlineData("/account/second-factor")]
    [InlineData("/account/clients")]
    [InlineData("/account/delete")]
    [InlineData("/cameras/new")]
    [InlineData("/cameras/%ID%/settings")]
    [InlineData("/cameras/%ID%/sharing")]
    [InlineData("/cameras/%ID%/recording")]
    public async Task Every_field_of_every_form_takes_anything(string path)
    {
        using var surfer = new Surfer(App);
        if (path.StartsWith("/account", StringComparison.Ordinal) || path.StartsWith("/cameras", StringComparison.Ordinal))
        {
            var joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
            var id = CatalogRows.Fresh("door-");
            var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
            await App.ShareAsync(await App.AddCameraAsync(id, joe), joe, ann, CameraRights.List);
            await surfer.LogInAsync(joe);
            path = path.Replace("%ID%", id, StringComparison.Ordinal);
        }

        var page = await surfer.GetAsync(path);
        var form = page.Fill(("action", "save"), (SentForms.Field, null));
        var names = form.Select(field => field.Name).Concat(Names().Matches(page.Body).Select(name => name.Groups[1].Value))
            .Concat(["u", "c", "code", "rt", "share", "nothing"]).Where(name => !OtherHours().IsMatch(name)).Distinct();
        foreach (var name in names)
        {
            foreach (var value in Odd)
            {
                Check(await surfer.PostAsync(path, [.. form.Where(field => field.Name != name), (name, value)]), name, value);
            }

            Check(await surfer.PostAsync(path, [.. form.Where(field => field.Name != name), ($"{name}[]", "x"), ($"{name}[a]", "y")]), name, "");
            Check(await surfer.PostAsync(path, [.. form.Where(field => field.Name != name)]), name, "");
        }

        void Check(Sight answer, string name, string value)
        {
            var what = $"{path} {name}={(value.Length > 20 ? value[..20] : value)}: {answer.Status} {answer.Text}";
            Assert.True(answer.Status is 200 or 302 or 400 or 404 or 409 or 429, what);
            Assert.False(answer.Body.Contains(Markup, StringComparison.Ordinal), what);
            if (answer.Status is 400 && page.FieldOf(name) is not null && !Hidden.Contains(name))
            {
                Assert.True(Sentence().IsMatch(answer.Body), what);
                var isTyped = Regex.IsMatch(page.Body, $"<input [^>]*name=\"{Regex.Escape(name)}\" type=\"(text|email)\"");
                // In place of nothing, something may be proposed.
                Assert.True(!isTyped || string.IsNullOrWhiteSpace(value) || value.Contains('\0', StringComparison.Ordinal) || answer.FieldOf(name) == value.Trim(), what);
            }
        }
    }

    [GeneratedRegex(" name=\"([^\"]+)\"")]
    private static partial Regex Names();

    /// <summary>Of the hours of a week, one stands for all.</summary>
    [GeneratedRegex("^(?!Monday-0$)[A-Z][a-z]+day-[0-9]+$")]
    private static partial Regex OtherHours();

    /// <summary>What is said at a field, or of the form as a whole.</summary>
    [GeneratedRegex("mud-input-error|role=\"alert\"")]
    private static partial Regex Sentence();
}
