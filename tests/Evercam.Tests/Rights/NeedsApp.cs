using Evercam.Server.Rights;
using Evercam.Tests.Http;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Time.Testing;
using static Evercam.Storage.Catalog.CameraRights;

namespace Evercam.Tests.Rights;

/// <summary>A server with a route for each kind of need, an owner, a sharee, a stranger, and two cameras.</summary>
public abstract class NeedsApp : IAsyncLifetime
{
    public FakeTimeProvider Clock { get; } = new();

    public EvercamApp App { get; private set; } = null!;

    public Dictionary<string, TestUser> Users { get; } = [];

    public async ValueTask InitializeAsync()
    {
        App = await EvercamApp.StartAsync(await SettingsAsync(), Clock, Map);
        foreach (var name in new[] { "owner", "sharee", "stranger" })
        {
            Users[name] = await App.AddUserAsync(name);
        }

        foreach (var (id, mac) in new[] { ("private", "aa:bb:cc:dd:ee:01"), ("public", "aa:bb:cc:dd:ee:02") })
        {
            var camera = await App.AddCameraAsync(id, Users["owner"], isPublic: id == "public", mac);
            await App.ShareAsync(camera, Users["owner"], Users["sharee"], View | Edit);
        }
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return App.DisposeAsync();
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();

    private static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/needs/{id}/know", (CameraAccess access) => access.Camera.Id).NeedsToKnow();
        api.MapGet("/needs/{id}/live", (CameraAccess access) => access.Camera.Id).Needs(Snapshot, open: true);
        api.MapGet("/needs/{id}/edit", (Probe _, CameraAccess access) => access.Camera.Id).Needs(Edit);
        api.MapGet("/needs/{id}/take", (CameraAccess access) => access.Camera.Id).NeedsGiven(Snapshot);
        api.MapGet("/needs/{id}/share", (CameraAccess access) => access.Camera.Id).NeedsOwner();
        api.MapGet("/needs/{id}/stored", (CameraAccess access) => access.Camera.Id).NeedsStored(View);
        api.MapGet("/account/{id}", (UserAccess access) => $"{access.User.Id}").NeedsAccount(View);
    }
}

public sealed class SqliteNeeds : NeedsApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresNeeds(PostgresServer server) : NeedsApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}
