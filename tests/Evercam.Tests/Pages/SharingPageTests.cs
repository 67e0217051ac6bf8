using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>Sharing a camera with a browser that has no scripts.</summary>
public sealed class SharingPageTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private TestUser ann = null!;
    private Surfer surfer = null!;
    private long key;

    private EvercamApp App => shared.App;

    private string Sharing => $"/cameras/{id}/sharing";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        key = await App.AddCameraAsync(id, joe);
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_camera_is_shared_changed_and_no_longer_shared()
    {
        var person = ann.Email;
        Assert.Contains("It is shared with nobody.", (await surfer.GetAsync(Sharing)).Text, StringComparison.Ordinal);
        var form = new[] { ("person", person), ("Snapshot", "true"), ("List", "true"), ("action", "share") };
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, form)).Ends);
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, form)).Ends);
        var page = await surfer.GetAsync(Sharing);
        Assert.Contains($"The camera is shared with {person}.", page.Text, StringComparison.Ordinal);
        Assert.Contains($"{ann.Email}: nobody has confirmed yet that this address is theirs", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("The camera is shared with", (await surfer.GetAsync(Sharing)).Text, StringComparison.Ordinal);
        var share = await ShareAsync();
        Assert.Equal(CameraRights.Snapshot | CameraRights.List, share!.Rights);

        Assert.Equal((302, Sharing), (await surfer.PostAsync(
            Sharing, ("share", $"{share.Key}"), ("View", "true"), ("Edit", "true"), ("action", "change"))).Ends);
        Assert.Equal(CameraRights.View | CameraRights.Edit, (await ShareAsync())!.Rights);
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, ("share", $"{share.Key}"), ("action", "end"))).Ends);
        Assert.Null(await ShareAsync());
    }

    [Fact]
    public async Task Someone_without_an_account_is_invited_and_the_invitation_taken_back()
    {
        var email = $"{CatalogRows.Fresh("newcomer")}@example.org";
        var form = new[] { ("person", email), ("Snapshot", "true"), ("action", "share") };
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, form)).Ends);
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, form)).Ends);
        var page = await surfer.GetAsync(Sharing);
        Assert.Contains($"{email} has no account yet: a mail invites them", page.Text, StringComparison.Ordinal);
        Assert.Matches($"{email} invited until [0-9]+ [A-Z][a-z]+ [0-9]{{4}}; no account yet", page.Text);
        Assert.Equal((302, Sharing), (await surfer.PostAsync(Sharing, ("person", email), ("action", "withdraw"))).Ends);
        Assert.Contains("It is shared with nobody.", (await surfer.GetAsync(Sharing)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_is_said_and_what_was_typed_comes_back()
    {
        await RefusesAsync("", "Please say with whom.");
        await RefusesAsync("nobody-of-this-name", "Please give an email address, such as joe@example.org.");
        await RefusesAsync("<script>alert(1)</script>", "Please give an email address, such as joe@example.org.");
        await RefusesAsync("a\u0001\r\nb", "Please give an email address, such as joe@example.org.");
        await RefusesAsync(new string('x', 5_000), "Please give an email address, such as joe@example.org.");
        await RefusesAsync("a@b", "Please give an email address, such as joe@example.org.");
        await RefusesAsync("\u0000", "Please say with whom.", shown: "");
        await RefusesAsync(joe.Email, "This camera is yours already.");
        // A share tells the email of its person: whoever only knows a user name does not get it that way.
        await RefusesAsync(ann.Name, "Please give an email address, such as joe@example.org.");
        var ticked = await surfer.PostAsync(Sharing, ("person", ann.Email), ("action", "share"));
        Assert.Equal((400, ann.Email), (ticked.Status, ticked.FieldOf("person")));
        Assert.Contains("Please tick at least one of these.", ticked.Text, StringComparison.Ordinal);

        await App.ShareAsync(key, joe, ann, CameraRights.List);
        await RefusesAsync(ann.Email, "They have it already. What they may do can be changed below.", 409);

        async Task RefusesAsync(string person, string sentence, int status = 400, string? shown = null)
        {
            var refused = await surfer.PostAsync(Sharing, ("person", person), ("Edit", "true"), ("action", "share"));
            Assert.Equal((status, shown ?? person, sentence), (refused.Status, refused.FieldOf("person"), refused.ProblemAt("person")));
            Assert.DoesNotContain("<script>alert", refused.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_change_that_is_wrong_comes_back_where_it_was_made()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.View | CameraRights.List);
        var share = (await ShareAsync())!.Key;
        Assert.DoesNotContain("<details open", (await surfer.GetAsync(Sharing)).Body, StringComparison.Ordinal);
        var refused = await surfer.PostAsync(Sharing, ("share", $"{share}"), ("action", "change"));
        Assert.Equal(400, refused.Status);
        var (hers, anew) = (FormWith($"share-{share}-Snapshot"), FormWith("new-Snapshot"));
        Assert.Contains("<details open", refused.Body, StringComparison.Ordinal);
        Assert.Contains("Please tick at least one of these.", hers, StringComparison.Ordinal);
        Assert.DoesNotContain(" checked", hers, StringComparison.Ordinal);
        Assert.Matches($"<input [^>]*id=\"share-{share}-Snapshot\"[^>]* autofocus", hers);
        Assert.DoesNotContain("Please tick", anew, StringComparison.Ordinal);
        Assert.DoesNotContain("autofocus", anew, StringComparison.Ordinal);
        Assert.Contains(" checked", anew, StringComparison.Ordinal);

        string FormWith(string tick) => refused.Body.Split("<form").Single(form => form.Contains($"id=\"{tick}\"", StringComparison.Ordinal)).Split("</form>")[0];
    }

    [Fact]
    public async Task Only_the_owner_shares_and_only_the_owners_own_camera()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.View | CameraRights.Edit | CameraRights.List);
        var share = (await ShareAsync())!.Key;
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        var page = await hers.GetAsync(Sharing);
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("<form method=\"post\" action=\"/cameras", page.Body, StringComparison.Ordinal);
        Assert.Equal(403, (await hers.PostAsync(Sharing, ("share", $"{share}"), ("Delete", "true"), ("action", "change"))).Status);

        // By way of a camera of her own.
        var own = CatalogRows.Fresh("hers-");
        await App.AddCameraAsync(own, ann);
        foreach (var action in new[] { "change", "end" })
        {
            var refused = await hers.PostAsync($"/cameras/{own}/sharing", ("share", $"{share}"), ("Delete", "true"), ("action", action));
            Assert.Equal(404, refused.Status);
            Assert.Contains("There is no such share of this camera, or not any more.", refused.Text, StringComparison.Ordinal);
            Assert.Equal(CameraRights.View | CameraRights.Edit | CameraRights.List, (await ShareAsync())!.Rights);
        }

        Assert.Equal(403, (await surfer.PostFromAsync(Sharing, "https://evil.example", ("share", $"{share}"), ("action", "end"))).Status);
        foreach (var odd in new[] { "", "x", "-1", "99999999999999999999", "\u0000", "<b>" })
        {
            Assert.Equal(404, (await surfer.PostAsync(Sharing, ("share", odd), ("Delete", "true"), ("action", "change"))).Status);
            Assert.Equal(404, (await surfer.PostAsync(Sharing, ("share", odd), ("action", "end"))).Status);
            var nobody = await surfer.PostAsync(Sharing, ("person", odd), ("action", "withdraw"));
            Assert.Equal(404, nobody.Status);
            Assert.Contains("There is no such invitation to this camera, or not any more.", nobody.Text, StringComparison.Ordinal);
        }

        Assert.NotNull(await ShareAsync());
    }

    [Fact]
    public async Task A_change_keeps_the_rights_to_pass_on_that_it_still_has_with_them()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.List | CameraRights.GrantList | CameraRights.View | CameraRights.GrantView);
        await surfer.PostAsync(Sharing, ("share", $"{(await ShareAsync())!.Key}"), ("List", "true"), ("action", "change"));
        Assert.Equal(CameraRights.List | CameraRights.GrantList, (await ShareAsync())!.Rights);
    }

    private Task<Share?> ShareAsync() => App.StoreAsync(
        db => db.Shares.AsNoTracking().SingleOrDefaultAsync(share => share.CameraKey == key && share.UserKey == ann.Key, Cancellation));
}
