using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Evercam.FakeCameras;
using Microsoft.Extensions.Time.Testing;
using SkiaSharp;

namespace Evercam.Tests.FakeCameras;

public sealed class BehaviourTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 5, 23, 12, 41, 7, TimeSpan.Zero));
    private readonly FakeCamera _camera = new("door") { Width = 320, Height = 180 };
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private FakeCameraHost _host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Uri Url => _host.UrlOf(_camera);

    public async ValueTask InitializeAsync() =>
        _host = await FakeCameraHost.StartAsync([_camera, new FakeCamera("other")], 0, _clock, Cancellation);

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_normal_camera_gives_the_picture_of_the_moment()
    {
        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(_camera.TakeJpeg(_clock.GetUtcNow()), await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal((1, 1, 0), (_camera.Requests, _camera.Pictures, _camera.Unauthorized));
    }

    [Fact]
    public async Task Any_query_is_welcome_and_remembered_as_it_came()
    {
        using var response = await _client.GetAsync(new Uri(Url, "?channel=1&x=%2F"), Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("/door/snapshot.jpg?channel=1&x=%2F", _camera.LastTarget);
    }

    [Fact]
    public async Task A_given_picture_replaces_the_drawing()
    {
        _camera.Picture = "GIF89a and so on"u8.ToArray();

        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal("image/gif", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("GIF89a and so on", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task A_png_camera_gives_a_png()
    {
        _camera.Behaviour = Behaviour.Png;

        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        using var bitmap = SKBitmap.Decode(await response.Content.ReadAsByteArrayAsync(Cancellation));
        Assert.Equal(320, bitmap.Width);
    }

    [Fact]
    public async Task A_slow_camera_waits_as_long_as_it_was_told()
    {
        _camera.Behaviour = Behaviour.Slow;
        _camera.Delay = TimeSpan.FromMinutes(3);
        var asked = _client.GetAsync(Url, Cancellation);
        await _camera.WaitForRequestsAsync(1, Cancellation);

        var waited = TimeSpan.Zero;
        while (!asked.IsCompleted)
        {
            waited += Pass(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.True(waited >= _camera.Delay);
        using var response = await asked;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_hanging_camera_is_cut_off_when_the_host_is_disposed()
    {
        _camera.Behaviour = Behaviour.Hang;
        using var socket = await Wire.ConnectAsync(Url, "", Cancellation);
        await _camera.WaitForRequestsAsync(1, Cancellation);
        Assert.Equal(0, socket.Available);

        await _host.DisposeAsync();

        Assert.Equal("", await ReadUntilClosedAsync(socket));
    }

    [Fact]
    public async Task A_dripping_camera_sends_one_byte_a_second()
    {
        _camera.Behaviour = Behaviour.Drip;
        _camera.Picture = "abc"u8.ToArray();
        using var socket = await Wire.ConnectAsync(Url, "Connection: close\r\n", Cancellation);
        var head = "";
        while (!head.EndsWith("\r\n\r\na", StringComparison.Ordinal))
        {
            head += await Wire.ReadAsync(socket, 1, Cancellation);
        }

        Assert.Contains("Content-Length: 3\r\n", head, StringComparison.Ordinal);
        var waited = TimeSpan.Zero;
        while (socket.Available == 0)
        {
            waited += Pass(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        Assert.True(waited >= TimeSpan.FromSeconds(1));
        Assert.Equal("b", await Wire.ReadAsync(socket, 1, Cancellation));
    }

    [Theory]
    [InlineData(Behaviour.WrongType, "text/html")]
    [InlineData(Behaviour.LieAboutType, "image/jpeg")]
    public async Task A_page_is_no_picture_whatever_it_calls_itself(Behaviour behaviour, string type)
    {
        _camera.Behaviour = behaviour;

        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
        Assert.StartsWith("<!DOCTYPE html>", await response.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(0, _camera.Pictures);
    }

    [Theory]
    [InlineData(Behaviour.Redirect, 302)]
    [InlineData(Behaviour.ServerError, 500)]
    [InlineData(Behaviour.Forbidden, 403)]
    [InlineData(Behaviour.NotFound, 404)]
    public async Task A_refusing_camera_answers_with_its_status(Behaviour behaviour, int status)
    {
        _camera.Behaviour = behaviour;

        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(status == 302 ? "http://169.254.169.254/" : null, response.Headers.Location?.ToString());
    }

    [Fact]
    public async Task A_gigabyte_is_announced_and_begins_like_a_picture()
    {
        _camera.Behaviour = Behaviour.Gigabyte;
        const int enough = 4 * 1024 * 1024;

        var answer = await Wire.AskAsync(Url, "", enough, Cancellation);

        Assert.Equal(enough, answer.Length);
        Assert.Contains("Content-Length: 1073741824\r\n", answer, StringComparison.Ordinal);
        Assert.Equal("ÿØÿ", BodyOf(answer)[..3]);
    }

    [Fact]
    public async Task An_endless_answer_announces_no_length()
    {
        _camera.Behaviour = Behaviour.Endless;
        const int enough = 4 * 1024 * 1024;

        var answer = await Wire.AskAsync(Url, "", enough, Cancellation);

        Assert.Equal(enough, answer.Length);
        Assert.DoesNotContain("Content-Length", answer, StringComparison.Ordinal);
        Assert.Contains("Transfer-Encoding: chunked\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_picture_is_half_of_one_and_well_announced()
    {
        _camera.Behaviour = Behaviour.Truncate;
        var whole = Encoding.Latin1.GetString(_camera.TakeJpeg(_clock.GetUtcNow()));

        using var response = await _client.GetAsync(Url, Cancellation);

        var half = await response.Content.ReadAsByteArrayAsync(Cancellation);
        Assert.Equal(whole[..(whole.Length / 2)], Encoding.Latin1.GetString(half));
    }

    [Fact]
    public async Task A_picture_that_breaks_off_is_announced_whole()
    {
        _camera.Behaviour = Behaviour.BreakOff;
        var whole = Encoding.Latin1.GetString(_camera.TakeJpeg(_clock.GetUtcNow()));
        using var socket = await Wire.ConnectAsync(Url, "", Cancellation);

        var answer = await ReadUntilClosedAsync(socket);

        Assert.Contains(
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {whole.Length}\r\n"), answer, StringComparison.Ordinal);
        Assert.Equal(whole[..(whole.Length / 2)], BodyOf(answer));
    }

    [Fact]
    public async Task A_camera_may_close_without_an_answer()
    {
        _camera.Behaviour = Behaviour.CloseWithoutAnswer;
        using var socket = await Wire.ConnectAsync(Url, "", Cancellation);

        Assert.Equal("", await ReadUntilClosedAsync(socket));
    }

    [Fact]
    public async Task An_empty_body_is_announced_as_a_picture()
    {
        _camera.Behaviour = Behaviour.EmptyBody;

        using var response = await _client.GetAsync(Url, Cancellation);

        Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.ToString());
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Every_behaviour_is_acted_out()
    {
        foreach (var behaviour in Enum.GetValues<Behaviour>().Except([Behaviour.Hang, Behaviour.Slow]))
        {
            _camera.Behaviour = behaviour;
            using var request = new HttpRequestMessage(HttpMethod.Get, Url);

            var status = await StatusAsync(request);

            Assert.Equal(behaviour == Behaviour.ServerError, status == HttpStatusCode.InternalServerError);
        }
    }

    [Fact]
    public async Task Connections_are_counted_once_however_many_requests_they_carry()
    {
        await _client.GetByteArrayAsync(Url, Cancellation);
        await _client.GetByteArrayAsync(Url, Cancellation);

        Assert.Equal((2, 1), (_camera.Requests, _camera.Connections));
    }

    [Fact]
    public async Task Other_paths_and_methods_are_refused()
    {
        using var elsewhere = await _client.GetAsync(new Uri(Url, "/nowhere/snapshot.jpg"), Cancellation);
        using var posted = await _client.PostAsync(Url, null, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
    }

    [Fact]
    public async Task The_root_lists_the_cameras() =>
        Assert.Equal(
            "/door/snapshot.jpg\n/other/snapshot.jpg\n", await _client.GetStringAsync(new Uri(Url, "/"), Cancellation));

    [Fact]
    public async Task A_port_in_use_is_an_io_failure() =>
        await Assert.ThrowsAsync<IOException>(
            () => FakeCameraHost.StartAsync([], _host.Port, TimeProvider.System, Cancellation));

    private TimeSpan Pass(TimeSpan time)
    {
        _clock.Advance(time);
        return time;
    }

    private async Task<HttpStatusCode?> StatusAsync(HttpRequestMessage request)
    {
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
            return response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static string BodyOf(string answer) =>
        answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];

    /// <summary>Reads to the end; a reset is an end, too.</summary>
    private static async Task<string> ReadUntilClosedAsync(Socket socket)
    {
        var read = "";
        try
        {
            while (await Wire.ReadAsync(socket, 1, Cancellation) is { Length: > 0 } next)
            {
                read += next;
            }
        }
        catch (SocketException)
        {
            // Reset.
        }

        return read;
    }
}
