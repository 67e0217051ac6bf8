using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Activities;

public sealed class SqliteLogTests(SqliteApp shared) : LogTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresLogTests(PostgresApp shared) : LogTests(shared), IClassFixture<PostgresApp>;

/// <summary>The log of a camera (contract 4.10).</summary>
public abstract class LogTests(SharedApp shared) : IAsyncLifetime
{
    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Changes_tell_their_fields_and_never_their_values()
    {
        var camera = await App.AddCameraAsync(joe, fields: new JsonObject { ["cam_password"] = "s3cret" });
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("cam_password", "s3cr3t"), ("external_host", "8.8.8.8"), ("location_lng", "1"), ("location_lat", "2"));
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("name", "Front Door"));
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("vendor", "ycam"), ("is_public", "true"));
        // The name was that already: the second change is a look, written when it suits.
        var lines = await LinesAsync(camera, 4);
        Assert.True(lines.Remove($"{joe.Name} accessed"), string.Join('\n', lines));
        Assert.Equal(
            [$"{joe.Name} edited is_public,model", $"{joe.Name} edited cam_password,external_host,location", $"{joe.Name} created"], lines);
        Assert.DoesNotContain("s3cr", (await App.AskAsync("GET", $"cameras/{camera}/logs", joe)).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_change_leaves_no_line()
    {
        var camera = await App.AddCameraAsync(joe);
        Assert.Equal(400, (await App.AskAsync("PATCH", $"cameras/{camera}", joe, ("name", ""), ("external_host", "8.8.8.8"))).Status);
        Assert.Equal(403, (await App.AskAsync("PATCH", $"cameras/{camera}", ann, ("name", "x"))).Status);
        Assert.Equal(404, (await App.AskAsync("GET", $"cameras/{camera}", ann)).Status);
        Assert.Equal(403, (await App.AskAsync("GET", $"cameras/{camera}/snapshot.jpg")).Status);
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("name", "x"));
        Assert.Equal([$"{joe.Name} edited name", $"{joe.Name} created"], await LinesAsync(camera, 2));
    }

    [Fact]
    public async Task Shares_tell_with_whom()
    {
        var camera = await App.AddCameraAsync(joe);
        var share = (await App.AskAsync("POST", $"cameras/{camera}/share", joe, ("email", ann.Email), ("rights", "list,view"))).One()["id"]!;
        Assert.Equal(409, (await App.AskAsync("POST", $"cameras/{camera}/share", joe, ("email", ann.Email), ("rights", "list"))).Status);
        await OkAsync("PATCH", $"cameras/share/{share}", joe, ("rights", "snapshot"));
        await LinesAsync(camera, 3);
        await OkAsync("DELETE", $"cameras/{camera}/share?share_id={share}", joe);
        await OkAsync("DELETE", $"cameras/{camera}/share?share_id={share}", joe);
        Assert.Equal(
            [
                $"{joe.Name} stopped sharing with {ann.Email}", $"{joe.Name} updated share with {ann.Email}: Snapshot",
                $"{joe.Name} shared with {ann.Email}: View,List", $"{joe.Name} created",
            ],
            await LinesAsync(camera, 4));
    }

    [Fact]
    public async Task Seeing_is_told_once_in_a_while_for_each_who_sees()
    {
        var shown = new FakeCamera("gate") { Width = 160, Height = 120 };
        await using var host = await FakeCameraHost.StartAsync([shown], Cancellation);
        var camera = await App.AddCameraAsync(joe, fields: new JsonObject
        {
            ["is_public"] = true,
            ["external_host"] = "127.0.0.1",
            ["external_http_port"] = host.Port,
            ["jpg_url"] = host.UrlOf(shown).AbsolutePath,
        });
        var client = await App.AddClientAsync(joe, GrantedResource.Snapshots, CameraRights.View);
        var clientName = await App.StoreAsync(db => db.Clients.Where(c => c.Credential!.ApiId == client.Name).Select(c => c.Name).SingleAsync(Cancellation));
        await LinesAsync(camera, 1);

        foreach (var caller in new[] { null, ann, joe })
        {
            await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => OkAsync("GET", $"cameras/{camera}/snapshot.jpg", caller)));
            await OkAsync("GET", $"cameras/{camera}/snapshot.jpg", caller);
        }

        await OkAsync("GET", $"cameras/{camera}/live", ann);
        await OkAsync("GET", $"cameras/{camera}", ann);
        await OkAsync("POST", $"cameras/{camera}/snapshots", joe);
        await OkAsync("GET", $"cameras/{camera}/snapshots/latest.jpg", client);
        await OkAsync("GET", $"cameras/{camera}/snapshots/latest", client);
        await OkAsync("GET", $"cameras/{camera}/snapshots/range?from=0&to=1", joe);
        using var form = Stage.Form(null, (Stage.Jpeg, "image/jpeg"));
        Assert.Equal(200, (await App.AskAsync("POST", $"cameras/{camera}/snapshots/1400000000", joe, form)).Status);
        await OkAsync("DELETE", $"cameras/{camera}/snapshots/1400000000", joe);
        Assert.Equal(
            new[]
            {
                "Anonymous viewed", $"{ann.Name} accessed", $"{ann.Name} viewed", $"{clientName} browsed", $"{joe.Name} browsed",
                $"{joe.Name} captured", $"{joe.Name} created", $"{joe.Name} erased 1400000000", $"{joe.Name} uploaded", $"{joe.Name} viewed",
            }.Order(StringComparer.Ordinal),
            (await LinesAsync(camera, 10)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_log_is_told_as_sentences_or_objects()
    {
        var camera = await App.AddCameraAsync(joe);
        await FillAsync(camera, number => (number, ActivityKind.Viewed), 1);
        await App.StoreAsync(async db =>
        {
            var line = await db.Activities.SingleAsync(a => a.Camera!.Id == camera && a.Kind == ActivityKind.Viewed, Cancellation);
            (line.DoneAt, line.Source) = (CatalogRows.Now, "203.0.113.9");
            await db.SaveChangesAsync(Cancellation);
        });
        Assert.Equal(
            (200, $$"""{"logs":["[{{camera}}] Anonymous viewed at 2014-04-16 12:23:20 +0000 from 203.0.113.9"],"pages":1}"""),
            await App.AskAsync("GET", $"cameras/{camera}/logs?types=viewed", joe));
        Assert.Equal(
            (200,
                $$"""
                {"logs":[{"who":"Anonymous","user":null,"client":null,"ip":"203.0.113.9","action":"viewed","done_at":1397651000,"extra":null}],"camera_exid":"{{camera}}","camera_name":"Front Door","pages":1}
                """),
            await App.AskAsync("GET", $"cameras/{camera}/logs.json?types=viewed&objects=true", joe));
        var created = JsonNode.Parse((await App.AskAsync("GET", $"cameras/{camera}/logs?types=created&objects=1", joe)).Body)!["logs"]![0]!;
        Assert.Equal(
            (joe.Name, joe.Name, null, "127.0.0.1"),
            ((string?)created["who"], (string?)created["user"], (string?)created["client"], (string?)created["ip"]));
        Assert.Equal(
            (200, """{"logs":[],"pages":0}"""), await App.AskAsync("GET", $"cameras/{camera}/logs?types=edited", joe));
    }

    [Theory]
    [InlineData("", "119-70", 3)]
    [InlineData("page=0", "119-70", 3)]
    [InlineData("page=-1", "119-70", 3)]
    [InlineData("page=1", "69-20", 3)]
    [InlineData("page=2", "19-0", 3)]
    [InlineData("page=3", "", 3)]
    [InlineData("page=9223372036854775807", "", 3)]
    [InlineData("limit=0&page=2", "19-0", 3)]
    [InlineData("limit=60", "119-60", 2)]
    [InlineData("limit=60&page=1.9", "59-0", 2)]
    [InlineData("limit=5000", "119-0", 1)]
    [InlineData("from=1397651010&to=1397651012", "12-10", 1)]
    [InlineData("from=1397651118", "119-118", 1)]
    [InlineData("to=1397651001", "1-0", 1)]
    [InlineData("to=1397651001&types=viewed", "1-1", 1)]
    [InlineData("to=1397651001&types=BROWSED , viewed", "1-0", 1)]
    [InlineData("to=1397651001&types=", "1-0", 1)]
    [InlineData("to=1397651001&types=nothing", "", 0)]
    public async Task A_log_is_told_newest_first_by_pages(string query, string expected, int pages)
    {
        var camera = await App.AddCameraAsync(joe);
        await App.StoreAsync(db => db.Activities.Where(a => a.Camera!.Id == camera).ExecuteDeleteAsync(Cancellation));
        await FillAsync(camera, number => (number, number % 2 == 0 ? ActivityKind.Browsed : ActivityKind.Viewed), 120);
        var answer = JsonNode.Parse((await App.AskAsync("GET", $"cameras/{camera}/logs?objects=true&{query}", joe)).Body)!;
        var seconds = answer["logs"]!.AsArray().Select(entry => (long)entry!["done_at"]! - CatalogRows.Now).ToList();
        var ends = expected.Split('-', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse).ToList();
        var wanted = ends is [var first, var last] ? Enumerable.Range(0, (int)(first - last) + 1).Select(n => first - n) : [];
        Assert.Equal(wanted, seconds);
        Assert.Equal(pages, (int)answer["pages"]!);
    }

    [Fact]
    public async Task Of_a_longer_log_the_newest_lines_are_told()
    {
        var camera = await App.AddCameraAsync(joe);
        await App.StoreAsync(db => db.Activities.Where(a => a.Camera!.Id == camera).ExecuteDeleteAsync(Cancellation));
        await FillAsync(camera, number => (number, number == 0 ? ActivityKind.Browsed : ActivityKind.Viewed), 10_001);
        var path = $"cameras/{camera}/logs?limit=1000";
        Assert.Equal(10, (int)JsonNode.Parse((await App.AskAsync("GET", path, joe)).Body)!["pages"]!);
        Assert.Equal((200, """{"logs":[],"pages":10}"""), await App.AskAsync("GET", $"{path}&page=10", joe));
        Assert.Equal((200, """{"logs":[],"pages":0}"""), await App.AskAsync("GET", $"{path}&types=browsed", joe));
        Assert.Equal(
            1, (int)JsonNode.Parse((await App.AskAsync("GET", $"{path}&types=browsed&to={CatalogRows.Now}", joe)).Body)!["pages"]!);
    }

    [Fact]
    public async Task Only_the_owner_reads_a_log()
    {
        var camera = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
        await App.ShareAsync(camera, ann, CameraRights.All);
        var client = await App.AddClientAsync(joe, GrantedResource.Cameras, CameraRights.All);
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"cameras/{camera}/logs"));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"cameras/{camera}/logs", ann));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"cameras/{camera}/logs", client));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", "cameras/nowhere/logs", joe));
        Assert.Equal(
            Refusal(400, "from is invalid, limit is invalid, objects is invalid"),
            await App.AskAsync("GET", "cameras/nowhere/logs?from=x&limit=&objects=maybe", joe));
        Assert.Equal(
            Refusal(400, "From can't be higher than to"), await App.AskAsync("GET", $"cameras/{camera}/logs?from=2&to=1", joe));
    }

    [Fact]
    public async Task A_share_that_ends_because_the_camera_is_made_private_is_told()
    {
        var camera = await App.AddCameraAsync(joe);
        Assert.Equal(201, (await App.ShareAsync(joe, camera, await App.SignUpAsync(), "list")).Status);
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("is_public", "true"));
        Assert.Equal(201, (await App.ShareAsync(joe, camera, ann, "list")).Status);
        await LinesAsync(camera, 4);
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("is_public", "false"));
        Assert.Equal(
            [$"{joe.Name} stopped sharing with {ann.Email}", $"{joe.Name} edited is_public"], (await LinesAsync(camera, 5))[..2]);
    }

    [Fact]
    public async Task A_list_that_shows_a_camera_whole_is_told_but_not_to_its_owner_in_person()
    {
        var (whole, partly) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(joe));
        var eve = await App.SignUpAsync();
        Assert.Equal(201, (await App.ShareAsync(joe, whole, ann, "view")).Status);
        Assert.Equal(201, (await App.ShareAsync(joe, whole, eve, "view")).Status);
        Assert.Equal(201, (await App.ShareAsync(joe, partly, ann, "list")).Status);
        await OkAsync("GET", $"cameras?ids={whole},{partly}", joe);
        await OkAsync("GET", $"users/{joe.Name}/cameras", joe);
        await OkAsync("GET", $"cameras?ids={whole},{partly}", ann);
        await OkAsync("GET", $"users/{joe.Name}/cameras", eve);
        Assert.Equal(
            [$"{ann.Name} accessed", $"{eve.Name} accessed"],
            (await LinesAsync(whole, 5)).Where(line => line.EndsWith("accessed", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

        // Lines are written in turn: what came before the last one is there.
        await OkAsync("GET", $"cameras/{partly}", joe);
        Assert.Equal([$"{joe.Name} accessed"], (await LinesAsync(partly, 3)).Where(line => line.EndsWith("accessed", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_is_told_as_a_look()
    {
        var camera = await App.AddCameraAsync(joe, fields: new JsonObject { ["external_host"] = "8.8.8.8" });
        Assert.Equal(201, (await App.ShareAsync(joe, camera, ann, "edit,view")).Status);
        await OkAsync("PATCH", $"cameras/{camera}", ann);
        Assert.Equal($"{ann.Name} accessed", (await LinesAsync(camera, 3))[0]);
        await OkAsync("PATCH", $"cameras/{camera}", joe, ("external_host", "8.8.8.8"));
        Assert.Equal($"{joe.Name} accessed", (await LinesAsync(camera, 4))[0]);
    }

    [Fact]
    public async Task Those_who_are_gone_leave_no_name()
    {
        var camera = await App.AddCameraAsync(joe, fields: new JsonObject { ["is_public"] = true });
        await OkAsync("GET", $"cameras/{camera}", ann);
        Assert.Equal([$"{ann.Name} accessed", $"{joe.Name} created"], await LinesAsync(camera, 2));
        await OkAsync("DELETE", $"users/{ann.Name}", ann);
        Assert.Equal(["A deleted user accessed", $"{joe.Name} created"], await LinesAsync(camera, 2));
    }

    [Fact]
    public async Task Whom_a_camera_was_shared_with_is_told_while_there_is_such_an_account()
    {
        var camera = await App.AddCameraAsync(joe);
        Assert.Equal(201, (await App.ShareAsync(joe, camera, ann, "list")).Status);
        Assert.Equal([$"{joe.Name} shared with {ann.Email}: List", $"{joe.Name} created"], await LinesAsync(camera, 2));
        await OkAsync("DELETE", $"users/{ann.Name}", ann);
        Assert.Equal(
            [
                "A deleted user stopped sharing with a deleted user", $"{joe.Name} shared with a deleted user: List",
                $"{joe.Name} created",
            ],
            await LinesAsync(camera, 3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_log_goes_with_its_camera(bool withOwner)
    {
        var camera = await App.AddCameraAsync(joe);
        var key = await App.StoreAsync(db => db.Cameras.Where(c => c.Id == camera).Select(c => c.Key).SingleAsync(Cancellation));
        await FillAsync(camera, number => (number, ActivityKind.Viewed), 5_100);
        await OkAsync("GET", $"cameras/{camera}", joe);
        await OkAsync("DELETE", withOwner ? $"users/{joe.Name}" : $"cameras/{camera}", joe);

        // The last look waits to be written, and finds no camera.
        var other = await App.AddCameraAsync(ann);
        await OkAsync("GET", $"cameras/{other}", ann);
        await LinesAsync(other, 2, ann);
        Assert.Equal(0, await App.StoreAsync(db => db.Activities.CountAsync(a => a.CameraKey == key, Cancellation)));
    }

    /// <summary>Waits until the log has so many different lines, and tells who did what. Of requests at the same moment, both may
    /// be the first.</summary>
    private async Task<List<string>> LinesAsync(string camera, int count, Person? owner = null)
    {
        List<string> lines = [];
        await Eventually.IsTrueAsync(async () =>
        {
            var (status, body) = await App.AskAsync("GET", $"cameras/{camera}/logs", owner ?? joe);
            Assert.True(status == 200, body);
            var sentences = JsonNode.Parse(body)!["logs"]!.AsArray().Select(line => (string)line!);
            lines = [.. sentences.Select(line => Sentence().Match(line).Groups["what"].Value).Distinct()];
            return lines.Count >= count;
        });
        return lines;
    }

    private Task FillAsync(string camera, Func<int, (int Second, ActivityKind Kind)> line, int count) => App.StoreAsync(async db =>
    {
        var key = await db.Cameras.Where(c => c.Id == camera).Select(c => c.Key).SingleAsync(Cancellation);
        db.AddRange(Enumerable.Range(0, count).Select(line).Select(told => new Activity
        {
            CameraKey = key,
            Kind = told.Kind,
            DoneAt = CatalogRows.Now + told.Second,
            Source = "127.0.0.1",
        }));
        await db.SaveChangesAsync(Cancellation);
    });

    private async Task OkAsync(string method, string path, Person? caller, params (string Name, string Value)[] form)
    {
        var (status, body) = form.Length == 0
            ? await App.AskAsync(method, path, caller, (JsonNode?)null)
            : await App.AskAsync(method, path, caller, form);
        Assert.True(status == 200, body);
    }

    private static Regex Sentence() => new(@"\A\[[a-z0-9-]+\] (?<what>.+) at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000( from 127\.0\.0\.1)?\z");
}
