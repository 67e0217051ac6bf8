using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Evercam.Tests.Recorder;

/// <summary>How long a request waits for a recorder.</summary>
public class RecorderPatienceTests
{
    [Fact]
    public async Task A_recorder_has_more_time_than_all_that_it_waits_for()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Cameras:Deadline"] = "00:05:00",
            ["Evercam:Archive:GiveUpAfter"] = "00:01:00",
        });
        var patience = app.Services.GetRequiredService<IOptions<SiloMessagingOptions>>().Value.ResponseTimeout;
        Assert.True(patience > TimeSpan.FromMinutes(6), $"{patience}");
    }

    [Fact]
    public async Task A_recorder_that_does_not_answer_is_no_bug()
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
            adjust: builder => builder.Services.PostConfigure<SiloMessagingOptions>(
                silo => silo.ResponseTimeout = TimeSpan.FromSeconds(1)));
        await using var silent = RawCamera.Start(connection => connection.WaitForHangUpAsync());

        // Its recorder is told nothing: that it answers within a second is not to be counted on.
        var owner = await Stage.AddUserAsync(app);
        var camera = CatalogRows.Camera(owner);
        (camera.ExternalHost, camera.ExternalHttpPort, camera.JpgUrl) = ("127.0.0.1", silent.Port, Setting.Of("/x.jpg"));
        await Stage.StoreAsync(app, db => db.Add(camera));
        var stage = new Stage(app, owner, camera);
        (await stage.GetAsync("snapshot.jpg")).Refuses(503, "Service unavailable, please try again");
    }
}
