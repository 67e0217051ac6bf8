using Evercam.FakeCameras;
using Evercam.Server.Cameras;
using Evercam.Storage.Catalog;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraTrialTests(SqliteApp shared) : CameraTrialTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraTrialTests(PostgresApp shared) : CameraTrialTests(shared), IClassFixture<PostgresApp>;

/// <summary><c>GET /cameras/test</c> (contract 4.3.1).</summary>
public abstract class CameraTrialTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private readonly FakeCamera camera = new("yard") { Auth = CameraAuth.DigestMd5, UserName = "admin", Password = "s3cret: ü" };
    private FakeCameraHost host = null!;
    private Person joe = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        camera.Picture = camera.TakeJpeg(new DateTimeOffset(2026, 11, 23, 10, 0, 0, TimeSpan.Zero));
        host = await FakeCameraHost.StartAsync([camera], Cancellation);
        joe = await App.SignUpAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return host.DisposeAsync();
    }

    [Theory]
    [InlineData("/yard/snapshot.jpg")]
    [InlineData("yard/snapshot.jpg")]
    public async Task A_camera_that_answers_shows_its_picture(string path)
    {
        var data = Convert.ToBase64String(camera.Picture!.Value.Span);
        Assert.Equal((200, $$"""{"status":"ok","data":"data:image/jpeg;base64,{{data}}"}"""), await TryAsync(path: path));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3_000_000)]
    public async Task A_picture_of_any_length_is_told_whole_and_its_length_before(int more)
    {
        byte[] picture = [.. camera.Picture!.Value.Span, .. new byte[more]];
        camera.Picture = picture;
        using var request = new HttpRequestMessage(HttpMethod.Get, Query());
        request.Headers.Authorization = joe.Authorization;
        using var answer = await App.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var announced = answer.Content.Headers.ContentLength;
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Equal($$"""{"status":"ok","data":"data:image/jpeg;base64,{{Convert.ToBase64String(picture)}}"}""", body);
        Assert.Equal(body.Length, announced);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task A_client_may_try_too()
    {
        var client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.List);
        Assert.Equal(200, (await TryAsync(caller: client)).Status);
    }

    [Fact]
    public async Task A_camera_that_refuses_or_fails_is_told_apart()
    {
        Assert.Equal(Refusal(403, "Please check camera username and password"), await TryAsync(password: "wrong"));
        Assert.Equal(Refusal(403, "Please check camera username and password"), await TryAsync(userName: "", password: ""));
        Assert.Equal(Refusal(503, "Camera offline"), await TryAsync(server: "http://127.0.0.1:1"));
        Assert.Equal(Refusal(503, "Camera offline"), await TryAsync(server: "http://169.254.169.254"));
        foreach (var behaviour in new[] { Behaviour.NotFound, Behaviour.ServerError, Behaviour.WrongType, Behaviour.Redirect })
        {
            camera.Behaviour = behaviour;
            Assert.Equal(Refusal(503, "Camera offline"), await TryAsync());
        }
    }

    [Theory]
    [InlineData("2.2.2.2:123")]
    [InlineData("ftp://2.2.2.2")]
    [InlineData("file:///etc/passwd")]
    [InlineData("http://")]
    [InlineData("http://admin:pw@2.2.2.2")]
    [InlineData("http://2.2.2.2/path")]
    [InlineData("http://2.2.2.2?x=1")]
    [InlineData("http://2.2.2.2:99999")]
    [InlineData("")]
    public async Task A_server_must_be_a_url(string server) =>
        Assert.Equal(Refusal(400, "Invalid URL"), await TryAsync(server: server));

    [Fact]
    public async Task All_is_needed_and_a_caller_first()
    {
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", "cameras/test"));
        Assert.Equal(
            Refusal(400, "external_url is missing, jpg_url is missing, cam_username is missing, cam_password is missing"),
            await App.AskAsync("GET", "cameras/test", joe));
        Assert.Equal(
            Refusal(400, "external_url is missing, jpg_url is missing"),
            await App.AskAsync("GET", "cameras/test.json?cam_username=&cam_password=", joe));
        Assert.Equal(Broken("jpg url can't be blank"), await TryAsync(path: ""));
    }

    [Fact]
    public void Requests_with_passwords_do_not_show_them()
    {
        Assert.DoesNotContain("hidden", new TryRequest("a", "?hidden", "hidden", "hidden").ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(
            "hidden", new NewCamera("a", new CameraFields { CamPassword = "hidden" }).ToString(), StringComparison.Ordinal);
    }

    private Task<(int Status, string Body)> TryAsync(
        string? server = null,
        string path = "/yard/snapshot.jpg",
        string userName = "admin",
        string password = "s3cret: ü",
        Person? caller = null) =>
        App.AskAsync("GET", Query(server, path, userName, password), caller ?? joe);

    private string Query(
        string? server = null, string path = "/yard/snapshot.jpg", string userName = "admin", string password = "s3cret: ü") =>
        $"cameras/test?external_url={Uri.EscapeDataString(server ?? $"http://127.0.0.1:{host.Port}")}"
        + $"&jpg_url={Uri.EscapeDataString(path)}"
        + $"&cam_username={Uri.EscapeDataString(userName)}&cam_password={Uri.EscapeDataString(password)}";
}
