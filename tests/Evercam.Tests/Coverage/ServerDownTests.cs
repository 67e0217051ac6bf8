using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Storage.Catalog.CoverageStatus;

namespace Evercam.Tests.Coverage;

public sealed class SqliteDownTimeTests(SqliteStorage storage) : DownTimeTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresDownTimeTests(PostgresStorage storage) : DownTimeTests(storage), IClassFixture<PostgresStorage>;

/// <summary>What a server that starts says of the time that it did not run. Hours are counted from a Monday's midnight in Dublin's
/// winter.</summary>
public abstract class DownTimeTests(TestStorage storage)
{
    private static readonly DateTimeOffset Monday = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RecordingStatus.On, null, "0 Recorded, 12 ServerDown")]
    [InlineData(RecordingStatus.Off, null, "0 Recorded")]
    [InlineData(RecordingStatus.Scheduled, """{"Monday":["08:00-18:00"],"Tuesday":["08:00-18:00"]}""",
        "0 Recorded, 12 ServerDown, 18 NotScheduled, 32 ServerDown, 42 NotScheduled")]
    [InlineData(RecordingStatus.Scheduled, """{"Monday":["00:00-08:00"],"Tuesday":["22:00-02:00"]}""", "0 Recorded, 12 NotScheduled, 46 ServerDown")]
    public async Task Only_what_would_have_been_recorded_is_missed(RecordingStatus status, string? schedule, string expected)
    {
        await using var db = storage.OpenCatalog();
        var owner = CatalogRows.User();
        db.Add(owner);
        await db.SaveChangesAsync(Cancellation);
        var camera = CatalogRows.Camera(owner);
        (camera.Timezone, camera.Recording.Status, camera.Recording.Schedule) = ("Europe/Dublin", status, schedule);
        db.Add(camera);
        await db.SaveChangesAsync(Cancellation);
        db.ChangeTracker.Clear();
        await db.WriteCoverageAsync(
            [new(camera.Key, Monday.ToUnixTimeSeconds(), null, Recorded)], Monday.AddHours(12), Cancellation);

        await DownTime.TellAsync(db, Monday.AddHours(47), Cancellation);
        Assert.Equal(expected, await FactsAsync());

        // Told again, after a start that was broken off, it is the same; and so it is by a clock that is behind.
        await DownTime.TellAsync(db, Monday.AddHours(47), Cancellation);
        await DownTime.TellAsync(db, Monday.AddHours(-1), Cancellation);
        Assert.Equal(expected, await FactsAsync());

        async Task<string> FactsAsync() => string.Join(", ", await db.Coverage.Where(fact => fact.CameraKey == camera.Key)
            .OrderBy(fact => fact.Since).Select(fact => $"{(fact.Since - Monday.ToUnixTimeSeconds()) / 3_600} {fact.Status}").ToListAsync(Cancellation));
    }
}

/// <summary>The real program, killed while it records.</summary>
public sealed class ServerDownTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_that_was_killed_is_missed_from_its_end_to_its_start()
    {
        using var data = new TempFolder();
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        long killed;
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation))
        {
            await server.RegisterAsync(cameras.Port);
            await Eventually.IsTrueAsync(async () => (await SpansAsync(server)) is [.., { Status: "recorded" }]);
            killed = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            await server.KillAsync();
        }

        var started = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation);
        again.SignIn();
        await Eventually.IsTrueAsync(async () => (await SpansAsync(again)) is [.., { Status: "server_down" }, { Status: "recorded" }]);
        var down = (await SpansAsync(again))[^2];
        Assert.InRange(down.From, killed - 60, started);
        Assert.InRange(down.To, started, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task What_was_deleted_just_before_a_server_was_killed_is_told_when_it_starts_again()
    {
        using var data = new TempFolder();
        await using var cameras = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 90 }], Cancellation);
        using (var server = await EvercamProcess.StartAsync(data.Path, Cancellation))
        {
            await server.RegisterAsync(cameras.Port);
            await Eventually.IsTrueAsync(async () => (await SpansAsync(server)) is [.., { Status: "recorded", Seconds: > 12 }]);

            // What is written of another camera says also that the server runs.
            await server.SendAsync(HttpMethod.Post, "cameras", ("id", "other"), ("name", "Other"), ("is_public", "false"));
            await server.SendAsync(HttpMethod.Post, "cameras/other/apps/cloud-recording", ("status", "on"), ("frequency", "60"));
            await Eventually.IsTrueAsync(async () => (await SpansAsync(server, "other")) is [.., { Status: "offline" }]);
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
            foreach (var second in await SecondsAsync(server, now - 9, now - 2))
            {
                await server.SendAsync(HttpMethod.Delete, $"cameras/gate/snapshots/{second}");
            }

            await server.KillAsync();
        }

        using var again = await EvercamProcess.StartAsync(data.Path, Cancellation);
        again.SignIn();
        await Eventually.IsTrueAsync(async () => (await SpansAsync(again)).Any(span => span is { Status: "deleted", By: "joe" }));
        Assert.Empty(await SecondsAsync(again, (await SpansAsync(again)).Single(span => span.Status == "deleted")));
    }

    private static Task<IReadOnlyList<long>> SecondsAsync(EvercamProcess server, Span span) => SecondsAsync(server, span.From, span.To - 1);

    private static async Task<IReadOnlyList<long>> SecondsAsync(EvercamProcess server, long from, long to)
    {
        var found = await server.Client.GetStringAsync($"cameras/gate/snapshots/range?from={from}&to={to}", Cancellation);
        return [.. JsonNode.Parse(found)!["snapshots"]!.AsArray().Select(one => (long)one!["created_at"]!).Distinct()];
    }

    private static async Task<IReadOnlyList<Span>> SpansAsync(EvercamProcess server, string camera = "gate") =>
        CoverageStage.SpansOf(await server.Client.GetStringAsync($"cameras/{camera}/coverage", Cancellation));
}
