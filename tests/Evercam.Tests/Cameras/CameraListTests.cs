using System.Text.Json.Nodes;
using Evercam.Server.Cameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraListTests(SqliteApp shared) : CameraListTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraListTests(PostgresApp shared) : CameraListTests(shared), IClassFixture<PostgresApp>;

/// <summary>Cameras by their ids, and public ones (contract 4.10).</summary>
public abstract class CameraListTests(SharedApp shared) : IAsyncLifetime
{
    private static readonly JsonObject Found = new() { ["is_public"] = true, ["discoverable"] = true, ["cam_password"] = "s3cret" };

    /// <summary>Starts the ids of one test: others search the same server.</summary>
    private readonly string own = CatalogRows.Fresh("list") + "-";

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;

    public async ValueTask InitializeAsync() => (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Cameras_are_picked_by_id_as_far_as_the_caller_may_know_of_them()
    {
        var open = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true, ["cam_password"] = "s3cret" });
        var closed = await App.AddCameraAsync(joe);
        var shared = await App.AddCameraAsync(joe);
        var hers = await App.AddCameraAsync(ann);
        await App.ShareAsync(shared, ann, CameraRights.List);
        await App.ShareAsync(closed, ann, CameraRights.Snapshot);
        var path = $"cameras?ids={hers},{shared},nothing,, {closed} ,{open},{hers}";

        Assert.Equal([$"{open} minimal"], Ids(await App.AskAsync("GET", path)));
        Assert.Equal([$"{hers} full", $"{shared} minimal", $"{open} minimal"], Ids(await App.AskAsync("GET", path, ann)));
        Assert.Equal(
            [$"{shared} full", $"{closed} full", $"{open} full"],
            Ids(await App.AskAsync("GET", path.Replace("cameras?", "cameras.json?", StringComparison.Ordinal), joe)));
        Assert.Equal(
            (await App.AskAsync("GET", $"cameras/{open}")).Body, (await App.AskAsync("GET", $"cameras?ids={open}")).Body);

        var client = await App.AddClientAsync(ann, GrantedResource.Cameras, CameraRights.View);
        Assert.Equal([$"{hers} full", $"{open} minimal"], Ids(await App.AskAsync("GET", path, client)));
    }

    [Theory]
    [InlineData("", 400, """{"message":"ids is missing"}""")]
    [InlineData("?ids=", 200, """{"cameras":[]}""")]
    [InlineData("?ids=,", 200, """{"cameras":[]}""")]
    [InlineData("?ids=nothing", 200, """{"cameras":[]}""")]
    [InlineData("?ids=%00", 400, """{"message":"ids is invalid"}""")]
    public async Task Without_ids_nothing_is_picked(string query, int status, string body) =>
        Assert.Equal((status, body), await App.AskAsync("GET", $"cameras{query}"));

    [Fact]
    public async Task A_list_believes_no_wrong_credentials()
    {
        var wrong = joe with { Authorization = Basic(joe.Name, "wrong") };
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", "cameras?ids=a", wrong));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", "public/cameras", wrong));
    }

    [Fact]
    public async Task Only_public_cameras_that_want_to_be_found_are_listed_in_minimal_form()
    {
        await App.AddCameraAsync(joe, $"{own}b", Found);
        await App.AddCameraAsync(joe, $"{own}a", Found);
        await App.AddCameraAsync(joe, $"{own}c", new JsonObject { ["is_public"] = true });
        await App.AddCameraAsync(joe, $"{own}d", new JsonObject { ["discoverable"] = true });
        foreach (var caller in new[] { null, ann, joe })
        {
            Assert.Equal(
                [$"{own}a minimal", $"{own}b minimal"],
                Ids(await App.AskAsync("GET", $"public/cameras?id_starts_with={own}", caller)));
        }
    }

    [Theory]
    [InlineData("", "a_1 a_2 ab1 b-1 b_1")]
    [InlineData("id_starts_with={own}a_", "a_1 a_2")]
    [InlineData("id_starts_with={own}a%25", "")]
    [InlineData("id_starts_with={own}%5C", "")]
    [InlineData("id_starts_with=%25", "")]
    [InlineData("id_contains=_", "a_1 a_2 b_1")]
    [InlineData("id_includes=_", "a_1 a_2 b_1")]
    [InlineData("id_includes=a&id_contains=-b", "b-1 b_1")]
    [InlineData("id_contains=%25", "")]
    [InlineData("id_ends_with=1", "a_1 ab1 b-1 b_1")]
    [InlineData("id_ends_with=_1&id_contains=b", "b_1")]
    [InlineData("id_ends_with=B_1", "")]
    [InlineData("id_ends_with=B_1&case_sensitive=true", "")]
    [InlineData("id_ends_with=B_1&case_sensitive=F", "b_1")]
    [InlineData("id_ends_with=", "a_1 a_2 ab1 b-1 b_1")]
    [InlineData("offset=1&limit=2", "a_2 ab1")]
    [InlineData("offset=4", "b_1")]
    [InlineData("offset=5", "")]
    [InlineData("offset=1000000", "")]
    [InlineData("offset=9223372036854775807", "")]
    [InlineData("offset=-1&limit=1", "a_1")]
    [InlineData("limit=0", "a_1 a_2 ab1 b-1 b_1")]
    [InlineData("limit=9223372036854775807", "a_1 a_2 ab1 b-1 b_1")]
    public async Task Public_cameras_are_found_by_what_their_ids_look_like(string query, string expected)
    {
        foreach (var id in new[] { "b_1", "ab1", "a_2", "b-1", "a_1" })
        {
            await App.AddCameraAsync(joe, own + id, Found);
        }

        query = query.Replace("{own}", own, StringComparison.Ordinal);
        query += query.Contains("id_starts_with", StringComparison.Ordinal) ? "" : $"&id_starts_with={own}";
        Assert.Equal(
            expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => $"{own}{id} minimal"),
            Ids(await App.AskAsync("GET", $"public/cameras?{query}")));
    }

    [Theory]
    [InlineData("offset=x", "offset is invalid")]
    [InlineData("offset=x&limit=y&case_sensitive=", "offset is invalid, limit is invalid, case_sensitive is invalid")]
    public async Task What_a_search_cannot_read_is_named(string query, string message) =>
        Assert.Equal(Refusal(400, message), await App.AskAsync("GET", $"public/cameras?{query}"));

    [Theory]
    [InlineData(1_000_000, true)]
    [InlineData(1_000_001, false)]
    [InlineData(long.MaxValue, false)]
    public void Nobody_skips_more_than_a_million_cameras(long offset, bool isLookedFor) =>
        Assert.Equal(isLookedFor, CameraSearch.OffsetOf(new PublicRequest(offset, null, null, null, null, true)) is not null);

    [Fact]
    public async Task A_page_of_public_cameras_has_a_hundred()
    {
        await App.StoreAsync(async db =>
        {
            var owner = db.Users.Single(user => user.UserName == joe.Name);
            for (var number = 0; number < 1_001; number++)
            {
                var camera = CatalogRows.Camera(owner, $"{own}{number:D4}");
                (camera.IsPublic, camera.Discoverable) = (true, true);
                db.Add(camera);
            }

            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        });
        Assert.Equal(100, Ids(await App.AskAsync("GET", $"public/cameras?id_starts_with={own}")).Count);
        Assert.Equal(1_000, Ids(await App.AskAsync("GET", $"public/cameras?id_starts_with={own}&limit=2000")).Count);
        Assert.Equal(
            [$"{own}1000 minimal"], Ids(await App.AskAsync("GET", $"public/cameras?id_starts_with={own}&offset=1000&limit=2000")));
    }

    private static List<string> Ids((int Status, string Body) answer)
    {
        Assert.True(answer.Status == 200, answer.Body);
        return
        [
            .. JsonNode.Parse(answer.Body)!["cameras"]!.AsArray().Select(camera => (string)camera!["id"]!
                + (camera.AsObject().ContainsKey("cam_password") ? " full" : camera.AsObject().Count == 13 ? " minimal" : " neither")),
        ];
    }
}
