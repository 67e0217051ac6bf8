using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Snapshots;

public sealed class SqliteKeptPicturesTests(SqlitePictures server) : KeptPicturesTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresKeptPicturesTests(PostgresPictures server) : KeptPicturesTests(server), IClassFixture<PostgresPictures>;

/// <summary><c>PUT</c> and <c>DELETE /cameras/{id}/snapshots/{timestamp}/keep</c>, and what becomes of such pictures.</summary>
public abstract class KeptPicturesTests(PicturesServer server)
{
    private static readonly string[] WithMark = ["camera", "notes", "created_at", "timezone", "kept"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ArchiveRetention Retention => server.App.Services.GetRequiredService<ArchiveRetention>();

    [Fact]
    public async Task A_picture_is_marked_and_the_mark_taken_off_as_often_as_one_likes()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(100, notes: "Proof");
        var marked = $$"""{"snapshots":[{"camera":"{{stage.Id}}","notes":"Proof","created_at":100,"timezone":"Etc/UTC","kept":true}]}""";
        (await PutAsync(stage, 100)).Is(200, marked);
        (await PutAsync(stage, 100)).Is(200, marked);
        (await stage.GetAsync("snapshots/kept.json")).Is(200, marked);
        (await ReleaseAsync(stage, 100)).Is(200, "{}");
        (await ReleaseAsync(stage, 100)).Is(200, "{}");
        (await stage.GetAsync("snapshots/kept")).Is(200, """{"snapshots":[]}""");
        (await PutAsync(stage, 101)).Refuses(404, "Snapshot does not exist");
        (await ReleaseAsync(stage, 99)).Refuses(404, "Snapshot does not exist");
        (await stage.AskAsync(HttpMethod.Put, "snapshots/abc/keep", stage.Owner)).Refuses(400, "timestamp is invalid");
    }

    [Fact]
    public async Task All_pictures_of_a_second_are_marked_together_and_the_newest_stands_for_them()
    {
        var stage = await Stage.SetAsync(server.App);
        var second = DateTimeOffset.FromUnixTimeSeconds(1_000);
        await stage.RecordAsync(second.AddMilliseconds(100));
        await stage.RecordAsync(second.AddMilliseconds(900));
        await stage.RecordAsync(second.AddSeconds(1));
        Assert.Equal([1_000], (await PutAsync(stage, 1_000)).Seconds);
        Assert.Equal([1_000, 1_000], (await stage.GetAsync("snapshots/kept")).Seconds);
        await Retention.ApplyAsync(stage.Key, null, 1, Cancellation);
        Assert.Equal([1_000, 1_000], (await stage.GetAsync("snapshots")).Seconds);
    }

    [Fact]
    public async Task Whether_a_picture_is_kept_is_told_to_those_who_ask()
    {
        var stage = await Stage.SetAsync(server.App);
        foreach (var second in new[] { 10, 20, 30 })
        {
            await stage.UploadAsync(second);
        }

        await PutAsync(stage, 20);
        await PutAsync(stage, 30);
        Assert.Equal([false, true, true], Kept(await stage.GetAsync("snapshots/range?from=0&to=99&with_kept=true")));
        Assert.Equal([true], Kept(await stage.GetAsync("snapshots/latest?with_kept=1")));
        Assert.Equal([false], Kept(await stage.GetAsync("snapshots/11?with_kept=1")));

        // What cannot be read says nothing: to the contract, this is a name like any other that it does not know (0.3).
        foreach (var path in new[] { "snapshots", "snapshots/range?from=0&to=99&limit=2", "snapshots/latest", "snapshots/20" })
        {
            var plain = await stage.GetAsync(path);
            Assert.DoesNotContain("kept", plain.Text, StringComparison.Ordinal);
            foreach (var unasked in new[] { "with_kept=0", "with_kept=maybe", "with_kept=", "with_kept[]=true", "with_kept=%ff" })
            {
                var other = await stage.GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{unasked}");
                other.Is(200, plain.Text);
                Assert.Equal(plain.Header("Link"), other.Header("Link"));
            }
        }

        Assert.Equal(WithMark, Members(await stage.GetAsync("snapshots/20?with_kept=true")));
    }

    [Fact]
    public async Task Kept_pictures_are_listed_page_by_page()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(Enumerable.Range(1, 7).Select(hour => hour * 3_600L));
        foreach (var hour in new[] { 1, 2, 4, 6, 7 })
        {
            await PutAsync(stage, hour * 3_600);
        }

        var first = await stage.GetAsync("snapshots/kept?limit=2&from=3601");
        Assert.Equal([7_200, 14_400], first.Seconds);
        var next = first.Header("Link")!.Split('<', '>')[1];
        var second = await stage.GetAsync($"snapshots/kept{next}");
        Assert.Equal([21_600, 25_200], second.Seconds);
        Assert.Empty((await stage.GetAsync($"snapshots/kept{second.Header("Link")!.Split('<', '>')[1]}")).Seconds);
        Assert.Equal([3_600, 7_200], (await stage.GetAsync("snapshots/kept?to=7200")).Seconds);
        Assert.Empty((await stage.GetAsync("snapshots/kept?from=2&to=1")).Seconds);
    }

    [Fact]
    public async Task A_kept_picture_outlasts_every_bound_and_goes_when_someone_deletes_it()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync([100, 101, 102, 7_300]);
        await PutAsync(stage, 101);
        await Retention.ApplyAsync(stage.Key, null, 1, Cancellation);
        Assert.Equal([101], (await stage.GetAsync("snapshots")).Seconds);
        Assert.Equal(Stage.Jpeg, (await stage.GetAsync("snapshots/101.jpg")).Bytes);

        (await stage.AskAsync(HttpMethod.Delete, "snapshots/101", stage.Owner)).Is(200, "{}");
        (await stage.GetAsync("snapshots/kept")).Is(200, """{"snapshots":[]}""");
        Assert.Equal(200, (await stage.UploadAsync(101)).Status);
        Assert.Equal([false], Kept(await stage.GetAsync("snapshots/101?with_kept=1")));
    }

    [Fact]
    public async Task Marks_are_for_those_who_may_edit_and_taking_them_off_for_those_who_may_delete()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(5);
        var ann = await Stage.AddUserAsync(server.App);
        await stage.ShareAsync(ann, CameraRights.View | CameraRights.List | CameraRights.Edit | CameraRights.Delete);
        (await stage.AskAsync(HttpMethod.Put, "snapshots/5/keep", ann)).Refuses(403, "Unauthorized");
        await PutAsync(stage, 5);
        (await stage.AskAsync(HttpMethod.Delete, "snapshots/5/keep", ann)).Refuses(403, "Unauthorized");
        Assert.Equal([5], (await stage.AskAsync(HttpMethod.Get, "snapshots/kept", ann)).Seconds);
        (await stage.AskAsync(HttpMethod.Put, "snapshots/5/keep", null)).Refuses(401, "Unauthenticated");
    }

    [Fact]
    public async Task Marking_stands_in_the_cameras_log()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.UploadAsync(5);
        await PutAsync(stage, 5);
        await ReleaseAsync(stage, 5);
        await Eventually.IsTrueAsync(async () =>
        {
            var lines = JsonNode.Parse((await stage.GetAsync("logs?types=kept,released&objects=true")).Text)!["logs"]!.AsArray();
            return lines.Select(line => $"{line!["action"]} {line["extra"]}").SequenceEqual(["released 5", "kept 5"]);
        });
    }

    private static Task<Reply> PutAsync(Stage stage, long second) =>
        stage.AskAsync(HttpMethod.Put, $"snapshots/{second}/keep", stage.Owner);

    private static Task<Reply> ReleaseAsync(Stage stage, long second) =>
        stage.AskAsync(HttpMethod.Delete, $"snapshots/{second}/keep", stage.Owner);

    private static IEnumerable<bool> Kept(Reply reply) =>
        JsonNode.Parse(reply.Text)!["snapshots"]!.AsArray().Select(snapshot => (bool)snapshot!["kept"]!);

    private static IEnumerable<string> Members(Reply reply) =>
        JsonNode.Parse(reply.Text)!["snapshots"]![0]!.AsObject().Select(member => member.Key);
}
