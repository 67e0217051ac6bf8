using System.Text;
using Evercam.Api;

namespace Evercam.Tests.ApiClient;

/// <summary>Answers that go on and on: pictures and notices, and what only looks like that.</summary>
public sealed class StreamTests
{
    private const string Multipart = "multipart/x-mixed-replace; boundary=b";
    private const string Whole = "--b\r\nContent-Type: image/png\r\nContent-Length: 3\r\n\r\nabc\r\n";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> OddPictures => new()
    {
        { "text/html", "<h1>Hello</h1>" },
        { Multipart, "--b\r\nContent-Type: image/jpeg\r\n\r\nabc\r\n--b\r\n" },
        { Multipart, "--b\r\nContent-Length: many\r\n\r\nabc\r\n--b\r\n" },
        { Multipart, "--b\r\nContent-Length: -3\r\n\r\nabc\r\n--b\r\n" },
        { Multipart, "--b\r\nContent-Length: 2147483647\r\n\r\nabc\r\n--b\r\n" },
        { Multipart, new string('x', 2_000) },
        { Multipart, string.Concat(Enumerable.Range(0, 200).Select(number => $"X-{number}: 1\r\n")) },
    };

    public static TheoryData<string, string> OddNotices => new()
    {
        { "text/html", "<h1>Hello</h1>" },
        { "text/event-stream", "data: hello\n\n" },
        { "text/event-stream", "data: null\n\n" },
        { "text/event-stream", "data: {\"id\":\"x\"}\n\n" },
    };

    [Fact]
    public async Task Pictures_come_one_after_the_other()
    {
        using var wire = new Wiretap(Multipart, Encoding.ASCII.GetBytes(Whole + Whole + "--b\r\n"));
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var pictures = await new EvercamClient(http).Live.StreamAsync("door", cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal([("image/png", "abc"), ("image/png", "abc")], pictures.Select(one => (one.MediaType, Encoding.ASCII.GetString(one.Bytes.Span))));
    }

    [Theory]
    [MemberData(nameof(OddPictures))]
    public async Task What_is_no_stream_of_pictures_is_said_to_be_none(string mediaType, string body)
    {
        using var wire = new Wiretap(mediaType, Encoding.ASCII.GetBytes(body));
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var odd = await Assert.ThrowsAsync<EvercamException>(
            async () => await new EvercamClient(http).Live.StreamAsync("door", cancellation: Cancellation).FirstAsync(Cancellation));
        Assert.Contains("no answer of the API", odd.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_that_is_broken_off_is_none()
    {
        using var wire = new Wiretap(Multipart, Encoding.ASCII.GetBytes(Whole + Whole[..^4]));
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var pictures = new EvercamClient(http).Live.StreamAsync("door", cancellation: Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(async () => await pictures.LastAsync(Cancellation));
    }

    [Theory]
    [MemberData(nameof(OddNotices))]
    public async Task What_is_no_stream_of_notices_is_said_to_be_none(string mediaType, string body)
    {
        using var wire = new Wiretap(mediaType, Encoding.ASCII.GetBytes(body));
        using var http = new HttpClient(wire) { BaseAddress = new("https://cameras.example.org") };
        var odd = await Assert.ThrowsAsync<EvercamException>(
            async () => await new EvercamClient(http).Notices.StreamAsync(cancellation: Cancellation).FirstAsync(Cancellation));
        Assert.Contains("no answer of the API", odd.Message, StringComparison.Ordinal);
    }
}
