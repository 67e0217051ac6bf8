using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraTests(SqliteApp shared) : CameraTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraTests(PostgresApp shared) : CameraTests(shared), IClassFixture<PostgresApp>;

/// <summary>Seeing cameras (contract 4.1.1, 4.3.2).</summary>
public abstract class CameraTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Strangers_see_a_public_camera_without_its_secrets()
    {
        await App.AddCameraAsync(joe, "yard", new JsonObject
        {
            ["is_public"] = true,
            ["external_host"] = "89.101.225.158",
            ["cam_username"] = "admin",
            ["cam_password"] = "s3cret",
            ["mac_address"] = "00:11:22:33:44:55",
            ["vendor"] = "ycam",
            ["model"] = "YCW005",
            ["timezone"] = "Europe/Dublin",
            ["location_lng"] = -6.26,
            ["location_lat"] = 53.35,
        });
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Id == "yard").ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.LastPolledAt, 1_397_654_600).SetProperty(camera => camera.LastOnlineAt, 1_397_654_600)
                .SetProperty(camera => camera.IsOnline, true),
            Cancellation));
        var golden =
            """
            {"cameras":[{"id":"yard","name":"Front Door","vendor":"ycam","model":"YCW005","created_at":0,"updated_at":0,"last_polled_at":1397654600,"last_online_at":1397654600,"timezone":"Europe/Dublin","is_online":true,"is_public":true,"location":{"lng":-6.26,"lat":53.35},"discoverable":false}]}
            """;
        Assert.Equal((200, golden), (await App.AskAsync("GET", "cameras/yard")).Timeless());
        Assert.Equal((200, golden), (await App.AskAsync("GET", "cameras/yard.json", ann)).Timeless());
        Assert.Equal("s3cret", (string?)(await App.AskAsync("GET", "cameras/yard", joe)).One()["cam_password"]);
    }

    [Fact]
    public async Task A_private_camera_is_as_unknown_as_one_that_does_not_exist()
    {
        var id = await App.AddCameraAsync(joe);
        var unknown = Refusal(404, "Camera not found");
        Assert.Equal(unknown, await App.AskAsync("GET", $"cameras/{id}"));
        Assert.Equal(unknown, await App.AskAsync("GET", $"cameras/{id}", ann));
        Assert.Equal(unknown, await App.AskAsync("GET", "cameras/nothing", ann));
        Assert.Equal(unknown, await App.AskAsync("GET", "cameras/nothing"));
        Assert.Equal(unknown, await App.AskAsync("GET", $"cameras/{id.ToUpperInvariant()}", joe));
        Assert.Equal(
            Refusal(401, "Unauthenticated"),
            await App.AskAsync("GET", $"cameras/{id}", joe with { Authorization = Basic(joe.Name, "wrong") }));
    }

    [Theory]
    [InlineData(CameraRights.Snapshot, null)]
    [InlineData(CameraRights.Edit, null)]
    [InlineData(CameraRights.List, false)]
    [InlineData(CameraRights.View, true)]
    [InlineData(CameraRights.List | CameraRights.View, true)]
    public async Task A_share_shows_what_it_gives(CameraRights rights, bool? full)
    {
        var id = await App.AddCameraAsync(joe, fields: new JsonObject { ["cam_password"] = "s3cret" });
        await App.ShareAsync(id, ann, rights);
        var seen = await App.AskAsync("GET", $"cameras/{id}", ann);
        Assert.Equal(full is null ? 404 : 200, seen.Status);
        Assert.Equal(full ?? false, seen.Body.Contains("s3cret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_sees_what_it_was_allowed()
    {
        var id = await App.AddCameraAsync(joe);
        var lister = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.List);
        var viewer = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.View);
        var stranger = await App.AddClientAsync(ann, GrantedResource.Cameras, CameraRights.All);
        Assert.False((await App.AskAsync("GET", $"cameras/{id}", lister)).One().ContainsKey("owner"));
        Assert.True((await App.AskAsync("GET", $"cameras/{id}", viewer)).One().ContainsKey("owner"));
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{id}", stranger)).Status);
    }

    [Fact]
    public async Task A_camera_is_found_by_its_mac_address()
    {
        var mac = new JsonObject { ["mac_address"] = "02:00:5E:10:00:01", ["is_public"] = true };
        var his = await App.AddCameraAsync(joe, fields: mac);
        foreach (var text in new[] { "02:00:5e:10:00:01", "02-00-5E-10-00-01", "02:00:5E:10:00:01.json" })
        {
            Assert.Equal(his, (string?)(await App.AskAsync("GET", $"cameras/{text}", joe)).One()["id"]);
            Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{text}"));
            Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{text}", ann));
        }

        await App.ShareAsync(his, ann, CameraRights.View);
        Assert.Equal(his, (string?)(await App.AskAsync("GET", "cameras/02:00:5e:10:00:01", ann)).One()["id"]);
        var hers = await App.AddCameraAsync(ann, fields: mac);
        Assert.Equal(hers, (string?)(await App.AskAsync("GET", "cameras/02:00:5e:10:00:01", ann)).One()["id"]);

        // An exact id comes first.
        var named = await App.AddCameraAsync(joe, "02-00-5e-10-00-01");
        Assert.Equal(named, (string?)(await App.AskAsync("GET", "cameras/02-00-5e-10-00-01", joe)).One()["id"]);
    }

    [Fact]
    public async Task An_id_that_the_caller_may_not_know_hides_no_mac_address()
    {
        var his = await App.AddCameraAsync(joe, fields: new JsonObject { ["mac_address"] = "02:00:5e:10:00:02" });
        var named = await App.AddCameraAsync(ann, "02-00-5e-10-00-02");
        Assert.Equal(his, (string?)(await App.AskAsync("GET", $"cameras/{named}", joe)).One()["id"]);
        Assert.Equal(named, (string?)(await App.AskAsync("GET", $"cameras/{named}", ann)).One()["id"]);
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{named}"));

        await App.ShareAsync(named, joe, CameraRights.List);
        Assert.Equal(named, (string?)(await App.AskAsync("GET", $"cameras/{named}", joe)).One()["id"]);
    }

    [Theory]
    [InlineData("%0A")]
    [InlineData("..%2F..%2Fetc")]
    [InlineData("a%2Fb")]
    [InlineData("%25")]
    [InlineData("front.door")]
    [InlineData("'; DROP TABLE cameras; --")]
    public async Task A_strange_id_is_no_camera(string id) =>
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", joe));

    [Fact]
    public async Task A_users_cameras_are_listed_as_far_as_the_caller_may_know()
    {
        var first = await App.AddCameraAsync(joe, $"z{CatalogRows.Fresh()}");
        var second = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
        var third = await App.AddCameraAsync(joe);
        await App.AddCameraAsync(ann);
        await App.ShareAsync(third, ann, CameraRights.View);

        Assert.Equal([(first, true), (second, true), (third, true)], await ListAsync(joe));
        Assert.Equal([(second, false), (third, true)], await ListAsync(ann));
        Assert.Equal([(second, false)], await ListAsync(null));
        var client = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.List);
        Assert.Equal([(first, false), (second, false), (third, false)], await ListAsync(client));

        Assert.Equal((200, """{"cameras":[]}"""), await App.AskAsync("GET", $"users/{ann.Email}/cameras.json", joe));
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", "users/nobody/cameras"));

    }

    [Theory]
    [InlineData(CameraRights.Snapshot, null)]
    [InlineData(CameraRights.Edit | CameraRights.Delete | CameraRights.GrantView, null)]
    [InlineData(CameraRights.List, false)]
    [InlineData(CameraRights.View, true)]
    public async Task A_list_shows_a_shared_camera_as_the_camera_itself_is_shown(CameraRights rights, bool? full)
    {
        var id = await App.AddCameraAsync(joe);
        await App.ShareAsync(id, ann, rights);
        var client = await App.AddClientAsync(ann, GrantedResource.Camera, CameraRights.View, id);
        (string, bool)[] shown = full is null ? [] : [(id, full.Value)];
        Assert.Equal(shown, await ListAsync(ann));
        Assert.Equal(full == true ? [(id, true)] : [], await ListAsync(client));
    }

    [Fact]
    public async Task A_thousand_cameras_take_as_many_statements_as_one_and_no_row_that_is_not_shown()
    {
        var owner = await RowOfAsync(joe);
        await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
        await App.ShareAsync(await App.AddCameraAsync(joe), ann, CameraRights.View);
        Person?[] callers =
            [joe, ann, null, await App.SignUpAsync(), await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.View)];
        var few = await MeasureAsync();
        await App.StoreAsync(async db =>
        {
            db.AddRange(Enumerable.Range(0, 1_000).Select(_ => CatalogRows.Camera(owner)));
            await db.SaveChangesAsync(Cancellation);
        });
        var many = await MeasureAsync();

        Assert.Equal(few.Select(one => one.Count), many.Select(one => one.Count));
        Assert.Equal(
            few.Select((one, caller) => one.Rows + (caller is 0 or 4 ? 1_000 : 0)), many.Select(one => one.Rows));

        // The first request also asks who calls, and so does one that comes long after it.
        async Task<List<(int Count, int Rows)>> MeasureAsync()
        {
            var taken = new List<(int, int)>();
            foreach (var caller in callers)
            {
                await ListAsync(caller);
                var tries = new List<(int Count, int Rows)>();
                for (var attempt = 0; attempt < 3; attempt++)
                {
                    shared.Statements.Take();
                    await ListAsync(caller);
                    tries.Add(shared.Statements.Take());
                }

                taken.Add(tries.Min());
            }

            return taken;
        }
    }

    private async Task<(string, bool)[]> ListAsync(Person? caller)
    {
        var (status, body) = await App.AskAsync("GET", $"users/{joe.Name}/cameras", caller);
        Assert.Equal(200, status);
        return [.. JsonNode.Parse(body)!["cameras"]!.AsArray().Select(
            camera => ((string)camera!["id"]!, camera.AsObject().ContainsKey("cam_password")))];
    }

    private Task<User> RowOfAsync(Person person) => App.StoreAsync(
        db => db.Users.AsNoTracking().SingleAsync(user => user.UserName == person.Name, Cancellation));
}
