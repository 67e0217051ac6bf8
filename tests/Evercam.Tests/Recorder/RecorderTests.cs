using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Recorder;

/// <summary>A server that makes recorded pictures durable at once, and waits long for cameras.</summary>
public sealed class RecordingServer : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>
    {
        ["Evercam:Archive:CommitInterval"] = "00:00:00.050",
        ["Evercam:Cameras:AnswerTimeout"] = "00:01:00",
        ["Evercam:Cameras:Deadline"] = "00:01:00",
    });
}

/// <summary>Recording: pictures that nobody asks for each time.</summary>
public sealed class RecorderTests(RecordingServer server) : IClassFixture<RecordingServer>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly FakeCamera other = new("yard") { Width = 160, Height = 120, Auth = CameraAuth.DigestMd5, Password = "secret" };
    private readonly List<Stage> stages = [];
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera, other], Cancellation);

    /// <summary>The cameras that are still recorded stop: the server lives on for the next test.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
        {
            await stage.DeleteAsync();
        }

        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_recorded_camera_gathers_pictures_by_itself_and_stops_when_told()
    {
        var stage = await SetAsync(camera, Record);

        // Several of one second are kept.
        await Eventually.IsTrueAsync(async () => await SecondsAsync(stage) is var (seconds, pictures) && pictures > seconds && pictures >= 3);

        await stage.ChangeAsync(c => (c.Recording.Status, c.ExternalHost) = (RecordingStatus.Off, null));
        await QuietAsync(camera, stage);
        var (requests, count) = (camera.Requests, await CountAsync(stage));
        await stage.UploadAsync(1);
        await stage.UploadAsync(2);
        Assert.Equal((requests, count + 2), (camera.Requests, await CountAsync(stage)));
        Assert.True(count <= camera.Pictures);
    }

    [Fact]
    public async Task Recording_begins_and_ends_with_its_settings()
    {
        var stage = await SetAsync(camera, c => c.Recording.Status = RecordingStatus.Off);
        await SayAsync("""{"status":"on","frequency":600}""");
        await Eventually.IsTrueAsync(async () => await CountAsync(stage) >= 3);

        await SayAsync("""{"status":"off"}""");
        await QuietAsync(camera, stage);
        var requests = camera.Requests;
        await stage.UploadAsync(1);
        Assert.Equal(requests, camera.Requests);

        async Task SayAsync(string settings)
        {
            using var body = new StringContent(settings, null, "application/json");
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Put, "recording", stage.Owner, body)).Status);
        }
    }

    [Fact]
    public async Task A_camera_that_hangs_delays_no_other_and_may_be_corrected_at_once()
    {
        camera.Behaviour = Behaviour.Hang;
        var hanging = await SetAsync(camera, Record);
        await camera.WaitForRequestsAsync(1, Cancellation);
        var good = await SetAsync(other, Record);
        await Eventually.IsTrueAsync(async () => await CountAsync(good) >= 5);
        Assert.Equal(200, (await hanging.UploadAsync(1)).Status);
        Assert.Equal(1, await CountAsync(hanging));
        var asked = camera.Requests;

        await hanging.ChangeAsync(c => (c.JpgUrl, c.CamUsername, c.CamPassword) =
            (Setting.Of("/yard/snapshot.jpg"), Setting.Of("admin"), Setting.Of("secret")));
        await Eventually.IsTrueAsync(async () => await CountAsync(hanging) >= 3);

        // On a slow machine its minute may end in between, and one more request be under way.
        Assert.InRange(camera.Requests, asked, asked + 1);
    }

    [Fact]
    public async Task A_week_without_spans_records_nothing_and_one_of_whole_days_all()
    {
        var never = await SetAsync(camera, c =>
        {
            Record(c);
            (c.Recording.Status, c.Recording.Schedule) = (RecordingStatus.Scheduled, "{}");
        });
        var days = string.Join(",", Enum.GetNames<DayOfWeek>().Select(day => $"\"{day}\":[\"00:00-24:00\"]"));
        var always = await SetAsync(other, c =>
        {
            Record(c);
            (c.Recording.Status, c.Recording.Schedule, c.Timezone) = (RecordingStatus.Scheduled, $"{{{days}}}", "Asia/Kolkata");
        });
        await Eventually.IsTrueAsync(async () => await CountAsync(always) >= 3);
        Assert.Equal(0, await CountAsync(never));
    }

    [Fact]
    public async Task A_failing_camera_is_asked_less_often()
    {
        camera.Behaviour = Behaviour.ServerError;
        var failing = await SetAsync(camera, Record);
        var good = await SetAsync(other, Record);
        await Eventually.IsTrueAsync(() => camera.Requests >= 2 && other.Pictures > 3 * camera.Requests);
        await Eventually.IsTrueAsync(async () => await CountAsync(good) >= 5);

        camera.Behaviour = Behaviour.Normal;
        await failing.Recorder.ReloadAsync();
        await Eventually.IsTrueAsync(async () => await CountAsync(failing) >= 1);
    }

    internal static void Record(Camera camera) =>
        (camera.Recording.Status, camera.Recording.PicturesPerMinute) = (RecordingStatus.On, 600);

    internal static async Task<long> CountAsync(Stage stage) => (await stage.Archive.SumAsync(stage.Key, Cancellation)).Pictures;

    private static async Task<(int Seconds, int Pictures)> SecondsAsync(Stage stage)
    {
        var all = (await stage.GetAsync("snapshots")).Seconds;
        return (all.Distinct().Count(), all.Count);
    }

    /// <summary>Waits until every picture that was under way has been kept: as many requests and as many pictures, seen again and
    /// again.</summary>
    internal static async Task QuietAsync(FakeCamera camera, Stage stage)
    {
        var (last, same) = ((-1L, -1L), 0);
        await Eventually.IsTrueAsync(async () =>
        {
            var now = (camera.Requests, await CountAsync(stage));
            same = now == last ? same + 1 : 0;
            last = now;
            return same >= 25;
        });
    }

    private async Task<Stage> SetAsync(FakeCamera shown, Action<Camera> adjust)
    {
        var stage = await Stage.SetAsync(server.App, c =>
        {
            (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(shown).AbsolutePath));
            (c.CamUsername, c.CamPassword) = (Setting.Of(shown.UserName), Setting.Of(shown.Password));
            adjust(c);
        });
        stages.Add(stage);
        return stage;
    }
}
