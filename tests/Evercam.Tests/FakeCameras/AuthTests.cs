using System.Diagnostics;
using System.Net;
using System.Text;
using Evercam.FakeCameras;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.FakeCameras;

/// <summary>The cameras' side of Basic and Digest, held against curl.</summary>
public sealed class AuthTests : IAsyncDisposable
{
    private const string UserName = "viewer \"x\" \\ é";
    private const string Password = "p:w \"%\\ü\"";

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 23, 12, 41, 7, TimeSpan.Zero));
    private FakeCameraHost? _host;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(CameraAuth.Basic, "--basic")]
    [InlineData(CameraAuth.DigestMd5, "--digest")]
    [InlineData(CameraAuth.DigestSha256, "--digest")]
    [InlineData(CameraAuth.DigestMd5Sess, "--digest")]
    [InlineData(CameraAuth.DigestSha256Sess, "--digest")]
    public async Task Curl_is_let_in_with_the_right_password_and_only_then(CameraAuth auth, string how)
    {
        var camera = await StartAsync(auth);
        var url = $"{_host!.UrlOf(camera)}?a=1,b=%22&c";

        Assert.Equal("200 image/jpeg", await CurlAsync(how, "--user", $"{UserName}:{Password}", url));
        Assert.Equal("401 ", await CurlAsync(how, "--user", $"{UserName}:{Password}!", url));
        Assert.Equal("401 ", await CurlAsync(how, "--user", $"someone:{Password}", url));
        Assert.Equal("401 ", await CurlAsync(url));
        Assert.Equal(1, camera.Pictures);
    }

    [Fact]
    public async Task A_nonce_serves_again_while_its_count_rises()
    {
        var camera = await StartAsync(CameraAuth.DigestSha256);
        var client = new DigestClient(_host!.UrlOf(camera), UserName, Password);
        await client.BeginAsync(Cancellation);

        Assert.StartsWith("HTTP/1.1 200", await client.AskAsync("00000001", Cancellation), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await client.AskAsync("0000000b", Cancellation), StringComparison.Ordinal);
        Assert.Equal(1, camera.Unauthorized);
    }

    [Theory]
    [InlineData("00000001")]
    [InlineData("00000000")]
    public async Task A_count_that_does_not_rise_is_refused_as_stale(string count)
    {
        var camera = await StartAsync(CameraAuth.DigestMd5);
        var client = new DigestClient(_host!.UrlOf(camera), UserName, Password);
        await client.BeginAsync(Cancellation);
        await client.AskAsync("00000001", Cancellation);

        var replayed = await client.AskAsync(count, Cancellation);

        Assert.StartsWith("HTTP/1.1 401", replayed, StringComparison.Ordinal);
        Assert.Contains("stale=true", replayed, StringComparison.Ordinal);
        Assert.Equal(1, camera.Pictures);
    }

    [Fact]
    public async Task An_old_nonce_is_stale_for_who_knows_the_password_and_wrong_for_others()
    {
        var camera = await StartAsync(CameraAuth.DigestMd5);
        var client = new DigestClient(_host!.UrlOf(camera), UserName, Password);
        var guesser = new DigestClient(_host.UrlOf(camera), UserName, "guess");
        await client.BeginAsync(Cancellation);
        await guesser.BeginAsync(Cancellation);
        _clock.Advance(camera.NonceLife);

        Assert.Contains("stale=true", await client.AskAsync("00000001", Cancellation), StringComparison.Ordinal);
        var guessed = await guesser.AskAsync("00000001", Cancellation);
        Assert.StartsWith("HTTP/1.1 401", guessed, StringComparison.Ordinal);
        Assert.DoesNotContain("stale", guessed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nonce_of_ones_own_making_is_stale()
    {
        var camera = await StartAsync(CameraAuth.DigestMd5);
        var client = new DigestClient(_host!.UrlOf(camera), UserName, Password);
        await client.BeginAsync(Cancellation);
        client.Nonce = Convert.ToBase64String(new byte[32]);

        Assert.Contains("stale=true", await client.AskAsync("00000001", Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, camera.Pictures);
    }

    [Fact]
    public async Task A_response_made_for_another_path_is_malformed()
    {
        var camera = await StartAsync(CameraAuth.DigestMd5);
        var client = new DigestClient(_host!.UrlOf(camera), UserName, Password) { DigestUri = "/other" };
        await client.BeginAsync(Cancellation);

        Assert.StartsWith("HTTP/1.1 400", await client.AskAsync("00000001", Cancellation), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Digest")]
    [InlineData("Digest username=\"a")]
    [InlineData("Digest username=\"a\", username=\"a\"")]
    [InlineData("Digest username=\"a\" realm=\"b\"")]
    [InlineData("Digest =,=")]
    public async Task A_header_that_is_no_digest_is_refused(string header)
    {
        var camera = await StartAsync(CameraAuth.DigestMd5);

        var answer = await Wire.AskAsync(
            _host!.UrlOf(camera), $"Authorization: {header}\r\nConnection: close\r\n", 4096, Cancellation);

        Assert.Matches("^HTTP/1.1 40[01] ", answer);
    }

    [Fact]
    public async Task HttpClient_is_let_in_too()
    {
        // HttpClient does not cope with quotes within a realm; curl does.
        var camera = await StartAsync(CameraAuth.DigestMd5, realm: "front door");
        using var handler = new SocketsHttpHandler { Credentials = new NetworkCredential(UserName, Password) };
        using var client = new HttpClient(handler);

        Assert.NotEmpty(await client.GetByteArrayAsync(_host!.UrlOf(camera), Cancellation));
    }

    private async Task<FakeCamera> StartAsync(CameraAuth auth, string realm = "the \"front\" door")
    {
        var camera = new FakeCamera("door")
        {
            Auth = auth,
            UserName = UserName,
            Password = Password,
            Realm = realm,
            Width = 64,
            Height = 64,
        };
        _host = await FakeCameraHost.StartAsync([camera], 0, _clock, Cancellation);
        return camera;
    }

    private static async Task<string> CurlAsync(params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            "curl", ["--silent", "--output", "/dev/null", "--write-out", "%{http_code} %{content_type}", .. arguments])
        {
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        using var curl = Process.Start(start)!;
        var said = await curl.StandardOutput.ReadToEndAsync(Cancellation);
        await curl.WaitForExitAsync(Cancellation);
        return said;
    }
}
