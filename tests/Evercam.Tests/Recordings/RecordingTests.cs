using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.People;

namespace Evercam.Tests.Recordings;

public sealed class SqliteRecordingTests(SqliteApp shared) : RecordingTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresRecordingTests(PostgresApp shared) : RecordingTests(shared), IClassFixture<PostgresApp>;

/// <summary>The settings of what is recorded, in our words and in those of later clients.</summary>
public abstract class RecordingTests(SharedApp shared) : IAsyncLifetime
{
    private const string Off =
        """{"status":"off","frequency":60,"schedule":null,"keep_days":null,"keep_bytes":null,"notes":null}""";

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private string id = null!;

    private string Path => $"cameras/{id}/recording";

    private string CloudPath => $"cameras/{id}/apps/cloud-recording";

    public async ValueTask InitializeAsync()
    {
        joe = await App.SignUpAsync();
        id = await App.AddCameraAsync(joe);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_camera_is_not_recorded() => Assert.Equal(Off, await ShownAsync());

    [Fact]
    public async Task What_is_set_is_answered_and_kept()
    {
        var wanted = JsonNode.Parse(
            """
            {"status":"scheduled","frequency":600,"schedule":{"friday":["22:00-02:00"],"Monday":["08:00-18:00"]},
             "keep_days":36500,"keep_bytes":9000000000,"notes":"Gate 3"}
            """)!;
        const string told =
            """
            {"status":"scheduled","frequency":600,"schedule":{"Monday":["08:00-18:00"],"Friday":["22:00-02:00"]},"keep_days":36500,"keep_bytes":9000000000,"notes":"Gate 3"}
            """;
        Assert.Equal(told, Told(await App.AskAsync("PUT", Path, joe, wanted)));
        Assert.Equal(told, await ShownAsync());
    }

    [Fact]
    public async Task The_camera_itself_was_changed_when_it_was_patched_and_not_when_its_recording_was_set()
    {
        const long before = 1_397_651_000;
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Id == id).ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.UpdatedAt, before), TestContext.Current.CancellationToken));
        Assert.Equal(200, (await App.AskAsync("PUT", Path, joe, ("status", "on"), ("frequency", "5"))).Status);
        Assert.Equal(before, await UpdatedAsync());
        Assert.Equal(200, (await App.AskAsync("POST", CloudPath, joe, ("status", "off"), ("frequency", "1"), ("storage_duration", "7"))).Status);
        Assert.Equal(before, await UpdatedAsync());
        Assert.Equal(200, (await App.AskAsync("DELETE", Path, joe)).Status);
        Assert.Equal(before, await UpdatedAsync());
        Assert.Equal(200, (await App.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Gate"))).Status);
        Assert.NotEqual(before, await UpdatedAsync());

        async Task<long> UpdatedAsync() => (long)(await App.AskAsync("GET", $"cameras/{id}", joe)).One()["updated_at"]!;
    }

    [Fact]
    public async Task The_least_of_everything_is_a_setting()
    {
        await App.AskAsync("PUT", Path, joe, ("status", "on"), ("frequency", "1"), ("keep_days", "1"), ("keep_bytes", "1"));
        Assert.Equal("""{"status":"on","frequency":1,"schedule":null,"keep_days":1,"keep_bytes":1,"notes":null}""", await ShownAsync());
    }

    [Fact]
    public async Task Setting_again_leaves_nothing_of_before_and_ending_leaves_nothing_at_all()
    {
        await App.AskAsync("PUT", Path, joe, ("status", "ON"), ("frequency", "6"), ("keep_days", "3"), ("notes", "x"),
            ("schedule", """{"Monday":["08:00-18:00"]}"""));
        await App.AskAsync("PUT", Path, joe, ("status", "on"), ("keep_bytes", "1"));
        Assert.Equal(
            """{"status":"on","frequency":60,"schedule":null,"keep_days":null,"keep_bytes":1,"notes":null}""", await ShownAsync());

        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", Path, joe));
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", Path, joe));
        Assert.Equal(Off, await ShownAsync());
    }

    [Theory]
    [InlineData("{}", "status is missing")]
    [InlineData("""{"status":"on","frequency":"often"}""", "frequency is invalid")]
    [InlineData("""{"status":["on"]}""", "status is invalid")]
    [InlineData("""{"status":"on","schedule":["Monday"]}""", "schedule is invalid")]
    [InlineData("""{"keep_days":"x","keep_bytes":1e40}""", "status is missing, keep_days is invalid, keep_bytes is invalid")]
    public async Task What_is_no_setting_is_refused(string body, string message)
    {
        Assert.Equal(Refusal(400, message), await App.AskAsync("PUT", Path, joe, JsonNode.Parse(body)));
        Assert.Equal(Off, await ShownAsync());
    }

    [Theory]
    [InlineData("frequency", "6e1")]
    [InlineData("keep_days", "3,5")]
    [InlineData("keep_bytes", "1GB")]
    [InlineData("keep_bytes", "")]
    [InlineData("storage_duration", "1e1")]
    public async Task What_is_no_number_is_refused_at_every_door(string name, string value)
    {
        var (method, path) = name == "storage_duration" ? ("POST", CloudPath) : ("PUT", Path);
        var refusal = Refusal(400, $"{name} is invalid");
        Assert.Equal(refusal, await App.AskAsync(method, path, joe, new JsonObject { ["status"] = "on", [name] = value }));
        Assert.Equal(refusal, await App.AskAsync(method, path, joe, ("status", "on"), (name, value)));
        Assert.Equal(refusal, await App.AskAsync(method, $"{path}?status=on&{name}={value}", joe));
        Assert.Equal(Off, await ShownAsync());
    }

    [Theory]
    [InlineData("""{"status":" "}""", "status can't be blank")]
    [InlineData("""{"status":null}""", "status can't be blank")]
    [InlineData("""{"status":"paused"}""", "status is invalid")]
    [InlineData("""{"status":"on","frequency":0}""", "frequency is invalid")]
    [InlineData("""{"status":"on","frequency":601}""", "frequency is invalid")]
    [InlineData("""{"status":"on","keep_days":0,"keep_bytes":-1}""", "keep_days is invalid", "keep_bytes is invalid")]
    [InlineData("""{"status":"on","keep_days":36501}""", "keep_days is invalid")]
    [InlineData("""{"status":"scheduled"}""", "schedule can't be blank")]
    [InlineData("""{"status":"scheduled","schedule":{}}""", "schedule can't be blank")]
    [InlineData("""{"status":"scheduled","schedule":{"Monday":[],"Friday":[]}}""", "schedule can't be blank")]
    [InlineData("""{"status":"scheduled","schedule":{"Monday":["8-18"]}}""", "schedule is invalid")]
    [InlineData("""{"status":"on","schedule":{"Someday":[]}}""", "schedule is invalid")]
    [InlineData("""{"status":"on","schedule":"08:00-18:00"}""", "schedule is invalid")]
    public async Task What_breaks_rules_is_refused_with_all_of_them(string body, params string[] rules)
    {
        Assert.Equal(Broken(rules), await App.AskAsync("PUT", Path, joe, JsonNode.Parse(body)));
        Assert.Equal(Off, await ShownAsync());
    }

    [Fact]
    public async Task Later_clients_see_and_set_the_same_in_their_words()
    {
        Assert.Equal(
            """{"status":"off","frequency":60,"storage_duration":-1,"schedule":null}""",
            Told(await App.AskAsync("GET", CloudPath, joe)));

        const string told =
            """{"status":"on-scheduled","frequency":5,"storage_duration":30,"schedule":{"Monday":["08:00-18:00"]}}""";
        Assert.Equal(told, Told(await App.AskAsync("POST", CloudPath, joe, ("status", "on-scheduled"), ("frequency", "5"),
            ("storage_duration", "30"), ("schedule", """{"Monday": ["08:00-18:00"]}"""))));
        Assert.Equal(told, Told(await App.AskAsync("GET", CloudPath, joe)));
        Assert.Equal(
            """{"status":"scheduled","frequency":5,"schedule":{"Monday":["08:00-18:00"]},"keep_days":30,"keep_bytes":null,"notes":null}""",
            await ShownAsync());

        // What is not said stays; -1 is for ever; paused is off for whoever does not know the word.
        await App.AskAsync("POST", CloudPath, joe, ("status", "paused"), ("storage_duration", "-1"));
        Assert.Equal(
            """{"status":"paused","frequency":5,"storage_duration":-1,"schedule":{"Monday":["08:00-18:00"]}}""",
            Told(await App.AskAsync("GET", CloudPath, joe)));
        Assert.StartsWith("""{"status":"off",""", await ShownAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("on", 1, "on")]
    [InlineData("off", 5, "off")]
    [InlineData("paused", 10, "off")]
    [InlineData("on-scheduled", 60, "scheduled")]
    public async Task Each_word_and_each_frequency_of_later_clients_is_understood(string status, int frequency, string ours)
    {
        const string week = """{"Monday":["08:00-18:00"]}""";
        var told = $$"""{"status":"{{status}}","frequency":{{frequency}},"storage_duration":7,"schedule":{{week}}}""";
        Assert.Equal(told, Told(await App.AskAsync("POST", CloudPath, joe, JsonNode.Parse(told))));
        Assert.Equal(told, Told(await App.AskAsync("GET", CloudPath, joe)));
        Assert.StartsWith($$"""{"status":"{{ours}}","frequency":{{frequency}},""", await ShownAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Later_clients_may_send_back_what_they_are_told()
    {
        Assert.Equal(200, (await App.AskAsync("PUT", Path, joe, ("status", "on"), ("frequency", "12"))).Status);
        var told = Told(await App.AskAsync("GET", CloudPath, joe));
        Assert.Equal("""{"status":"on","frequency":12,"storage_duration":-1,"schedule":null}""", told);
        Assert.Equal(told, Told(await App.AskAsync("POST", CloudPath, joe, JsonNode.Parse(told))));
        Assert.Equal(Broken("frequency is invalid"), await App.AskAsync("POST", CloudPath, joe, ("frequency", "11")));
    }

    [Theory]
    [InlineData("frequency", "2", "frequency is invalid")]
    [InlineData("status", "scheduled", "status is invalid")]
    [InlineData("status", "on-scheduled", "schedule can't be blank")]
    [InlineData("schedule", "[]", "schedule is invalid")]
    [InlineData("storage_duration", "0", "storage_duration is invalid")]
    [InlineData("storage_duration", "-2", "storage_duration is invalid")]
    [InlineData("schedule", "{", "schedule is invalid")]
    public async Task What_later_clients_ask_wrongly_is_refused(string name, string value, string rule)
    {
        Assert.Equal(Broken(rule), await App.AskAsync("POST", CloudPath, joe, (name, value)));
        Assert.Equal(Off, await ShownAsync());
    }

    [Theory]
    [InlineData("recording", """{"status":"on","keep_days":30}""", 403)]
    [InlineData("recording", """{"status":"on","keep_days":60,"keep_bytes":1}""", 403)]
    [InlineData("recording", """{"status":"on","keep_days":60,"frequency":5}""", 200)]
    [InlineData("recording", """{"status":"on"}""", 200)]
    [InlineData("apps/cloud-recording", """{"storage_duration":1}""", 403)]
    [InlineData("apps/cloud-recording", """{"storage_duration":-1,"status":"on"}""", 200)]
    public async Task Who_may_not_delete_pictures_does_not_shorten_their_life(string path, string body, int status)
    {
        await App.AskAsync("PUT", Path, joe, ("status", "off"), ("keep_days", "60"));
        var ann = await App.SignUpAsync();
        await App.ShareAsync(joe, id, ann, "edit,view,delete");
        var answer = await App.AskAsync(
            path == "recording" ? "PUT" : "POST", $"cameras/{id}/{path}", ann, JsonNode.Parse(body));
        Assert.Equal(status, answer.Status);
    }

    [Fact]
    public async Task Who_may_change_them_and_not_see_them_is_told_nothing_of_what_was_not_said()
    {
        await App.AskAsync("POST", CloudPath, joe, ("frequency", "10"), ("storage_duration", "77"));
        var ann = await App.SignUpAsync();
        await App.ShareAsync(joe, id, ann, "edit");
        Assert.Equal(403, (await App.AskAsync("GET", CloudPath, ann)).Status);
        Assert.Equal((200, """{"cloud_recordings":[]}"""), await App.AskAsync("POST", CloudPath, ann, ("frequency", "5")));
        Assert.Equal(
            """{"status":"off","frequency":5,"storage_duration":77,"schedule":null}""", Told(await App.AskAsync("GET", CloudPath, joe)));
    }

    [Fact]
    public async Task Two_who_change_different_settings_at_once_both_have_their_way()
    {
        for (var round = 1; round <= 5; round++)
        {
            await Task.WhenAll(
                App.AskAsync("POST", CloudPath, joe, ("frequency", round % 2 == 0 ? "10" : "5")),
                App.AskAsync("POST", CloudPath, joe, ("storage_duration", $"{100 - round}")));
            Assert.Equal(
                $$"""{"status":"off","frequency":{{(round % 2 == 0 ? 10 : 5)}},"storage_duration":{{100 - round}},"schedule":null}""",
                Told(await App.AskAsync("GET", CloudPath, joe)));
        }
    }

    [Fact]
    public async Task What_was_changed_is_in_the_cameras_log()
    {
        await App.AskAsync("PUT", Path, joe, ("status", "on"), ("keep_days", "3"));
        await App.AskAsync("PUT", Path, joe, ("status", "on"), ("keep_days", "3"));
        var (_, log) = await App.AskAsync("GET", $"cameras/{id}/logs?objects=true&types=edited", joe);
        var line = Assert.Single(JsonNode.Parse(log)!["logs"]!.AsArray());
        Assert.Equal((joe.Name, "recording_status,recording_keep_days"), ((string?)line!["who"], (string?)line["extra"]));
    }

    private async Task<string> ShownAsync() => Told(await App.AskAsync("GET", Path, joe));

    /// <summary>The settings of an answer, without the camera they are of.</summary>
    private string Told((int Status, string Body) answer)
    {
        var recording = answer.One();
        Assert.Equal(id, (string?)recording["camera_id"]);
        recording.Remove("camera_id");
        return recording.ToJsonString();
    }
}
