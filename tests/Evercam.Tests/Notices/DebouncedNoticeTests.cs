using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Notices;

/// <summary>A running server tells what two polls in a row have seen, and not what one has.</summary>
public sealed class DebouncedNoticeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_poll_in_vain_tells_nothing_and_the_second_does()
    {
        var (polls, begun, goOn) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        await using var gate = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            if (Interlocked.Increment(ref polls) >= 2)
            {
                begun.TrySetResult();
                await goOn.Task;
            }

            await connection.SendAsync("HTTP/1.1 ");
        });
        await using var yard = RawCamera.Start(async connection =>
        {
            await connection.ReadRequestAsync();
            await connection.SendAsync("HTTP/1.1 ");
        });
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheckInterval"] = "00:00:01",
            ["Evercam:Recorder:LongestPause"] = "00:00:01",
            ["Evercam:Recorder:NoticePause"] = "00:00:00",
            ["Evercam:Cameras:AnswerTimeout"] = "00:01:00",
        });
        try
        {
            // The first poll is over when the second has begun, which waits until what was seen at the other camera later is told.
            var stage = await SetAsync(app, gate.Port);
            await begun.Task.WaitAsync(Cancellation);
            var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            var other = await SetAsync(app, yard.Port);
            await Eventually.IsTrueAsync(async () => (await NoticesAsync(other)).Count > 0);
            Assert.Empty(await NoticesAsync(stage));

            goOn.SetResult();
            await Eventually.IsTrueAsync(async () => (await NoticesAsync(stage)).Count > 0);
            var told = Assert.Single(await NoticesAsync(stage));
            Assert.Equal(NoticeKind.CameraOffline, told.Kind);
            Assert.InRange(told.HappenedAt, 0, before);
        }
        finally
        {
            goOn.TrySetResult();
        }
    }

    private static Task<Stage> SetAsync(EvercamApp app, int port) => Stage.SetAsync(
        app, c => (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", port, Setting.Of("/snapshot.jpg")));

    private static Task<List<CameraNotice>> NoticesAsync(Stage stage) => stage.App.StoreAsync(
        db => db.Notices.AsNoTracking().Where(notice => notice.CameraKey == stage.Key).ToListAsync(Cancellation));
}
