using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Tests.Http;
using Evercam.Tests.Storage;

namespace Evercam.Tests.Walks;

/// <summary>An answer, read to its end if it has one.</summary>
internal sealed record Heard(int Status, string Body, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || Content.TryGetValues(name, out values) ? string.Join(", ", values) : null;
}

/// <summary>Servers for walks: nobody is throttled, and no walk asks another machine.</summary>
public sealed class SqliteWalk : SharedApp
{
    public static Dictionary<string, string?> Unthrottled { get; } = new()
    {
        ["Evercam:Http:GuessesPerAccount"] = "1000000",
        ["Evercam:Http:GuessesPerAccountFromAll"] = "1000000",
        ["Evercam:Http:GuessesPerSource"] = "1000000",
        ["Evercam:Http:SignUpsPerSource"] = "1000000",
        ["Evercam:Events:PerCaller"] = "1000",
        ["Evercam:Cameras:TestsPerMinute"] = "1000000",
        ["Evercam:Webhooks:PerUser"] = "100000",
        ["Evercam:Webhooks:TrialsPerMinute"] = "1000000",
    };

    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(Unthrottled);
}

public sealed class PostgresWalk(Servers.PostgresServer server) : SharedApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() => new(SqliteWalk.Unthrottled)
    {
        ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync(),
    };
}

/// <summary>Someone with a camera who asks every route, and what belongs into each.</summary>
internal sealed class Walker
{
    public const string Absent = "absent";
    private const string Second = "1397651000";

    private readonly EvercamApp app;
    private readonly TestUser joe;
    private readonly TestUser ann;
    private readonly string camera;
    private readonly long webhook;

    private Walker(EvercamApp app, TestUser joe, TestUser ann, string camera, long webhook) =>
        (this.app, this.joe, this.ann, this.camera, this.webhook) = (app, joe, ann, camera, webhook);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What says who calls, for the query.</summary>
    public string Keys => joe.Keys;

    /// <summary>The same of someone who may nothing here.</summary>
    public string StrangersKeys => ann.Keys;

    public AuthenticationHeaderValue Basic => joe.Basic;

    public static async Task<Walker> SetOutAsync(EvercamApp app)
    {
        var (joe, ann) = (await app.AddUserAsync(CatalogRows.Fresh("walker")), await app.AddUserAsync(CatalogRows.Fresh("friend")));
        var camera = CatalogRows.Fresh("walked-");
        await app.AddCameraAsync(camera, joe);
        var webhook = CatalogRows.Webhook(new() { Id = joe.Key, Forename = "", Lastname = "", Country = "", CreatedAt = 0, UpdatedAt = 0 });
        await app.StoreAsync(async db =>
        {
            db.Add(webhook);
            await db.SaveChangesAsync(Cancellation);
        });
        return new(app, joe, ann, camera, webhook.Key);
    }

    /// <summary>The path of a route to what exists.</summary>
    /// <param name="route">The route.</param>
    /// <param name="other">A segment that differs, by its name.</param>
    public string PathOf(ApiRoute route, (string Name, string Segment)? other = null) => route.Path(name =>
        other is { } given && given.Name == name ? given.Segment : name switch
        {
            "id" when route.EndsWhatItNames => Absent,
            "id" when route.Pattern.RawText!.Contains("/share/", StringComparison.Ordinal) => "1",
            "id" when route.Pattern.RawText!.StartsWith("/v1/users", StringComparison.Ordinal) => joe.Email,
            "id" when route.Pattern.RawText!.StartsWith("/v1/webhooks", StringComparison.Ordinal) =>
                webhook.ToString(CultureInfo.InvariantCulture),
            "id" => camera,
            "timestamp" => Second,
            "year" => "2014",
            "month" => "4",
            "day" => "16",
            "hour" => "12",
            "vendor" => "ycam",
            "model" => "*",
            "mac" => "00:0D:F0",
            _ => "1",
        });

    /// <summary>A sound value for every parameter that any route asks for: those that a route does not know do no harm.</summary>
    public JsonObject Sound(ApiRoute route)
    {
        var isSignUp = route.Method == "POST";
        var name = isSignUp ? CatalogRows.Fresh("new") : joe.Name;
        return new()
        {
            ["id"] = CatalogRows.Fresh("new-"),
            ["name"] = "Front Door",
            ["is_public"] = false,
            ["discoverable"] = false,
            ["external_host"] = "127.0.0.1",
            ["internal_host"] = "127.0.0.1",
            ["external_http_port"] = 1,
            ["internal_http_port"] = 1,
            ["external_rtsp_port"] = 1,
            ["internal_rtsp_port"] = 1,
            ["jpg_url"] = "/x.jpg",
            ["cam_username"] = "admin",
            ["cam_password"] = "s3cret",
            ["timezone"] = "Europe/Dublin",
            ["mac_address"] = "02:00:5e:00:00:01",
            ["vendor"] = "ycam",
            ["model"] = "YCW005",
            ["location"] = "",
            ["location_lng"] = 1,
            ["location_lat"] = 1,
            ["external_url"] = "http://127.0.0.1:1",
            ["forename"] = "Joe",
            ["lastname"] = "Bloggs",
            ["username"] = name,
            ["country"] = "ie",
            ["email"] = route.Pattern.RawText!.Contains("share", StringComparison.Ordinal) ? ann.Email : $"{name}@example.org",
            ["password"] = joe.Password,
            ["notes"] = "A parcel came",
            ["data"] = "x",
            ["from"] = 0,
            ["to"] = 2_000_000_000,
            ["after"] = 1,
            ["limit"] = 1,
            ["offset"] = 0,
            ["page"] = 1,
            ["range"] = 1,
            ["with_data"] = true,
            ["rights"] = "Snapshot,List",
            ["share_id"] = 1,
            ["ids"] = camera,
            ["id_starts_with"] = "a",
            ["id_ends_with"] = "a",
            ["id_contains"] = "a",
            ["case_sensitive"] = true,
            ["callback_uris"] = "http://localhost/",
            ["user_name"] = joe.Name,
            ["status"] = "off",
            ["frequency"] = 60,
            ["keep_days"] = 1,
            ["keep_bytes"] = 1,
            ["storage_duration"] = 1,
            ["every"] = "26w",
            ["at"] = "12:00",
            ["fps"] = 1,
            ["width"] = 320,
            ["types"] = "camera.offline",
            ["cameras"] = camera,
            ["last_event_id"] = 1,
            ["url"] = "http://127.0.0.1:1/",
            ["events"] = "camera.offline",
            ["mails"] = "camera.offline",
            ["secret"] = "a-secret-of-the-webhook",
            ["enabled"] = false,
            ["before"] = 1,
        };
    }

    /// <summary>The parameters that a route asks for: those that it names when all that there are have a wrong type.</summary>
    public async Task<IReadOnlyList<string>> ParametersOfAsync(ApiRoute route)
    {
        var names = Sound(route).Select(parameter => parameter.Key).ToList();
        var heard = route.HasBody
            ? await AskAsync(route.Method, $"{PathOf(route)}?{Keys}", "application/json", JsonOf(names, "{}"))
            : await AskAsync("GET", $"{PathOf(route)}?{string.Join('&', names.Select(name => $"{name}[]=x"))}&{Keys}");
        var refusal = heard.Status == 400 ? (JsonNode.Parse(heard.Body)!["message"] as JsonValue)?.GetValue<string>() ?? "" : "";
        return [.. names.Where(name => refusal.Split(", ").Contains($"{name} is invalid"))];
    }

    /// <summary>An object with one value under all names.</summary>
    public static string JsonOf(IEnumerable<string> names, string value) =>
        $"{{{string.Join(',', names.Select(name => $"\"{name}\":{value}"))}}}";

    /// <summary>Asks a path, from the root on.</summary>
    public async Task<Heard> AskAsync(string method, string path, Action<HttpRequestHeaders>? adjust = null)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(app.Address, path));
        adjust?.Invoke(request.Headers);
        return await SendAsync(request);
    }

    /// <summary>Asks with a body.</summary>
    public Task<Heard> AskAsync(string method, string path, string type, string body) =>
        AskAsync(method, path, type, Encoding.UTF8.GetBytes(body));

    public async Task<Heard> AskAsync(string method, string path, string type, byte[] body)
    {
        using var request = new HttpRequestMessage(new(method), new Uri(app.Address, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await SendAsync(request);
    }

    /// <summary>Asks with bytes that no client would send.</summary>
    public Task<string> SendRawAsync(string method, string path) => app.SendRawAsync(
        $"{method} {path}?{Keys} HTTP/1.1\r\nHost: {app.Address.Authority}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private async Task<Heard> SendAsync(HttpRequestMessage request)
    {
        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var isEndless = answer.Content.Headers.ContentType?.MediaType == "text/event-stream";
        var body = isEndless ? "" : await answer.Content.ReadAsStringAsync(Cancellation);
        return new((int)answer.StatusCode, body, answer.Headers, answer.Content.Headers);
    }

    /// <summary>Whatever was asked, this is no bug and has the form that the contract gives to answers.</summary>
    public static void IsSound(string what, Heard heard)
    {
        Assert.True(heard.Status is >= 200 and < 300 or >= 400 and < 500 or 503, $"{what}: {heard.Status} {heard.Body}");
        Assert.True(heard.Header("X-Content-Type-Options") == "nosniff", what);
        if (heard.Status >= 400)
        {
            Assert.True(heard.Header("Cache-Control") == "no-store", what);
            Assert.True(heard.Header("Content-Type") == "application/json; charset=utf-8", what);
            Assert.True(IsRefusal(heard.Body), $"{what}: {heard.Body}");
        }
        else if (heard.Header("Content-Type")?.StartsWith("application/json", StringComparison.Ordinal) == true)
        {
            // Old clients take a message for a failure. The one exception is the contract's own (4.10).
            Assert.True(
                JsonNode.Parse(heard.Body) is JsonObject told && (!told.ContainsKey("message") || heard.Body == """{"message":"OK"}"""),
                $"{what}: {heard.Body}");
        }
    }

    /// <summary>One message, or a list of them, and nothing else.</summary>
    public static bool IsRefusal(string body) =>
        JsonNode.Parse(body) is JsonObject { Count: 1 } told && told["message"] switch
        {
            JsonValue value => value.TryGetValue<string>(out var text) && text.Length > 0,
            JsonArray { Count: > 0 } list => list.All(item => item is JsonValue value && value.TryGetValue<string>(out _)),
            _ => false,
        };
}
