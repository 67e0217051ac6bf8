using System.Text.RegularExpressions;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>What a user is told, chosen with a browser: by mail, and by webhooks.</summary>
public sealed class WebhookPageTests(SqliteApp shared) : JoesBrowser(shared.App), IClassFixture<SqliteApp>
{
    private const string Url = "http://127.0.0.1:1/hook?<b>";


    [Fact]
    public async Task A_webhook_is_added_seen_changed_tried_and_deleted()
    {
        var camera = CatalogRows.Fresh("gate");
        await App.AddCameraAsync(camera, Joe);
        var path = await AddAsync();
        var page = await Surfer.GetAsync(path);
        Assert.Matches("Secret [0-9a-f]{40} ", page.Text);
        Assert.DoesNotMatch("Secret [0-9a-f]{40} ", (await Surfer.GetAsync(path)).Text);
        Assert.Equal((Url, "true", "true", null), (page.FieldOf("url"), page.FieldOf("enabled"), page.FieldOf("camera.offline"), page.FieldOf("space.low")));
        Assert.Contains(Url, (await Surfer.GetAsync("/account/webhooks")).Text, StringComparison.Ordinal);

        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("url", Url), ("share.ended", "true"), ("cameras", camera))).Ends);
        page = await Surfer.GetAsync(path);
        Assert.Contains("It is saved.", page.Text, StringComparison.Ordinal);
        Assert.Equal((camera, null, "true", null), (page.FieldOf("cameras"), page.FieldOf("enabled"), page.FieldOf("share.ended"), page.FieldOf("camera.offline")));
        Assert.Contains("is off", (await Surfer.GetAsync("/account/webhooks")).Text, StringComparison.Ordinal);

        Assert.Equal((302, path), (await Surfer.PostAsync($"{path}/test")).Ends);
        await Eventually.IsTrueAsync(async () =>
            (await Surfer.GetAsync(path)).Text.Contains("given up: connection refused", StringComparison.Ordinal));

        Assert.Equal((302, path), (await Surfer.PostAsync($"{path}/secret", ("secret", "a-secret-of-my-own"))).Ends);
        Assert.Contains("Secret a-secret-of-my-own", (await Surfer.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal((302, "/account/webhooks"), (await Surfer.PostAsync($"{path}/delete")).Ends);
        Assert.Contains("The webhook is deleted.", (await Surfer.GetAsync("/account/webhooks")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await Surfer.GetAsync(path)).Status);
    }

    [Fact]
    public async Task A_webhook_whose_cameras_are_gone_says_so_and_widens_only_when_told()
    {
        var (path, camera) = (await AddAsync(), CatalogRows.Fresh("gate"));
        await App.AddCameraAsync(camera, Joe);
        Assert.DoesNotContain("It is for no camera", (await Surfer.GetAsync(path)).Text, StringComparison.Ordinal);
        await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", camera));
        await App.StoreAsync(db => db.Cameras.Where(c => c.Id == camera).ExecuteDeleteAsync(Cancellation));
        var page = await Surfer.GetAsync(path);
        Assert.Contains("It is for no camera", page.Text, StringComparison.Ordinal);

        // Saved as it is shown.
        var shown = page.FieldOf("cameras")!;
        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", shown))).Ends);
        page = await Surfer.GetAsync(path);
        Assert.Equal(("none", true), (page.FieldOf("cameras"), page.Text.Contains("It is for no camera", StringComparison.Ordinal)));
        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", ""))).Ends);
        page = await Surfer.GetAsync(path);
        Assert.Equal(("", false), (page.FieldOf("cameras"), page.Text.Contains("It is for no camera", StringComparison.Ordinal)));

        // A camera may be called like the word.
        await App.AddCameraAsync("none", Joe);
        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", "none,"))).Ends);
        page = await Surfer.GetAsync(path);
        Assert.Equal(("none,", false), (page.FieldOf("cameras"), page.Text.Contains("It is for no camera", StringComparison.Ordinal)));
        Assert.Equal(400, (await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", "no-such"))).Status);
        await App.AddCameraAsync("all", Joe);
        Assert.Equal((302, path), (await Surfer.PostAsync(path, ("url", Url), ("camera.offline", "true"), ("cameras", "all,"))).Ends);
        Assert.Equal("all,", (await Surfer.GetAsync(path)).FieldOf("cameras"));
    }

    [Fact]
    public async Task What_breaks_a_rule_comes_back_with_a_sentence_at_its_field()
    {
        var path = await AddAsync();
        foreach (var form in new[] { "/account/webhooks", path })
        {
            var page = await Surfer.PostAsync(form, ("url", "http://joe:x@example.org/<script>"), ("cameras", "no-such"));
            Assert.Equal(400, page.Status);
            Assert.Matches("<p id=\"url-below\"[^>]*>This is no http or https address", page.Body);
            Assert.Contains("Please tick at least one.", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<script", page.Body, StringComparison.Ordinal);
            Assert.Equal("no-such", page.FieldOf("cameras"));
            page = await Surfer.PostAsync(form, ("url", Url), ("share.ended", "true"), ("cameras", "no-such"));
            Assert.Matches("<p id=\"cameras-below\"[^>]*>One of these is no camera of yours", page.Body);
        }

        Assert.Matches(
            "<p id=\"secret-below\"[^>]*>A secret has 16 to 256", (await Surfer.PostAsync($"{path}/secret", ("secret", "short"))).Body);
    }

    [Fact]
    public async Task A_new_secret_travels_sealed_and_is_shown_at_its_own_webhook_only()
    {
        var (path, other) = (await AddAsync(), await AddAsync());
        await Surfer.GetAsync(path);
        foreach (var secret in new[] { "a-secret-of-my-own", new string('s', 256) })
        {
            await Surfer.PostAsync($"{path}/secret", ("secret", secret));
            Assert.DoesNotContain(secret, Uri.UnescapeDataString(Surfer.CookieOf("evercam_notice")!), StringComparison.Ordinal);
            Assert.Contains($"Secret {secret} Keep it", (await Surfer.GetAsync(path)).Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, (await Surfer.GetAsync(path)).Text, StringComparison.Ordinal);

            await Surfer.PostAsync($"{path}/secret", ("secret", secret));
            Assert.DoesNotContain(secret, (await Surfer.GetAsync(other)).Text, StringComparison.Ordinal);
        }

        await Surfer.PostAsync($"{path}/secret", ("secret", ""));
        await App.StoreAsync(db => db.Sessions.Where(session => session.UserKey == Joe.Key).ExecuteDeleteAsync(Cancellation));
        Assert.Equal("", (await Surfer.GetAsync("/login")).FieldOf("username"));
    }

    [Fact]
    public async Task Others_see_no_webhook_there()
    {
        var path = await AddAsync();
        using var other = new Surfer(App);
        await other.LogInAsync(await App.AddUserAsync(CatalogRows.Fresh("ann")));
        Assert.Equal(404, (await other.GetAsync(path)).Status);
        foreach (var action in new[] { "", "/secret", "/test", "/delete" })
        {
            Assert.Equal(404, (await other.PostAsync(path + action, ("url", Url))).Status);
        }

        Assert.Equal(1, await App.StoreAsync(db => db.Webhooks.CountAsync(w => w.UserKey == Joe.Key, Cancellation)));
    }

    [Fact]
    public async Task Mails_are_chosen_by_ticks_and_wait_until_the_email_is_confirmed()
    {
        var page = await Surfer.GetAsync("/account/notices");
        Assert.Contains("Nobody has confirmed yet", page.Text, StringComparison.Ordinal);
        Assert.Equal(("true", null), (page.FieldOf("camera.offline"), page.FieldOf("camera.online")));
        Assert.Equal((302, "/account/notices"), (await Surfer.PostAsync("/account/notices", ("camera.online", "true"))).Ends);
        page = await Surfer.GetAsync("/account/notices");
        Assert.Contains("It is saved.", page.Text, StringComparison.Ordinal);
        Assert.Equal((null, "true"), (page.FieldOf("camera.offline"), page.FieldOf("camera.online")));
        Assert.Equal(
            [NoticeKind.CameraOnline],
            (await App.StoreAsync(db => db.MailChoices.SingleAsync(c => c.UserKey == Joe.Key, Cancellation))).Kinds);
    }

    private async Task<string> AddAsync()
    {
        var (status, path) = (await Surfer.PostAsync("/account/webhooks", ("url", Url), ("camera.offline", "true"))).Ends;
        Assert.Equal(302, status);
        Assert.Matches(new Regex("^/account/webhooks/[0-9]+$"), path);
        return path!;
    }
}
