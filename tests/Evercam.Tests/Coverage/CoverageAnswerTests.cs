using System.Text.Json.Nodes;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using static Evercam.Storage.Catalog.CoverageStatus;
using static Evercam.Tests.People;

namespace Evercam.Tests.Coverage;

public sealed class SqliteCoverageAnswerTests(SqliteApp shared) : CoverageAnswerTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCoverageAnswerTests(PostgresApp shared) : CoverageAnswerTests(shared), IClassFixture<PostgresApp>;

/// <summary>What is answered of the facts that there are.</summary>
public abstract class CoverageAnswerTests(SharedApp shared) : IAsyncLifetime
{
    private const long Noon = 1_400_000_000;

    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private TestUser ann = null!;
    private long key;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
        key = await App.AddCameraAsync(id, joe);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_period_is_answered_without_hole_or_overlap()
    {
        await WriteAsync(
            (0, Recorded), (100, Offline), (200, Unauthorized), (300, NotScheduled), (400, Off), (500, DiskFull), (550, NoRoom), (600, ServerDown),
            (700, Recorded));
        Assert.Equal(
            (200, $$"""
            {"camera_id":"{{id}}","timezone":"Etc/UTC","spans":[
            {"from":{{Noon - 10}},"to":{{Noon}},"status":"unknown"},
            {"from":{{Noon}},"to":{{Noon + 100}},"status":"recorded"},
            {"from":{{Noon + 100}},"to":{{Noon + 200}},"status":"offline"},
            {"from":{{Noon + 200}},"to":{{Noon + 300}},"status":"unauthorized"},
            {"from":{{Noon + 300}},"to":{{Noon + 400}},"status":"not_scheduled"},
            {"from":{{Noon + 400}},"to":{{Noon + 500}},"status":"off"},
            {"from":{{Noon + 500}},"to":{{Noon + 550}},"status":"disk_full"},
            {"from":{{Noon + 550}},"to":{{Noon + 600}},"status":"disk_full"},
            {"from":{{Noon + 600}},"to":{{Noon + 700}},"status":"server_down"},
            {"from":{{Noon + 700}},"to":{{Noon + 800}},"status":"recorded"}]}
            """.ReplaceLineEndings("")),
            await AskAsync(joe, $"?from={Noon - 10}&to={Noon + 800}"));
    }

    [Fact]
    public async Task Without_a_period_it_is_the_last_day_and_nobody_knows_the_future()
    {
        await WriteAsync((0, Recorded));
        var now = Now();
        var (from, to) = Ends(await AskAsync(joe, ""));
        Assert.InRange(to, now, Now());
        Assert.Equal(to - 86_400, from);
        (from, to) = Ends(await AskAsync(joe, $"?from={now - 10}&to={now + 86_400}"));
        Assert.Equal(now - 10, from);
        Assert.InRange(to, now, Now());
        Assert.Equal((Noon - 86_400, Noon), Ends(await AskAsync(joe, $"?to={Noon}")));
        Assert.Equal(
            (200, $$"""{"camera_id":"{{id}}","timezone":"Etc/UTC","spans":[]}"""),
            await AskAsync(joe, $"?from={now + 3_600}&to={now + 7_200}"));
        Assert.Equal(200, (await AskAsync(joe, "?from=-62135596800&to=253402300799")).Status);

        static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        static (long From, long To) Ends((int Status, string Body) answer)
        {
            var span = Assert.Single(JsonNode.Parse(answer.Body)!["spans"]!.AsArray())!;
            return ((long)span["from"]!, (long)span["to"]!);
        }
    }

    [Theory]
    [InlineData("?from=10&to=10", "From must be before to")]
    [InlineData("?from=11&to=10", "From must be before to")]
    [InlineData("?from=9999999999", "From must be before to")]
    [InlineData("?from=x&to=1e40&limit=many", "from is invalid, to is invalid, limit is invalid")]
    [InlineData("?from=", "from is invalid")]
    public async Task What_is_no_period_is_refused(string query, string message) =>
        Assert.Equal(Refusal(400, message), await AskAsync(joe, query));

    [Fact]
    public async Task More_spans_than_asked_for_are_read_on_by_the_link()
    {
        await WriteAsync([.. Enumerable.Range(0, 25).Select(n => (10L * n, n % 2 == 0 ? Recorded : Offline))]);
        var (read, query) = (new List<JsonNode>(), (string?)$"?from={Noon}&to={Noon + 1_000}&limit=10");
        for (var pages = 0; query is not null; pages++)
        {
            Assert.True(pages < 3);
            using var request = Request(joe, query);
            using var answer = await App.Client.SendAsync(request, Cancellation);
            read.AddRange(JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["spans"]!.AsArray()!);
            query = answer.Headers.TryGetValues("Link", out var links) ? links.Single()[1..].Split('>')[0] : null;
        }

        Assert.Equal(25, read.Count);
        Assert.All(read.Zip(read.Skip(1)), pair => Assert.Equal((long)pair.First["to"]!, (long)pair.Second["from"]!));
        Assert.Equal(Noon + 1_000, (long)read[^1]["to"]!);
    }

    [Fact]
    public async Task Who_deleted_pictures_is_told_to_the_owner_by_the_name_of_now()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.View | CameraRights.Delete);
        await WriteAsync((0, Recorded));
        await WentAsync(10, 20, Deleted, ann.Key);
        await WentAsync(30, 40, Deleted, joe.Key);
        await WentAsync(50, 60, Deleted, null);
        await WentAsync(70, 80, Retention, null);
        Assert.Equal($"deleted by {ann.Name}; deleted by {joe.Name}; deleted by nobody; retention", await GapsAsync(joe));
        Assert.Equal($"deleted by {ann.Name}; deleted; deleted; retention", await GapsAsync(ann));

        var name = CatalogRows.Fresh("anna");
        Assert.Equal(200, (await App.AskAsync(
            "PATCH", $"users/{ann.Name}", new Person(ann.Name, ann.Basic), ("username", name))).Status);
        Assert.Equal($"deleted by {name}; deleted by {joe.Name}; deleted by nobody; retention", await GapsAsync(joe));
        await App.StoreAsync(db => db.DeleteUserAsync(ann.Key, CatalogRows.Ended, Cancellation));
        Assert.Equal($"deleted by nobody; deleted by {joe.Name}; deleted by nobody; retention", await GapsAsync(joe));
    }

    [Theory]
    [InlineData(CameraRights.View, 200)]
    [InlineData(CameraRights.List | CameraRights.Snapshot | CameraRights.Edit, 403)]
    public async Task Who_may_list_stored_pictures_may_know(CameraRights rights, int status)
    {
        await App.ShareAsync(key, joe, ann, rights);
        Assert.Equal(status, (await AskAsync(ann, "")).Status);
    }

    [Fact]
    public async Task Nobody_else_may_and_a_camera_that_is_gone_has_none()
    {
        Assert.Equal(Refusal(403, "Unauthorized"), await AskAsync(ann, ""));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"cameras/{id}/coverage"));
        await App.StoreAsync(db => db.DeleteCameraAsync(key, Cancellation));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", "cameras/nowhere/coverage", Of(joe)));
    }

    private static Person Of(TestUser user) => new(user.Name, user.Basic);

    private HttpRequestMessage Request(TestUser caller, string query)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"cameras/{id}/coverage{query}");
        request.Headers.Authorization = caller.Basic;
        return request;
    }

    private Task<(int Status, string Body)> AskAsync(TestUser caller, string query) =>
        App.AskAsync("GET", $"cameras/{id}/coverage{query}", Of(caller));

    private async Task<string> GapsAsync(TestUser caller)
    {
        var (status, body) = await AskAsync(caller, $"?from={Noon}&to={Noon + 100}");
        Assert.True(status == 200, body);
        var gaps = JsonNode.Parse(body)!["spans"]!.AsArray().Where(span => (string?)span!["status"] != "recorded").Select(span =>
            $"{span!["status"]}{(span.AsObject().ContainsKey("by") ? $" by {(string?)span["by"] ?? "nobody"}" : "")}");
        return string.Join("; ", gaps);
    }

    private Task WriteAsync(params (long Second, CoverageStatus Status)[] facts) =>
        App.CoverAsync(key, [.. facts.Select(fact => (Noon + fact.Second, fact.Status))]);

    private Task<IReadOnlyList<CoverageChange>> WentAsync(long from, long to, CoverageStatus why, long? by) => App.StoreAsync(
        db => db.WriteCoverageAsync(
            [new CoverageChange(key, Noon + from, Noon + to, why, by)], TimeProvider.System.GetUtcNow(), Cancellation));
}
