using System.Net;
using System.Text;

namespace Evercam.Tests.Http;

/// <summary>What every request passes, through a real listener.</summary>
public sealed class PipelineTests(ProbeApp probes) : IClassFixture<ProbeApp>
{
    private readonly EvercamApp app = probes.App;

    [Theory]
    [InlineData("test")]
    [InlineData("test.json")]
    [InlineData("test/")]
    [InlineData("/v1//test")]
    [InlineData("//v1/test//")]
    [InlineData("test?format=json")]
    [InlineData("test?format=jpg")]
    [InlineData("test?format=xml&format=json")]
    public async Task A_path_may_be_written_in_many_ways(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("test.xml")]
    [InlineData("test?format=XML")]
    [InlineData("nowhere.xml")]
    [InlineData("//v1//nowhere.xml")]
    [InlineData("//v1/test?format=xml")]
    public async Task Xml_is_not_acceptable_and_the_accept_header_changes_nothing(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path, ("Accept", "text/html"));
        await answer.ShowsAsync(406, "{\"message\":\"The requested format 'xml' is not supported.\"}");
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("")]
    [InlineData("/v1")]
    [InlineData("Test")]
    [InlineData("/V1/test")]
    [InlineData("test%2F")]
    [InlineData("te%73t/x")]
    [InlineData("/nowhere")]
    public async Task An_unknown_path_is_not_found(string path)
    {
        using var answer = await GetAsync(path);
        await answer.ShowsAsync(404, """{"message":"Not Found"}""");
    }

    [Fact]
    public async Task A_fixed_segment_in_another_case_is_a_name()
    {
        Assert.Equal("literal", await app.Client.GetStringAsync("probe/test", Cancellation));
        Assert.Equal("Test", await app.Client.GetStringAsync("probe/Test", Cancellation));
    }

    [Theory]
    [InlineData("probe/a.b", "a.b")]
    [InlineData("probe/a.b.json", "a.b")]
    [InlineData("probe/a%2Fb", "a/b")]
    [InlineData("probe/a%2Ejson", "a")]
    [InlineData("probe/a%20b%25", "a b%")]
    [InlineData("probe/%C3%A9", "é")]
    [InlineData("probe/%FF", "%FF")]
    [InlineData("probe/a%0Ab", "a\nb")]
    [InlineData("probe/x/pictures/17", "x 17")]
    [InlineData("probe/x/pictures/17.jpg", "picture x 17")]
    [InlineData("probe/x/pictures/17.JPG.json", "picture x 17")]
    [InlineData("probe/x/pictures/1.7", "x 1.7")]
    public async Task Dots_and_escapes_belong_to_the_name(string path, string wanted) =>
        Assert.Equal(wanted, await app.Client.GetStringAsync(path, Cancellation));

    [Fact]
    public async Task A_name_may_be_long()
    {
        var name = new string('x', 5000);
        Assert.Equal(name, await app.Client.GetStringAsync($"probe/{name}", Cancellation));
    }

    [Fact]
    public async Task An_unknown_method_is_told_the_known_ones()
    {
        using var answer = await SendAsync(HttpMethod.Put, "probe/x");
        await answer.ShowsAsync(405, """{"message":"Method Not Allowed"}""");
        Assert.Equal(["GET", "HEAD", "OPTIONS", "POST"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("PUT", "TEST")]
    [InlineData("OPTIONS", "TEST")]
    [InlineData("OPTIONS", "nowhere")]
    [InlineData("PUT", "probe/x/Upload")]
    public async Task A_method_is_no_matter_where_the_path_is_unknown(string method, string path)
    {
        using var answer = await SendAsync(new(method), path);
        await answer.ShowsAsync(404, """{"message":"Not Found"}""");
    }

    [Fact]
    public async Task Options_names_the_methods()
    {
        using var answer = await SendAsync(HttpMethod.Options, "probe/x/upload.json");
        await answer.ShowsAsync(204, "");
        Assert.Equal(["OPTIONS", "POST"], answer.Content.Headers.Allow);
    }

    [Theory]
    [InlineData("test", 200)]
    [InlineData("nowhere", 404)]
    [InlineData("probe/bug", 500)]
    [InlineData("probe/x/upload", 405)]
    public async Task Head_is_get_without_a_body(string path, int status)
    {
        using var answer = await SendAsync(HttpMethod.Head, path);
        await answer.ShowsAsync(status, "");
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("test")]
    [InlineData("nowhere")]
    [InlineData("test.xml")]
    [InlineData("probe/bug")]
    [InlineData("/v1")]
    [InlineData("//v1//nowhere")]
    [InlineData("/nowhere")]
    public async Task Every_answer_says_that_it_must_not_be_stored_or_guessed_at(string path)
    {
        using var answer = await GetAsync(path);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Fact]
    public async Task A_bug_is_not_explained()
    {
        using var answer = await GetAsync("probe/bug");
        await answer.ShowsAsync(500, """{"message":"Sorry, we dropped the ball"}""");
    }

    [Theory]
    [InlineData("Unauthorized", 403, "Please check camera username and password")]
    [InlineData("Offline", 503, "Camera offline")]
    [InlineData("NoEndpoint", 503, "No public endpoint")]
    public async Task A_camera_without_a_picture_says_why(string fault, int status, string message)
    {
        using var answer = await GetAsync($"probe/fault/{fault}");
        await answer.ShowsAsync(status, $$"""{"message":"{{message}}"}""");
    }

    [Fact]
    public async Task A_database_that_is_away_is_no_bug()
    {
        using var answer = await GetAsync("probe/busy");
        await answer.ShowsAsync(503, """{"message":"Service unavailable, please try again"}""");
    }

    [Fact]
    public async Task Broken_rules_are_listed()
    {
        using var answer = await GetAsync("probe/rules");
        await answer.ShowsAsync(400, """{"message":["name can't be blank","id <is> invalid"]}""");
    }

    [Fact]
    public async Task Who_must_wait_is_told_how_long()
    {
        using var answer = await GetAsync("probe/wait");
        await answer.ShowsAsync(429, """{"message":"Too Many Requests"}""");
        Assert.Equal("2", Assert.Single(answer.Headers.GetValues("Retry-After")));
    }

    [Fact]
    public async Task Parameters_come_from_path_and_query()
    {
        Assert.Equal("x  5", await app.Client.GetStringAsync("probe/x?limit=5.9&id=y", Cancellation));
        using var answer = await GetAsync("probe/x?limit=five");
        await answer.ShowsAsync(400, """{"message":"limit is invalid"}""");
    }

    [Fact]
    public async Task Nobody_is_refused_where_somebody_is_needed()
    {
        using var answer = await GetAsync("probe/caller");
        await answer.ShowsAsync(401, """{"message":"Unauthenticated"}""");
        Assert.Equal("Basic realm=\"Evercam\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Origin", "https://example.org")]
    [InlineData("X-Requested-With", "XMLHttpRequest")]
    public async Task No_browser_opens_its_password_box_over_a_script(string header, string value)
    {
        using var answer = await SendAsync(HttpMethod.Get, "probe/caller", (header, value));
        await answer.ShowsAsync(401, """{"message":"Unauthenticated"}""");
        Assert.Equal("Bearer realm=\"Evercam\"", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("Bearer 410d79341e45c9152d9b77f0a6f3c8e1")]
    [InlineData("bearer x")]
    [InlineData("Bearer")]
    [InlineData("Basic")]
    [InlineData("Basic %%%")]
    [InlineData("basic bm9jb2xvbg==")]
    public async Task Bad_credentials_are_refused_on_open_routes_too(string authorization)
    {
        using var answer = await SendAsync(HttpMethod.Get, "probe/x", ("Authorization", authorization));
        await answer.ShowsAsync(401, """{"message":"Unauthenticated"}""");
    }

    [Theory]
    [InlineData("Digest username=x")]
    [InlineData("Basics x")]
    [InlineData("")]
    public async Task Other_schemes_are_as_if_absent(string authorization)
    {
        using var answer = await SendAsync(HttpMethod.Get, "probe/x", ("Authorization", authorization));
        await answer.ShowsAsync(200, "x");
    }

    [Fact]
    public async Task Nobody_with_a_bad_body_is_told_about_credentials_first()
    {
        using var body = new StringContent("{", Encoding.UTF8, "application/json");
        using var answer = await app.Client.PostAsync("probe/user", body, Cancellation);
        await answer.ShowsAsync(401, """{"message":"Unauthenticated"}""");
    }

    [Fact]
    public async Task Nobody_with_too_many_parameters_is_told_about_credentials_first()
    {
        var many = string.Join('&', Enumerable.Range(0, 1025).Select(number => $"a{number}"));
        using var anonymous = await GetAsync($"probe/caller?{many}");
        await anonymous.ShowsAsync(401, """{"message":"Unauthenticated"}""");
        using var open = await GetAsync($"probe/x?{many}");
        await open.ShowsAsync(400, """{"message":"Too many parameters"}""");
        using var test = await GetAsync($"test?{many}");
        await test.ShowsAsync(400, """{"message":"Too many parameters"}""");
        using var wrong = await GetAsync($"probe/x?api_id=x&api_key=y&{many}");
        await wrong.ShowsAsync(401, """{"message":"Unauthenticated"}""");
    }

    [Theory]
    [InlineData("application/json", "{", "Malformed JSON in the request body")]
    [InlineData("application/json", "[]", "Invalid request body")]
    [InlineData("multipart/form-data; boundary=b", "--b", "Invalid request body")]
    public async Task A_body_that_cannot_be_read_is_refused_even_where_nothing_is_read_of_it(
        string type, string content, string message)
    {
        using var body = new StringContent(content);
        body.Headers.Remove("Content-Type");
        body.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await app.Client.PostAsync("probe/nothing", body, Cancellation);
        await answer.ShowsAsync(400, $$"""{"message":"{{message}}"}""");
    }

    [Fact]
    public async Task An_upload_is_read_into_memory()
    {
        using var answer = await UploadAsync(10 * 1024 * 1024);
        await answer.ShowsAsync(200, "10485760");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2 * 1024 * 1024)]
    [InlineData(90 * 1024 * 1024)]
    public async Task An_upload_that_is_too_large_is_told_so(int more)
    {
        using var answer = await UploadAsync((10 * 1024 * 1024) + more, expectContinue: more > 30_000_000);
        await answer.ShowsAsync(413, """{"message":"Request entity too large"}""");
    }

    [Fact]
    public async Task A_file_that_nobody_asked_for_is_too_large_sooner()
    {
        using var small = await UploadAsync(1024 * 1024, "probe/x");
        await small.ShowsAsync(200, "x");
        using var large = await UploadAsync((1024 * 1024) + 1, "probe/x");
        await large.ShowsAsync(413, """{"message":"Request entity too large"}""");
    }

    [Fact]
    public async Task The_source_is_the_connection_whatever_a_header_says()
    {
        using var answer = await SendAsync(HttpMethod.Get, "test", ("X-Forwarded-For", "203.0.113.9"));
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.Contains("\"source_ip\":\"127.0.0.1\"", body, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        // A path that begins with two slashes is none to HttpClient, but a host.
        var target = path.StartsWith("//", StringComparison.Ordinal)
            ? new Uri(app.Address.OriginalString.TrimEnd('/') + path)
            : new Uri(app.Client.BaseAddress!, path);
        using var request = new HttpRequestMessage(method, target);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await app.Client.SendAsync(request, Cancellation);
    }

    private async Task<HttpResponseMessage> UploadAsync(int bytes, string path = "probe/x/upload", bool expectContinue = false)
    {
        using var data = new ByteArrayContent(new byte[bytes]);
        data.Headers.ContentType = new("image/jpeg");
        using var body = new MultipartFormDataContent { { data, "data", "a.jpg" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        request.Headers.ExpectContinue = expectContinue;
        return await app.Client.SendAsync(request, Cancellation);
    }
}
