using System.Text.Json.Nodes;

namespace Evercam.Tests.Walks;

public sealed class SqliteBadInputTests(SqliteWalk shared) : BadInputTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresBadInputTests(PostgresWalk shared) : BadInputTests(shared), IClassFixture<PostgresWalk>;

/// <summary>Everything that should not come, to every route: none of it is a bug, and each has an answer of the contract's form.</summary>
public abstract class BadInputTests(SharedApp shared) : IAsyncLifetime
{
    private static readonly string[] Segments =
    [
        ".", "..", "%2e%2e", ".json", ".jpg", "a.b", "a.b.c.json", "a%2Fb", "%2F", "%5C", "%0A", "a%0D%0Ab", "%25", "%2500", "%", "%zz", "%00",
        "%ff%fe", "%C3%28", "%E2%80%AE", "%F0%9F%98%80", "a%20b", "'--", "%3Cscript%3E", "*", "null", "-1", "0", "1.5", "1e9", "-62135596801",
        "253402300799", "253402300800", "9223372036854775807", "9223372036854775808", "99999999999999999999999", "00", "13", "32", "+1",
        new('x', 5_000), new('9', 5_000), string.Concat(Enumerable.Repeat("%F0%9F%98%80", 400)),
    ];

    private static readonly string[] Queries =
    [
        "&&&", "=", "=x", "%", "%zz=%zz", "%00=%00", "[", "]", "[]=1", "a[=1", "a]=1", "a[b][c][d]=1", "id[]=1", "format=", "format=xml2", "format[]=json",
        "api_id", "api_id=&api_key=", "api_id[]=1&api_key[]=2", "callback=alert(1)", "_method=DELETE", "+", "%F0%9F%98%80=%F0%9F%98%80", "%ff=%ff",
    ];

    private static readonly string[] Types =
    [
        "application/json", "text/json; charset=utf-16", "text/x-json; charset=\"\"", "application/x+json; charset=latin1", "APPLICATION/JSON;;",
        "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
        "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=b", "multipart/mixed; boundary=b", "text/plain", "text/xml", "image/jpeg",
        "share_id", ";;;", "a/b; c=d", "*/*", "application/json, application/json",
    ];

    private static readonly string[] Bodies =
    [
        "", "1", "null", "nul", "true", "\"x\"", "[]", "[{}]", "{", "{}", "{}{}", "{\"a\"}", "{\"a\":1,}", "{'a':1}", "\uFEFF{}", "\0", "<?xml version=\"1.0\"?><a/>",
        "{\"\":{\"\":{\"\":1}}}", "{\"notes\":\"\\ud800\",\"name\":\"\\u0000\"}", "{\"name\":1e99999999,\"limit\":-0.0e-0,\"id\":0.1e1}",
        "{\"id\":" + new string('[', 100_000), "{\"id\":" + Nested(60) + "}", "{\"id\":" + new string('1', 50_000) + "}",
        "{" + string.Join(',', Enumerable.Range(0, 2_000).Select(number => $"\"a{number}\":{number}")) + "}",
        string.Join('&', Enumerable.Range(0, 2_000).Select(number => $"a[{number}]={number}")),
        "a=%", "a[b=c", "&&=&", "--b--", "--b\r\n\r\n", "--b\r\nContent-Disposition: form-data; name=data; filename=a\r\n\r\nx",
        "--b\r\nContent-Disposition: form-data; name=\"\"; filename=\"\"\r\n\r\nx\r\n--b--",
        "--b\r\nContent-Disposition: form-data; name=data; filename*=UTF-8''%ff\r\nContent-Type: ;\r\n\r\n\r\n--b--",
        string.Concat(Enumerable.Repeat("--b\r\nContent-Disposition: form-data; name=data; filename=a\r\nContent-Type: image/jpeg\r\n\r\nx\r\n", 10)) + "--b--",
        "--b\r\n" + new string('x', 40_000) + ": y\r\n\r\n\r\n--b--", new('x', 2 * 1024 * 1024),
    ];

    /// <summary>Values, as JSON writes them.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1.5", "1e400", "1e18", "9223372036854775807", "9223372036854775808", "-62135596801", "253402300800", "\"\"", "\" \"",
        "\"\\u0000\"", "\"a\\nb\"", "\"\\ud800\"", "\"\\ud83d\\udca5\"", "\"%\"", "\"1e9\"", "\"NaN\"", "\"'; DROP TABLE users; --\"", "\"../../etc/passwd\"",
        "\"http://[::1\"", "\"@\"", "\",\"", "{}", "{\"lng\":\"x\",\"lat\":[]}", "[1]", $"\"{new string('x', 5_000)}\"",
    ];

    private Walker walker = null!;

    private IReadOnlyList<ApiRoute> Routes => ApiRoute.Of(shared.App);

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(shared.App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Odd_segments_in_place_of_every_name()
    {
        foreach (var route in Routes)
        {
            // A dot takes away the segment before it: what is named then may be something that exists.
            foreach (var segment in Segments.Where(segment => route.Method != "DELETE" || segment.Trim('.').Length > 0 && segment != "%2e%2e"))
            {
                foreach (var name in route.Names)
                {
                    await IsSoundAsync(route, walker.PathOf(route, (name, segment)));
                }
            }
        }
    }

    [Fact]
    public async Task Odd_queries_behind_every_path()
    {
        foreach (var route in Routes)
        {
            foreach (var query in Queries)
            {
                var heard = await walker.AskAsync(
                    route.Method, $"{walker.PathOf(route)}?{query}", headers => headers.Authorization = walker.Basic);
                Walker.IsSound($"{route} ?{query}", heard);
            }
        }
    }

    [Fact]
    public async Task Odd_bodies_of_odd_types_to_every_path()
    {
        foreach (var route in Routes.Where(route => route.HasBody))
        {
            foreach (var (body, type) in from body in Bodies from type in Types select (body, type))
            {
                var heard = await walker.AskAsync(route.Method, $"{walker.PathOf(route)}?{walker.Keys}", type, body);
                Walker.IsSound($"{route} {type} {Start(body)}", heard);
            }
        }
    }

    [Fact]
    public async Task Odd_values_of_every_parameter()
    {
        var walked = new HashSet<string>();
        foreach (var route in Routes)
        {
            foreach (var name in await ParametersOfAsync(route))
            {
                walked.Add(name);
                foreach (var value in Values)
                {
                    Walker.IsSound($"{route} {name}={Start(value)}", await AskAsync(route, name, value));
                }
            }
        }

        Assert.Superset(new HashSet<string> { "id", "is_public", "external_http_port", "email", "password", "from", "with_data", "notes" }, walked);
    }

    /// <summary>The parameters that a route asks for: those that it names when all that there are have a wrong type.</summary>
    private async Task<IReadOnlyList<string>> ParametersOfAsync(ApiRoute route)
    {
        var names = walker.Sound(route).Select(parameter => parameter.Key).ToList();
        var heard = route.HasBody
            ? await AskAsync(route, $"{{{string.Join(',', names.Select(name => $"\"{name}\":{{}}"))}}}")
            : await walker.AskAsync("GET", $"{walker.PathOf(route)}?{string.Join('&', names.Select(name => $"{name}[]=x"))}&{walker.Keys}");
        var refusal = heard.Status == 400 ? (JsonNode.Parse(heard.Body)!["message"] as JsonValue)?.GetValue<string>() ?? "" : "";
        return [.. names.Where(name => refusal.Split(", ").Contains($"{name} is invalid"))];
    }

    /// <summary>Asks with sound values of everything but one.</summary>
    private Task<Heard> AskAsync(ApiRoute route, string name, string value)
    {
        var parameters = walker.Sound(route);
        if (route.HasBody)
        {
            parameters.Remove(name);
            var rest = parameters.ToJsonString();
            return AskAsync(route, $"{rest[..^1]},\"{name}\":{value}}}");
        }

        var query = parameters.Where(parameter => parameter.Key != name)
            .Select(parameter => $"{parameter.Key}={Uri.EscapeDataString($"{parameter.Value}")}");
        return walker.AskAsync("GET", $"{walker.PathOf(route)}?{string.Join('&', query)}&{name}={Escape(value)}&{walker.Keys}");
    }

    private Task<Heard> AskAsync(ApiRoute route, string json) =>
        walker.AskAsync(route.Method, $"{walker.PathOf(route)}?{walker.Keys}", "application/json", json);

    /// <summary>Sent byte by byte, because a client would tidy up the path.</summary>
    private async Task IsSoundAsync(ApiRoute route, string path)
    {
        var answer = await walker.SendRawAsync(route.Method, path);
        var what = $"{route} {Start(path)}: {answer[..Math.Min(answer.Length, 600)]}";
        var (head, body) = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var end
            ? (answer[..end], answer[(end + 4)..])
            : (answer, "");
        Assert.Matches(@"\AHTTP/1\.1 (2..|4..|503) ", head);

        // What is not HTTP is refused before anyone looks at it.
        Assert.True(
            head.StartsWith("HTTP/1.1 2", StringComparison.Ordinal) || path.Contains("%00", StringComparison.Ordinal) || Walker.IsRefusal(body),
            what);
    }

    /// <summary>A JSON value as a query writes it; half a letter becomes what no letter is.</summary>
    private static string Escape(string value) =>
        value.Contains("\\ud800", StringComparison.Ordinal) ? "%ED%A0%80"
        : value[0] == '"' ? Uri.EscapeDataString(JsonNode.Parse(value)!.GetValue<string>())
        : Uri.EscapeDataString(value);

    private static string Start(string text) => text[..Math.Min(text.Length, 60)];

    private static string Nested(int depth) =>
        string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);
}
