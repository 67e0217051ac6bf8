using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteUserRightsTests(SqliteApp shared) : UserRightsTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresUserRightsTests(PostgresApp shared) : UserRightsTests(shared), IClassFixture<PostgresApp>;

/// <summary><c>GET /users/{id}/rights</c> (contract 4.1.3).</summary>
public abstract class UserRightsTests(SharedApp shared)
{
    private EvercamApp App => shared.App;

    [Fact]
    public async Task What_was_given_and_received_is_listed()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var (yard, door) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true }));
        var street = await App.AddCameraAsync(ann);
        await App.ShareAsync(joe, door, ann, "grant~list,edit");
        await App.ShareAsync(joe, yard, ann, "list,snapshot");
        await App.ShareAsync(ann, street, joe, "view");
        var client = await App.AddClientAsync(joe, GrantedResource.Camera, CameraRights.View, yard);
        var other = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.List | CameraRights.View);
        var third = await App.AddClientAsync(joe, GrantedResource.Snapshots, CameraRights.View);
        await App.AddClientAsync(ann, GrantedResource.User, CameraRights.Edit);

        Assert.Equal(
            Text(
                [
                    Given(door, null, ann.Name, null, "Edit,Grant~List"), Given(yard, null, ann.Name, null, "Snapshot,List"),
                    Given(yard, null, null, client.Name, "View"), Given(null, "cameras", null, other.Name, "View,List"),
                    Given(null, "snapshots", null, third.Name, "View"),
                ],
                [Given(street, null, ann.Name, null, "View")]),
            await App.AskAsync("GET", $"users/{joe.Name}/rights", joe));

        var hers = JsonNode.Parse((await App.AskAsync("GET", $"users/{ann.Email}/rights.json", ann)).Body)!["rights"]!;
        Assert.Equal(["user"], hers["granted"]!.AsArray().Select(given => (string?)given!["scope"]).OfType<string>());
        Assert.Equal(2, hers["received"]!.AsArray().Count);
    }

    [Fact]
    public async Task Nothing_given_is_an_empty_list()
    {
        var joe = await App.SignUpAsync();
        Assert.Equal(Text([], []), await App.AskAsync("GET", $"users/{joe.Name}/rights", joe));
    }

    [Fact]
    public async Task Only_those_who_may_see_the_account_see_its_rights()
    {
        var (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        var path = $"users/{joe.Name}/rights";
        Assert.Equal(200, (await App.AskAsync("GET", path, await App.AddClientAsync(joe, GrantedResource.User, CameraRights.View))).Status);
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", path, ann));
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", "users/nobody/rights", joe));
        foreach (var resource in new[] { GrantedResource.Cameras, GrantedResource.Snapshots })
        {
            Assert.Equal(403, (await App.AskAsync("GET", path, await App.AddClientAsync(joe, resource, CameraRights.All))).Status);
        }
    }

    private static string Given(string? camera, string? scope, string? user, string? client, string rights) => new JsonObject
    {
        ["camera_id"] = camera,
        ["scope"] = scope,
        ["user"] = user,
        ["client"] = client,
        ["rights"] = rights,
    }.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static (int, string) Text(string[] granted, string[] received) =>
        (200, $$$"""{"rights":{"granted":[{{{string.Join(',', granted)}}}],"received":[{{{string.Join(',', received)}}}]}}""");
}
