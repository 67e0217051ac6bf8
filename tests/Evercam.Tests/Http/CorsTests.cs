namespace Evercam.Tests.Http;

public sealed class CorsTests(ProbeApp probes) : IClassFixture<ProbeApp>
{
    private const string Origin = "https://dashboard.example.org:8443";

    private readonly EvercamApp app = probes.App;

    [Theory]
    [InlineData("test", 200)]
    [InlineData("nowhere", 404)]
    [InlineData("test.xml", 406)]
    [InlineData("probe/bug", 500)]
    [InlineData("probe/caller", 401)]
    public async Task A_page_of_any_site_may_read_any_answer(string path, int status)
    {
        using var answer = await SendAsync(app, HttpMethod.Get, path, Origin);
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("true", Header(answer, "Access-Control-Allow-Credentials"));
        Assert.Equal("GET, POST, PUT, DELETE, OPTIONS, PATCH", Header(answer, "Access-Control-Allow-Methods"));
        Assert.Equal("1728000", Header(answer, "Access-Control-Max-Age"));
        Assert.Equal("Origin", Header(answer, "Vary"));
        Assert.Null(Header(answer, "Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task Without_an_origin_nothing_is_said_but_that_it_counts()
    {
        using var answer = await app.Client.GetAsync("test", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.Ordinal));
        Assert.Equal("Origin", Header(answer, "Vary"));
    }

    [Fact]
    public async Task A_preflight_is_answered_before_anything_is_checked()
    {
        using var answer = await SendAsync(app, HttpMethod.Options, "probe/caller", Origin, preflight: true);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal("authorization, x-custom", Header(answer, "Access-Control-Allow-Headers"));
    }

    [Fact]
    public async Task Options_with_an_origin_alone_is_no_preflight()
    {
        using var answer = await SendAsync(app, HttpMethod.Options, "test", Origin);
        Assert.Equal(204, (int)answer.StatusCode);
        Assert.Equal(Origin, Header(answer, "Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("https://\u00e9.example")]
    [InlineData("")]
    public async Task An_origin_that_is_none_is_not_echoed(string origin)
    {
        var answer = await app.SendRawAsync(
            System.Text.Encoding.UTF8.GetBytes($"GET /v1/test HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control-Allow-Origin", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "200")]
    [InlineData("OPTIONS", "204")]
    public async Task Two_origins_are_none(string method, string status)
    {
        var answer = await app.SendRawAsync(System.Text.Encoding.ASCII.GetBytes(
            $"{method} /v1/test HTTP/1.1\r\nHost: x\r\nOrigin: {Origin}\r\nOrigin: https://example.org\r\n"
                + "Access-Control-Request-Method: GET\r\nConnection: close\r\n\r\n"));
        Assert.StartsWith($"HTTP/1.1 {status}", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_narrows_the_origins()
    {
        await using var narrow = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Http:Origins:0"] = Origin });
        using var welcome = await SendAsync(narrow, HttpMethod.Get, "test", Origin);
        using var stranger = await SendAsync(narrow, HttpMethod.Options, "test", "https://example.org", preflight: true);
        Assert.Equal(Origin, Header(welcome, "Access-Control-Allow-Origin"));
        Assert.Equal(200, (int)stranger.StatusCode);
        Assert.Equal("Origin", Header(stranger, "Vary"));
        Assert.DoesNotContain(stranger.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage> SendAsync(
        EvercamApp to, HttpMethod method, string path, string origin, bool preflight = false)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Origin", origin } } };
        if (preflight)
        {
            request.Headers.Add("Access-Control-Request-Method", "DELETE");
            request.Headers.Add("Access-Control-Request-Headers", "authorization, x-custom");
        }

        return await to.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? string.Join(", ", values) : null;
}
