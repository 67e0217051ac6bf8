using System.Net.Http.Headers;
using Evercam.Storage.Catalog;
using Evercam.Tests.Pictures;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Snapshots;

public sealed class SqlitePictureTests(SqlitePictures server) : PictureTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresPictureTests(PostgresPictures server) : PictureTests(server), IClassFixture<PostgresPictures>;

/// <summary>Stored pictures as pictures (contract 9.1), and who may see them (3.4).</summary>
public abstract class PictureTests(PicturesServer server)
{
    private const long Second = 1_397_651_000;
    private const string ForEver = "immutable, max-age=31536000, private";

    [Fact]
    public async Task A_picture_tells_when_it_was_taken_and_how_long_it_stays()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        (string Path, string Cache)[] table =
        [
            ($"{Second}.jpg", ForEver), ($"{Second}.JPG", ForEver), ($"{Second}.jpg?range=0", ForEver), ($"{Second}.9.jpg", ForEver),
            ($"{Second + 1}.jpg", "no-store"), ($"{Second - 1}.jpg?range=1", "no-store"), ("latest.jpg", "no-store"),
        ];
        foreach (var (path, cache) in table)
        {
            var picture = await stage.GetAsync($"snapshots/{path}");
            Assert.Equal(
                (path, 200, "image/jpeg", "9", $"{Second}", cache, "Wed, 16 Apr 2014 12:23:20 GMT"),
                (path, picture.Status, picture.Header("Content-Type"), picture.Header("Content-Length"),
                    picture.Header("X-Snapshot-Created-At"), Sorted(picture), picture.Header("Last-Modified")));
            Assert.Equal(Stage.Jpeg, picture.Bytes);
            Assert.Matches("^\"[^\"]{20,}\"$", picture.Header("ETag"));
            Assert.Equal("bytes", picture.Header("Accept-Ranges"));
            Assert.Equal("Origin, Cookie, Authorization", picture.Header("Vary"));
        }

        (await stage.GetAsync($"snapshots/{Second + 2}.jpg?range=1")).Refuses(404, "Snapshot does not exist");
        (await stage.GetAsync("snapshots/abc.jpg")).Refuses(400, "timestamp is invalid");
    }

    /// <summary>The contract knows these paths and no width: to it, that is one more name that changes nothing (0.3, 9.1).</summary>
    [Theory]
    [MemberData(nameof(NoParameters.Queries), MemberType = typeof(NoParameters))]
    public async Task What_the_contract_does_not_know_changes_nothing_of_a_stored_picture(string query)
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second, await Photographs.ReadAsync("hd.jpg"));
        foreach (var path in new[] { $"snapshots/{Second}.jpg", "snapshots/latest.jpg" })
        {
            var (plain, asked) = (await stage.GetAsync(path), await stage.GetAsync($"{path}?{query}"));
            Assert.Equal((200, plain.Header("ETag")), (asked.Status, asked.Header("ETag")));
            Assert.Equal(plain.Bytes, asked.Bytes);
        }
    }

    [Fact]
    public async Task A_second_that_may_still_get_a_newer_picture_is_not_kept_by_caches()
    {
        var stage = await Stage.SetAsync(server.App);
        var soon = TimeProvider.System.GetUtcNow().AddMinutes(10);
        await stage.RecordAsync(soon);
        Assert.Equal("no-store", Sorted(await stage.GetAsync($"snapshots/{soon.ToUnixTimeSeconds()}.jpg")));
    }

    [Fact]
    public async Task A_picture_that_is_known_is_not_sent_again()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        await stage.UploadAsync(Second + 10, Stage.JpegWith(1));
        var tag = (await stage.GetAsync($"snapshots/{Second}.jpg")).Header("ETag")!;
        Assert.NotEqual(tag, (await stage.GetAsync($"snapshots/{Second + 10}.jpg")).Header("ETag"));

        var same = await AskAsync(stage, $"snapshots/{Second}.jpg", request => request.Headers.IfNoneMatch.Add(new(tag)));
        Assert.Equal((304, 0, tag, ForEver), (same.Status, same.Bytes.Length, same.Header("ETag"), Sorted(same)));
        Assert.Equal(304, (await AskAsync(
            stage, $"snapshots/{Second}.jpg", request => request.Headers.IfModifiedSince = DateTimeOffset.FromUnixTimeSeconds(Second))).Status);
        Assert.Equal(200, (await AskAsync(stage, "snapshots/latest.jpg", request => request.Headers.IfNoneMatch.Add(new(tag)))).Status);
    }

    [Fact]
    public async Task Parts_of_a_picture_may_be_asked_for()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        var part = await AskAsync(stage, $"snapshots/{Second}.jpg", request => request.Headers.Range = new(2, 4));
        Assert.Equal((206, "bytes 2-4/9"), (part.Status, part.Header("Content-Range")));
        Assert.Equal(Stage.Jpeg[2..5], part.Bytes);
        var tail = await AskAsync(stage, $"snapshots/{Second}.jpg", request => request.Headers.Range = new(null, 3));
        Assert.Equal(Stage.Jpeg[^3..], tail.Bytes);
        Assert.Equal(416, (await AskAsync(stage, $"snapshots/{Second}.jpg", request => request.Headers.Range = new(9, 20))).Status);
        var counted = await AskAsync(stage, $"snapshots/{Second}.jpg", request => request.Headers.TryAddWithoutValidation("Range", "pixels=1-2"));
        Assert.Equal((200, 9), (counted.Status, counted.Bytes.Length));
        var other = await AskAsync(stage, $"snapshots/{Second}.jpg", request =>
        {
            request.Headers.Range = new(2, 4);
            request.Headers.IfRange = new RangeConditionHeaderValue("\"other\"");
        });
        Assert.Equal((200, 9), (other.Status, other.Bytes.Length));
    }

    [Fact]
    public async Task What_is_refused_for_its_conditions_says_so_and_is_kept_by_no_cache()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        var path = $"snapshots/{Second}.jpg";
        var part = await AskAsync(stage, path, request => request.Headers.Range = new(9, 20));
        part.Refuses(416, "Range Not Satisfiable");
        Assert.Equal("bytes */9", part.Header("Content-Range"));
        var other = await AskAsync(stage, path, request => request.Headers.IfMatch.Add(new("\"other\"")));
        other.Refuses(412, "Precondition Failed");
        var older = await AskAsync(
            stage, path, request => request.Headers.IfUnmodifiedSince = DateTimeOffset.FromUnixTimeSeconds(Second - 1));
        older.Refuses(412, "Precondition Failed");
        foreach (var refused in new[] { part, other, older })
        {
            Assert.Equal(
                ("no-store", "application/json; charset=utf-8", null, null, null),
                (refused.Header("Cache-Control"), refused.Header("Content-Type"), refused.Header("ETag"), refused.Header("Last-Modified"),
                    refused.Header("X-Snapshot-Created-At")));
        }

        Assert.Equal((416, 0), await HeadAsync());

        async Task<(int Status, int Length)> HeadAsync()
        {
            var head = await stage.AskAsync(HttpMethod.Head, path, stage.Owner, null, request => request.Headers.Range = new(9, 20));
            return (head.Status, head.Bytes.Length);
        }
    }

    [Fact]
    public async Task Head_tells_all_but_the_picture()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        foreach (var path in new[] { $"snapshots/{Second}.jpg", "snapshots/latest.jpg" })
        {
            var head = await stage.AskAsync(HttpMethod.Head, path, stage.Owner);
            Assert.Equal((200, "9", 0, $"{Second}"), (head.Status, head.Header("Content-Length"), head.Bytes.Length, head.Header("X-Snapshot-Created-At")));
        }

        foreach (var path in new[] { "snapshots", "snapshots/latest?with_data=true", $"snapshots/{Second}", "snapshots/2014/4/days" })
        {
            var head = await stage.AskAsync(HttpMethod.Head, path, stage.Owner);
            Assert.Equal((200, 0), (head.Status, head.Bytes.Length));
        }
    }

    [Fact]
    public async Task A_pack_that_cannot_be_read_is_told_in_the_contracts_form()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([Second, Second + 3_600]);
        var path = Directory.EnumerateFiles(stage.Folder, "*.tar", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
        File.Delete(path);
        Directory.CreateDirectory(path);
        (await stage.GetAsync($"snapshots/{Second}?with_data=true")).Refuses(503, "The archive cannot be read now");
        (await stage.GetAsync($"snapshots/{Second}.jpg")).Refuses(503, "The archive cannot be read now");
        Assert.Equal(200, (await stage.GetAsync($"snapshots/{Second + 3_600}.jpg")).Status);
    }

    [Fact]
    public async Task A_picture_that_somebody_has_cut_is_not_there_and_those_before_it_are()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([Second]);
        var cut = await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second + 10));
        var pack = Directory.EnumerateFiles(stage.Folder, "*.tar", SearchOption.AllDirectories).Single();
        await using (var file = File.Open(pack, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(cut.Address.PictureOffset + 4);
        }

        foreach (var path in new[] { $"{Second + 10}.jpg", "latest.jpg", $"{Second + 10}.jpg?width=100", $"{Second + 10}?with_data=true" })
        {
            (await stage.GetAsync($"snapshots/{path}")).Refuses(404, "Snapshot does not exist");
        }

        Assert.Equal(Stage.Jpeg, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        Assert.Equal([Second], (await stage.GetAsync("snapshots/range?with_data=true&from=0&to=9999999999")).Seconds);
        var tar = await stage.GetAsync($"snapshots/series.tar?from={Second}&to={Second + 60}&every=1m");
        Assert.Equal((200, (int)cut.Address.Offset + 1024), (tar.Status, tar.Bytes.Length));
    }

    [Fact]
    public async Task The_archive_of_a_public_camera_is_not_public()
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.IsPublic = true);
        await stage.UploadAsync(Second);
        var stranger = await Stage.AddUserAsync(server.App);
        foreach (var (method, path) in Routes())
        {
            (await stage.AskAsync(method, path, null)).Refuses(401, "Unauthenticated");
            (await stage.AskAsync(method, path, stranger)).Refuses(403, "Unauthorized");
            (await Stage.AskAsync(server.App, method, $"cameras/no-such-camera/{path}", stranger)).Refuses(404, "Camera does not exist");
        }

        using var form = Form();
        (await stage.AskAsync(HttpMethod.Post, $"snapshots/{Second + 1}", stranger, form)).Refuses(403, "Unauthorized");
        Assert.Equal([Second], (await stage.GetAsync("snapshots")).Seconds);
    }

    [Fact]
    public async Task A_share_opens_what_its_rights_say()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(Second);
        var viewer = await Stage.AddUserAsync(server.App);
        var visitor = await Stage.AddUserAsync(server.App);
        await stage.ShareAsync(viewer, CameraRights.View | CameraRights.Edit | CameraRights.Delete);
        await stage.ShareAsync(visitor, CameraRights.Snapshot | CameraRights.List);
        foreach (var (method, path) in Routes())
        {
            var isReading = method == HttpMethod.Get;
            var answer = await stage.AskAsync(method, path, viewer);
            Assert.Equal((path, isReading ? 200 : 403), (path, answer.Status));
            if (path != "snapshots" || isReading)
            {
                (await stage.AskAsync(method, path, visitor)).Refuses(403, "Unauthorized");
            }
        }

        using var form = Form();
        (await stage.AskAsync(HttpMethod.Post, $"snapshots/{Second + 1}", viewer, form)).Refuses(403, "Unauthorized");
        using var another = Form();
        Assert.Equal([Second + 1], (await stage.AskAsync(HttpMethod.Post, $"snapshots/{Second + 1}", visitor, another)).Seconds);
    }

    private static IEnumerable<(HttpMethod Method, string Path)> Routes() =>
    [
        (HttpMethod.Get, "snapshots"), (HttpMethod.Post, "snapshots"), (HttpMethod.Get, "snapshots/latest"),
        (HttpMethod.Get, "snapshots/latest.jpg"), (HttpMethod.Get, "snapshots/range?from=0&to=1"), (HttpMethod.Get, "snapshots/2014/4/days"),
        (HttpMethod.Get, "snapshots/2014/4/16/hours"), (HttpMethod.Get, $"snapshots/{Second}"), (HttpMethod.Get, $"snapshots/{Second}.jpg"),
        (HttpMethod.Delete, $"snapshots/{Second}"),
    ];

    private static ByteArrayContent Form() => Stage.Form(null, (Stage.Jpeg, "image/jpeg"));

    private static Task<Reply> AskAsync(Stage stage, string path, Action<HttpRequestMessage> adjust) =>
        stage.AskAsync(HttpMethod.Get, path, stage.Owner, null, adjust);

    private static string Sorted(Reply reply) =>
        string.Join(", ", (reply.Header("Cache-Control") ?? "").Split(", ").Order(StringComparer.Ordinal));
}
