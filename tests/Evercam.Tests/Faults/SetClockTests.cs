using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Recorder;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Faults;

/// <summary>Somebody sets the clock of a server that records, forward and back by an hour.</summary>
public sealed class SetClockTests
{
    private const int Enough = 5;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_picture_that_the_camera_gave_is_kept_and_none_goes()
    {
        var camera = new FakeCamera("gate") { Width = 160, Height = 90 };
        await using var host = await FakeCameraHost.StartAsync([camera], Cancellation);
        var clock = new SteppingClock();
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:Recorder:OnlineCheck"] = "false",
                ["Evercam:Recorder:UpkeepInterval"] = "00:00:01",
                ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
            },
            clock);
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute, c.Recording.KeepDays) = (RecordingStatus.On, 600, 1);
        });
        await GoOnAsync();
        foreach (var step in new[] { Hour, -Hour, -Hour, Hour, Hour, -Hour })
        {
            clock.Step(step);
            await GoOnAsync();
        }

        // From here on it gives none. Each that it gave is there, and the archive proves itself.
        camera.Behaviour = Behaviour.ServerError;
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync("snapshots")).Seconds.Count == camera.Pictures);
        var check = app.Services.GetRequiredService<ArchiveCheck>();
        await Eventually.IsTrueAsync(async () => !await check.RunAsync(Cancellation).AnyAsync(Cancellation));

        // Goes on for a while by this clock.
        async Task GoOnAsync()
        {
            var before = (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures;
            await Eventually.IsTrueAsync(async () => (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures >= before + Enough);
        }
    }
}
