using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Tests.Http;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Snapshots;

public sealed class SqliteUploadTests(SqlitePictures server) : UploadTests(server), IClassFixture<SqlitePictures>;

public sealed class PostgresUploadTests(PostgresPictures server) : UploadTests(server), IClassFixture<PostgresPictures>;

/// <summary>Bringing pictures (contract 4.5.8), and what is not one.</summary>
public abstract class UploadTests(PicturesServer server)
{
    private const long Second = 1_397_651_000;

    [Theory]
    [InlineData("image/jpeg", "small.jpg", "image/jpeg")]
    [InlineData("image/pjpeg", "small.jpg", "image/jpeg")]
    [InlineData("IMAGE/JPEG; q=1", "small.jpg", "image/jpeg")]
    [InlineData("image/png", "picture.png", "image/png")]
    [InlineData("image/x-png", "picture.png", "image/png")]
    [InlineData("image/gif", "picture.gif", "image/gif")]
    [InlineData("application/octet-stream", "picture.png", "image/png")]
    [InlineData("application/octet-stream", "large.jpg", "image/jpeg")]
    [InlineData(null, "picture.gif", "image/gif")]
    [InlineData(null, "small.jpg", "image/jpeg")]
    public async Task A_picture_is_given_back_byte_for_byte(string? said, string name, string type)
    {
        var stage = await Stage.SetAsync(server.App, camera => camera.Timezone = "Europe/Dublin");
        var bytes = await Photographs.ReadAsync(name);
        var head = $$"""{"camera":"{{stage.Id}}","notes":"Zoë \"1\" 日本","created_at":{{Second}},"timezone":"Europe/Dublin" """.TrimEnd();
        (await stage.UploadAsync($"{Second}.9", bytes, said, "Zoë \"1\" 日本")).Is(200, $$"""{"snapshots":[{{head}}}]}""");

        var data = $",\"data\":\"data:{type};base64,{Convert.ToBase64String(bytes)}\"";
        foreach (var path in new[] { "latest", $"{Second}", $"{Second}.json", $"range?from={Second}&to={Second}" })
        {
            var more = path.Contains('?', StringComparison.Ordinal) ? "&" : "?";
            (await stage.GetAsync($"snapshots/{path}{more}with_data=True")).Is(200, $$"""{"snapshots":[{{head}}{{data}}}]}""");
            (await stage.GetAsync($"snapshots/{path}{more}with_data=False")).Is(200, $$"""{"snapshots":[{{head}}}]}""");
        }

        (await stage.GetAsync("snapshots?with_data=true")).Is(200, $$"""{"snapshots":[{{head}}}]}""");
        var picture = await stage.GetAsync($"snapshots/{Second}.jpg");
        Assert.Equal((200, type), (picture.Status, picture.Header("Content-Type")));
        Assert.Equal(bytes, picture.Bytes);
    }

    [Theory]
    [InlineData("text/plain", "small.jpg", "file type not supported")]
    [InlineData("image/webp", "small.jpg", "file type not supported")]
    [InlineData("image", "small.jpg", "file type not supported")]
    [InlineData("application/octet-stream", "words", "file type not supported")]
    [InlineData(null, "words", "file type not supported")]
    [InlineData("image/jpeg", "", "data can't be blank")]
    [InlineData(null, "", "data can't be blank")]
    [InlineData("text/plain", "", "data can't be blank|file type not supported")]
    public async Task What_is_no_picture_is_refused_and_not_stored(string? said, string name, string rules)
    {
        var stage = await Stage.SetAsync(server.App);
        var bytes = name switch { "" => [], "words" => "words"u8.ToArray(), _ => await Photographs.ReadAsync(name) };
        (await stage.UploadAsync(Second, bytes, said)).Breaks(rules.Split('|'));
        await stage.IsEmptyAsync();
    }

    [Theory]
    [InlineData(null, "", "data is missing")]
    [InlineData("text/plain", "hello", "data is missing")]
    [InlineData("image/jpeg", "hello", "data is missing")]
    [InlineData("share_id", "1", "data is missing")]
    [InlineData("application/json", "{\"data\":\"abc\"}", "data is invalid")]
    [InlineData("application/json", "{\"data\":null}", "data is invalid")]
    [InlineData("application/json", "{\"data\":{},\"notes\":[]}", "data is invalid, notes is invalid")]
    [InlineData("application/json", "[]", "Invalid request body")]
    [InlineData("application/x-www-form-urlencoded", "data=abc", "data is invalid")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=data\r\n\r\nabc\r\n--b--\r\n", "data is invalid")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=notes\r\n\r\nabc\r\n--b--\r\n", "data is missing")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=data; filename=a\r\n\r\nabc", "Invalid request body")]
    [InlineData("multipart/form-data", "--b--\r\n", "Invalid request body")]
    public async Task A_body_without_a_whole_file_is_refused_and_not_stored(string? type, string body, string message)
    {
        var stage = await Stage.SetAsync(server.App);
        var answer = await SendAsync(stage, $"snapshots/{Second}", type, Encoding.UTF8.GetBytes(body));
        answer.Refuses(400, message);
        await stage.IsEmptyAsync();
    }

    [Fact]
    public async Task Of_ten_files_the_last_counts()
    {
        var stage = await Stage.SetAsync(server.App);
        using var form = Stage.Form(null, [.. Enumerable.Range(0, 10).Select(n => (Stage.JpegWith((byte)n), (string?)"image/jpeg"))]);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Post, $"snapshots/{Second}", stage.Owner, form)).Status);
        Assert.Equal(Stage.JpegWith(9), (await stage.GetAsync("snapshots/latest.jpg")).Bytes);
        Assert.Single((await stage.GetAsync("snapshots")).Seconds);
    }

    [Fact]
    public async Task Ten_megabytes_are_kept_and_a_byte_more_is_too_large()
    {
        var stage = await Stage.SetAsync(server.App);
        var largest = new byte[10 * 1024 * 1024];
        (await stage.UploadAsync(Second, new byte[largest.Length + 1])).Refuses(413, "Request entity too large");
        await stage.IsEmptyAsync();
        System.Security.Cryptography.RandomNumberGenerator.Fill(largest);
        Assert.Equal(200, (await stage.UploadAsync(Second, largest)).Status);
        Assert.Equal(largest, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
    }

    [Theory]
    [InlineData("-62135596800", -62_135_596_800)]
    [InlineData("-1", -1)]
    [InlineData("-1.5", -1)]
    [InlineData("0", 0)]
    [InlineData("0001397651000", 1_397_651_000)]
    [InlineData("+1397651000", 1_397_651_000)]
    [InlineData("1397651000.json", 1_397_651_000)]
    [InlineData("253402300799", 253_402_300_799)]
    public async Task Any_second_of_the_calendar_may_have_a_picture(string asked, long second)
    {
        var stage = await Stage.SetAsync(server.App);
        Assert.Equal([second], (await stage.UploadAsync(asked)).Seconds);
        (await stage.UploadAsync(asked)).Breaks("snapshot for this timestamp already exists");
        Assert.Equal([second], (await stage.GetAsync("snapshots")).Seconds);
        Assert.Equal(Stage.Jpeg, (await stage.GetAsync($"snapshots/{second}.jpg?range=0")).Bytes);
        (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{asked}", stage.Owner)).Is(200, "{}");
        (await stage.GetAsync("snapshots")).Is(200, """{"snapshots":[]}""");
    }

    [Fact]
    public async Task A_recorded_picture_occupies_its_second_too()
    {
        var stage = await Stage.SetAsync(server.App);
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second).AddMilliseconds(999));
        (await stage.UploadAsync(Second)).Breaks("snapshot for this timestamp already exists");
        Assert.Equal(200, (await stage.UploadAsync(Second + 1)).Status);
    }

    [Fact]
    public async Task Notes_may_be_long_and_are_given_back_as_they_were()
    {
        var stage = await Stage.SetAsync(server.App);
        var notes = string.Concat(Enumerable.Repeat("line\nüé😀\t\"", 909)) + "x";
        Assert.Equal(10_000, notes.Length);
        Assert.Equal(200, (await stage.UploadAsync(Second, notes: notes)).Status);
        foreach (var path in new[] { "snapshots", "snapshots/latest", $"snapshots/{Second}", $"snapshots/range?from={Second}&to={Second}&with_data=true&with_kept=true" })
        {
            Assert.Equal([notes], NotesOf(await stage.GetAsync(path)));
        }

        Assert.Equal([notes], NotesOf(await stage.AskAsync(HttpMethod.Put, $"snapshots/{Second}/keep", stage.Owner)));
        Assert.Equal([notes], NotesOf(await stage.GetAsync("snapshots/kept")));
    }

    [Fact]
    public async Task Notes_have_a_bound_and_what_breaks_it_stores_nothing()
    {
        var stage = await Stage.SetAsync(server.App);
        var notes = new string('x', 10_001);
        (await stage.UploadAsync(Second, notes: notes)).Breaks("notes is invalid");
        (await stage.UploadAsync(Second, [], "text/plain", notes)).Breaks("data can't be blank", "file type not supported", "notes is invalid");
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["notes"] = notes });
        (await stage.AskAsync(HttpMethod.Post, "snapshots", stage.Owner, form)).Breaks("notes is invalid");
        await stage.IsEmptyAsync();
    }

    /// <summary>They were written before there was a bound.</summary>
    [Fact]
    public async Task Old_notes_that_are_longer_than_the_bound_are_told_whole_and_no_list_holds_more_than_one_of_them()
    {
        var stage = await Stage.SetAsync(server.App);
        string?[] notes = [new('a', 1_000_000), "short", null, new('b', 1_000_000)];
        foreach (var (place, text) in notes.Index())
        {
            await stage.Archive.SaveAsync(
                new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(Second + place), PictureType.Jpeg, Stage.Jpeg, text), Cancellation);
        }

        foreach (var path in new[] { "snapshots", $"snapshots/range?from=0&to={Second + 9}", $"snapshots/range?from=0&to={Second + 9}&with_data=true" })
        {
            Assert.Equal(notes, NotesOf(await stage.GetAsync(path)));
        }

        var listed = await stage.Archive.ListAsync(stage.Key, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, 9, Cancellation);
        Assert.Equal([(null, true), ("short", false), (null, false), (null, true)], listed.Select(s => (s.Notes, s.HasMoreNotes)));
        Assert.Equal(notes[3], (await stage.Archive.FindWholeAsync(listed[3], Cancellation))!.Notes);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second + 3}", stage.Owner)).Status);
        Assert.Null(await stage.Archive.FindWholeAsync(listed[3], Cancellation));
    }

    [Fact]
    public async Task Every_hostile_request_gets_an_answer_of_the_contract_and_stores_nothing()
    {
        var stage = await Stage.SetAsync(server.App);
        string[] ids = [".", "..", "a.b", "%2e%2e", "a%2Fb", "%0A", "a%0D%0Ab", "%25", "%00", "%", "%zz", "%ff%fe", new('x', 5_000), "a b", "'--", "%F0%9F%98%80", "latest", "range", "-1"];
        string[] bodies = ["{", "[]", "nul", "\"x\"", "{\"notes\":\"\\ud800\"}", "{\"notes\":\"\\u0000\"}", new('[', 100_000), $"{{\"notes\":{new string('[', 5_000)}", "{\"notes\":" + new string('1', 10_000) + "}", ""];
        string?[] types = ["application/json", "application/json; charset=utf-7", "text/json", "multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "image/jpeg", "a/b; c=d", ";;;", "text/xml"];
        (string Method, string Path)[] routes =
        [
            ("GET", "snapshot.jpg"), ("GET", "snapshots"), ("POST", "snapshots"), ("GET", "snapshots/latest"), ("GET", "snapshots/latest.jpg"),
            ("GET", "snapshots/range"), ("GET", "snapshots/range?from=1&to=2&limit=@"), ("GET", "snapshots/@/@/days"), ("GET", "snapshots/2014/@/@/hours"),
            ("GET", "snapshots/@"), ("GET", "snapshots/@.jpg"), ("POST", "snapshots/@"), ("DELETE", "snapshots/@"), ("PUT", "snapshots/1"),
        ];
        foreach (var (method, path) in routes)
        {
            foreach (var id in ids)
            {
                await IsRefusedAsync(stage, method, $"cameras/{id}/{path.Replace("@", "1", StringComparison.Ordinal)}", null, "");
                if (path.Contains('@', StringComparison.Ordinal) && id is not ("latest" or "range" or "-1" or "." or ".." or "%2e%2e"))
                {
                    await IsRefusedAsync(stage, method, $"cameras/{stage.Id}/{path.Replace("@", id, StringComparison.Ordinal)}", null, "");
                }
            }
        }

        foreach (var body in bodies)
        {
            foreach (var type in types)
            {
                await IsRefusedAsync(stage, "POST", $"cameras/{stage.Id}/snapshots/{Second}", type, body);
                await IsRefusedAsync(stage, "DELETE", $"cameras/{stage.Id}/snapshots/{Second}", type, body);
            }
        }

        await stage.IsEmptyAsync();
    }

    /// <summary>Sent byte by byte, because a client would tidy up the path.</summary>
    private static async Task IsRefusedAsync(Stage stage, string method, string path, string? type, string body)
    {
        var keys = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api_id={stage.Owner.Credential!.ApiId}&api_key={stage.Owner.Credential.ApiKey}";
        var header = type is null ? "" : $"Content-Type: {type}\r\n";
        var request = $"{method} /v1/{path.Replace(" ", "%20", StringComparison.Ordinal)}{keys} HTTP/1.1\r\nHost: {stage.App.Address.Authority}\r\nConnection: close\r\n{header}Content-Length: {body.Length}\r\n\r\n{body}";
        var answer = await stage.App.SendRawAsync(request);
        var what = $"{method} {path[..Math.Min(path.Length, 100)]} {type} {body[..Math.Min(body.Length, 50)]}: {answer[..Math.Min(answer.Length, 500)]}";
        Assert.True(answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), what);
        var told = answer.EndsWith('}') && answer.Contains("{\"message\":", StringComparison.Ordinal);

        // What is not HTTP is refused before anyone looks at it.
        Assert.True(told || path.Contains("%00", StringComparison.Ordinal), what);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static IEnumerable<string?> NotesOf(Reply reply) =>
        JsonNode.Parse(reply.Text)!["snapshots"]!.AsArray().Select(snapshot => (string?)snapshot!["notes"]);

    private static async Task<Reply> SendAsync(Stage stage, string path, string? type, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        return await stage.AskAsync(HttpMethod.Post, path, stage.Owner, content);
    }
}
