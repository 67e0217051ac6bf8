using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Shares;

public sealed class SqliteShareTests(SqliteApp shared) : ShareTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresShareTests(PostgresApp shared) : ShareTests(shared), IClassFixture<PostgresApp>;

/// <summary>Making, listing, changing and ending shares (contract 4.4, 5.5).</summary>
public abstract class ShareTests(SharedApp shared) : IAsyncLifetime
{
    private const string WrongRights = "invalid rights specified in request";

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;
    private Person eve = null!;
    private string id = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (joe, ann, eve) = (await App.SignUpAsync(), await App.SignUpAsync(), await App.SignUpAsync());
        id = await App.AddCameraAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("list", "List")]
    [InlineData("Snapshot,List", "Snapshot,List")]
    [InlineData(" LIST , snapshot,view ", "Snapshot,View,List")]
    [InlineData("grant~view,delete,edit", "Edit,Delete,Grant~View")]
    [InlineData("list,list", "List")]
    public async Task A_share_is_answered_as_it_counts(string rights, string wanted)
    {
        var share = (await App.ShareAsync(joe, id, ann, rights)).One();
        Assert.Equal(
            ["id", "camera_id", "user_id", "email", "kind", "rights", "sharer_id"], share.Select(field => field.Key));
        Assert.Equal(
            (id, await KeyOfAsync(ann), ann.Email, "private", wanted, joe.Name),
            ((string?)share["camera_id"], (long)share["user_id"]!, (string?)share["email"], (string?)share["kind"],
                (string?)share["rights"], (string?)share["sharer_id"]));
        Assert.Equal([share.ToJsonString()], await ListAsync($"cameras/{id}/shares"));
    }

    [Fact]
    public async Task A_share_of_a_public_camera_tells_the_public_rights_too()
    {
        var street = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
        var share = (await App.ShareAsync(joe, street, ann, "edit")).One();
        Assert.Equal(("public", "Snapshot,Edit,List"), ((string?)share["kind"], (string?)share["rights"]));

        // A private share stays one, and tells what its person has now.
        share = (await App.ShareAsync(joe, id, ann, "edit")).One();
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"));
        share["rights"] = "Snapshot,Edit,List";
        Assert.Equal([share.ToJsonString()], await ListAsync($"cameras/{id}/shares"));
    }

    [Fact]
    public async Task An_email_is_known_in_any_case_and_other_parameters_do_not_matter()
    {
        var share = await App.AskAsync(
            "POST", $"cameras/{id}/share.json", joe, ("email", ann.Email.ToUpperInvariant()), ("rights", "list"),
            ("message", "Look!"), ("notify", "true"), ("String", ""), ("camera_id", "x"), ("kind", "public"));
        Assert.Equal(("private", ann.Email), ((string?)share.One()["kind"], (string?)share.One()["email"]));
    }

    [Fact]
    public async Task One_person_has_one_number()
    {
        var other = await App.AddCameraAsync(joe);
        var numbers = new[]
        {
            (await App.ShareAsync(joe, id, ann, "list")).One()["user_id"]!, (await App.ShareAsync(joe, other, ann, "view")).One()["user_id"]!,
        };
        Assert.Equal((long)numbers[0], (long)numbers[1]);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", $"x{ann.Email}"))).Status);
        var renamed = JsonNode.Parse((await ListAsync($"cameras/{id}/shares"))[0])!;
        Assert.Equal(((long)numbers[0], $"x{ann.Email}"), ((long)renamed["user_id"]!, (string?)renamed["email"]));
    }

    [Fact]
    public async Task What_is_missing_or_of_a_wrong_type_is_named_in_order()
    {
        Assert.Equal(Refusal(400, "email is missing, rights is missing"), await App.AskAsync("POST", $"cameras/{id}/share", joe));
        Assert.Equal(
            Refusal(400, "email is invalid, rights is missing"),
            await App.AskAsync("POST", $"cameras/{id}/share", joe, new JsonObject { ["email"] = new JsonArray() }));
    }

    [Theory]
    [InlineData("nobody@example", "list", "no user found for specified email address")]
    [InlineData("", "list", "email can't be blank")]
    [InlineData(null, "list", "email can't be blank")]
    [InlineData("%ANN%", "", WrongRights)]
    [InlineData("%ANN%", null, WrongRights)]
    [InlineData("%ANN%", ",", WrongRights)]
    [InlineData("%ANN%", "list,share", WrongRights)]
    [InlineData("%ANN%", "grant~", WrongRights)]
    [InlineData("%NAME%", "list", "no user found for specified email address")]
    [InlineData("%JOE%", "list", "camera cannot be shared with its owner")]
    [InlineData("nobody", "all", "no user found for specified email address", WrongRights)]
    [InlineData("nobody@example.org", "all", WrongRights)]
    public async Task A_share_that_breaks_a_rule_is_refused(string? email, string? rights, params string[] messages)
    {
        email = email?.Replace("%ANN%", ann.Email, StringComparison.Ordinal).Replace("%JOE%", joe.Email, StringComparison.Ordinal)
            .Replace("%NAME%", ann.Name, StringComparison.Ordinal);
        var body = new JsonObject { ["email"] = email, ["rights"] = rights };
        Assert.Equal(Broken(messages), await App.AskAsync("POST", $"cameras/{id}/share", joe, body));
        Assert.Empty(await ListAsync($"cameras/{id}/shares"));
    }

    [Fact]
    public async Task A_camera_is_shared_once_with_a_person()
    {
        await App.ShareAsync(joe, id, ann, "list");
        var conflict = Refusal(409, "The camera has already been shared with this user.");
        Assert.Equal(conflict, await App.ShareAsync(joe, id, ann, "list"));
        Assert.Equal(conflict, await App.ShareAsync(joe, id, ann, "edit"));
        Assert.Equal(Broken(WrongRights), await App.ShareAsync(joe, id, ann, "x"));
        Assert.Equal("List", (string?)JsonNode.Parse(Assert.Single(await ListAsync($"cameras/{id}/shares")))!["rights"]);
    }

    [Fact]
    public async Task Only_the_owner_shares()
    {
        Assert.Equal(201, (await App.ShareAsync(joe, id, ann, "snapshot,view,edit,delete,list,grant~view")).Status);
        var client = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All);
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("POST", $"cameras/{id}/share"));
        foreach (var other in new[] { ann, eve, client })
        {
            Assert.Equal(Refusal(403, "Unauthorized"), await App.ShareAsync(other, id, eve, "list"));
            Assert.Equal(Refusal(403, "Unauthorized"), await App.ShareAsync(other, id, eve, "x"));
            Assert.Equal(Refusal(400, "email is missing, rights is missing"), await App.AskAsync("POST", $"cameras/{id}/share", other));
            Assert.Equal(Refusal(404, "Camera does not exist"), await App.ShareAsync(other, "nothing", eve, "x"));
        }
    }

    [Fact]
    public async Task Shares_are_listed_oldest_first_to_those_who_may_view()
    {
        var first = (await App.ShareAsync(joe, id, eve, "view")).One();
        var second = (await App.ShareAsync(joe, id, ann, "snapshot,list,edit")).One();
        await App.ShareAsync(joe, await App.AddCameraAsync(joe), ann, "view");
        var path = $"cameras/{id}/shares";
        Assert.Equal([first.ToJsonString(), second.ToJsonString()], await ListAsync(path));
        Assert.Equal(await App.AskAsync("GET", path, joe), await App.AskAsync("GET", $"{path}.json", eve));
        var viewer = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.View);
        Assert.Equal(await App.AskAsync("GET", path, joe), await App.AskAsync("GET", path, viewer));

        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", path, ann));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", "cameras/nothing/shares", joe));
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"cameras/{await App.AddCameraAsync(joe)}/shares", joe));
    }

    [Fact]
    public async Task A_share_is_ended_by_its_number()
    {
        var other = await App.AddCameraAsync(joe);
        var share = (long)(await App.ShareAsync(joe, id, ann, "view")).One()["id"]!;
        var path = $"cameras/{id}/share";
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"cameras/{other}/share?share_id={share}", joe));
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{id}", ann)).Status);

        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe, new JsonObject { ["share_id"] = share }));
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", ann));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", path, joe, ("share_id", $"{share}")));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"{path}?share_id=-1", joe));

        Assert.True((long)(await App.ShareAsync(joe, id, ann, "view")).One()["id"]! > share);
    }

    [Fact]
    public async Task Only_the_owner_ends_a_share()
    {
        var share = (long)(await App.ShareAsync(joe, id, ann, "view,delete,edit")).One()["id"]!;
        var path = $"cameras/{id}/share";
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("DELETE", path));
        Assert.Equal(Refusal(400, "share_id is missing"), await App.AskAsync("DELETE", path, joe));
        Assert.Equal(Refusal(400, "share_id is invalid"), await App.AskAsync("DELETE", $"{path}?share_id=x", eve));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("DELETE", "cameras/nothing/share?share_id=1", joe));
        foreach (var other in new[] { ann, eve, await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All) })
        {
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("DELETE", $"{path}?share_id={share}", other));
        }

        // That a null is none is a rule, for those who may.
        var nothing = new JsonObject { ["share_id"] = null };
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("DELETE", "cameras/nothing/share", joe, nothing));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("DELETE", path, eve, nothing));
        Assert.Equal(Broken("share id can't be blank"), await App.AskAsync("DELETE", path, joe, nothing));
        Assert.Single(await ListAsync($"cameras/{id}/shares"));
    }

    [Fact]
    public async Task A_share_is_changed_by_its_number()
    {
        var made = (await App.ShareAsync(joe, id, ann, "view")).One();
        var path = $"cameras/share/{made["id"]}";
        var changed = await App.AskAsync("PATCH", path, joe, ("rights", "Edit, LIST"), ("camera_id", "x"), ("kind", "public"), ("email", eve.Email));
        made["rights"] = "Edit,List";
        Assert.Equal(made.ToJsonString(), changed.One().ToJsonString());
        Assert.Equal([made.ToJsonString()], await ListAsync($"cameras/{id}/shares"));
        Assert.Equal(changed, await App.AskAsync("PATCH", $"{path}.json", joe, new JsonObject { ["rights"] = "list,edit" }));
        Assert.False((await App.AskAsync("GET", $"cameras/{id}", ann)).One().ContainsKey("owner"));
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", ann)).Status);
    }

    [Fact]
    public async Task A_change_is_refused_in_the_contracts_order()
    {
        var share = (await App.ShareAsync(joe, id, ann, "view,edit")).One()["id"];
        var path = $"cameras/share/{share}";
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("PATCH", "cameras/share/x"));
        Assert.Equal(Refusal(400, "rights is missing"), await App.AskAsync("PATCH", "cameras/share/0", joe));
        Assert.Equal(Refusal(400, "id is invalid, rights is missing"), await App.AskAsync("PATCH", "cameras/share/x", joe));
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("PATCH", "cameras/share/0", eve, ("rights", "x")));
        foreach (var other in new[] { ann, eve, await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All) })
        {
            Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("PATCH", path, other, ("rights", "x")));
        }

        foreach (var wrong in new[] { "", "x", "view,", "grant~grant~view" })
        {
            Assert.Equal(Broken(WrongRights), await App.AskAsync("PATCH", path, joe, ("rights", wrong)));
        }

        Assert.Equal(Broken(WrongRights), await App.AskAsync("PATCH", path, joe, new JsonObject { ["rights"] = null }));
        Assert.Equal("View,Edit", (string?)JsonNode.Parse((await ListAsync($"cameras/{id}/shares"))[0])!["rights"]);
    }

    [Fact]
    public async Task Paths_of_shares_are_not_those_of_cameras()
    {
        Assert.Equal(Broken("it can only contain lower case letters, numbers, hyphens and underscore"),
            await App.AskAsync("POST", "cameras", joe, new JsonObject { ["id"] = "share", ["name"] = "x", ["is_public"] = true }));
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", "cameras/share", joe));
        Assert.Equal(Refusal(405, "Method Not Allowed"), await App.AskAsync("GET", "cameras/share/1", joe));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", "cameras/share/shares", joe));
        Assert.Equal(
            Refusal(404, "Camera does not exist"),
            await App.AskAsync("POST", "cameras/share/share", joe, ("email", ann.Email), ("rights", "list")));
        Assert.Equal(Refusal(400, "id is invalid"), await App.AskAsync("PATCH", "cameras/share/share", joe, ("rights", "list")));
    }

    [Fact]
    public async Task A_person_sees_what_is_shared_with_them()
    {
        var first = (await App.ShareAsync(joe, id, ann, "view")).One();
        var second = (await App.ShareAsync(eve, await App.AddCameraAsync(eve), ann, "list,snapshot")).One();
        await App.ShareAsync(joe, id, eve, "view");
        await App.ShareAsync(ann, await App.AddCameraAsync(ann), joe, "view");
        foreach (var path in new[]
        {
            $"users/{ann.Name}/shares", $"users/{ann.Email}/shares.json", $"shares/users/{ann.Name}", $"shares/user/{ann.Email}.json",
        })
        {
            Assert.Equal([first.ToJsonString(), second.ToJsonString()], await ListAsync(path, ann));
            Assert.Equal(
                [first.ToJsonString(), second.ToJsonString()],
                await ListAsync(path, await App.AddClientAsync(ann, GrantedResource.Cameras, CameraRights.List)));
            foreach (var other in new[]
            {
                joe, await App.AddClientAsync(ann, GrantedResource.Cameras, CameraRights.View),
                await App.AddClientAsync(ann, GrantedResource.User, CameraRights.All),
                await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All),
            })
            {
                Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", path, other));
            }

            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
            Assert.Equal(
                Refusal(404, "user does not exist"),
                await App.AskAsync("GET", path.Replace(ann.Name, "nobody", StringComparison.Ordinal), joe));
        }
    }

    [Theory]
    [InlineData("shares/cameras")]
    [InlineData("shares/camera")]
    public async Task Older_clients_share_by_other_paths(string shares)
    {
        var made = await App.AskAsync("POST", $"{shares}/{id}", joe, ("email", ann.Email), ("rights", "view"));
        Assert.Equal(201, made.Status);
        Assert.Equal((200, made.Body), await App.AskAsync("GET", $"{shares}/{id}.json", ann));
        var share = made.One()["id"];
        Assert.Equal("List", (string?)(await App.AskAsync("PATCH", $"{shares}/{share}", joe, ("rights", "list"))).One()["rights"]);
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("PATCH", $"{shares}/{share}", ann, ("rights", "list")));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"{shares}/{id}", ann));
        Assert.Equal(Refusal(400, "share_id is missing"), await App.AskAsync("DELETE", $"{shares}/{id}", joe));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"{shares}/{id}?share_id={share}", joe));
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"{shares}/{id}", joe));
    }

    private async Task<string[]> ListAsync(string path, Person? caller = null)
    {
        var (status, body) = await App.AskAsync("GET", path, caller ?? joe);
        Assert.True(status == 200, body);
        return [.. JsonNode.Parse(body)!["shares"]!.AsArray().Select(share => share!.ToJsonString())];
    }

    private Task<long> KeyOfAsync(Person person) => App.StoreAsync(
        db => db.Users.Where(user => user.UserName == person.Name).Select(user => user.Id).SingleAsync(Cancellation));
}
