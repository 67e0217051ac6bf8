using System.Text.Json.Nodes;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

public sealed class SqliteRecordingPageTests(SqliteApp shared) : RecordingPageTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresRecordingPageTests(PostgresApp shared) : RecordingPageTests(shared), IClassFixture<PostgresApp>;

/// <summary>What is recorded of a camera, set with a browser that has no scripts.</summary>
public abstract class RecordingPageTests(SharedApp shared) : IAsyncLifetime
{
    private readonly string id = CatalogRows.Fresh("front-door-");
    private TestUser joe = null!;
    private TestUser ann = null!;
    private Surfer surfer = null!;
    private long key;

    private EvercamApp App => shared.App;

    private string Path => $"/cameras/{id}/recording";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        (joe, ann) = (await App.AddUserAsync(CatalogRows.Fresh("joe")), await App.AddUserAsync(CatalogRows.Fresh("ann")));
        key = await App.AddCameraAsync(id, joe);
        await surfer.LogInAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_filled_in_is_set_shown_again_and_said()
    {
        var page = await surfer.GetAsync(Path);
        Assert.Equal(("off", "60", "", "", null), (page.FieldOf("status"), page.FieldOf("frequency"), page.FieldOf("keep_days"), page.FieldOf("keep_gigabytes"), page.FieldOf("Monday-8")));
        var sent = await surfer.PostAsync(Path, page.Fill(
            ("status", "scheduled"), ("frequency", "12"), ("keep_days", "30"), ("keep_gigabytes", "2.5"), ("notes", "Gate 3\r\nleft"),
            ("Monday-8", "on"), ("Monday-9", "on"), ("Sunday-23", "on")));
        Assert.Equal((302, Path), sent.Ends);
        Assert.Equal(
            """{"status":"scheduled","frequency":12,"schedule":{"Monday":["08:00-10:00"],"Sunday":["23:00-24:00"]},"keep_days":30,"keep_bytes":2500000000,"notes":"Gate 3\nleft"}""",
            await SetAsync());
        page = await surfer.GetAsync(Path);
        Assert.Contains("It is saved.", page.Text, StringComparison.Ordinal);
        Assert.Equal(("scheduled", "12", "30", "2.5", "on"), (page.FieldOf("status"), page.FieldOf("frequency"), page.FieldOf("keep_days"), page.FieldOf("keep_gigabytes"), page.FieldOf("Sunday-23")));
        Assert.Contains($"href=\"{Path}\"", (await surfer.GetAsync($"/cameras/{id}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_other_clients_have_set_survives_a_form_that_does_not_touch_it()
    {
        await ChangeAsync(recording =>
        {
            (recording.Status, recording.Schedule) = (RecordingStatus.Paused, """{"Monday":["08:15-12:00"],"Friday":["22:00-02:00"]}""");
            (recording.KeepBytes, recording.Notes) = (1_234_567_891, " Gate\n3 ");
        });
        var before = await SetAsync();
        var page = await surfer.GetAsync(Path);
        Assert.Contains("Monday is set to the minute: 08:15-12:00", page.Text, StringComparison.Ordinal);
        Assert.Equal(("on", "on", null), (page.FieldOf("Monday-8"), page.FieldOf("Saturday-1"), page.FieldOf("Saturday-2")));
        Assert.Equal(302, (await surfer.PostAsync(Path, page.Fill(("notes", " Gate\r\n3 ")))).Status);
        Assert.Equal(before, await SetAsync());
        Assert.Equal(RecordingStatus.Paused, (await App.StoreAsync(db => db.Cameras.SingleAsync(c => c.Key == key, Cancellation))).Recording.Status);

        await surfer.PostAsync(Path, page.Fill(("notes", ""), ("Friday-22", null)));
        Assert.Contains(
            "\"schedule\":{\"Monday\":[\"08:15-12:00\"],\"Friday\":[\"23:00-24:00\"],\"Saturday\":[\"00:00-02:00\"]}",
            await SetAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("status", "sometimes", "status", "Please choose one.")]
    [InlineData("status", "scheduled", "schedule", "Please tick the hours that are to be recorded.")]
    [InlineData("frequency", "0", "frequency", "Please give a number from 1 to 600.")]
    [InlineData("frequency", "", "frequency", "Please give a number from 1 to 600.")]
    [InlineData("frequency", "often", "frequency", "Please give a number from 1 to 600.")]
    [InlineData("keep_days", "36501", "keep_days", "Please give a number from 1 to 36500, or nothing.")]
    [InlineData("keep_gigabytes", "0", "keep_gigabytes", "Please give a number above 0, such as 2.5, or nothing.")]
    [InlineData("keep_gigabytes", "1e40", "keep_gigabytes", "Please give a number above 0, such as 2.5, or nothing.")]
    [InlineData("keep_gigabytes", "0.0000000001", "keep_gigabytes", "Please give a number above 0, such as 2.5, or nothing.")]
    [InlineData("seen[a]", "1", "status", "This form was changed on its way: please open the page again.")]
    public async Task What_is_wrong_is_said_at_its_field_with_all_the_rest_kept(string name, string value, string field, string sentence)
    {
        var page = await surfer.GetAsync(Path);
        var answer = await surfer.PostAsync(Path, page.Fill(("notes", "Gate 3"), (name, value)));
        Assert.Equal(400, answer.Status);
        Assert.Equal(sentence, answer.ProblemAt(field));
        Assert.Contains("Gate 3", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"off\"", await SetAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_only_look_sees_the_settings_and_no_form()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.View);
        await ChangeAsync(recording => (recording.Status, recording.Schedule, recording.KeepDays) =
            (RecordingStatus.Scheduled, """{"Monday":["08:15-12:00"]}""", 30));
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        var page = await hers.GetAsync(Path);
        Assert.Contains("Kept for 30 days", page.Text, StringComparison.Ordinal);
        Assert.Contains("Monday 08:15-12:00", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"action=\"{Path}\"", page.Body, StringComparison.Ordinal);
        Assert.Equal(403, (await hers.PostAsync(Path, ("status", "off"))).Status);
    }

    [Fact]
    public async Task Who_only_knows_of_the_camera_has_no_such_page()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.List);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        Assert.Equal(403, (await hers.GetAsync(Path)).Status);
        Assert.DoesNotContain(Path, (await hers.GetAsync($"/cameras/{id}")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_delete_pictures_is_told_so()
    {
        await App.ShareAsync(key, joe, ann, CameraRights.View | CameraRights.Edit);
        using var hers = new Surfer(App);
        await hers.LogInAsync(ann);
        var page = await hers.GetAsync(Path);
        var answer = await hers.PostAsync(Path, page.Fill(("keep_days", "1")));
        Assert.Equal(403, answer.Status);
        Assert.Contains("only who may delete pictures may have them kept for less", answer.Text, StringComparison.Ordinal);
        Assert.Equal("1", answer.FieldOf("keep_days"));
        Assert.Equal(302, (await hers.PostAsync(Path, page.Fill(("frequency", "6"), (SentForms.Field, null)))).Status);
    }

    [Fact]
    public async Task Two_at_once_are_told_of_each_other()
    {
        var page = await surfer.GetAsync(Path);
        await ChangeAsync(recording => recording.Notes = "Mine");
        var answer = await surfer.PostAsync(Path, page.Fill(("frequency", "6")));
        Assert.Contains("Somebody changed this camera meanwhile.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("\"notes\":\"Mine\"", await SetAsync(), StringComparison.Ordinal);
        Assert.Equal(302, (await surfer.PostAsync(Path, answer.Fill(("notes", "")))).Status);
        Assert.Contains("\"frequency\":6", await SetAsync(), StringComparison.Ordinal);
    }

    private Task ChangeAsync(Action<Recording> change) => App.StoreAsync(async db =>
    {
        var camera = await db.Cameras.SingleAsync(c => c.Key == key, Cancellation);
        change(camera.Recording);
        camera.UpdatedAt++;
        await db.SaveChangesAsync(Cancellation);
    });

    /// <summary>The settings as programs see them.</summary>
    private async Task<string> SetAsync()
    {
        var recording = JsonNode.Parse((await surfer.GetAsync($"/v1/cameras/{id}/recording")).Body)!["recordings"]![0]!.AsObject();
        recording.Remove("camera_id");
        return recording.ToJsonString();
    }
}
