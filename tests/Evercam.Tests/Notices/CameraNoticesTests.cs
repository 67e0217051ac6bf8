using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Server.Notices;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Notices;

/// <summary>A server that asks its cameras every second and tells at once.</summary>
public sealed class EagerServer : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Recorder:OnlineCheck"] = "true",
        ["Evercam:Recorder:OnlineCheckInterval"] = "00:00:01",
        ["Evercam:Recorder:LongestPause"] = "00:00:01",
        ["Evercam:Recorder:NoticePause"] = "00:00:00",
    });
}

/// <summary>That cameras come and go, and that recording stops, becomes a notice.</summary>
public sealed class CameraNoticesTests(EagerServer server) : IClassFixture<EagerServer>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120, Auth = CameraAuth.Basic, Password = "secret" };
    private readonly FakeCamera open = new("yard") { Width = 160, Height = 120 };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera, open], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_camera_that_goes_and_comes_back_is_told_of_and_what_it_is_first_is_not()
    {
        var stage = await SetAsync(open);
        await SeenAsync(stage, $"SELECT camera_key AS \"Value\" FROM last_told WHERE is_online");
        open.Behaviour = Behaviour.CloseWithoutAnswer;
        await ToldAsync(stage, NoticeKind.CameraOffline);
        open.Behaviour = Behaviour.Normal;
        await ToldAsync(stage, NoticeKind.CameraOffline, NoticeKind.CameraOnline);
    }

    [Fact]
    public async Task Recording_that_stops_says_why_and_when_it_goes_on()
    {
        var stage = await SetAsync(camera, c => c.Recording.Status = RecordingStatus.On);
        await SeenAsync(stage, $"SELECT camera_key AS \"Value\" FROM last_told WHERE is_recorded");
        await stage.ChangeAsync(c => c.CamPassword = Setting.Of("wrong"));
        await ToldAsync(stage, NoticeKind.RecordingStopped);
        await stage.ChangeAsync(c => c.CamPassword = Setting.Of("secret"));
        await ToldAsync(stage, NoticeKind.RecordingStopped, NoticeKind.RecordingResumed);
        await stage.ChangeAsync(c => c.Recording.Status = RecordingStatus.Off);
        await ToldAsync(stage, NoticeKind.RecordingStopped, NoticeKind.RecordingResumed, NoticeKind.RecordingStopped);
        Assert.Equal([StopReason.Unauthorized, null, StopReason.Off], (await NoticesAsync(stage)).Select(n => n.Reason));
    }

    [Fact]
    public async Task A_camera_that_is_back_and_takes_no_password_any_more_is_told_of()
    {
        camera.Behaviour = Behaviour.CloseWithoutAnswer;
        var stage = await SetAsync(camera, c => c.Recording.Status = RecordingStatus.On);
        await ToldAsync(stage, NoticeKind.RecordingStopped);
        (camera.Password, camera.Behaviour) = ("another", Behaviour.Normal);
        await ToldAsync(stage, NoticeKind.RecordingStopped, NoticeKind.RecordingStopped);
        Assert.Equal(
            [StopReason.Offline, StopReason.Unauthorized],
            (await NoticesAsync(stage)).Where(n => n.Kind == NoticeKind.RecordingStopped).Select(n => n.Reason));
    }

    [Fact]
    public async Task A_password_that_was_wrong_from_the_first_day_is_told()
    {
        var stage = await SetAsync(camera, c => (c.Recording.Status, c.CamPassword) = (RecordingStatus.On, Setting.Of("wrong")));
        await ToldAsync(stage, NoticeKind.RecordingStopped);
        Assert.Equal([StopReason.Unauthorized], (await NoticesAsync(stage)).Select(n => n.Reason));
    }

    [Fact]
    public async Task A_camera_that_never_answered_is_told_of()
    {
        open.Behaviour = Behaviour.CloseWithoutAnswer;
        var stage = await SetAsync(open);
        await ToldAsync(stage, NoticeKind.CameraOffline);
    }

    [Fact]
    public async Task A_camera_that_loses_its_address_is_recorded_no_more_and_not_online()
    {
        var stage = await SetAsync(open, c => c.Recording.Status = RecordingStatus.On);
        await SeenAsync(stage, $"SELECT camera_key AS \"Value\" FROM last_told WHERE is_recorded");
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.IsOnline == true);
        using var nowhere = new FormUrlEncodedContent([new("external_host", "")]);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Patch, "", stage.Owner, nowhere)).Status);
        await ToldAsync(stage, NoticeKind.RecordingStopped);
        Assert.Equal([StopReason.Offline], (await NoticesAsync(stage)).Select(n => n.Reason));
        await Eventually.IsTrueAsync(async () => (await stage.FindCameraAsync())!.IsOnline == false);
    }

    [Theory]
    [InlineData(StopReason.Offline, "offline")]
    [InlineData(StopReason.Unauthorized, "unauthorized")]
    [InlineData(StopReason.DiskFull, "disk_full")]
    [InlineData(StopReason.Off, "off")]
    [InlineData(StopReason.NoRoom, "no_room")]
    [InlineData(StopReason.ServerDown, "server_down")]
    public void Every_reason_has_a_name_of_its_own(StopReason reason, string name) => Assert.Equal(name, NoticeNames.Of(reason));

    [Fact]
    public void What_is_seen_twice_in_a_row_counts_from_the_first_time()
    {
        var (debounce, start) = (new Debounce<bool>(), DateTimeOffset.UnixEpoch);
        bool[] seen = [true, true, true, false, true, false, false, false, true, true];
        int?[] told = [null, 0, null, null, null, null, 5, null, null, 8];
        for (var second = 0; second < seen.Length; second++)
        {
            var since = debounce.See(seen[second], start.AddSeconds(second));
            Assert.Equal(told[second] is { } first ? start.AddSeconds(first) : null, since);
        }
    }

    /// <summary>Each letter is a picture: kept, or failed for one reason or another. Each line of what is expected: which picture, of them, is
    /// followed by news, what they are, and since which picture.</summary>
    [Theory]
    [InlineData("kk", "1 kept since 0")]
    [InlineData("oooo", "1 Offline since 0")]
    [InlineData("kkou", "1 kept since 0", "3 Unauthorized since 2, perhaps")]
    [InlineData("oouo", "1 Offline since 0")]
    [InlineData("oouuu", "1 Offline since 0", "3 Unauthorized since 2")]
    [InlineData("ououou", "1 Unauthorized since 0, perhaps")]
    [InlineData("oouuoo", "1 Offline since 0", "3 Unauthorized since 2", "5 Offline since 4")]
    [InlineData("ookuoo", "1 Offline since 0", "4 Offline since 3, perhaps", "5 Offline since 4")]
    public void Any_two_failures_are_news_and_so_are_two_for_another_reason(string pictures, params string[] expected)
    {
        var (seen, start, told) = (new RecordingSeen(1), DateTimeOffset.UnixEpoch, new List<string>());
        foreach (var (second, picture) in pictures.Index())
        {
            if (seen.See(ReasonOf(picture), start.AddSeconds(second)) is { } news)
            {
                told.Add(FormattableString.Invariant(
                    $"{second} {news.Stopped?.ToString() ?? "kept"} since {news.At.ToUnixTimeSeconds()}{(news.IsReasonSeenTwice ? "" : ", perhaps")}"));
            }
        }

        Assert.Equal(expected, told);

        static StopReason? ReasonOf(char picture) => picture switch
        {
            'o' => StopReason.Offline,
            'u' => StopReason.Unauthorized,
            _ => null,
        };
    }

    private Task<Stage> SetAsync(FakeCamera shown, Action<Camera>? adjust = null) => Stage.SetAsync(server.App, c =>
    {
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(shown).AbsolutePath));
        (c.CamUsername, c.CamPassword) = (Setting.Of(shown.UserName), Setting.Of("secret"));
        adjust?.Invoke(c);
    });

    /// <summary>Waits until the server knows what the camera is.</summary>
    private Task SeenAsync(Stage stage, FormattableString told) =>
        Eventually.IsTrueAsync(() => server.App.StoreAsync(db => db.Database.SqlQuery<long>(told).ContainsAsync(stage.Key, Cancellation)));

    private Task ToldAsync(Stage stage, params NoticeKind[] kinds) => Eventually.IsTrueAsync(
        async () => (await NoticesAsync(stage)).Select(n => n.Kind)
            .Where(kind => kinds.Contains(kind)).SequenceEqual(kinds));

    private Task<List<CameraNotice>> NoticesAsync(Stage stage) => server.App.StoreAsync(
        db => db.Notices.AsNoTracking().Where(n => n.CameraKey == stage.Key).OrderBy(n => n.Key).ToListAsync(Cancellation));
}
