using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Vendors;

public sealed class SqliteVendorTests(SqliteApp shared) : VendorTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresVendorTests(PostgresApp shared) : VendorTests(shared), IClassFixture<PostgresApp>;

/// <summary>Vendors (contract 4.7). Their exact answers are in the golden files.</summary>
public abstract class VendorTests(SharedApp shared) : IAsyncLifetime
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
    [InlineData("00:0D:F0", "ycam")]
    [InlineData("54:E6:FC", "tplink")]
    [InlineData("54:e6:fc", "tplink")]
    [InlineData("54-E6-fc", "tplink")]
    [InlineData("54:E6:FC:01", "tplink")]
    [InlineData("54:E6:FC:01:02", "tplink")]
    [InlineData("54:E6:FC:01:02:03", "tplink")]
    [InlineData("54-E6-FC-01-02-03", "tplink")]
    [InlineData("54:E6:FC.json", "tplink")]
    [InlineData("54:E6:FC/", "tplink")]
    [InlineData("54%3AE6%3AFC", "tplink")]
    [InlineData("FC:9C:98", "arlo")]
    [InlineData("E4:30:22", "hanwha,samsung")]
    public async Task A_mac_address_finds_its_vendors(string mac, string ids)
    {
        var (status, body) = await GetAsync($"vendors/{mac}");
        Assert.True(status == 200, body);
        Assert.Equal(ids, string.Join(',', JsonNode.Parse(body)!["vendors"]!.AsArray().Select(v => (string)v!["id"]!)));
    }

    [Theory]
    [InlineData("FF:FF:FF")]
    [InlineData("54:E6")]
    [InlineData("54:E6:F")]
    [InlineData("54E6FC")]
    [InlineData("54:E6:FC:")]
    [InlineData("54:E6:FC:01:02:03:04")]
    [InlineData("54:E6:FG")]
    [InlineData("54 E6 FC")]
    [InlineData("ycam")]
    [InlineData("%25")]
    [InlineData("54:E6:FC%0A")]
    public async Task Anything_else_is_not_matched(string mac) =>
        Assert.Equal(Refusal(404, "mac address was not matched"), await GetAsync($"vendors/{mac}"));

    [Fact]
    public async Task All_vendors_are_listed()
    {
        var (status, body) = await GetAsync("vendors");
        Assert.Equal(200, status);
        var vendors = JsonNode.Parse(body)!["vendors"]!.AsArray();
        var ids = vendors.Select(v => (string)v!["id"]!).ToList();
        Assert.Equal(await App.StoreAsync(db => db.Vendors.Select(v => v.Id).OrderBy(id => id).ToListAsync(Cancellation)), ids);
        Assert.All(vendors, v => Assert.Equal(
            ["id", "name", "known_macs", "is_supported", "models"], v!.AsObject().Select(field => field.Key)));
        Assert.All(vendors, v => Assert.Equal((bool)v!["is_supported"]!, v["models"]!.AsArray().Count > 0));
        Assert.Contains(vendors, v => !(bool)v!["is_supported"]!);
        Assert.Equal(await GetAsync("models/ycam"), await GetAsync("vendors/00:0D:F0"));
        Assert.Equal(
            (await GetAsync("vendors/00:0D:F0")).One().ToJsonString(),
            vendors.Single(v => (string)v!["id"]! == "ycam")!.ToJsonString());
    }

    [Fact]
    public async Task A_name_that_two_models_speak_for_is_told_once()
    {
        var id = CatalogRows.Fresh("maker");
        await App.StoreAsync(async db =>
        {
            var vendor = new Vendor { Id = id, Name = "Maker" };
            vendor.Models.Add(new() { Name = CameraModel.Default, KnownModels = ["*", "B"] });
            vendor.Models.Add(new() { Name = "A", KnownModels = ["B", "A"] });
            db.Add(vendor);
            await db.SaveChangesAsync(Cancellation);
        });
        var told = await GetAsync($"models/{id}");

        // The other tests know the vendors that there were.
        await App.StoreAsync(db => db.Vendors.Where(vendor => vendor.Id == id).ExecuteDeleteAsync(Cancellation));
        Assert.Equal("""["*","A","B"]""", told.One()["models"]!.ToJsonString());
    }

    [Fact]
    public async Task The_list_is_sent_as_other_answers_are()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "vendors");
        request.Headers.Authorization = joe.Authorization;
        using var answer = await App.Client.SendAsync(request, Cancellation);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.True(answer.Headers.CacheControl!.NoStore);
        using var ask = new HttpRequestMessage(HttpMethod.Head, "vendors");
        ask.Headers.Authorization = joe.Authorization;
        using var head = await App.Client.SendAsync(ask, Cancellation);
        Assert.Equal((200, answer.Content.Headers.ContentLength), ((int)head.StatusCode, head.Content.Headers.ContentLength));
    }

    [Theory]
    [InlineData("vendors")]
    [InlineData("vendors/00:0D:F0")]
    [InlineData("vendors/nothing")]
    public async Task Nobody_in_particular_is_refused(string path)
    {
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", path));
        var client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.List);
        Assert.NotEqual(401, (await App.AskAsync("GET", path, client)).Status);
    }

    private Task<(int Status, string Body)> GetAsync(string path) => App.AskAsync("GET", path, joe);
}
