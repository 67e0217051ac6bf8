using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Recorder;

/// <summary>A server that asks its cameras every second.</summary>
public sealed class OnlineServer : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Recorder:OnlineCheck"] = "true",
        ["Evercam:Recorder:OnlineCheckInterval"] = "00:00:01",
    });
}

/// <summary>Whether cameras are online (contract 4.9).</summary>
public sealed class OnlineCheckTests(OnlineServer server) : IClassFixture<OnlineServer>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly FakeCamera other = new("yard") { Width = 160, Height = 120, Auth = CameraAuth.DigestMd5, Password = "secret" };
    private FakeCameraHost host = null!;

    public async ValueTask InitializeAsync() =>
        host = await FakeCameraHost.StartAsync([camera, other], TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData(Behaviour.Normal, true)]
    [InlineData(Behaviour.ServerError, true)]
    [InlineData(Behaviour.NotFound, true)]
    [InlineData(Behaviour.CloseWithoutAnswer, false)]
    public async Task The_online_check_tells_whether_a_camera_answers_at_all(Behaviour behaviour, bool online)
    {
        camera.Behaviour = behaviour;
        var stage = await SetAsync(camera);
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.IsOnline == online);
        var row = (await stage.FindCameraAsync())!;
        Assert.NotNull(row.LastPolledAt);
        Assert.Equal(online ? row.LastPolledAt : null, row.LastOnlineAt);
        Assert.Equal(1_397_651_000, row.UpdatedAt);
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.LastPolledAt > row.LastPolledAt);
    }

    [Fact]
    public async Task A_camera_that_wants_another_password_is_online_and_one_that_went_away_was()
    {
        var stage = await SetAsync(other, c => c.CamPassword = Setting.Of("wrong"));
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.IsOnline == true);
        (await stage.GetAsync("snapshot.jpg")).Refuses(403, "Please check camera username and password");
        Assert.True((await stage.FindCameraAsync())!.IsOnline);

        // Nobody listens there.
        await stage.ChangeAsync(c => c.ExternalHttpPort = 1);
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.IsOnline == false);
        Assert.NotNull((await stage.FindCameraAsync())!.LastOnlineAt);
    }

    private Task<Stage> SetAsync(FakeCamera shown, Action<Camera>? adjust = null) => Stage.SetAsync(server.App, c =>
    {
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(shown).AbsolutePath));
        (c.CamUsername, c.CamPassword) = (Setting.Of(shown.UserName), Setting.Of(shown.Password));
        adjust?.Invoke(c);
    });
}
