using System.Net.Sockets;
using Evercam.Archive;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Pages;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Attack;

/// <summary>Those who ask for large pictures and do not take them.</summary>
public sealed class SilentReaderTests
{
    private const long Second = 1_397_651_000;

    /// <summary>So large that no buffer of the system's takes a whole one.</summary>
    private static readonly byte[] Large = Stage.JpegWith(Noise(20_000_000));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_takes_nothing_is_hung_up_on_whatever_was_asked_for()
    {
        var shown = await LargePictureAsync();
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", shown, "Content-Type: image/jpeg"));
        await using var app = await StartAsync(("Evercam:Connections:SlowestBytesPerSecond", "40000"), ("Evercam:Connections:Grace", "00:00:02"));
        var stage = await Stage.SetAsync(app, row =>
            (row.ExternalHost, row.ExternalHttpPort, row.JpgUrl, row.IsPublic) = ("127.0.0.1", camera.Port, Setting.Of("/a.jpg"), true));
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second), Large);
        using var deaf = new Holding();
        var sources = app.Services.GetRequiredService<SourceConnections>();
        var asked = new[]
        {
            ("snapshot.jpg", ""), ("live", KeysOf(stage)), ($"snapshots/{Second}.jpg", KeysOf(stage)),
            ($"snapshots/{Second}?with_data=true", KeysOf(stage)), ($"snapshots/range?from=0&to={Second + 1}&with_data=true", KeysOf(stage)),
            ("snapshots/2014/4/16/12.tar", KeysOf(stage)),
        };
        foreach (var (n, (path, keys)) in asked.Index())
        {
            await AskAsync(deaf, stage, path, keys, $"127.0.5.{n + 1}");
        }

        await Eventually.IsTrueAsync(() => sources.Sources == 0);
    }

    [Fact]
    public async Task Who_keeps_an_answer_waiting_for_the_longest_makes_room_for_others()
    {
        await using var app = await StartAsync(("Evercam:Connections:SlowestBytesPerSecond", "0"), ("Evercam:Http:AnswerRoomBytes", "1048576"));
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second), Large);
        using var deaf = new Holding();
        var (sources, readers) = (app.Services.GetRequiredService<SourceConnections>(), app.Services.GetRequiredService<SlowReaders>());
        const int Room = 1_048_576 / PacedAnswer.HeldBytes;
        for (var n = 1; n <= 3 * Room; n++)
        {
            await AskAsync(deaf, stage, $"snapshots/{Second}.jpg", KeysOf(stage), $"127.0.5.{n}");
            await Eventually.IsTrueAsync(() => readers.Count == Math.Min(n, Room));
        }

        await Eventually.IsTrueAsync(() => sources.Sources == Room);

        // Whoever takes what comes is never among the slowest.
        Assert.Equal(Large, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
    }

    [Fact]
    public async Task A_live_picture_counts_as_large_as_it_is()
    {
        var shown = await LargePictureAsync();
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", shown, "Content-Type: image/jpeg"));
        await using var app = await StartAsync(("Evercam:Connections:SlowestBytesPerSecond", "0"), ("Evercam:Http:AnswerRoomBytes", "1048576"));
        var stage = await Stage.SetAsync(app, row =>
            (row.ExternalHost, row.ExternalHttpPort, row.JpgUrl, row.IsPublic) = ("127.0.0.1", camera.Port, Setting.Of("/a.jpg"), true));
        using var deaf = new Holding();
        var sources = app.Services.GetRequiredService<SourceConnections>();
        await AskAsync(deaf, stage, "snapshot.jpg", "", "127.0.5.1");
        await AskAsync(deaf, stage, "snapshot.jpg", "", "127.0.5.2");

        // There is room for three stored ones.
        await Eventually.IsTrueAsync(() => sources.Sources == 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_does_not_take_the_picture_of_a_camera_that_is_tried_keeps_no_place_for_long(bool isPage)
    {
        var shown = await LargePictureAsync(pieces: 60);
        await using var camera = RawCamera.Answering(_ => RawCamera.Answer("200 OK", shown, "Content-Type: image/jpeg"));
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await EvercamApp.StartAsync(Settings(("Evercam:Connections:SlowestBytesPerSecond", "0")), clock);
        using var deaf = new Holding();
        var (sources, readers) = (app.Services.GetRequiredService<SourceConnections>(), app.Services.GetRequiredService<SlowReaders>());
        await deaf.OpenAsync(app.Address, isPage ? await PressAsync(app, camera.Port) : await TryAsync(app, camera.Port), "127.0.5.1", receives: 4_096);
        await Eventually.IsTrueAsync(() => readers.Count == 1);
        await Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return sources.Sources == 0;
        });
    }

    [Fact]
    public async Task Little_of_an_answer_is_ahead_of_who_takes_nothing()
    {
        var pieces = 0;
        await using var app = await EvercamApp.StartAsync(
            Settings(("Evercam:Connections:SlowestBytesPerSecond", "1000000"), ("Evercam:Connections:Grace", "00:00:02")),
            adjust: builder => builder.InterposePacks(call =>
            {
                if (call.Method == nameof(IPackStore.ReadBothAsync))
                {
                    Interlocked.Increment(ref pieces);
                }

                return call.GoThrough();
            }));
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second), Large);
        using var deaf = new Holding();
        await AskAsync(deaf, stage, $"snapshots/{Second}.jpg", KeysOf(stage), "127.0.5.1", receives: 4_096);
        var sources = app.Services.GetRequiredService<SourceConnections>();
        await Eventually.IsTrueAsync(() => sources.Sources == 0);

        // Twice as much, for what the system counts in other ways. Left to itself, it takes some megabytes.
        Assert.InRange(pieces * PacedAnswer.PieceBytes, 1, 2 * PacedAnswer.AheadBytes);
    }

    [Fact]
    public async Task Nobodys_answer_has_a_large_picture_in_memory()
    {
        var largest = 0;
        await using var app = await EvercamApp.StartAsync(Settings(), adjust: builder => builder.InterposePacks(call =>
        {
            if (call.Method == nameof(IPackStore.ReadBothAsync))
            {
                InterlockedMax(ref largest, call.Argument<(long Offset, Memory<byte> Buffer)>().Buffer.Length);
            }

            return call.GoThrough();
        }));
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second), Large);

        Assert.Equal(Large, (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        var part = await stage.AskAsync(
            HttpMethod.Get, $"snapshots/{Second}.jpg", stage.Owner, null, request => request.Headers.Range = new(1_000_000, 3_000_000));
        Assert.Equal(206, part.Status);
        Assert.Equal(Large[1_000_000..3_000_001], part.Bytes);
        var data = $"\"data\":\"data:image/jpeg;base64,{Convert.ToBase64String(Large)}\"}}]}}";
        Assert.EndsWith(data, (await stage.GetAsync($"snapshots/{Second}?with_data=true")).Text, StringComparison.Ordinal);
        Assert.EndsWith(data, (await stage.GetAsync($"snapshots/range?from=0&to={Second + 1}&with_data=true")).Text, StringComparison.Ordinal);
        var tar = (await stage.GetAsync("snapshots/2014/4/16/12.tar")).Bytes;
        Assert.True(tar.AsSpan().IndexOf(Large) == 3 * 512, "The picture stands behind its headers.");

        Assert.InRange(largest, 1, PacedAnswer.WholeBytes);
    }

    [Theory]
    [InlineData("snapshots/1397651000.jpg", "")]
    [InlineData("snapshots/1397651000.jpg", "Range: bytes=1-19999999\r\n")]
    [InlineData("snapshots/1397651000?with_data=true", "")]
    [InlineData("snapshots/2014/4/16/12.tar", "")]
    public async Task A_picture_that_is_deleted_while_it_is_sent_is_broken_off(string path, string headers)
    {
        using var shelf = new LogShelf();
        await using var app = await EvercamApp.StartAsync(
            Settings(), adjust: builder => builder.Services.AddSingleton<Microsoft.Extensions.Logging.ILoggerProvider>(shelf));
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(DateTimeOffset.FromUnixTimeSeconds(Second), Large);
        using var slow = new Holding();
        var socket = await AskAsync(slow, stage, path, KeysOf(stage), "127.0.5.1", headers);
        await Eventually.IsTrueAsync(() => app.Services.GetRequiredService<SlowReaders>().Count == 1);
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Status);

        Assert.InRange((await Holding.ReadToEndAsync(socket)).Length, 1, Large.Length - 1);
        Assert.DoesNotContain(shelf.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static Dictionary<string, string?> Settings(params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(setting => setting.Name, setting => (string?)setting.Value);
        settings["Evercam:Recorder:OnlineCheck"] = "false";
        return settings;
    }

    private static Task<EvercamApp> StartAsync(params (string Name, string Value)[] more) => EvercamApp.StartAsync(Settings(more));

    /// <summary>Asks, and takes the beginning of the answer alone.</summary>
    private static async Task<Socket> AskAsync(Holding deaf, Stage stage, string path, string keys, string source, string headers = "", int receives = 0)
    {
        var query = keys.Length == 0 ? "" : $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{keys}";
        var socket = await deaf.OpenAsync(
            stage.App.Address, $"GET /v1/cameras/{stage.Id}/{path}{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n", source, receives);
        Assert.StartsWith("HTTP/1.1 20", await Holding.ReadAsync(socket, length: 12), StringComparison.Ordinal);
        return socket;
    }

    /// <summary>What asks for the picture of a camera that is tried.</summary>
    private static async Task<string> TryAsync(EvercamApp app, int port)
    {
        var stage = await Stage.SetAsync(app);
        return $"GET /v1/cameras/test?external_url=http://127.0.0.1:{port}&jpg_url=/a.jpg&cam_username=&cam_password=&{KeysOf(stage)} HTTP/1.1\r\n"
            + "Host: x\r\nConnection: close\r\n\r\n";
    }

    /// <summary>What the button sends that tests a camera.</summary>
    private static async Task<string> PressAsync(EvercamApp app, int port)
    {
        using var surfer = new Surfer(app);
        await surfer.LogInAsync(await app.AddUserAsync(CatalogRows.Fresh("joe")));
        var form = (await surfer.GetAsync("/cameras/new")).Fill(
            ("name", "Door"), ("external_host", "127.0.0.1"), ("external_http_port", $"{port}"), ("jpg_url", "/a.jpg"), ("action", "test"));
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        var body = await content.ReadAsStringAsync(Cancellation);
        return $"POST /cameras/new HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: {surfer.Cookies.GetCookieHeader(app.Address)}\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}";
    }

    private static string KeysOf(Stage stage) => $"api_id={stage.Owner.Credential!.ApiId}&api_key={stage.Owner.Credential.ApiKey}";

    /// <summary>A whole picture as cameras give it, made long by what only their makers understand.</summary>
    private static async Task<byte[]> LargePictureAsync(int pieces = 140)
    {
        var picture = await Photographs.ReadAsync("small.jpg");
        byte[] words = [0xFF, 0xEF, 0xFF, 0xFF, .. new byte[0xFFFF - 2]];
        return [.. picture[..2], .. Enumerable.Repeat(words, pieces).SelectMany(word => word), .. picture[2..]];
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        for (var i = 0; i < length; i++)
        {
            noise[i] = (byte)(i * 31 / 7);
        }

        return noise;
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known;)
        {
            known = Interlocked.CompareExchange(ref most, value, known) is var found && found == known ? value : found;
        }
    }
}
