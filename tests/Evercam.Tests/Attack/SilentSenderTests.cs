using System.Net.Sockets;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Attack;

/// <summary>Those who send nearly all of a large picture, and hold back the rest.</summary>
public sealed class SilentSenderTests
{
    private const string Timeout = """{"message":"Request Timeout"}""";
    private const string Off = "0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_sent_much_may_not_be_silent_for_longer()
    {
        await using var app = await StartAsync(slowest: "1000");
        var stage = await Stage.SetAsync(app);
        using var silent = new Holding();
        var heard = await Holding.ReadToEndAsync(await SendAsync(silent, stage, $"?{KeysOf(stage.Owner)}", 900_000, "127.0.0.1"));
        Assert.StartsWith("HTTP/1.1 408 ", heard, StringComparison.Ordinal);
        Assert.EndsWith(Timeout, heard, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_send_it_is_told_before_it_is_there()
    {
        await using var app = await StartAsync(slowest: Off);
        var stage = await Stage.SetAsync(app);
        var stranger = await Stage.AddUserAsync(app);
        using var silent = new Holding();
        (string Query, string? Camera, string Answer)[] table =
        [
            ("", "nope", "401"), ("", null, "401"),
            ($"?{KeysOf(stranger)}", null, "403"), ($"?{KeysOf(stranger)}", "nope", "404"), ("?api_id=a&api_key=b", null, "401"),
        ];
        foreach (var (query, camera, answer) in table)
        {
            var socket = await SendAsync(silent, stage, query, 5_000_000, "127.0.0.1", camera);
            Assert.Equal((query, camera, $"HTTP/1.1 {answer}"), (query, camera, await Holding.ReadAsync(socket, length: 12)));
        }
    }

    [Theory]
    [InlineData(true, 5_000_000, 200)]
    [InlineData(false, 4_000_000, 200)]
    [InlineData(false, 5_000_000, 401)]
    public async Task Keys_may_stand_in_the_body_before_a_large_picture_and_behind_a_small_one(bool isBefore, int length, int status)
    {
        await using var app = await StartAsync(slowest: Off);
        var stage = await Stage.SetAsync(app);
        using var form = new MultipartFormDataContent();
        using var picture = new ByteArrayContent(Stage.JpegWith(new byte[length]));
        picture.Headers.ContentType = new("image/jpeg");
        if (!isBefore)
        {
            form.Add(picture, "data", "a.jpg");
        }

        using var id = new StringContent(stage.Owner.Credential!.ApiId);
        using var key = new StringContent(stage.Owner.Credential.ApiKey);
        form.Add(id, "api_id");
        form.Add(key, "api_key");
        if (isBefore)
        {
            form.Add(picture, "data", "a.jpg");
        }

        using var answer = await app.Client.PostAsync($"cameras/{stage.Id}/snapshots/1397651000", form, Cancellation);
        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task One_source_has_no_more_than_its_share_of_the_room()
    {
        await using var app = await StartAsync(slowest: Off);
        var stage = await Stage.SetAsync(app);
        using var silent = new Holding();
        var held = Enumerable.Range(0, 30).Select(_ => HoldAsync()).ToList();

        // Its share is used up.
        Assert.Contains("Too many uploads at once", await await Task.WhenAny(held), StringComparison.Ordinal);
        Assert.Equal(200, (await stage.UploadAsync(1_397_651_000, Stage.JpegWith(new byte[1_000_000]))).Status);
        Assert.Contains(held, one => !one.IsCompleted);

        async Task<string> HoldAsync() => await Holding.ReadToEndAsync(await SendAsync(silent, stage, $"?{KeysOf(stage.Owner)}", 1_000_000, "127.0.5.1"));
    }

    private static Task<EvercamApp> StartAsync(string slowest) => EvercamApp.StartAsync(new Dictionary<string, string?>
    {
        ["Evercam:Recorder:OnlineCheck"] = "false",
        ["Evercam:Connections:Grace"] = "00:00:02",
        ["Evercam:Connections:SlowestBytesPerSecond"] = slowest,
        ["Evercam:Http:BodyRoomBytes"] = "16777216",
        ["Evercam:Http:UploadLimitBytes"] = "8388608",
    });

    /// <summary>Sends all but the last thousand bytes of a picture.</summary>
    private static async Task<Socket> SendAsync(Holding silent, Stage stage, string query, int length, string source, string? camera = null)
    {
        const string Begin = "--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n";
        var socket = await silent.OpenAsync(
            stage.App.Address,
            $"POST /v1/cameras/{camera ?? stage.Id}/snapshots/1397651000{query} HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            + $"Content-Length: {length}\r\n\r\n{Begin}",
            source);
        var rest = new byte[length - Begin.Length - 1_000];
        await socket.SendAsync(rest, Cancellation);
        return socket;
    }

    private static string KeysOf(User user) => $"api_id={user.Credential!.ApiId}&api_key={user.Credential.ApiKey}";
}
