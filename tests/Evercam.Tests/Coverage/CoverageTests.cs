using System.Globalization;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Recorder;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Coverage;

/// <summary>What happens to recordings is told, each with its time. The clock is the system's, set forward where one would wait.</summary>
public sealed class CoverageTests : IAsyncLifetime
{
    private static readonly TimeSpan FiveMinutes = TimeSpan.FromMinutes(5);

    private readonly SteppingClock clock = new();
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120, Auth = CameraAuth.DigestMd5, Password = "secret" };
    private Exception? refusal;
    private int refused;
    private FakeCameraHost host = null!;
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private long Now => clock.GetUtcNow().ToUnixTimeSeconds();

    public async ValueTask InitializeAsync()
    {
        host = await FakeCameraHost.StartAsync([camera], Cancellation);
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Recorder:LongestPause"] = "00:00:01",
            ["Evercam:Recorder:UpkeepInterval"] = "00:00:01",
            ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
        };
        app = await EvercamApp.StartAsync(settings, clock, adjust: builder => builder.InterposePacks(
            call => call.Method is "AppendAsync" && Volatile.Read(ref refusal) is { } reason ? Refuse(reason) : call.GoThrough()));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_camera_that_is_off_for_five_minutes_and_back_was_offline()
    {
        var stage = await RecordAsync();
        var begun = Now;
        camera.Behaviour = Behaviour.CloseWithoutAnswer;
        await MissAsync();
        clock.Step(FiveMinutes);
        var spans = await stage.CoversAsync("recorded", "offline");
        Assert.InRange(spans[1].From, begun, Now - 300);
        camera.Behaviour = Behaviour.Normal;
        spans = await stage.CoversAsync("recorded", "offline", "recorded");
        Assert.InRange(spans[1].Seconds, 300, Since(begun));
    }

    [Fact]
    public async Task A_server_that_stood_still_is_told_as_that_also_if_the_camera_gives_no_picture_then()
    {
        var (shown, isOff, stood) = (await Photographs.ReadAsync("small.jpg"), false, 0);
        await using var gate = RawCamera.Answering(_ =>
        {
            if (!Volatile.Read(ref isOff))
            {
                return RawCamera.Answer("200 OK", shown, "Content-Type: image/jpeg");
            }

            if (Interlocked.Exchange(ref stood, 1) == 0)
            {
                clock.Step(FiveMinutes);
            }

            return RawCamera.Answer("500 Internal Server Error", []);
        });
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", gate.Port, Setting.Of("/snapshot.jpg"));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
        });
        await stage.CoversAsync("recorded");
        var begun = Now;
        await Eventually.IsTrueAsync(() => Now > begun + 1);
        Volatile.Write(ref isOff, true);
        var spans = await stage.CoversAsync("recorded", "server_down", "offline");
        Assert.InRange(spans[1].Seconds, 299, Since(begun));
    }

    [Fact]
    public async Task A_wrong_password_for_a_while_is_told_as_that()
    {
        var stage = await RecordAsync();
        var begun = Now;
        await stage.ChangeAsync(c => c.CamPassword = Setting.Of("wrong"));
        await MissAsync();
        clock.Step(FiveMinutes);
        var spans = await stage.CoversAsync("recorded", "unauthorized");
        await stage.ChangeAsync(c => c.CamPassword = Setting.Of("secret"));
        spans = await stage.CoversAsync("recorded", "unauthorized", "recorded");
        Assert.InRange(spans[1].Seconds, 300, Since(begun));
    }

    [Fact]
    public async Task A_full_disk_is_told_as_that()
    {
        var stage = await RecordAsync();
        var begun = Now;
        await RefuseAsync(new IOException("No space left on device", 28));
        clock.Step(FiveMinutes);
        await stage.CoversAsync("recorded", "disk_full");
        Volatile.Write(ref refusal, null);
        var spans = await stage.CoversAsync("recorded", "disk_full", "recorded");
        Assert.InRange(spans[1].Seconds, 1, Since(begun));
    }

    [Theory]
    [InlineData(typeof(UnauthorizedAccessException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task Whatever_keeps_the_archive_from_recording_is_told_while_it_lasts(Type failure)
    {
        var stage = await RecordAsync();
        var begun = Now;
        await RefuseAsync((Exception)Activator.CreateInstance(failure, "Nobody foresaw that.")!);
        clock.Step(FiveMinutes);
        await stage.CoversAsync("recorded", "server_down");
        await Eventually.IsTrueAsync(() => app.StoreAsync(db => db.Notices.AnyAsync(
            n => n.CameraKey == stage.Key && n.Kind == NoticeKind.RecordingStopped && n.Reason == StopReason.ServerDown, Cancellation)));
        Volatile.Write(ref refusal, null);
        var spans = await stage.CoversAsync("recorded", "server_down", "recorded");
        Assert.InRange(spans[1].Seconds, 1, Since(begun));
    }

    [Fact]
    public async Task Recording_that_is_switched_off_and_on_is_told_and_two_cameras_are_told_apart()
    {
        var stage = await RecordAsync();
        var other = await RecordAsync();
        var begun = Now;
        await SayAsync(stage, """{"status":"off"}""");
        await stage.CoversAsync("recorded", "off");
        clock.Step(FiveMinutes);
        await SayAsync(stage, """{"status":"on","frequency":600}""");
        var spans = await stage.CoversAsync("recorded", "off", "recorded");
        Assert.InRange(spans[1].Seconds, 300, Since(begun));
        Assert.DoesNotContain(await other.CoverageAsync(), span => span.Status == "off");
    }

    [Fact]
    public async Task Outside_of_its_week_a_camera_is_not_scheduled_from_the_very_minute_in_its_zone()
    {
        var end = clock.GetUtcNow().AddMinutes(5);
        var stage = await RecordAsync(c => c.Timezone = "Asia/Kolkata");
        var (begins, ends) = (Local(end.AddHours(-2)), Local(end));
        var week = string.Join(",", Enum.GetNames<DayOfWeek>().Select(day => $"\"{day}\":[\"{begins}-{ends}\"]"));
        await SayAsync(stage, $$$"""{"status":"scheduled","frequency":600,"schedule":{{{{week}}}}}""");
        await StepWithoutGapAsync(end);
        var spans = await stage.CoversAsync("recorded", "not_scheduled");
        Assert.Equal(end.ToUnixTimeSeconds() / 60 * 60, spans[1].From);

        // Where it is another time, the same week is at another time.
        await stage.ChangeAsync(c => c.Timezone = "Asia/Karachi");
        await stage.CoversAsync("recorded", "not_scheduled", "recorded");

        static string Local(DateTimeOffset moment) =>
            moment.ToOffset(TimeSpan.FromMinutes(330)).ToString("HH:mm", CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Hours_that_were_given_up_are_told_as_that()
    {
        var stage = await RecordAsync();
        var begun = Now;
        clock.Step(TimeSpan.FromHours(1));
        var before = camera.Pictures;
        await Eventually.IsTrueAsync(() => camera.Pictures > before + 3);
        await SayAsync(stage, """{"status":"on","frequency":600,"keep_bytes":1}""");

        // Where nothing was recorded, there was nothing to give up.
        var spans = await stage.CoversAsync("retention", "server_down", "recorded");
        Assert.InRange(spans[1].Seconds, 3_500, Since(begun));
    }

    [Fact]
    public async Task Deleted_pictures_leave_a_gap_if_they_were_more_than_one_may_miss()
    {
        var stage = await Stage.SetAsync(app);
        await stage.CoversAsync("off");
        var first = (Now / 3_600 * 3_600) - 7_200;
        await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await app.StoreAsync(db => db.WriteCoverageAsync(
            [new(stage.Key, first, null, CoverageStatus.Recorded), new(stage.Key, first + 600, null, CoverageStatus.Off)],
            clock.GetUtcNow(), Cancellation));
        await stage.RecordWithinAsync(Enumerable.Range(0, 60).Select(minute => first + (10L * minute)));

        // Not recorded any more, it is as if one in a minute had been wanted.
        foreach (var second in new[] { 100, 300, 310, 320, 330, 340, 350, 360, 370, 380, 390, 400, 410, 420, 430, 440, 500 })
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{first + second}", stage.Owner)).Status);
        }

        var spans = await stage.CoversAsync("recorded", "deleted", "recorded", "off");
        Assert.Equal(new Span(first + 291, first + 450, "deleted", stage.Owner.UserName), spans[1]);
    }

    [Fact]
    public async Task Pictures_of_the_last_seconds_that_are_deleted_leave_a_gap_too()
    {
        var stage = await Stage.SetAsync(app, c => (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600));
        await stage.CoversAsync("offline");
        var last = Now - 1;
        await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await app.StoreAsync(db => db.WriteCoverageAsync(
            [new(stage.Key, last - 60, null, CoverageStatus.Recorded)], clock.GetUtcNow(), Cancellation));
        await stage.RecordWithinAsync(Enumerable.Range(0, 60).Select(second => last - second));
        foreach (var second in Enumerable.Range(1, 7))
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{last - second}", stage.Owner)).Status);
        }

        await Eventually.IsTrueAsync(async () => await stage.CoverageAsync() is [{ Status: "recorded" }, var gap, { Status: "recorded" }]
            && gap == new Span(last - 7, last, "deleted", stage.Owner.UserName));
    }

    [Fact]
    public async Task A_picture_of_a_time_to_come_holds_no_gap_open()
    {
        var stage = await Stage.SetAsync(app);
        await stage.CoversAsync("off");
        var first = Now - 600;
        await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await app.StoreAsync(db => db.WriteCoverageAsync(
            [new(stage.Key, first, null, CoverageStatus.Recorded)], clock.GetUtcNow(), Cancellation));
        await stage.RecordWithinAsync([first, first + 100, first + 400]);
        Assert.Equal(200, (await stage.UploadAsync(Now + 86_400)).Status);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{first + 400}", stage.Owner)).Status);

        // Behind it, the recorder may say once more that it is off.
        await Eventually.IsTrueAsync(async () =>
            await stage.CoverageAsync() is [{ Status: "recorded" }, { Status: "deleted" } deleted, ..] && deleted.To <= Now);
    }

    [Fact]
    public async Task What_a_clock_wrote_that_was_far_ahead_holds_nothing_up_for_longer_than_an_hour()
    {
        var stage = await Stage.SetAsync(app);
        await stage.CoversAsync("off");
        await Stage.StoreAsync(app, db => db.Add(
            new CoverageFact { CameraKey = stage.Key, Since = Now + (300L * 86_400), Status = CoverageStatus.Recorded }));
        await stage.ChangeAsync(c => c.Recording.Status = RecordingStatus.On);

        // Looked at between the two, clock and stop watch may seem to disagree: then it takes an hour more.
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Pass(TimeSpan.FromHours(1.5));
            return await stage.CoverageAsync() is [.., { Status: "offline" }];
        });
    }

    [Fact]
    public async Task A_camera_that_nobody_can_find_is_offline()
    {
        var begun = Now;
        var stage = await Stage.SetAsync(app, c => c.Recording.Status = RecordingStatus.On);
        clock.Step(FiveMinutes);
        Assert.InRange((await stage.CoversAsync("offline"))[0].Seconds, 300, Since(begun));
    }

    /// <summary>How many seconds something may have lasted that began about then: no more have passed, however slow the machine is.</summary>
    private long Since(long begun) => Now - begun + 60;

    private static async Task SayAsync(Stage stage, string settings)
    {
        using var body = new StringContent(settings, null, "application/json");
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Put, "recording", stage.Owner, body)).Status);
    }

    /// <summary>Sets the clock forward, beyond a moment at which recording ends, in steps too short for a gap: each picture that
    /// is under way meanwhile may be dated before or after the step.</summary>
    private async Task StepWithoutGapAsync(DateTimeOffset end)
    {
        while (clock.GetUtcNow() < end)
        {
            var before = camera.Pictures;
            await Eventually.IsTrueAsync(() => camera.Pictures > before + 3 || clock.GetUtcNow() >= end);
            clock.Step(TimeSpan.FromSeconds(45));
        }
    }

    private object? Refuse(Exception reason)
    {
        Interlocked.Increment(ref refused);
        throw reason;
    }

    /// <summary>Pictures are kept no more, which has been noticed when this returns.</summary>
    private async Task RefuseAsync(Exception reason)
    {
        Volatile.Write(ref refusal, reason);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref refused) > 2);
    }

    /// <summary>Waits until the camera was asked in vain.</summary>
    private async Task MissAsync()
    {
        var (asked, given) = (camera.Requests, camera.Pictures);
        await Eventually.IsTrueAsync(() => camera.Requests >= asked + 3 && camera.Pictures <= given + 1);
    }

    /// <summary>A camera of which pictures are being recorded.</summary>
    private async Task<Stage> RecordAsync(Action<Camera>? adjust = null)
    {
        var stage = await Stage.SetAsync(app, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg"));
            (c.CamUsername, c.CamPassword) = (Setting.Of(camera.UserName), Setting.Of(camera.Password));
            (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);
            adjust?.Invoke(c);
        });
        await stage.CoversAsync("recorded");

        // Facts are told by the second: what comes next must not begin in the same one.
        var begun = Now;
        await Eventually.IsTrueAsync(() => Now > begun + 1);
        var before = camera.Pictures;
        await Eventually.IsTrueAsync(() => camera.Pictures > before + 3);
        return stage;
    }
}
