using System.Text.RegularExpressions;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Pages;

/// <summary>Whatever is typed into whichever field of a form: it has an answer, and one that is refused comes back with what was typed
/// and a sentence for people.</summary>
public sealed partial class FormWalkTests(TimedSqliteApp shared) : IClassFixture<TimedSqliteApp>
{
    private const string Markup = "<script>alert(\"1\")</script>";

    private static readonly string[] Odd = ["", " ", new('x', 5_000), Markup, "a\u0001\u007Fb", "a\r\nb", "a\0b", "zz-unknown", "\u202E\u3164"];

    /// <summary>The fields that no page shows again.</summary>
    private static readonly string[] Hidden = ["password", "current", "cam_password", "secret", "code", "factor", "c", SentForms.Field];

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Where forms are sent to, as the server maps it.</summary>
    public static TheoryData<string> All =>
    [
        "/login", "/login/code", "/signup", "/setup", "/confirm", "/reset/password", "/reset/confirm", "/reset/email", "/oauth2/feedback",
        "/account", "/account/password", "/account/keys", "/account/second-factor", "/account/delete", "/account/notices",
        "/account/applications", "/account/clients", "/account/clients/{id}", "/account/clients/{id}/delete",
        "/account/webhooks", "/account/webhooks/{id}", "/account/webhooks/{id}/secret",
        "/cameras/new", "/cameras/{id}/settings", "/cameras/{id}/sharing", "/cameras/{id}/recording", "/cameras/{id}/timelapses",
        "/cameras/{id}/delete", "/cameras/{id}/pictures/{year}/{month}/{day}/{hour}",
    ];

    /// <summary>Buttons that say all themselves.</summary>
    private static readonly string[] Wordless =
        ["/logout", "/account/logout", "/account/confirmation", "/account/webhooks/{id}/test", "/account/webhooks/{id}/delete"];

    [Fact]
    public void Every_form_is_walked()
    {
        var mapped = App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<PageNeed>() is not null
                && route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Contains("POST"))
            .Select(route => route.RoutePattern.RawText!);
        Assert.Equal(mapped.Order(StringComparer.Ordinal), All.Select(form => form.Data).Concat(Wordless).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Every_field_of_every_form_takes_anything(string path)
    {
        using var surfer = new Surfer(App);
        if (path.StartsWith("/account", StringComparison.Ordinal) || path.StartsWith("/cameras", StringComparison.Ordinal))
        {
            var joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
            await surfer.LogInAsync(joe);
            path = Numbers().Replace(path.Replace("{id}", await AddAsync(path, joe), StringComparison.Ordinal), "1");
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

    /// <summary>Adds what the path of a form is about.</summary>
    /// <returns>Its id.</returns>
    private async Task<string> AddAsync(string path, TestUser joe)
    {
        if (path.StartsWith("/account/clients", StringComparison.Ordinal))
        {
            var client = CatalogRows.Client();
            client.CreatorKey = joe.Key;
            await SaveAsync(client);
            return client.Credential!.ApiId;
        }

        if (path.StartsWith("/account/webhooks", StringComparison.Ordinal))
        {
            var webhook = CatalogRows.Webhook(await App.StoreAsync(db => db.Users.AsNoTracking().SingleAsync(user => user.Id == joe.Key, Cancellation)));
            await SaveAsync(webhook);
            return $"{webhook.Key}";
        }

        var id = CatalogRows.Fresh("door-");
        var ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        await App.ShareAsync(await App.AddCameraAsync(id, joe), joe, ann, CameraRights.List);
        return id;
    }

    private Task SaveAsync(object row) => App.StoreAsync(async db =>
    {
        db.Add(row);
        await db.SaveChangesAsync(Cancellation);
    });

    [GeneratedRegex(@"\{[a-z]+\}")]
    private static partial Regex Numbers();

    [GeneratedRegex(" name=\"([^\"]+)\"")]
    private static partial Regex Names();

    /// <summary>Of the hours of a week, one stands for all.</summary>
    [GeneratedRegex("^(?!Monday-0$)[A-Z][a-z]+day-[0-9]+$")]
    private static partial Regex OtherHours();

    /// <summary>What is said at a field, or of the form as a whole.</summary>
    [GeneratedRegex("mud-input-error|role=\"alert\"")]
    private static partial Regex Sentence();
}
