using System.Text.RegularExpressions;
using Evercam.Tests.OAuth;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Walks;

public sealed class SqliteEveryRouteTests(SqliteWalk shared) : EveryRouteTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresEveryRouteTests(PostgresWalk shared) : EveryRouteTests(shared), IClassFixture<PostgresWalk>;

/// <summary>What the contract says of every route (0.1 to 0.10), asked of every route.</summary>
public abstract partial class EveryRouteTests(SharedApp shared) : IAsyncLifetime
{
    private Walker walker = null!;

    private IReadOnlyList<ApiRoute> Routes => ApiRoute.Of(shared.App);

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Nobody_is_told_so_before_anything_else()
    {
        foreach (var route in Routes.Where(route => route.Need.Caller))
        {
            var path = route.Path(_ => Walker.Absent);
            var heard = route.HasBody
                ? await walker.AskAsync(route.Method, path, "application/json", "{")
                : await walker.AskAsync(route.Method, path);
            Assert.Equal((route, 401, """{"message":"Unauthenticated"}"""), (route, heard.Status, heard.Body));
            Assert.Equal("Basic realm=\"Evercam\"", heard.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_on_every_route_but_the_test()
    {
        foreach (var route in Routes)
        {
            var path = walker.PathOf(route);
            var password = await walker.AskAsync(
                route.Method, path, headers => headers.Authorization = TestUser.BasicOf("nobody", "wrong"));
            var keys = await walker.AskAsync(route.Method, $"{path}?api_id=0&api_key=0");
            var token = await walker.AskAsync(route.Method, path, headers => headers.Authorization = new("Bearer", "410d79341e45c915"));
            var status = route.Need.IgnoresCredentials ? 200 : 401;
            Assert.Equal((route, status, status, status), (route, password.Status, keys.Status, token.Status));
        }
    }

    [Fact]
    public async Task Right_credentials_of_every_kind_are_taken_on_every_route()
    {
        using var stage = await OAuthStage.SetAsync(shared.App);
        var token = await stage.AgreeAsync($"camera:view:{stage.Camera}");
        foreach (var route in Routes)
        {
            var path = walker.PathOf(route);
            var bearer = await walker.AskAsync(route.Method, path, headers => headers.Authorization = new("Bearer", token));
            var basic = await walker.AskAsync(route.Method, path, headers => headers.Authorization = walker.Basic);
            var keys = await walker.AskAsync(route.Method, $"{path}?{walker.Keys}");
            var session = await walker.AskAsync(
                route.Method, path, headers => headers.Add("Cookie", $"evercam_session={stage.Surfer.CookieOf("evercam_session")}"));
            foreach (var (kind, heard) in new[] { ("Bearer", bearer), ("Basic", basic), ("keys", keys), ("session", session) })
            {
                Assert.False(heard.Status == 401, $"{route} by {kind}: {heard.Status} {heard.Body}");
            }
        }
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_is_told_before_what_is_not_there()
    {
        foreach (var route in Routes.Where(route => route.HasBody))
        {
            foreach (var type in new[] { "application/json", "text/json", "text/x-json; charset=utf-8", "application/vnd.x+json" })
            {
                var heard = await walker.AskAsync(
                    route.Method, $"{route.Path(_ => Walker.Absent)}?{walker.Keys}", type, "{\"name\":");
                Assert.Equal(
                    (route, 400, """{"message":"Malformed JSON in the request body"}"""), (route, heard.Status, heard.Body));
            }
        }
    }

    [Fact]
    public async Task An_upload_that_is_too_large_is_too_large_everywhere()
    {
        byte[] large =
        [
            .. "--b\r\nContent-Disposition: form-data; name=data; filename=a\r\nContent-Type: image/jpeg\r\n\r\n"u8,
            .. new byte[12 * 1024 * 1024],
            .. "\r\n--b--"u8,
        ];
        foreach (var route in Routes.Where(route => route.HasBody))
        {
            var heard = await walker.AskAsync(
                route.Method, $"{walker.PathOf(route)}?{walker.Keys}", "multipart/form-data; boundary=b", large);
            Assert.Equal((route, 413, """{"message":"Request entity too large"}"""), (route, heard.Status, heard.Body));
        }
    }

    [Fact]
    public async Task Head_works_wherever_get_does()
    {
        foreach (var route in Routes.Where(route => route.Method == "GET"))
        {
            var path = $"{walker.PathOf(route)}?{walker.Keys}";
            var (get, head) = (await walker.AskAsync("GET", path), await walker.AskAsync("HEAD", path));
            Assert.Equal(
                (route, get.Status, "", get.Header("Content-Type"), get.Header("Cache-Control")),
                (route, head.Status, head.Body, head.Header("Content-Type"), head.Header("Cache-Control")));
        }
    }

    [Fact]
    public async Task A_body_on_get_is_ignored()
    {
        foreach (var route in Routes.Where(route => route.Method == "GET"))
        {
            var path = $"{walker.PathOf(route)}?{walker.Keys}";
            await AreEqualAsync(
                path, () => walker.AskAsync("GET", path), () => walker.AskAsync("GET", path, "application/json", "{\"id\":["));
        }
    }

    [Fact]
    public async Task Options_names_the_methods_and_a_preflight_names_the_headers()
    {
        const string origin = "https://example.org";
        foreach (var route in Routes)
        {
            var options = await walker.AskAsync("OPTIONS", walker.PathOf(route));
            Assert.Equal((route, 204, ""), (route, options.Status, options.Body));
            var allowed = options.Header("Allow")!.Split(", ");
            Assert.Contains(route.Method, allowed);
            Assert.Contains("OPTIONS", allowed);
            Assert.Equal(allowed.Contains("GET"), allowed.Contains("HEAD"));

            var preflight = await walker.AskAsync("OPTIONS", walker.PathOf(route), headers =>
            {
                headers.Add("Origin", origin);
                headers.Add("Access-Control-Request-Method", route.Method);
                headers.Add("Access-Control-Request-Headers", "authorization, content-type");
            });
            Assert.Equal(
                (route, 200, "", origin, "authorization, content-type"),
                (route, preflight.Status, preflight.Body, preflight.Header("Access-Control-Allow-Origin"),
                    preflight.Header("Access-Control-Allow-Headers")));
        }
    }

    [Fact]
    public async Task A_method_that_a_path_does_not_know_is_told_the_known_ones()
    {
        foreach (var path in Routes.Select(route => walker.PathOf(route)).Distinct())
        {
            var heard = await walker.AskAsync("BREW", path);
            Assert.Equal((path, 405, """{"message":"Method Not Allowed"}"""), (path, heard.Status, heard.Body));
            Assert.Contains("OPTIONS", heard.Header("Allow"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_path_may_be_written_in_many_ways_and_whatever_is_accepted()
    {
        foreach (var route in Routes.Where(route => route.Method == "GET"))
        {
            var path = walker.PathOf(route);
            foreach (var written in new[] { $"{path}.json", $"{path}.JSON", $"{path}/", path.Replace("/", "//", StringComparison.Ordinal)[1..] })
            {
                await AreEqualAsync(
                    written,
                    () => walker.AskAsync("GET", $"{path}?{walker.Keys}"),
                    () => walker.AskAsync("GET", $"{written}?{walker.Keys}", headers =>
                        headers.TryAddWithoutValidation("Accept", "application/xml, text/xml, text/x-xml;q=0.9, */*;q=0")));
            }
        }
    }

    [Fact]
    public async Task Xml_is_refused_everywhere()
    {
        foreach (var route in Routes)
        {
            foreach (var path in new[] { $"{walker.PathOf(route)}.xml?{walker.Keys}", $"{walker.PathOf(route)}?format=xml&{walker.Keys}" })
            {
                var heard = await walker.AskAsync(route.Method, path);
                Assert.Equal(
                    (route, 406, """{"message":"The requested format 'xml' is not supported."}"""), (route, heard.Status, heard.Body));
            }
        }
    }

    [Fact]
    public async Task A_page_of_another_site_may_read_every_answer_and_gets_no_password_box()
    {
        foreach (var route in Routes)
        {
            var heard = await walker.AskAsync(
                route.Method, route.Path(_ => Walker.Absent), headers => headers.Add("Origin", "https://example.org"));
            Walker.IsSound($"{route}", heard);
            Assert.Equal("https://example.org", heard.Header("Access-Control-Allow-Origin"));
            Assert.Equal("true", heard.Header("Access-Control-Allow-Credentials"));
            Assert.Equal("Origin", heard.Header("Vary"));
            Assert.Equal(heard.Status == 401 ? "Bearer realm=\"Evercam\"" : null, heard.Header("WWW-Authenticate"));
        }
    }

    [Fact]
    public async Task A_log_in_changes_nothing_for_a_page_of_another_site()
    {
        using var surfer = new Surfer(shared.App);
        await surfer.LogInAsync(await shared.App.AddUserAsync(CatalogRows.Fresh("visitor")));
        foreach (var route in Routes.Where(route => route.HasBody))
        {
            foreach (var origin in new[] { "https://evil.example", "null" })
            {
                using var request = new HttpRequestMessage(new(route.Method), walker.PathOf(route)) { Headers = { { "Origin", origin } } };
                var answer = await surfer.SendAsync(request);
                Assert.Equal((route, 403, """{"message":"Unauthorized"}"""), (route, answer.Status, answer.Body));
            }
        }
    }

    /// <summary>An answer without the time of day that it tells.</summary>
    private static string Timeless(Heard heard) => Moment().Replace(heard.Body, "");

    /// <summary>Asks for one thing in two ways. What the server writes down a moment after it happened may come between the two, and
    /// so may midnight; but hardly once more.</summary>
    private static async Task AreEqualAsync(string path, Func<Task<Heard>> plain, Func<Task<Heard>> other)
    {
        var (one, two) = (Told(await plain()), Told(await other()));
        for (var again = 0; again < 3 && one != two; again++)
        {
            (one, two) = (Told(await plain()), Told(await other()));
        }

        Assert.Equal((path, one), (path, two));

        static (int Status, string? Type, string Body) Told(Heard heard) => (heard.Status, heard.Header("Content-Type"), Timeless(heard));
    }

    /// <summary>A time of day, or a second of this time in Unix time: two answers may lie on both sides of a second's end.</summary>
    [GeneratedRegex(@"[0-9]{2}:[0-9]{2}:[0-9]{2}|\b1[0-9]{9}\b")]
    private static partial Regex Moment();
}
