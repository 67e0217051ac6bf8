using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Evercam.Server.Notices;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Notices;

public sealed class SqliteAnnouncingTests(SqliteApp shared) : AnnouncingTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresAnnouncingTests(PostgresApp shared) : AnnouncingTests(shared), IClassFixture<PostgresApp>;

/// <summary>What was told is not told again, and what flaps waits.</summary>
public abstract class AnnouncingTests(SharedApp shared)
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_what_changes_is_told_whoever_says_it_again()
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenOnline(key, true, At(0)));
        await TellAsync(new SeenOnline(key, false, At(1)), new SeenRecording(key, null, At(1)));
        await TellAsync(new SeenOnline(key, false, At(2)), new SeenRecording(key, StopReason.Offline, At(2)));
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(3)), new SeenOnline(-1, true, At(3)));
        await TellAsync(new SeenOnline(key, true, At(4)), new SeenRecording(key, null, At(4)));
        Assert.Equal(
            [
                (NoticeKind.CameraOffline, At(1), null),
                (NoticeKind.RecordingStopped, At(2), StopReason.Offline),
                (NoticeKind.CameraOnline, At(4), null),
                (NoticeKind.RecordingResumed, At(4), null),
            ],
            await ToldAsync(key));
    }

    [Fact]
    public async Task What_is_told_is_in_the_cameras_log_in_the_servers_name()
    {
        var joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        var id = CatalogRows.Fresh("gate-");
        var key = await App.AddCameraAsync(id, joe);
        await TellAsync(new SeenOnline(key, true, At(0)), new SeenRecording(key, null, At(0)));
        await TellAsync(new SeenOnline(key, false, At(1)), new SeenRecording(key, StopReason.Offline, At(2)));
        await TellAsync(new SeenOnline(key, false, At(3)), new SeenRecording(key, StopReason.Unauthorized, At(3)));
        await TellAsync(new SeenOnline(key, true, At(4)), new SeenRecording(key, null, At(5)));
        foreach (var (second, reason) in new[] { (6, StopReason.Unauthorized), (8, StopReason.DiskFull), (10, StopReason.Off), (12, StopReason.ServerDown) })
        {
            await TellAsync(new SeenRecording(key, reason, At(second)));
            await TellAsync(new SeenRecording(key, null, At(second + 1)));
        }

        var log = $"/v1/cameras/{id}/logs?{joe.Keys}";
        Assert.Equal(
            [
                "lost contact", "stopped recording because the camera gives no picture",
                "stopped recording because the camera refuses its user name and password", "regained contact", "resumed recording",
                "stopped recording because the camera refuses its user name and password", "resumed recording",
                "stopped recording because the disk is full", "resumed recording",
                "stopped recording because it was switched off", "resumed recording",
                "stopped recording because the server's disk or database failed", "resumed recording",
            ],
            (await LinesAsync(log)).Select(line => Regex.Match(line, @"\] Evercam (.*) at 2030-01-01 00:00:\d\d \+0000$").Groups[1].Value));
        Assert.Equal(
            $"[{id}] Evercam stopped recording because the camera gives no picture at 2030-01-01 00:00:02 +0000",
            (await LinesAsync($"{log}&types=stopped recording&to={At(2).ToUnixTimeSeconds()}")).Single());
    }

    [Fact]
    public async Task What_was_never_recorded_because_nobody_tried_has_not_stopped()
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenRecording(key, StopReason.Off, At(0)));
        await TellAsync(new SeenOnline(key, true, At(0)));
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(1)) { IsChosen = true });
        await TellAsync(new SeenRecording(key, null, At(2)));
        Assert.Empty(await ToldAsync(key));
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(3)) { IsChosen = true });
        Assert.Equal([(NoticeKind.RecordingStopped, At(3), StopReason.Offline)], await ToldAsync(key));
    }

    [Theory]
    [InlineData(StopReason.Off)]
    [InlineData(StopReason.Offline)]
    public async Task What_is_switched_on_again_and_does_not_work_has_stopped_again(StopReason chosen)
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenRecording(key, null, At(0)));
        await TellAsync(new SeenRecording(key, chosen, At(1)) { IsChosen = true });
        await TellAsync(new SeenRecording(key, chosen, At(2)) { IsChosen = true });
        await TellAsync(new SeenRecording(key, StopReason.Unauthorized, At(3)));
        await TellAsync(new SeenRecording(key, StopReason.Unauthorized, At(4)));

        // It is stopped already, whoever wants it so.
        await TellAsync(new SeenRecording(key, chosen, At(5)) { IsChosen = true });
        await TellAsync(new SeenRecording(key, null, At(6)));
        await TellAsync(new SeenRecording(key, chosen, At(7)) { IsChosen = true });
        await TellAsync(new SeenRecording(key, null, At(8)));
        Assert.Equal(
            [
                (NoticeKind.RecordingStopped, At(1), chosen),
                (NoticeKind.RecordingStopped, At(3), StopReason.Unauthorized),
                (NoticeKind.RecordingResumed, At(6), null),
                (NoticeKind.RecordingStopped, At(7), chosen),
                (NoticeKind.RecordingResumed, At(8), null),
            ],
            await ToldAsync(key));
    }

    [Fact]
    public async Task What_fails_for_another_reason_is_told_once_for_each()
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenOnline(key, false, At(1)), new SeenRecording(key, StopReason.Offline, At(1)));
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(2)));
        await TellAsync(new SeenOnline(key, true, At(3)), new SeenRecording(key, StopReason.Unauthorized, At(3)) { IsReasonSeenTwice = false });
        await TellAsync(new SeenRecording(key, StopReason.Unauthorized, At(4)));
        await TellAsync(new SeenRecording(key, StopReason.Unauthorized, At(5)));
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(6)));
        await TellAsync(new SeenRecording(key, StopReason.Off, At(7)));
        await TellAsync(new SeenRecording(key, null, At(8)));
        Assert.Equal(
            [
                (NoticeKind.CameraOffline, At(1), null),
                (NoticeKind.RecordingStopped, At(1), StopReason.Offline),
                (NoticeKind.CameraOnline, At(3), null),
                (NoticeKind.RecordingStopped, At(4), StopReason.Unauthorized),
                (NoticeKind.RecordingStopped, At(6), StopReason.Offline),
                (NoticeKind.RecordingResumed, At(8), null),
            ],
            await ToldAsync(key));
    }

    [Fact]
    public async Task Another_reason_waits_for_twenty_pauses_and_is_not_told_when_it_is_over()
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenRecording(key, StopReason.Offline, At(10)));
        SeenChange other = new SeenRecording(key, StopReason.Unauthorized, At(20));
        SeenChange same = new SeenRecording(key, StopReason.Offline, At(22));
        Assert.Equal([(other, Seconds(385))], await App.StoreAsync(db => db.TellAsync([other], At(5), At(25), Cancellation)));
        Assert.Empty(await App.StoreAsync(db => db.TellAsync([same], At(5), At(25), Cancellation)));
        Assert.Single(await ToldAsync(key));
        Assert.Equal([(other, Seconds(1))], await App.StoreAsync(db => db.TellAsync([other], At(389), At(409), Cancellation)));
        Assert.Empty(await App.StoreAsync(db => db.TellAsync([other], At(390), At(410), Cancellation)));
        Assert.Equal([StopReason.Offline, StopReason.Unauthorized], (await ToldAsync(key)).Select(n => n.Reason));
    }

    [Fact]
    public async Task Why_a_recording_fails_is_known_however_long_ago_that_was_told()
    {
        var (failing, working) = (await AddCameraAsync(), await AddCameraAsync());
        await TellAsync(
            new SeenRecording(failing, StopReason.Offline, DateTimeOffset.UnixEpoch.AddDays(1)),
            new SeenRecording(working, StopReason.Offline, DateTimeOffset.UnixEpoch.AddDays(1)));
        await TellAsync(
            new SeenRecording(failing, StopReason.Unauthorized, DateTimeOffset.UnixEpoch.AddDays(2)),
            new SeenRecording(working, null, DateTimeOffset.UnixEpoch.AddDays(2)));
        await App.Services.GetRequiredService<NoticeUpkeep>().RunAsync(Cancellation);
        await TellAsync(new SeenRecording(failing, StopReason.Unauthorized, At(1)));
        Assert.Equal([(NoticeKind.RecordingStopped, DateTimeOffset.UnixEpoch.AddDays(2), StopReason.Unauthorized)], await ToldAsync(failing));
        Assert.Empty(await ToldAsync(working));
        await TellAsync(new SeenRecording(failing, StopReason.Offline, At(2)));
        Assert.Equal(2, (await ToldAsync(failing)).Count);
    }

    [Fact]
    public async Task What_never_worked_is_told_once_and_so_is_that_it_works()
    {
        var key = await AddCameraAsync();
        foreach (var second in new[] { 1, 2, 3 })
        {
            await TellAsync(new SeenOnline(key, false, At(second)), new SeenRecording(key, StopReason.Unauthorized, At(second)));
        }

        await TellAsync(new SeenOnline(key, true, At(4)), new SeenRecording(key, null, At(4)));
        Assert.Equal(
            [
                (NoticeKind.CameraOffline, At(1), null),
                (NoticeKind.RecordingStopped, At(1), StopReason.Unauthorized),
                (NoticeKind.CameraOnline, At(4), null),
                (NoticeKind.RecordingResumed, At(4), null),
            ],
            await ToldAsync(key));

        // Also where nobody looks whether cameras are online.
        var unseen = await AddCameraAsync();
        await TellAsync(new SeenRecording(unseen, StopReason.Unauthorized, At(5)));
        Assert.Equal([(NoticeKind.RecordingStopped, At(5), StopReason.Unauthorized)], await ToldAsync(unseen));
    }

    [Fact]
    public async Task What_comes_too_soon_waits()
    {
        var key = await AddCameraAsync();
        await TellAsync(new SeenOnline(key, true, At(0)));
        Assert.Empty(await TellAsync(new SeenOnline(key, false, At(10))));
        SeenChange back = new SeenOnline(key, true, At(20));
        Assert.Equal([(back, Seconds(5))], await App.StoreAsync(db => db.TellAsync([back], At(5), At(25), Cancellation)));
        Assert.Single(await ToldAsync(key));
        Assert.Empty(await App.StoreAsync(db => db.TellAsync([back], At(15), At(35), Cancellation)));
        Assert.Equal(2, (await ToldAsync(key)).Count);
    }

    [Fact]
    public async Task What_a_clock_told_that_was_ahead_holds_nothing_up()
    {
        var key = await AddCameraAsync();
        const int Month = 30 * 86_400;
        await TellAsync(new SeenOnline(key, true, At(0)), new SeenRecording(key, null, At(0)));
        await TellAsync(new SeenOnline(key, false, At(Month)), new SeenRecording(key, StopReason.Offline, At(Month)));
        Assert.Empty(await App.StoreAsync(db => db.TellAsync(
            [new SeenOnline(key, true, At(20)), new SeenRecording(key, null, At(20))], At(15), At(25), Cancellation)));
        Assert.Equal(4, (await ToldAsync(key)).Count);

        // And from there on it is as ever.
        SeenChange gone = new SeenOnline(key, false, At(30));
        Assert.Equal([(gone, Seconds(5))], await App.StoreAsync(db => db.TellAsync([gone], At(15), At(30), Cancellation)));
    }

    [Fact]
    public async Task Space_is_told_to_everyone_who_has_a_camera_and_once()
    {
        var owner = CatalogRows.User();
        var key = await AddCameraAsync(owner);
        await App.StoreAsync(db => db.TellOfSpaceAsync(false, At(0), Cancellation));
        await App.StoreAsync(db => db.TellOfSpaceAsync(true, At(1), Cancellation));
        await App.StoreAsync(db => db.TellOfSpaceAsync(true, At(2), Cancellation));
        await App.StoreAsync(db => db.TellOfSpaceAsync(false, At(3), Cancellation));
        var told = await App.StoreAsync(db => db.Notices.Where(n => n.OwnerKey == owner.Id).OrderBy(n => n.Key)
            .Select(n => new { n.Kind, n.HappenedAt }).ToListAsync(Cancellation));
        Assert.Equal(
            [(NoticeKind.SpaceLow, At(1)), (NoticeKind.SpaceRecovered, At(3))],
            told.Select(n => (n.Kind, DateTimeOffset.FromUnixTimeSeconds(n.HappenedAt))));
        Assert.NotEqual(0, key);
    }

    [Fact]
    public async Task Old_notices_go()
    {
        var key = await AddCameraAsync();
        await App.StoreAsync(db => db.TellAsync([new SeenOnline(key, true, DateTimeOffset.UnixEpoch)], DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));
        await TellAsync(new SeenOnline(key, false, DateTimeOffset.UnixEpoch.AddDays(1)));
        await TellAsync(new SeenOnline(key, true, TimeProvider.System.GetUtcNow()));
        await App.Services.GetRequiredService<NoticeUpkeep>().RunAsync(Cancellation);
        Assert.Equal(NoticeKind.CameraOnline, Assert.Single(await ToldAsync(key)).Kind);
    }

    [Fact]
    public async Task What_was_told_last_of_space_is_known_however_long_ago_it_was()
    {
        var owner = CatalogRows.User();
        await AddCameraAsync(owner);
        foreach (var (isLow, at) in new[] { (false, 0), (true, 1), (false, 2), (true, 3) })
        {
            await App.StoreAsync(db => db.TellOfSpaceAsync(isLow, DateTimeOffset.UnixEpoch.AddDays(at), Cancellation));
        }

        await App.Services.GetRequiredService<NoticeUpkeep>().RunAsync(Cancellation);
        await App.StoreAsync(db => db.TellOfSpaceAsync(true, At(0), Cancellation));
        await App.StoreAsync(db => db.TellOfSpaceAsync(false, At(1), Cancellation));
        var told = await App.StoreAsync(db => db.Notices.Where(n => n.OwnerKey == owner.Id).OrderBy(n => n.Key)
            .Select(n => new { n.Kind, n.HappenedAt }).ToListAsync(Cancellation));
        Assert.Equal(
            [(NoticeKind.SpaceLow, DateTimeOffset.UnixEpoch.AddDays(3)), (NoticeKind.SpaceRecovered, At(1))],
            told.Select(n => (n.Kind, DateTimeOffset.FromUnixTimeSeconds(n.HappenedAt))));
    }

    private static DateTimeOffset At(int seconds) => Start.AddSeconds(seconds);

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);

    private async Task<long> AddCameraAsync(User? owner = null)
    {
        owner ??= CatalogRows.User();
        return await App.StoreAsync(async db =>
        {
            db.Add(owner);
            await db.SaveChangesAsync(Cancellation);
            var camera = CatalogRows.Camera(owner);
            db.Add(camera);
            await db.SaveChangesAsync(Cancellation);
            return camera.Key;
        });
    }

    /// <summary>A camera's log, oldest line first.</summary>
    private async Task<List<string>> LinesAsync(string path)
    {
        using var http = new HttpClient { BaseAddress = App.Address };
        var answer = JsonNode.Parse(await http.GetStringAsync(path, Cancellation))!;
        return [.. answer["logs"]!.AsArray().Select(line => (string)line!).Reverse()];
    }

    private Task<IReadOnlyList<(SeenChange News, TimeSpan Left)>> TellAsync(params SeenChange[] news) =>
        App.StoreAsync(db => db.TellAsync(news, DateTimeOffset.MaxValue, DateTimeOffset.MaxValue, Cancellation));

    private async Task<List<(NoticeKind Kind, DateTimeOffset At, StopReason? Reason)>> ToldAsync(long camera)
    {
        var rows = await App.StoreAsync(db => db.Notices.AsNoTracking().Where(n => n.CameraKey == camera).OrderBy(n => n.Key)
            .ToListAsync(Cancellation));
        return [.. rows.Select(n => (n.Kind, DateTimeOffset.FromUnixTimeSeconds(n.HappenedAt), n.Reason))];
    }
}
