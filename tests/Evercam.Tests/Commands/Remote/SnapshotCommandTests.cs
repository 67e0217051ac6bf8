using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Tests.Archive;

namespace Evercam.Tests.Commands.Remote;

/// <summary><c>evercam snapshot</c>.</summary>
public sealed class SnapshotCommandTests(SqliteApp shared) : IClassFixture<SqliteApp>, IAsyncLifetime
{
    private readonly FakeCamera gate = new("gate") { Width = 160, Height = 120 };
    private readonly FakeCamera locked = new("locked") { Width = 160, Height = 120, Auth = CameraAuth.Basic, Password = "secret" };
    private FakeCameraHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => host = await FakeCameraHost.StartAsync([gate, locked], Cancellation);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task A_picture_of_now_is_kept_saved_or_both()
    {
        using var stage = await SetAsync();
        var kept = await stage.AskAsync(0, "snapshot", stage.Camera, "--output", stage.Folder["now.jpg"], "--notes", "A parcel");
        var latest = (await stage.Api.Snapshots.GetLatestAsync(stage.Camera, withData: true, cancellation: Cancellation))!;
        Assert.Equal(((long)kept["created_at"]!, "A parcel"), (latest.CreatedAt, latest.Notes));
        Assert.Equal(latest.ToPicture()!.Bytes.ToArray(), await File.ReadAllBytesAsync(stage.Folder["now.jpg"], Cancellation));

        var live = await stage.RunAsync("snapshot", stage.Camera, "--live", "--output", stage.Folder["live.jpg"]);
        Assert.Equal(0, live.ExitCode);
        Assert.Equal(0xD9, (await File.ReadAllBytesAsync(stage.Folder["live.jpg"], Cancellation))[^1]);
        Assert.Single(await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation));
        Assert.Equal(2, Directory.GetFiles(stage.Folder.Path).Length);
    }

    [Fact]
    public async Task A_camera_that_gives_no_picture_is_a_complaint_and_who_may_not_ask_does_not_begin()
    {
        using var stage = await SetAsync();
        gate.Behaviour = Behaviour.ServerError;
        Assert.Equal("Camera offline", (string?)(await stage.AskAsync(1, "snapshot", stage.Camera))["error"]);
        Assert.Equal("Camera does not exist", (string?)(await stage.AskAsync(2, "snapshot", "no-such-camera"))["error"]);
        Assert.Contains(
            "There is no folder", (string?)(await stage.AskAsync(2, "snapshot", stage.Camera, "--output", stage.Folder["none/now.jpg"]))["error"],
            StringComparison.Ordinal);
        var stranger = await stage.RunAsync(new Dictionary<string, string> { ["EVERCAM_PASSWORD"] = "not hers" }, "", "snapshot", stage.Camera);
        Assert.Equal((2, "", "Unauthenticated\n"), (stranger.ExitCode, stranger.Output, stranger.Errors));
        Assert.Empty(await stage.Api.Snapshots.ListAllAsync(stage.Camera, Cancellation));
    }

    [Fact]
    public async Task A_server_that_can_keep_nothing_is_no_complaint_about_the_camera()
    {
        await using var full = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
            adjust: builder => builder.InterposePacks(
                call => call.Method is "AppendAsync" ? throw new IOException("Input/output error") : call.GoThrough()));
        using var away = await RemoteStage.SetAsync(full, Fields(gate));
        Assert.Equal(
            "The archive cannot be changed now",
            (string?)(await away.AskAsync(2, "snapshot", away.Camera))["error"]);
    }

    [Theory]
    [InlineData("--notes", "A parcel")]
    [InlineData("--live", "--output", "live.jpg")]
    public async Task So_is_one_that_does_not_take_its_password(params string[] options)
    {
        using var stage = await SetAsync(locked);
        Assert.Equal(
            "Please check camera username and password",
            (string?)(await stage.AskAsync(1, ["snapshot", stage.Camera, .. options.Select(option => option.Replace("live.", stage.Folder["live."], StringComparison.Ordinal))]))["error"]);
        Assert.Empty(Directory.GetFiles(stage.Folder.Path));
    }

    [Fact]
    public async Task A_password_is_read_and_a_pair_of_keys_does()
    {
        using var stage = await SetAsync();
        var typed = await stage.RunAsync(new Dictionary<string, string> { ["EVERCAM_PASSWORD"] = "" }, $"secret of {stage.Name}: ü\n", "snapshot", stage.Camera);
        Assert.True(typed.ExitCode == 0, typed.ToString());
        var keys = await stage.Api.Keys.GetAsync(stage.Name, $"secret of {stage.Name}: ü", Cancellation);
        var program = await Servers.EvercamProcess.RunAsync(
            new Dictionary<string, string> { ["EVERCAM_API_ID"] = keys.ApiId, ["EVERCAM_API_KEY"] = keys.ApiKey },
            "", Cancellation, "snapshot", stage.Camera, "--server", stage.Server.ToString());
        Assert.True(program.ExitCode == 0, program.ToString());
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v1/")]
    [InlineData("")]
    public async Task A_server_may_be_named_by_the_address_of_its_api(string root)
    {
        using var stage = await SetAsync();
        var ran = await stage.RunAsync("snapshot", stage.Camera, "--server", $"{stage.Server.GetLeftPart(UriPartial.Authority)}/{root}");
        Assert.True(ran.ExitCode == 0, ran.ToString());
    }

    private Task<RemoteStage> SetAsync(FakeCamera? camera = null) => RemoteStage.SetAsync(shared.App, Fields(camera ?? gate));

    private JsonObject Fields(FakeCamera camera) => new()
    {
        ["external_host"] = "127.0.0.1",
        ["external_http_port"] = host.Port,
        ["jpg_url"] = host.UrlOf(camera).AbsolutePath,
    };
}
