using System.Text.Json.Nodes;

namespace Evercam.Tests.Walks;

public sealed class SqliteBadInputTests(SqliteWalk shared) : BadInputTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresBadInputTests(PostgresWalk shared) : BadInputTests(shared), IClassFixture<PostgresWalk>;

/// <summary>Names and values that should not come, to every route and on both databases: none of it is a bug, and each has an answer of
/// the contract's form.</summary>
public abstract class BadInputTests(SharedApp shared) : IAsyncLifetime
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
    public async Task Odd_segments_in_place_of_every_name()
    {
        foreach (var route in Routes)
        {
            // A dot takes away the segment before it: what is named then may be something that exists.
            foreach (var segment in Odd.Segments.Where(segment => route.Method != "DELETE" || segment.Trim('.').Length > 0 && segment != "%2e%2e"))
            {
                foreach (var name in route.Names)
                {
                    await IsSoundAsync(route, walker.PathOf(route, (name, segment)));
                }
            }
        }
    }

    [Fact]
    public async Task Odd_values_of_every_parameter()
    {
        var walked = new HashSet<string>();
        foreach (var route in Routes)
        {
            foreach (var name in await walker.ParametersOfAsync(route))
            {
                walked.Add(name);
                foreach (var value in Odd.Values)
                {
                    Walker.IsSound($"{route} {name}={Odd.Start(value)}", await AskAsync(route, name, value));
                }
            }
        }

        Assert.Superset(new HashSet<string> { "id", "is_public", "external_http_port", "email", "password", "from", "with_data", "notes" }, walked);
    }

    /// <summary>Some clients give each text of a multipart form a content type, blanks included.</summary>
    [Fact]
    public async Task A_part_with_a_type_is_read_as_the_same_text_in_a_form()
    {
        var asked = 0;
        foreach (var route in Routes.Where(route => route.Method is "PATCH" or "PUT"))
        {
            var path = $"{walker.PathOf(route)}?{walker.Keys}";

            // A blank secret draws another one each time.
            foreach (var name in (await walker.ParametersOfAsync(route)).Except([.. route.Names, "secret"]))
            {
                foreach (var text in new[] { "", " ", "1", "x" })
                {
                    var plain = await walker.AskAsync(
                        route.Method, path, "application/x-www-form-urlencoded", $"{name}={Uri.EscapeDataString(text)}");
                    var typed = await walker.AskAsync(
                        route.Method,
                        path,
                        "multipart/form-data; boundary=b",
                        $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\nContent-Type: text/plain\r\n\r\n{text}\r\n--b--\r\n");
                    Assert.Equal((route, name, text, Told(plain)), (route, name, text, Told(typed)));
                    asked++;
                }
            }
        }

        Assert.True(asked > 100, $"{asked}");

        static (int Status, string Body) Told(Heard heard) => (heard.Status, heard.Body).Timeless();
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
        var what = $"{route} {Odd.Start(path)}: {answer[..Math.Min(answer.Length, 600)]}";
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
}
