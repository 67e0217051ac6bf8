using CsCheck;

namespace Evercam.Tests.Http;

/// <summary>Requests that no client library sends. Each gets an answer, and never a 500.</summary>
public sealed class RawTests(ProbeApp probes) : IClassFixture<ProbeApp>
{
    private const string Form = "application/x-www-form-urlencoded";

    private readonly EvercamApp app = probes.App;

    [Theory]
    [InlineData("GET /v1/test HTTP/1.0", 200)]
    [InlineData("GET //v1//test HTTP/1.1", 200)]
    [InlineData("GET http://x/v1/test HTTP/1.1", 200)]
    [InlineData("GET http://elsewhere/v1/test HTTP/1.1", 400)]
    [InlineData("GET /v1/probe/../test HTTP/1.1", 200)]
    [InlineData("GET /v1/probe/%2e%2E/test HTTP/1.1", 200)]
    [InlineData("GET /v1/probe/%zz HTTP/1.1", 200)]
    [InlineData("GET /v1/probe/% HTTP/1.1", 200)]
    [InlineData("GET /v1/probe/x?%zz=%&&=&a[=1&]=[ HTTP/1.1", 200)]
    [InlineData("GET /v1/probe/x?limit=%00 HTTP/1.1", 400)]
    [InlineData("GET /v1/probe/%00 HTTP/1.1", 400)]
    [InlineData("GET /v1/probe/\u00e9 HTTP/1.1", 400)]
    [InlineData("GET * HTTP/1.1", 405)]
    [InlineData("OPTIONS * HTTP/1.1", 405)]
    [InlineData("CONNECT /v1/test HTTP/1.1", 405)]
    [InlineData("BREW /v1/test HTTP/1.1", 405)]
    [InlineData("get /v1/test HTTP/1.1", 200)]
    [InlineData("GET /v1/test HTTP/3.9", 505)]
    [InlineData("GET  /v1/test HTTP/1.1", 400)]
    [InlineData("nonsense", 400)]
    public async Task Odd_request_lines_have_an_answer(string line, int status)
    {
        var answer = await app.SendRawAsync($"{line}\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public Task Any_target_has_an_answer() => Gen.String[Gen.Char["/v1probetsx.%2Fjsonxml?&=[]~:@\\\"\0\u00e9 "], 0, 40].SampleAsync(
        async target =>
        {
            var answer = await app.SendRawAsync($"GET /v1/probe/{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.Matches("^HTTP/1.1 [24]", answer);
        },
        iter: 500);

    [Theory]
    [InlineData("zz")]
    [InlineData("-5")]
    [InlineData("")]
    [InlineData("80000000")]
    [InlineData("ffffffff")]
    [InlineData("100000000")]
    [InlineData("ffffffffffffffff")]
    public async Task A_chunk_of_no_size_is_refused(string size)
    {
        foreach (var (path, type) in new[]
        {
            ("/v1/probe/x", "application/json"), ("/v1/probe/x", "multipart/form-data; boundary=b"), ("/v1/users", "application/json"),
            ("/login", Form), ("/signup", Form), ("/oauth2/token", Form),
        })
        {
            var answer = await app.SendRawAsync(
                $"POST {path} HTTP/1.1\r\nHost: x\r\nAccept: {(IsPage(path) ? "text/html" : "*/*")}\r\nContent-Type: {type}\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n{{}}\r\n0\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
            Assert.True(IsPage(path)
                ? answer.Contains("\r\nContent-Type: text/html", StringComparison.Ordinal)
                : answer.EndsWith("""{"message":"Invalid request body"}""", StringComparison.Ordinal), answer);
        }

        static bool IsPage(string path) => path is "/login" or "/signup";
    }

    [Theory]
    [InlineData("Content-Type: \u00ff\u00fe")]
    [InlineData("Content-Type: multipart/form-data; boundary=\"\r\n x\"")]
    [InlineData("Content-Type: application/json; charset=\"\"")]
    [InlineData("Content-Type: application/json\r\nContent-Type: text/json")]
    [InlineData("Authorization: Basic \u00ff")]
    [InlineData("Authorization: Basic AA==")]
    [InlineData("Authorization: Basic a: b")]
    [InlineData("Authorization: Basic\r\nAuthorization: Bearer x")]
    [InlineData("Accept: application/xml")]
    [InlineData("X-Requested-With: \u00ff")]
    [InlineData("Access-Control-Request-Headers: \u00ff\r\nAccess-Control-Request-Method: x\r\nOrigin: null")]
    public async Task Odd_headers_have_an_answer(string header)
    {
        foreach (var method in new[] { "GET", "POST", "OPTIONS", "DELETE" })
        {
            var answer = await app.SendRawAsync(
                $"{method} /v1/probe/x HTTP/1.1\r\nHost: x\r\n{header}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]");
            Assert.Matches("^HTTP/1.1 [24]", answer);
        }
    }

    [Fact]
    public async Task Too_many_headers_are_refused()
    {
        var headers = string.Concat(Enumerable.Range(0, 2000).Select(number => $"X-{number}: {number}\r\n"));
        var answer = await app.SendRawAsync($"GET /v1/test HTTP/1.1\r\nHost: x\r\n{headers}\r\n");
        Assert.StartsWith("HTTP/1.1 431 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_request_are_refused()
    {
        byte[] noise = [.. Enumerable.Range(0, 256).Select(number => (byte)number), .. "\r\n\r\n"u8];
        Assert.StartsWith("HTTP/1.1 400 ", await app.SendRawAsync(noise), StringComparison.Ordinal);
        var still = await app.Client.GetStringAsync("test", TestContext.Current.CancellationToken);
        Assert.Contains("\"source_ip\"", still, StringComparison.Ordinal);
    }
}
