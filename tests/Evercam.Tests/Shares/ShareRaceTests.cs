using System.Text.Json.Nodes;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Shares;

public sealed class SqliteShareRaceTests(SqliteApp shared) : ShareRaceTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresShareRaceTests(PostgresApp shared) : ShareRaceTests(shared), IClassFixture<PostgresApp>;

/// <summary>Sharing while something else happens to the same camera or people: one outcome, and nothing without what it rests on.</summary>
public abstract class ShareRaceTests(SharedApp shared)
{
    /// <summary>How often each race is run: no single run meets every order.</summary>
    private const int Rounds = 10;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_simultaneous_shares_with_one_person_one_counts()
    {
        var (joe, ann) = await TwoAsync();
        var id = await App.AddCameraAsync(joe);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => App.ShareAsync(joe, id, ann, "view")));
        Assert.Single(answers, answer => answer.Status == 201);
        Assert.All(
            answers.Where(answer => answer.Status != 201),
            answer => Assert.Equal(Refusal(409, "The camera has already been shared with this user."), answer));
        Assert.Equal(1, await CountAsync(id));
    }

    [Fact]
    public async Task Sharing_and_ending_leaves_what_the_list_says()
    {
        var (joe, ann) = await TwoAsync();
        var id = await App.AddCameraAsync(joe);
        for (var round = 0; round < Rounds; round++)
        {
            var share = (await App.ShareAsync(joe, id, ann, "view")).One()["id"];
            var ended = App.AskAsync("DELETE", $"cameras/{id}/share?share_id={share}", joe);
            var again = App.ShareAsync(joe, id, ann, "view");
            var changed = App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "view,list"));
            Assert.Equal(200, (await ended).Status);
            Assert.Contains((await again).Status, new[] { 201, 409 });
            Assert.Contains((await changed).Status, new[] { 200, 404 });

            var shares = JsonNode.Parse((await App.AskAsync("GET", $"cameras/{id}/shares", joe)).Body)!["shares"]!.AsArray();
            Assert.Equal((await again).Status == 201 ? 1 : 0, shares.Count);
            Assert.Equal(shares.Count > 0 ? 200 : 404, (await App.AskAsync("GET", $"cameras/{id}", ann)).Status);
            foreach (var left in shares)
            {
                await App.AskAsync("DELETE", $"cameras/{id}/share?share_id={left!["id"]}", joe);
            }
        }
    }

    [Fact]
    public async Task A_private_camera_has_no_public_share_whoever_was_first()
    {
        var (joe, ann) = await TwoAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var id = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
            var shared = App.ShareAsync(joe, id, ann, "edit");
            var closed = App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "false"));
            Assert.Equal(200, (await closed).Status);
            var kind = (string?)(await shared).One()["kind"];
            Assert.Equal(kind == "private" ? 1 : 0, await CountAsync(id));
            Assert.Equal(kind == "private" ? 200 : 403, (await App.AskAsync("PATCH", $"cameras/{id}", ann)).Status);
        }
    }

    [Fact]
    public async Task A_camera_that_is_deleted_meanwhile_is_shared_or_gone()
    {
        var (joe, ann) = await TwoAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var id = await App.AddCameraAsync(joe);
            var shared = App.ShareAsync(joe, id, ann, "view");
            var deleted = App.AskAsync("DELETE", $"cameras/{id}", joe);
            Assert.Equal((200, "{}"), await deleted);
            if ((await shared).Status != 201)
            {
                Assert.Equal(Refusal(404, "Camera does not exist"), await shared);
            }

            Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", ann));
        }
    }

    [Fact]
    public async Task A_person_who_goes_meanwhile_leaves_no_share()
    {
        var (joe, _) = await TwoAsync();
        var id = await App.AddCameraAsync(joe);
        for (var round = 0; round < Rounds; round++)
        {
            var ann = await App.SignUpAsync();
            var shared = App.ShareAsync(joe, id, ann, "view");
            var deleted = App.AskAsync("DELETE", $"users/{ann.Name}", ann);
            Assert.Equal((200, "{}"), await deleted);
            if ((await shared).Status != 201)
            {
                Assert.Equal(Broken("no user found for specified email address"), await shared);
            }

            Assert.Equal(0, await CountAsync(id));
        }
    }

    [Fact]
    public async Task An_owner_who_goes_meanwhile_leaves_neither_camera_nor_share()
    {
        var (_, ann) = await TwoAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var joe = await App.SignUpAsync();
            var id = await App.AddCameraAsync(joe);
            var shared = App.ShareAsync(joe, id, ann, "view");
            var another = App.AskAsync(
                "POST", "cameras", joe, new JsonObject { ["id"] = CatalogRows.Fresh("last"), ["name"] = "x", ["is_public"] = false });
            var deleted = App.AskAsync("DELETE", $"users/{joe.Name}", joe);
            Assert.Equal((200, "{}"), await deleted);
            Assert.Contains((await shared).Status, new[] { 201, 401, 404 });
            Assert.Contains((await another).Status, new[] { 201, 401 });
            Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));
            Assert.Equal(0, await App.StoreAsync(db => db.Cameras.CountAsync(camera => camera.Owner!.UserName == joe.Name, Cancellation)));
        }
    }

    [Fact]
    public async Task Two_who_share_with_each_other_may_both_go_at_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var (joe, ann) = await TwoAsync();
            var (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
            await App.ShareAsync(joe, his, ann, "view");
            await App.ShareAsync(ann, hers, joe, "view");
            var answers = await Task.WhenAll(
                App.AskAsync("DELETE", $"users/{joe.Name}", joe), App.AskAsync("DELETE", $"users/{ann.Name}", ann),
                App.AskAsync("DELETE", $"cameras/{his}", joe), App.AskAsync("PATCH", $"cameras/{hers}", ann, ("is_public", "false")));
            Assert.All(answers[..2], answer => Assert.Equal((200, "{}"), answer));
            Assert.All(answers[2..], answer => Assert.Contains(answer.Status, new[] { 200, 401, 404 }));
            Assert.Equal(0, await CountAsync(his) + await CountAsync(hers));
        }
    }

    private async Task<(Person Joe, Person Ann)> TwoAsync() => (await App.SignUpAsync(), await App.SignUpAsync());

    private Task<int> CountAsync(string camera) =>
        App.StoreAsync(db => db.Shares.CountAsync(share => share.Camera!.Id == camera, Cancellation));
}
