using System.Globalization;
using System.Net.Http.Json;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Recorder;

/// <summary>Recording by the week of a camera's own clock, while that clock is changed, the year ends, or the camera moves.</summary>
public sealed class LocalTimeTests : IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly SteppingClock clock = new();
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([camera], Cancellation);

        // Before all that happens here: the silo does not bear a clock that is set back.
        Set(new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
                ["Evercam:Recorder:OnlineCheck"] = "false",
            },
            clock);
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }

    [Theory]
    // The clock goes from 01:00 to 02:00, and back from 02:00 to 01:00: 01:00 comes twice.
    [InlineData("Europe/Dublin", """{"Sunday":["02:00-03:00"]}""", "2026-03-29T01:00:00Z")]
    [InlineData("Europe/Dublin", """{"Sunday":["01:00-01:30"]}""", "2026-10-25T01:00:00Z")]
    [InlineData("Europe/Dublin", """{"Friday":["00:00-00:30"]}""", "2027-01-01T00:00:00Z")]
    [InlineData("Pacific/Auckland", """{"Friday":["00:00-00:30"]}""", "2026-12-31T11:00:00Z")]
    public async Task Recording_begins_when_the_cameras_clock_says_so(string zone, string week, string edge)
    {
        var begin = DateTimeOffset.Parse(edge, CultureInfo.InvariantCulture);
        Set(begin.AddSeconds(-2));
        var stage = await SetAsync(zone, week);
        await Eventually.IsTrueAsync(async () => await CountAsync(stage) >= 2);
        var first = (await stage.Archive.ListAsync(stage.Key, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 1, Cancellation))[0];
        Assert.InRange(first.TakenAt, begin, begin.AddMinutes(15));
    }

    [Fact]
    public async Task A_camera_that_moves_is_recorded_by_the_clock_of_where_it_is()
    {
        Set(new(2026, 12, 31, 23, 5, 0, TimeSpan.Zero));
        var stage = await SetAsync("Europe/Dublin", """{"Friday":["00:00-01:00"]}""");
        Assert.Equal(0, await CountAsync(stage));
        await MoveAsync("Europe/Paris");
        await Eventually.IsTrueAsync(async () => await CountAsync(stage) >= 2);

        await MoveAsync("Europe/Moscow");
        var (last, same) = (-1L, 0);
        await Eventually.IsTrueAsync(() =>
        {
            (same, last) = (camera.Requests == last ? same + 1 : 0, camera.Requests);
            return same >= 25;
        });

        async Task MoveAsync(string zone)
        {
            using var body = JsonContent.Create(new { timezone = zone });
            Assert.Equal(200, (await Stage.AskAsync(app, HttpMethod.Patch, $"cameras/{stage.Id}", stage.Owner, body)).Status);
        }
    }

    private static async Task<long> CountAsync(Stage stage) => (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures;

    private void Set(DateTimeOffset moment) => clock.Step(moment - clock.GetUtcNow());

    private Task<Stage> SetAsync(string zone, string week) => Stage.SetAsync(app, c =>
    {
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(camera).AbsolutePath));
        (c.Recording.Status, c.Recording.Schedule, c.Recording.PicturesPerMinute) = (RecordingStatus.Scheduled, week, 600);
        c.Timezone = zone;
    });
}
