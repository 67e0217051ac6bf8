using Evercam.FakeCameras;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Snapshots;

/// <summary>A server that waits for cameras no longer than a test should.</summary>
public sealed class ImpatientPictures : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Cameras:AnswerTimeout"] = "00:00:02",
        ["Evercam:Cameras:Deadline"] = "00:00:03",
    });
}

/// <summary>Cameras that never come to an end. On a slow machine a good one may be too slow for this server, too, but not for ever.</summary>
public sealed class ImpatientLiveTests(ImpatientPictures server) : IClassFixture<ImpatientPictures>
{
    [Theory]
    [InlineData(Behaviour.Hang)]
    [InlineData(Behaviour.Drip)]
    public async Task A_camera_that_does_not_come_to_an_end_is_offline_and_nothing_is_kept(Behaviour behaviour)
    {
        var camera = new FakeCamera("gate") { Width = 160, Height = 120, Behaviour = behaviour };
        await using var host = await FakeCameraHost.StartAsync([camera], TestContext.Current.CancellationToken);
        var stage = await Stage.SetAsync(server.App, c =>
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(camera).AbsolutePath)));
        var both = await Task.WhenAll(PostAsync(), stage.GetAsync("snapshot.jpg"));
        Assert.All(both, answer => answer.Refuses(503, "Camera offline"));
        await stage.IsEmptyAsync();

        camera.Behaviour = Behaviour.Normal;
        await Eventually.IsTrueAsync(async () => (await PostAsync()).Status == 200);

        Task<Reply> PostAsync() => stage.AskAsync(HttpMethod.Post, "snapshots", stage.Owner);
    }
}
