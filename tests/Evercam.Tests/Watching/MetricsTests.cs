using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Docs;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Watching;

/// <summary>What the server counts, as Prometheus reads it.</summary>
public sealed partial class MetricsTests(SqlitePictures server) : IClassFixture<SqlitePictures>, IAsyncLifetime
{
    private readonly FakeCamera camera = new("gate") { Width = 160, Height = 120 };
    private readonly FakeCamera slow = new("slow")
    {
        Width = 160,
        Height = 120,
        Behaviour = Behaviour.Slow,
        Delay = TimeSpan.FromMilliseconds(150),
    };

    private readonly FakeCamera locked = new("locked") { Width = 160, Height = 120, Auth = CameraAuth.Basic, Password = "secret" };
    private readonly List<Stage> stages = [];
    private FakeCameraHost host = null!;

    private EvercamApp App => server.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([camera, slow, locked], Cancellation);

    public async ValueTask DisposeAsync()
    {
        foreach (var stage in stages)
        {
            await stage.DeleteAsync();
        }

        await host.DisposeAsync();
    }

    [Fact]
    public async Task Pictures_are_counted_as_they_are_recorded_late_or_failed()
    {
        await RecordAsync(camera);
        await RecordAsync(slow);
        await RecordAsync(locked, "wrong");
        await UntilAsync(now => now.Sum("evercam_pictures_recorded_total") >= 3
            && now.Sum("evercam_pictures_late_total") >= 1
            && now.Sum("evercam_pictures_failed_total", "reason=\"unauthorized\"") >= 1
            && now.Sum("evercam_fetch_duration_seconds_count", "outcome=\"picture\"") >= 3
            && now.Sum("evercam_fetch_duration_seconds_count", "outcome=\"unauthorized\"") >= 1);

        camera.Behaviour = Behaviour.CloseWithoutAnswer;
        await UntilAsync(now => now.Sum("evercam_pictures_failed_total", "reason=\"offline\"") >= 1
            && now.Sum("evercam_fetch_duration_seconds_count", "outcome=\"offline\"") >= 1);
        Assert.Equal(0, (await Scrape.ReadAsync(App)).Sum("evercam_pictures_failed_total", "reason=\"disk_full\""));
    }

    [Fact]
    public async Task The_archive_and_what_waits_to_be_sent_are_told()
    {
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync([1_400_000_000, 1_400_000_001]);
        await Stage.StoreAsync(app, db => db.Add(new OutgoingMail
        {
            Recipient = "ann@example.org",
            Subject = "x",
            Body = "x",
            CreatedAt = 1,
            DueAt = 9_000_000_000,
        }));
        var now = await Scrape.ReadAsync(app);
        Assert.Equal(2, now.Sum("evercam_archive_pictures"));
        Assert.Equal((await stage.Archive.SumAsync(stage.Key, Cancellation)).Bytes, now.Sum("evercam_archive_size_bytes"));
        Assert.True(now.Sum("evercam_archive_oldest_age_seconds") > 300_000_000);
        Assert.Equal(0, now.Sum("evercam_archive_waiting_pictures"));
        Assert.Equal(1, now.Sum("evercam_mails_waiting"));
        Assert.Equal(0, now.Sum("evercam_webhooks_waiting"));
    }

    [Fact]
    public async Task Requests_are_told_by_route_method_and_class_and_by_nothing_that_was_sent()
    {
        var stage = await SetAsync(camera);
        await stage.GetAsync("snapshots");
        await stage.GetAsync("snapshots?secret=s3cret");
        await Stage.AskAsync(App, HttpMethod.Get, "cameras/no-such-camera", stage.Owner);
        await Stage.AskAsync(App, HttpMethod.Get, "no-such-path/x", null);
        await Stage.AskAsync(App, new HttpMethod("BREW"), "no-such-path/x", null);
        const string requests = "evercam_request_duration_seconds_count";
        await UntilAsync(now =>
            now.Sum(requests, "route=\"/v1/cameras/{id}/snapshots\"", "method=\"GET\"", "status=\"2xx\"") >= 2
            && now.Sum(requests, "status=\"4xx\"", "method=\"other\"", "route=\"none\"") >= 1
            && now.Sum(requests, "status=\"4xx\"", "method=\"GET\"", "route=\"none\"") >= 1);

        var told = await Scrape.ReadAsync(App);
        Assert.Equal(["method", "outcome", "reason", "result", "route", "status"], told.Labels.Union(["outcome", "reason"]).Order());
        Assert.All(
            ["no-such", "BREW", "s3cret", stage.Id, stage.Owner.UserName!, "127.0.0.1"],
            typed => Assert.DoesNotContain(typed, told.Text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Credentials_that_are_remembered_are_told_from_those_that_are_verified()
    {
        var user = await Stage.AddUserAsync(App);
        var before = await Scrape.ReadAsync(App);
        await Stage.AskAsync(App, HttpMethod.Get, "test", user);
        await Stage.AskAsync(App, HttpMethod.Get, "test", user);
        await UntilAsync(now => Grew(now, "miss") && Grew(now, "hit"));

        bool Grew(Scrape now, string result) => now.Sum("evercam_credential_lookups_total", $"result=\"{result}\"")
            > before.Sum("evercam_credential_lookups_total", $"result=\"{result}\"");
    }

    [Fact]
    public async Task The_dashboard_and_the_table_name_the_metrics_that_there_are()
    {
        // One that nobody has asked yet: what is in the archive is looked up seldom.
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" });
        var stage = await PutAsync(app, camera);
        await stage.RecordAsync([1_400_000_000]);
        await stage.Recorder.LiveAsync();
        var all = await Scrape.ReadAsync(app);
        await Eventually.IsTrueAsync(async () => (all = await Scrape.ReadAsync(app)).Sum("evercam_fetch_duration_seconds_count") >= 1
            && all.Sum("evercam_request_duration_seconds_count") >= 1);
        var metrics = all.Names.Order(StringComparer.Ordinal);
        // Those of a bucket are there where there is one.
        Assert.Equal(metrics, NamesIn("watching.md").Where(name => !name.StartsWith("evercam_s3_", StringComparison.Ordinal)));
        Assert.Equal(NamesIn("watching.md"), NamesIn("grafana-dashboard.json"));
    }

    [Fact]
    public void The_dashboard_shows_each_outcome_of_a_fetch()
    {
        var asked = Queries();
        Assert.Contains(asked, query => query.Contains("evercam_fetch_duration_seconds_bucket{job=~\"$job\",outcome=\"picture\"}", StringComparison.Ordinal));
        Assert.Contains(asked, query => query.Contains("evercam_fetch_duration_seconds_count{job=~\"$job\",outcome!=\"picture\"}", StringComparison.Ordinal));
    }

    /// <summary>With two servers there would seem to be twice as much.</summary>
    [Fact]
    public void The_dashboard_adds_up_nothing_that_each_server_tells_of_all()
    {
        var row = File.ReadLines(Repository.PathOf("docs/scaling.md")).Single(line => line.StartsWith("| metrics, logs |", StringComparison.Ordinal));
        var shared = Name().Matches(row).Select(name => name.Value).ToList();
        Assert.NotEmpty(shared);
        Assert.All(shared, name =>
        {
            var asked = Queries().Where(query => query.Contains(name, StringComparison.Ordinal)).ToList();
            Assert.NotEmpty(asked);
            Assert.DoesNotContain(asked, query => query.Contains("sum", StringComparison.Ordinal));
        });
    }

    [Fact]
    public void Counting_a_picture_allocates_nothing()
    {
        var metrics = App.Services.GetRequiredService<RecorderMetrics>();
        Count(metrics);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Count(metrics);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    /// <summary>What the dashboard asks.</summary>
    private static List<string> Queries()
    {
        var dashboard = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "grafana-dashboard.json")))!;
        return [.. dashboard["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray()).Select(target => (string)target!["expr"]!)];
    }

    private static void Count(RecorderMetrics metrics)
    {
        for (var i = 0; i < 1_000; i++)
        {
            metrics.Fetched(TimeSpan.FromMilliseconds(i), null);
            metrics.Recorded(CoverageStatus.Recorded);
            metrics.Recorded(CoverageStatus.ServerDown);
            metrics.Late();
        }
    }

    private static IEnumerable<string> NamesIn(string file) =>
        Name().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", file)))
            .Select(name => HistogramPart().Replace(name.Value, "")).Distinct().Order(StringComparer.Ordinal);

    private async Task UntilAsync(Func<Scrape, bool> condition) =>
        await Eventually.IsTrueAsync(async () => condition(await Scrape.ReadAsync(App)));

    private async Task<Stage> RecordAsync(FakeCamera shown, string? password = null)
    {
        var stage = await SetAsync(shown, password);
        await stage.ChangeAsync(c => (c.Recording.Status, c.Recording.PicturesPerMinute) = (RecordingStatus.On, 600));
        return stage;
    }

    private async Task<Stage> SetAsync(FakeCamera shown, string? password = null)
    {
        var stage = await PutAsync(App, shown, password);
        stages.Add(stage);
        return stage;
    }

    private Task<Stage> PutAsync(EvercamApp app, FakeCamera shown, string? password = null) => Stage.SetAsync(app, c =>
    {
        (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of(host.UrlOf(shown).AbsolutePath));
        (c.CamUsername, c.CamPassword) = (Setting.Of(shown.UserName), Setting.Of(password ?? shown.Password));
    });

    [GeneratedRegex("evercam_[a-z0-9_]+")]
    private static partial Regex Name();

    [GeneratedRegex("(?<=_seconds)_(bucket|sum|count)$")]
    private static partial Regex HistogramPart();
}
