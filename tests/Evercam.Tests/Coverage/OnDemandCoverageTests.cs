using Evercam.Archive;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Recorder;
using Evercam.Tests.Snapshots;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Coverage;

/// <summary>A picture that somebody wanted is none that was recorded, wherever it lies.</summary>
public sealed class OnDemandCoverageTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_picture_taken_on_demand_does_not_hide_that_recorded_ones_around_it_were_deleted()
    {
        var clock = new SteppingClock();
        await using var host = await FakeCameraHost.StartAsync([new FakeCamera("gate") { Width = 160, Height = 120 }], Cancellation);
        await using var app = await EvercamApp.StartAsync(new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" }, clock);
        var stage = await Stage.SetAsync(
            app, c => (c.ExternalHost, c.ExternalHttpPort, c.JpgUrl) = ("127.0.0.1", host.Port, Setting.Of("/gate/snapshot.jpg")));
        await stage.CoversAsync("off");
        var taken = (await stage.AskAsync(HttpMethod.Post, "snapshots", stage.Owner)).Seconds.Single();
        clock.Step(TimeSpan.FromMinutes(20));
        await app.StoreAsync(db => db.Coverage.Where(fact => fact.CameraKey == stage.Key).ExecuteDeleteAsync(Cancellation));
        await app.StoreAsync(db => db.WriteCoverageAsync(
            [new(stage.Key, taken - 600, null, CoverageStatus.Recorded), new(stage.Key, taken + 600, null, CoverageStatus.Off)],
            clock.GetUtcNow(),
            Cancellation));
        await stage.RecordWithinAsync(Enumerable.Range(-10, 20).Select(minute => taken + 30 + (60L * minute)));
        foreach (var second in new[] { -90, -30, 30, 90 })
        {
            Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{taken + second}", stage.Owner)).Status);
        }

        var gap = new Span(taken - 149, taken + 150, "deleted", stage.Owner.UserName);
        await Eventually.IsTrueAsync(async () =>
            await stage.CoverageAsync() is [{ Status: "recorded" }, var deleted, { Status: "recorded" }, { Status: "off" }] && deleted == gap);

        // Going, it leaves no gap either.
        Assert.Equal(200, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{taken}", stage.Owner)).Status);
        Assert.Equal(gap, (await stage.CoversAsync("recorded", "deleted", "recorded", "off"))[1]);
    }

    [Theory]
    [InlineData("10:00:00", "10:00:00.000001", "10:00:00.000002")]
    [InlineData("10:00:00.0000009", "10:00:00.000001", "10:00:00.000002")]
    [InlineData("10:00:00.000001", "10:00:00.000001", "10:00:00.000002")]
    [InlineData("10:00:00.123", "10:00:00.123001", "10:00:00.123")]
    [InlineData("10:00:00.123001", "10:00:00.123001", "10:00:00.123002")]
    [InlineData("10:00:00.999999", "10:00:00.999001", "10:00:00.999999")]
    public void What_is_wanted_and_what_is_recorded_stand_at_different_places(string taken, string wanted, string recorded)
    {
        Assert.Equal(At(wanted), PictureMoments.OnDemand(At(taken)));
        Assert.Equal(At(recorded), PictureMoments.Recorded(At(taken)));
        Assert.False(PictureMoments.IsRecorded(At(wanted)));
        Assert.True(PictureMoments.IsRecorded(At(recorded)));
        Assert.False(PictureMoments.IsRecorded(At("10:00:00")));

        static DateTimeOffset At(string time) => new(new DateOnly(2026, 11, 26), TimeOnly.Parse(time, System.Globalization.CultureInfo.InvariantCulture), TimeSpan.Zero);
    }
}
