using Evercam.FakeCameras;
using Evercam.Storage.Catalog;

namespace Evercam.Tests.Snapshots;

/// <summary>Many who watch one camera, and some who do not take what they asked for.</summary>
public sealed class LiveViewersTests : IAsyncLifetime
{
    private const int Thousand = 1_000;
    private const int AtOnce = 50;

    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_thousand_viewers_cost_the_camera_one_fetch_a_frame()
    {
        await using var app = await StartAsync(
            ("Patience", "00:10:00"), ("StreamsPerCaller", $"{Thousand}"), ("StreamsPerSource", $"{Thousand}"));
        var stage = await SetAsync(app);
        var viewers = new List<WatchedStream>();
        foreach (var some in Enumerable.Range(0, Thousand).Chunk(AtOnce))
        {
            viewers.AddRange(await Task.WhenAll(some.Select(_ => WatchedStream.OpenAsync(stage, stage.Owner, perSecond: 1))));
        }

        var (before, begun) = (camera.Requests, TimeProvider.System.GetTimestamp());
        await Task.WhenAll(viewers.Select(viewer => viewer.SeeAsync(4)));

        // They want a picture a second: however long it took them to see theirs, there was no more than one in each.
        var seconds = (long)Math.Ceiling(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
        Assert.InRange(camera.Requests - before, 1, seconds + 10);
        viewers.ForEach(viewer => viewer.Dispose());
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
        await FreeAsync(stage);
    }

    [Fact]
    public async Task A_viewer_that_takes_its_time_sees_no_more_of_a_picture_when_the_right_has_ended()
    {
        await using var app = await StartAsync(("Streams", "1"), ("Patience", "00:10:00"));
        var stage = await SetLargeAsync(app);
        var friend = await Stage.AddUserAsync(app);
        var form = new Dictionary<string, string> { ["email"] = friend.Email!, ["rights"] = "snapshot" };
        using var shared = new FormUrlEncodedContent(form);
        var share = (await stage.AskAsync(HttpMethod.Post, "share", stage.Owner, shared)).Text.Split("\"id\":")[1].Split(',')[0];
        using var slow = await WatchedStream.OpenAsync(stage, friend, perSecond: 1);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"share?share_id={share}", stage.Owner)).Status);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            // Nothing is read until the place is free.
            await FreeAsync(stage);
            await slow.SeeAsync(1);
        });
    }

    /// <summary>The one who watches has gone.</summary>
    private static Task FreeAsync(Stage stage) => Eventually.IsTrueAsync(async () =>
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
