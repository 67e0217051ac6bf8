using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace Evercam.Tests.Faults;

/// <summary>The real process, killed at any moment in the middle of recording and uploading, loses nothing that it acknowledged.</summary>
public sealed class KillTests
{
    private const int Uploaders = 4;

    /// <summary>How often it is killed.</summary>
    private static readonly int Kills = LongForm.Times(everyday: 4, inLongForm: 200);

    private readonly ConcurrentDictionary<long, byte[]> acknowledged = new();
    private readonly HashSet<long> listed = [];
    private long second = 1_000_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_again_and_again_it_keeps_every_acknowledged_picture()
    {
        using var data = new TempFolder();
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        await RegisterAsync(data.Path, cameras.Port);
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await EvercamProcess.StartAsync(data.Path, Cancellation);
            server.SignIn("joe", "secret");
            await VerifyAsync(server);
            await CheckAsync(data.Path);
            await UseUntilKilledAsync(server, enough: acknowledged.Count + 20 + RandomNumberGenerator.GetInt32(60));
        }

        using var last = await EvercamProcess.StartAsync(data.Path, Cancellation);
        last.SignIn("joe", "secret");
        await VerifyAsync(last);
        await CheckAsync(data.Path);
    }

    /// <summary>The archive proves itself, beside the server that uses it. On a slow machine a picture may be under way for longer than
    /// one check looks at it; what is lost stays lost.</summary>
    private static async Task CheckAsync(string data)
    {
        var (exitCode, output) = (-1, "");
        for (var check = 0; check < 5 && exitCode != 0; check++)
        {
            (exitCode, output) = await EvercamProcess.RunAsync(Cancellation, "check", "--Evercam:DataDirectory", data);
        }

        Assert.True(exitCode == 0, output);
    }

    private static async Task RegisterAsync(string data, int port)
    {
        using var server = await EvercamProcess.StartAsync(data, Cancellation);
        await PostAsync(
            server, "users", ("forename", "Joe"), ("lastname", "B"), ("username", "joe"), ("country", "ie"),
            ("email", "joe@example.org"), ("password", "secret"));
        server.SignIn("joe", "secret");
        await PostAsync(
            server, "cameras", ("id", "gate"), ("name", "Gate"), ("is_public", "false"), ("external_host", "127.0.0.1"),
            ("external_http_port", port.ToString(CultureInfo.InvariantCulture)), ("jpg_url", "/gate/snapshot.jpg"));
        await server.KillAsync();

        // The API of recordings comes later; ten pictures a second keep the open pack busy.
        await using var db = new SqliteConnection($"Data Source={Path.Combine(data, "evercam.db")};Pooling=False");
        await db.OpenAsync(Cancellation);
        await using var record = db.CreateCommand();
        record.CommandText = "UPDATE cameras SET recording_status = 2, recording_pictures_per_minute = 600";
        Assert.Equal(1, await record.ExecuteNonQueryAsync(Cancellation));
    }

    private async Task UseUntilKilledAsync(EvercamProcess server, int enough)
    {
        using var dead = new CancellationTokenSource();
        var reached = new TaskCompletionSource();
        var uploads = Enumerable.Range(0, Uploaders).Select(_ => UploadAsync(server, enough, reached, dead.Token)).ToList();
        var lists = ListAsync(server, dead.Token);
        await reached.Task.WaitAsync(Cancellation);
        await server.KillAsync();
        await dead.CancelAsync();
        await Task.WhenAll([.. uploads, lists]);
    }

    private async Task UploadAsync(EvercamProcess server, int enough, TaskCompletionSource reached, CancellationToken dead)
    {
        while (!dead.IsCancellationRequested)
        {
            var at = Interlocked.Increment(ref second);
            var picture = RandomNumberGenerator.GetBytes(RandomNumberGenerator.GetInt32(100, 60_000));
            using var form = new MultipartFormDataContent();
            using var file = new ByteArrayContent(picture);
            file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
            form.Add(file, "data", "picture.jpg");
            try
            {
                using var answer = await server.Client.PostAsync($"cameras/gate/snapshots/{at}", form, Cancellation);
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    acknowledged[at] = picture;
                    if (acknowledged.Count >= enough)
                    {
                        reached.TrySetResult();
                    }
                }
            }
            catch (HttpRequestException)
            {
                return;
            }
        }
    }

    /// <summary>What was listed once is acknowledged, too: recorded pictures.</summary>
    private async Task ListAsync(EvercamProcess server, CancellationToken dead)
    {
        while (!dead.IsCancellationRequested)
        {
            try
            {
                listed.UnionWith(await CreatedAtAsync(server));
            }
            catch (Exception ended) when (ended is HttpRequestException or IOException)
            {
                return;
            }
        }
    }

    private async Task VerifyAsync(EvercamProcess server)
    {
        var kept = await CreatedAtAsync(server);
        Assert.Subset(kept, listed);
        Assert.Subset(kept, acknowledged.Keys.ToHashSet());
        foreach (var (at, picture) in acknowledged)
        {
            Assert.Equal(picture, await server.Client.GetByteArrayAsync($"cameras/gate/snapshots/{at}.jpg", Cancellation));
        }
    }

    private static async Task<HashSet<long>> CreatedAtAsync(EvercamProcess server)
    {
        using var list = JsonDocument.Parse(await server.Client.GetStringAsync("cameras/gate/snapshots", Cancellation));
        return [.. list.RootElement.GetProperty("snapshots").EnumerateArray().Select(s => s.GetProperty("created_at").GetInt64())];
    }

    private static async Task PostAsync(EvercamProcess server, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await server.Client.PostAsync(path, form, Cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
