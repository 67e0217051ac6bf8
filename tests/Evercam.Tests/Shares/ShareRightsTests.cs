using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using static Evercam.Tests.People;

namespace Evercam.Tests.Shares;

public sealed class SqliteShareRightsTests(SqliteApp shared) : ShareRightsTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresShareRightsTests(PostgresApp shared) : ShareRightsTests(shared), IClassFixture<PostgresApp>;

/// <summary>What shares give, and that they do so from the next request on, and no longer than they last (contract 3.6). Callers
/// and cameras are remembered all the while.</summary>
public abstract class ShareRightsTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;
    private string id = null!;

    public async ValueTask InitializeAsync()
    {
        (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        id = await App.AddCameraAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("snapshot", "GET", "/snapshot.jpg", 403, 503)]
    [InlineData("snapshot", "POST", "/snapshots", 403, 503)]
    [InlineData("view", "GET", "", 404, 200)]
    [InlineData("view", "GET", "/shares", 403, 200)]
    [InlineData("view", "GET", "/snapshots", 403, 200)]
    [InlineData("view", "GET", "/snapshots/latest", 403, 200)]
    [InlineData("list", "GET", "", 404, 200)]
    [InlineData("edit", "PATCH", "", 403, 200)]
    public async Task Rights_begin_and_end_with_the_share(string right, string method, string path, int refused, int allowed)
    {
        await AnswersAsync(refused);
        var share = (long)(await App.ShareAsync(joe, id, ann, right)).One()["id"]!;
        await AnswersAsync(allowed);
        await ChangeAsync("grant~snapshot,grant~view,grant~edit,grant~delete,grant~list");
        await AnswersAsync(refused);
        await ChangeAsync(right);
        await AnswersAsync(allowed);
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{id}/share?share_id={share}", joe)).Status);
        await AnswersAsync(refused);

        async Task AnswersAsync(int status) =>
            Assert.Equal(status, (await App.AskAsync(method, $"cameras/{id}{path}", ann)).Status);

        async Task ChangeAsync(string rights) =>
            Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", rights))).Status);
    }

    [Fact]
    public async Task The_right_to_delete_is_given_and_taken()
    {
        Assert.Equal(403, (await App.AskAsync("DELETE", $"cameras/{id}", ann)).Status);
        var share = (await App.ShareAsync(joe, id, ann, "delete")).One()["id"];
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "edit"))).Status);
        Assert.Equal(403, (await App.AskAsync("DELETE", $"cameras/{id}", ann)).Status);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "delete"))).Status);
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"cameras/{id}", ann));
        Assert.Equal(Refusal(404, "Not Found"), await App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "edit")));
    }

    [Fact]
    public async Task A_share_of_one_person_gives_another_nothing_and_takes_nothing()
    {
        var eve = await App.SignUpAsync();
        await App.ShareAsync(joe, id, ann, "view");
        var hers = (await App.ShareAsync(joe, id, eve, "list")).One()["id"];
        Assert.False((await App.AskAsync("GET", $"cameras/{id}", eve)).One().ContainsKey("owner"));
        await App.AskAsync("DELETE", $"cameras/{id}/share?share_id={hers}", joe);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", eve)).Status);
        Assert.True((await App.AskAsync("GET", $"cameras/{id}", ann)).One().ContainsKey("owner"));
    }

    [Fact]
    public async Task A_client_loses_what_its_user_loses()
    {
        var client = await App.AddClientAsync(ann, GrantedResource.Camera, CameraRights.All, id);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", client)).Status);
        var share = (await App.ShareAsync(joe, id, ann, "view")).One()["id"];
        Assert.Equal(200, (await App.AskAsync("GET", $"cameras/{id}", client)).Status);
        Assert.Equal(403, (await App.AskAsync("PATCH", $"cameras/{id}", client)).Status);
        await App.AskAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "edit"));
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", client)).Status);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", client)).Status);
        await App.AskAsync("DELETE", $"cameras/{id}/share?share_id={share}", joe);
        Assert.Equal(403, (await App.AskAsync("PATCH", $"cameras/{id}", client)).Status);
    }

    [Fact]
    public async Task A_camera_made_private_keeps_the_shares_that_were_private()
    {
        var eve = await App.SignUpAsync();
        var kept = (await App.ShareAsync(joe, id, eve, "view")).One();
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"));
        Assert.Equal("public", (string?)(await App.ShareAsync(joe, id, ann, "view,edit")).One()["kind"]);
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", ann)).Status);
        Assert.Equal(2, (await ListAsync()).Count);

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Still public"), ("discoverable", "true"));
        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"));
        Assert.Equal(2, (await ListAsync()).Count);

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "false"));
        Assert.Equal(403, (await App.AskAsync("PATCH", $"cameras/{id}", ann)).Status);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", ann)).Status);
        Assert.Equal([kept.ToJsonString()], await ListAsync());

        await App.AskAsync("PATCH", $"cameras/{id}", joe, ("is_public", "true"));
        Assert.Single(await ListAsync());
        Assert.Equal(403, (await App.AskAsync("PATCH", $"cameras/{id}", ann)).Status);
        Assert.Equal(201, (await App.ShareAsync(joe, id, ann, "view")).Status);
    }

    [Fact]
    public async Task Shares_go_with_the_person_they_were_made_for()
    {
        await App.ShareAsync(joe, id, ann, "view");
        Assert.Equal(200, (await App.AskAsync("DELETE", $"users/{ann.Name}", ann)).Status);
        Assert.Empty(await ListAsync());
        var again = await App.SignUpAsync(ann.Name);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", again)).Status);
    }

    private async Task<List<string>> ListAsync()
    {
        var (status, body) = await App.AskAsync("GET", $"cameras/{id}/shares", joe);
        Assert.True(status == 200, body);
        return [.. JsonNode.Parse(body)!["shares"]!.AsArray().Select(share => share!.ToJsonString())];
    }
}
