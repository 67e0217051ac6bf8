using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Models;

public sealed class SqliteModelTests(SqliteApp shared) : ModelTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresModelTests(PostgresApp shared) : ModelTests(shared), IClassFixture<PostgresApp>;

/// <summary>Models (contract 4.6). Their exact answers are in the golden files.</summary>
public abstract class ModelTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => joe = await App.SignUpAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("models/ycam/ycw005", "YCW005")]
    [InlineData("models/Y-CAM/YCBL03", "Bullet")]
    [InlineData("models/ycam/YCW005-B", "YCW005")]
    [InlineData("models/ycam/a%2Fb", "*")]
    [InlineData("models/ycam/%20", "*")]
    [InlineData("models/ycam/nothing", "*")]
    [InlineData("models/ycam/DS-2.4", "*")]
    [InlineData("/v1//models/ycam/*/", "*")]
    [InlineData("models/dlink/*", "*")]
    [InlineData("models/D-Link/*", "*")]
    public async Task A_model_is_found_by_any_of_its_names(string path, string name) =>
        Assert.Equal(name, (string?)(await GetAsync(path)).One()["name"]);

    [Theory]
    [InlineData("models/nobody")]
    [InlineData("models/nobody/*")]
    [InlineData("models/arlo")]
    [InlineData("models/ARLO/*")]
    [InlineData("models/%25")]
    [InlineData("models/yca_")]
    public async Task Unknown_and_unsupported_vendors_have_no_models(string path) =>
        Assert.Equal(Refusal(404, "model vendor was not found"), await GetAsync(path));

    [Fact]
    public async Task A_vendor_without_a_default_has_only_the_models_it_has()
    {
        var id = CatalogRows.Fresh("maker");
        await App.StoreAsync(async db =>
        {
            var vendor = new Vendor { Id = id, Name = "Maker" };
            vendor.Models.Add(new() { Name = "One", KnownModels = ["One", "1"] });
            db.Add(vendor);
            await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(Refusal(404, "model was not found"), await GetAsync($"models/{id}/two"));
        Assert.Equal(Refusal(404, "model was not found"), await GetAsync($"models/{id}/*"));
        Assert.Equal(
            (200, $$$"""{"models":[{"vendor":"{{{id}}}","name":"One","known_models":["One","1"],"defaults":{}}]}"""),
            await GetAsync($"models/{id}/1"));
        Assert.Equal(
            (200, $$"""{"vendors":[{"id":"{{id}}","name":"Maker","known_macs":[],"is_supported":true,"models":["1","One"]}]}"""),
            await GetAsync($"models/{id}"));
    }

    [Theory]
    [InlineData("models/YCam.json")]
    [InlineData("models/y-cam/")]
    public async Task A_vendor_is_found_in_any_spelling(string path)
    {
        var vendor = await GetAsync("models/ycam");
        Assert.Equal("ycam", (string?)vendor.One()["id"]);
        Assert.Equal(vendor, await GetAsync(path));
    }

    [Fact]
    public async Task Supported_vendors_are_listed_by_id()
    {
        var (status, body) = await GetAsync("models");
        Assert.Equal(200, status);
        var vendors = JsonNode.Parse(body)!["vendors"]!.AsArray();
        var ids = vendors.Select(v => (string)v!["id"]!).Where(id => !IsOfThisClass(id)).ToList();
        var supported = await App.StoreAsync(
            db => db.CameraModels.Select(m => m.Vendor!.Id).Distinct().OrderBy(id => id).ToListAsync(Cancellation));
        Assert.Equal(supported.Where(id => !IsOfThisClass(id)), ids);
        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(vendors, v => Assert.True((bool)v!["is_supported"]!));
        foreach (var id in new[] { "ycam", "tplink", "cisco" })
        {
            var listed = vendors.Single(v => (string)v!["id"]! == id)!;
            Assert.Equal((await GetAsync($"models/{id}")).One().ToJsonString(), listed.ToJsonString());
            var models = listed["models"]!.AsArray().Select(m => (string)m!).ToList();
            Assert.Equal(models.Distinct(), models);
            Assert.Contains("*", models);
        }
    }

    [Theory]
    [InlineData("models")]
    [InlineData("models/ycam")]
    [InlineData("models/ycam/*")]
    [InlineData("models/nobody")]
    public async Task Nobody_in_particular_is_refused(string path)
    {
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
        var client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.List);
        Assert.NotEqual(401, (await App.AskAsync("GET", path, client)).Status);
    }

    /// <summary>Whether a test added it behind the server's back, which remembers the list.</summary>
    private static bool IsOfThisClass(string id) => id.StartsWith("maker", StringComparison.Ordinal);

    private Task<(int Status, string Body)> GetAsync(string path) => App.AskAsync("GET", path, joe);
}
