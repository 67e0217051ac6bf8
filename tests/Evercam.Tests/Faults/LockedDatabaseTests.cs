using System.Net;
using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Data.Sqlite;

namespace Evercam.Tests.Faults;

/// <summary>Another process, such as somebody's shell of SQLite, holds the database's lock for longer than anyone waits for it.</summary>
public sealed class LockedDatabaseTests
{
    private const long Second = 1_000_000_000;
    private const long Recorded = 1_700_000_000;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Evercam__Recorder__OnlineCheck"] = "false",
        ["Evercam__Archive__GiveUpAfter"] = "00:00:20",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Changes_are_refused_with_a_word_and_reading_and_recording_go_on()
    {
        using var data = new TempFolder();
        var camera = new FakeCamera(Gate.Camera) { Width = 160, Height = 90 };
        await using var cameras = await FakeCameraHost.StartAsync([camera], Cancellation);
        using var server = await EvercamProcess.StartAsync(data.Path, Cancellation, Settings);
        await server.RegisterAsync(cameras.Port, perMinute: 120);
        await server.UploadAsync(Second, [1, 2, 3]);
        await Eventually.IsTrueAsync(async () => await server.CountAsync(Gate.Camera, Recorded) > 0);

        await using (var other = new SqliteConnection($"Data Source={data["evercam.db"]};Pooling=false"))
        {
            await other.OpenAsync(Cancellation);
            await ExecuteAsync(other, "BEGIN IMMEDIATE");
            var given = camera.Pictures;
#pragma warning disable CA2025 // They are awaited before the server is disposed of.
            var change = RefusedAsync(server, HttpMethod.Patch, "cameras/gate", "Service unavailable, please try again");
            var deletion = RefusedAsync(server, HttpMethod.Delete, $"cameras/gate/snapshots/{Second}", "The archive cannot be changed now");
            var upload = server.TryUploadAsync(Gate.Camera, Second + 1, [4, 5, 6]);
#pragma warning restore CA2025
            Assert.Equal([1, 2, 3], await server.FetchAsync(Second));
            await Task.WhenAll(change, deletion);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, await upload);
            await Eventually.IsTrueAsync(() => camera.Pictures > given + 5);
            await ExecuteAsync(other, "ROLLBACK");
        }

        // From here on it gives none: each that it gave is there.
        camera.Behaviour = Behaviour.ServerError;
        await Eventually.IsTrueAsync(async () => await server.CountAsync(Gate.Camera, Recorded) == camera.Pictures);
        await server.SendAsync(HttpMethod.Patch, "cameras/gate", ("name", "Free"));
        await Eventually.IsTrueAsync(async () => await server.TryUploadAsync(Gate.Camera, Second + 1, [7, 8, 9]) == HttpStatusCode.OK);
        Assert.Equal([1, 2, 3], await server.FetchAsync(Second));
        Assert.Equal([7, 8, 9], await server.FetchAsync(Second + 1));
        await Gate.CheckAsync(data.Path, Settings);
    }

    private static async Task RefusedAsync(EvercamProcess server, HttpMethod method, string path, string message)
    {
        using var form = new FormUrlEncodedContent([new("name", "Locked")]);
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Patch ? form : null };
        using var answer = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(message, (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!["message"]);
    }

    private static async Task ExecuteAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every statement is a constant.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
