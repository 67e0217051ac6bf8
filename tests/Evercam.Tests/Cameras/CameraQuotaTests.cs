using System.Text.Json.Nodes;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

/// <summary>How many cameras one user may have.</summary>
public sealed class CameraQuotaTests : IAsyncLifetime
{
    private EvercamApp app = null!;

    public async ValueTask InitializeAsync() => app = await EvercamApp.StartAsync(
        new Dictionary<string, string?> { ["Evercam:Cameras:PerUser"] = "2" });

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_user_may_have_so_many_cameras_and_no_more()
    {
        var (joe, ann) = (await app.SignUpAsync(), await app.SignUpAsync());
        var first = await app.AddCameraAsync(joe);
        await app.AddCameraAsync(joe);
        var third = new JsonObject { ["id"] = "third", ["name"] = "", ["is_public"] = false };
        Assert.Equal(
            Broken("name can't be blank", "you can have at most 2 cameras"), await app.AskAsync("POST", "cameras", joe, third));
        third["name"] = "Third";
        Assert.Equal(Broken("you can have at most 2 cameras"), await app.AskAsync("POST", "cameras", joe, third));
        Assert.Equal(404, (await app.AskAsync("GET", "cameras/third", joe)).Status);

        await app.AddCameraAsync(ann);
        Assert.Equal((200, "{}"), await app.AskAsync("DELETE", $"cameras/{first}", joe));
        await app.AddCameraAsync(joe, "third");
    }
}
