using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Evercam.Tests.Http;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Rights;

public sealed class SqliteAccessTests(SqliteNeeds routes) : AccessTests(routes), IClassFixture<SqliteNeeds>
{
    /// <summary>Nobody tells of what it writes into a file: PostgreSQL does.</summary>
    [Fact]
    public async Task Another_process_is_believed_after_some_seconds()
    {
        var camera = await Routes.App.AddCameraAsync("elsewhere", Routes.Users["owner"]);
        await ShowsAsync("needs/elsewhere/edit", "owner", 200, "elsewhere");
        await Routes.App.StoreAsync(db => db.Cameras.Where(row => row.Key == camera).ExecuteDeleteAsync());
        await ShowsAsync("needs/elsewhere/edit", "owner", 200, "elsewhere");
        Routes.Clock.Advance(TimeSpan.FromSeconds(5));
        await ShowsAsync("needs/elsewhere/edit", "owner", 404, Absent);
    }
}

public sealed class PostgresAccessTests(PostgresNeeds routes) : AccessTests(routes), IClassFixture<PostgresNeeds>;

/// <summary>What routes declare, and how it is enforced.</summary>
public abstract class AccessTests(NeedsApp routes)
{
    private const string Unauthenticated = """{"message":"Unauthenticated"}""";
    private const string Unauthorized = """{"message":"Unauthorized"}""";
    protected const string Absent = """{"message":"Camera does not exist"}""";
    private const string NotFound = """{"message":"Camera not found"}""";

    protected NeedsApp Routes => routes;

    private EvercamApp App => routes.App;

    public static TheoryData<string, string, int> Table => new()
    {
        // route, caller: what a private camera answers
        { "know", "anonymous", 404 },
        { "know", "stranger", 404 },
        { "know", "sharee", 200 },
        { "know", "owner", 200 },
        { "live", "anonymous", 403 },
        { "live", "stranger", 403 },
        { "live", "sharee", 403 },
        { "live", "owner", 200 },
        { "edit", "anonymous", 401 },
        { "edit", "stranger", 403 },
        { "edit", "sharee", 200 },
        { "edit", "owner", 200 },
        { "take", "anonymous", 401 },
        { "take", "stranger", 403 },
        { "take", "sharee", 403 },
        { "take", "owner", 200 },
        { "share", "anonymous", 401 },
        { "share", "stranger", 403 },
        { "share", "sharee", 403 },
        { "share", "owner", 200 },
        { "stored", "anonymous", 401 },
        { "stored", "stranger", 403 },
        { "stored", "sharee", 200 },
        { "stored", "owner", 200 },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_private_camera_is_open_to_whom_it_was_given(string route, string caller, int status)
    {
        using var answer = await GetAsync($"needs/private/{route}", caller);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_public_camera_is_known_and_seen_live_and_no_more(string route, string caller, int status)
    {
        using var answer = await GetAsync($"needs/public/{route}", caller);
        Assert.Equal(route is "know" or "live" ? 200 : status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Checks_come_in_the_contracts_order()
    {
        await ShowsAsync("needs/absent/edit?limit=x", "anonymous", 401, Unauthenticated);
        await ShowsAsync("needs/absent/edit?limit=x", "stranger", 400, """{"message":"limit is invalid"}""");
        await ShowsAsync("needs/absent/edit", "stranger", 404, Absent);
        await ShowsAsync("needs/private/edit", "stranger", 403, Unauthorized);
    }

    [Fact]
    public async Task What_may_not_be_known_looks_like_what_is_not_there()
    {
        foreach (var caller in new[] { "anonymous", "stranger" })
        {
            await ShowsAsync("needs/absent/know", caller, 404, NotFound);
            await ShowsAsync("needs/private/know", caller, 404, NotFound);
        }
    }

    [Theory]
    [InlineData("aa:bb:cc:dd:ee:01", "owner", "private")]
    [InlineData("AA-BB-CC-DD-EE-01", "owner", "private")]
    [InlineData("aa:bb:cc:dd:ee:01", "sharee", "private")]
    [InlineData("aa:bb:cc:dd:ee:02", "owner", "public")]
    [InlineData("aa:bb:cc:dd:ee:01", "stranger", null)]
    [InlineData("aa:bb:cc:dd:ee:02", "stranger", null)]
    [InlineData("aa:bb:cc:dd:ee:02", "anonymous", null)]
    [InlineData("aa:bb:cc:dd:ee:03", "owner", null)]
    [InlineData("aa:bb:cc:dd:ee:01%0A", "owner", null)]
    [InlineData("aabbccddee01", "owner", null)]
    public async Task A_mac_address_names_a_camera_of_ones_own_or_shared(string mac, string caller, string? camera) =>
        await ShowsAsync($"needs/{mac}/know", caller, camera is null ? 404 : 200, camera ?? NotFound);

    [Theory]
    [InlineData(Edit, false, Delete, false, null)]
    [InlineData(Edit, false, List, false, "second")]
    [InlineData(Edit, false, View, false, "second")]
    [InlineData(Edit, false, Edit, true, "second")]
    [InlineData(List, false, View, false, "first")]
    [InlineData(Edit, true, View, false, "first")]
    [InlineData(Snapshot | Edit | Delete | GrantList, false, View, false, "second")]
    public async Task A_shared_camera_that_must_stay_hidden_hides_no_other_with_its_mac_address(
        CameraRights first, bool isFirstPublic, CameraRights second, bool isSecondPublic, string? found)
    {
        var mac = $"02:{string.Join(':', Convert.ToHexStringLower(Guid.NewGuid().ToByteArray()[..5]).Chunk(2).Select(octet => new string(octet)))}";
        var ids = new Dictionary<string, string>();
        foreach (var (name, rights, isPublic) in new[] { ("first", first, isFirstPublic), ("second", second, isSecondPublic) })
        {
            ids[name] = CatalogRows.Fresh($"{name}-");
            var camera = await App.AddCameraAsync(ids[name], routes.Users["owner"], isPublic, mac);
            await App.ShareAsync(camera, routes.Users["owner"], routes.Users["sharee"], rights);
        }

        await ShowsAsync($"needs/{mac}/know", "sharee", found is null ? 404 : 200, found is null ? NotFound : ids[found]);
        await ShowsAsync($"needs/{mac}/know", "stranger", 404, NotFound);
    }

    [Fact]
    public async Task A_mac_address_names_nothing_where_a_right_is_needed() =>
        await ShowsAsync("needs/aa:bb:cc:dd:ee:01/edit", "owner", 404, Absent);

    [Fact]
    public async Task An_account_is_its_users_own()
    {
        var owner = routes.Users["owner"];
        await ShowsAsync($"account/{owner.Name.ToUpperInvariant()}", "owner", 200, $"{owner.Key}");
        await ShowsAsync($"account/{owner.Email}.json", "owner", 200, $"{owner.Key}");
        await ShowsAsync($"account/{owner.Name}", "stranger", 403, Unauthorized);
        await ShowsAsync($"account/{owner.Name}", "anonymous", 401, Unauthenticated);
        await ShowsAsync("account/nobody", "owner", 404, """{"message":"user does not exist"}""");
    }

    [Fact]
    public async Task A_client_has_what_its_users_have_and_allow()
    {
        var client = await App.AddClientAsync("viewer");
        var camera = await App.AddCameraAsync("granted", routes.Users["owner"]);
        await ShowsAsync($"needs/granted/edit?{client.Keys}", "anonymous", 403, Unauthorized);

        await App.GrantAsync(client, routes.Users["owner"], GrantedResource.Camera, Edit | View, camera);
        await App.GrantAsync(client, routes.Users["owner"], GrantedResource.User, View);
        await App.GrantAsync(client, routes.Users["sharee"], GrantedResource.Cameras, Delete);
        await ShowsAsync($"needs/granted/edit?{client.Keys}", "anonymous", 200, "granted");
        await ShowsAsync($"needs/granted/stored?{client.Keys}", "anonymous", 403, Unauthorized);
        await ShowsAsync($"needs/granted/share?{client.Keys}", "anonymous", 403, Unauthorized);
        await ShowsAsync($"account/owner?{client.Keys}", "anonymous", 200, $"{routes.Users["owner"].Key}");

        await App.StoreAsync(async db =>
        {
            db.RemoveRange(await db.Grants.Where(grant => grant.UserKey == routes.Users["owner"].Key).ToListAsync());
            await db.SaveChangesAsync();
        });
        await ShowsAsync($"needs/granted/edit?{client.Keys}", "anonymous", 403, Unauthorized);
    }

    [Fact]
    public async Task A_share_counts_at_once_and_so_does_its_end()
    {
        var camera = await App.AddCameraAsync("yard", routes.Users["owner"]);
        await ShowsAsync("needs/yard/edit", "sharee", 403, Unauthorized);
        await App.ShareAsync(camera, routes.Users["owner"], routes.Users["sharee"], Edit);
        await ShowsAsync("needs/yard/edit", "sharee", 200, "yard");

        await App.StoreAsync(async db =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            db.RemoveRange(await db.Shares.Where(share => share.CameraKey == camera).ToListAsync());
            await db.SaveChangesAsync();

            // Others still see the share, and remember it until the transaction ends.
            await ShowsAsync("needs/yard/edit", "sharee", 200, "yard");
            await transaction.CommitAsync();
        });
        await ShowsAsync("needs/yard/edit", "sharee", 403, Unauthorized);
    }

    [Fact]
    public async Task A_camera_that_becomes_private_is_private_at_once()
    {
        var camera = await App.AddCameraAsync("street", routes.Users["owner"], isPublic: true);
        await ShowsAsync("needs/street/live", "anonymous", 200, "street");
        await App.StoreAsync(async db =>
        {
            (await db.Cameras.SingleAsync(row => row.Key == camera)).IsPublic = false;
            await db.SaveChangesAsync();
        });
        await ShowsAsync("needs/street/live", "anonymous", 403, Unauthorized);
    }

    [Fact]
    public async Task A_deleted_camera_is_gone_at_once()
    {
        var camera = await App.AddCameraAsync("gone", routes.Users["owner"]);
        await ShowsAsync("needs/gone/edit", "owner", 200, "gone");
        await App.StoreAsync(async db =>
        {
            db.Remove(await db.Cameras.SingleAsync(row => row.Key == camera));
            await db.SaveChangesAsync();
        });
        await ShowsAsync("needs/gone/edit", "owner", 404, Absent);
    }

    [Fact]
    public async Task Who_changes_rights_in_bulk_says_so()
    {
        var camera = await App.AddCameraAsync("bulk", routes.Users["owner"]);
        await ShowsAsync("needs/bulk/edit", "owner", 200, "bulk");
        await App.StoreAsync(db => db.Cameras.Where(row => row.Key == camera).ExecuteDeleteAsync());
        App.Services.GetRequiredService<AccessCache>().Forget(camera);
        await ShowsAsync("needs/bulk/edit", "owner", 404, Absent);
    }

    protected async Task ShowsAsync(string path, string caller, int status, string body)
    {
        using var answer = await GetAsync(path, caller);
        await answer.ShowsAsync(status, body);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = caller == "anonymous" ? null : routes.Users[caller].Basic;
        return await App.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
