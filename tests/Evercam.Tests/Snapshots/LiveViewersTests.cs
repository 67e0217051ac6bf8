using Evercam.FakeCameras;
using Evercam.Server.Live;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Snapshots;

/// <summary>Many who watch one camera, and some who do not take what they asked for.</summary>
public sealed class LiveViewersTests : IAsyncLifetime
{
    private const int Thousand = 1_000;
    private const int Readers = 20;

    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_thousand_viewers_cost_the_camera_one_fetch_a_frame()
    {
        await using var app = await StartAsync(("Patience", "00:10:00"));
        var stage = await SetAsync(app);
        var streams = app.Services.GetRequiredService<LiveStreams>();
        var readers = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1)));

        // The others have no connections, which would keep a small machine busy for nothing.
        var viewers = Enumerable.Range(Readers, Thousand - Readers).Select(_ => streams.Join(stage.Key, TimeSpan.FromSeconds(1))).ToList();
        var (before, begun) = (camera.Requests, TimeProvider.System.GetTimestamp());
        await Task.WhenAll([.. readers.Select(reader => reader.SeeAsync(4)), .. viewers.Select(viewer => SeeAsync(viewer, 4))]);

        // They want a picture a second: however long it took them to see theirs, there was no more than one in each.
        var seconds = (long)Math.Ceiling(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
        Assert.InRange(camera.Requests - before, 1, seconds + 10);
        Array.ForEach(readers, reader => reader.Dispose());
        viewers.ForEach(viewer => streams.Leave(stage.Key, viewer));
        await QuietAsync();
    }

    [Fact]
    public async Task A_viewer_that_stops_reading_holds_up_nobody()
    {
        await using var app = await StartAsync(("Patience", "00:10:00"));
        var stage = await SetLargeAsync(app);
        using var stuck = await WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1);
        using var eager = await WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1);
        await eager.SeeAsync(4);
    }

    [Fact]
    public async Task A_viewer_that_stops_reading_is_dropped_and_leaves_its_place()
    {
        await using var app = await StartAsync(("Streams", "1"), ("Patience", "00:00:01"));
        var stage = await SetLargeAsync(app);
        using var stuck = await WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1);
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                (await WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1)).Dispose();
                return true;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
    }

    /// <summary>Sees so many pictures.</summary>
    private static async Task SeeAsync(LiveViewer viewer, int pictures)
    {
        for (var seen = 0; seen < pictures;)
        {
            seen += await viewer.NextAsync(TimeSpan.FromMinutes(1), TimeProvider.System, Cancellation) is null ? 0 : 1;
        }
    }

    /// <summary>A server that waits long for a camera, however busy this machine is.</summary>
    private static Task<EvercamApp> StartAsync(params (string Name, string Value)[] live)
    {
        var settings = live.ToDictionary(setting => $"Evercam:Live:{setting.Name}", setting => (string?)setting.Value);
        settings["Evercam:Recorder:OnlineCheck"] = "false";
        settings["Evercam:Cameras:AnswerTimeout"] = "00:01:00";
        settings["Evercam:Cameras:Deadline"] = "00:05:00";
        return EvercamApp.StartAsync(settings);
    }

    /// <summary>A camera whose pictures are larger than what lies between a server and one who does not read.</summary>
    private Task<Stage> SetLargeAsync(EvercamApp app)
    {
        camera.Picture = (byte[])[.. camera.TakeJpeg(DateTimeOffset.UnixEpoch), .. new byte[9_000_000]];
        return SetAsync(app);
    }

    private Task<Stage> SetAsync(EvercamApp app) => Stage.SetAsync(app, c =>
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of($"/{camera.Name}/snapshot.jpg")));

    /// <summary>Nobody asks the camera any more.</summary>
    private async Task QuietAsync()
    {
        var (seen, since) = (camera.Requests, TimeProvider.System.GetTimestamp());
        await Eventually.IsTrueAsync(() =>
        {
            if (camera.Requests != seen)
            {
                (seen, since) = (camera.Requests, TimeProvider.System.GetTimestamp());
            }

            return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(3);
        });
    }
}
