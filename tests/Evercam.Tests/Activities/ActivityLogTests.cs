using System.Net;
using Evercam.Server.Activities;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Activities;

/// <summary>How much of what happens a log holds, and how long.</summary>
public class ActivityLogTests
{
    private static readonly Actor Joe = new(7, null, IPAddress.Loopback);
    private static readonly Actor Stranger = new(null, null, IPAddress.Loopback);

    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void The_same_is_news_again_after_a_while()
    {
        var sightings = SightingsOf(new ActivityOptions { Pause = TimeSpan.FromMinutes(5) });
        Assert.True(sightings.IsNews(Joe, ActivityKind.Viewed, 1));
        Assert.False(sightings.IsNews(Joe, ActivityKind.Viewed, 1));
        Assert.True(sightings.IsNews(Joe, ActivityKind.Browsed, 1));
        Assert.True(sightings.IsNews(Joe, ActivityKind.Viewed, 2));
        Assert.True(sightings.IsNews(Joe with { UserKey = 8 }, ActivityKind.Viewed, 1));
        Assert.True(sightings.IsNews(Joe with { ClientKey = 9 }, ActivityKind.Viewed, 1));
        Assert.True(sightings.IsNews(Joe with { Source = IPAddress.IPv6Loopback }, ActivityKind.Viewed, 1));
        clock.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        Assert.False(sightings.IsNews(Joe, ActivityKind.Viewed, 1));
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.True(sightings.IsNews(Joe, ActivityKind.Viewed, 1));
    }

    [Fact]
    public void A_crowd_of_strangers_is_told_of_up_to_its_limit()
    {
        var sightings = SightingsOf(new ActivityOptions { Pause = TimeSpan.FromMinutes(5), AnonymousPerPause = 10 });
        Assert.Equal(10, Enumerable.Range(0, 50).Count(n => sightings.IsNews(
            Stranger with { Source = new IPAddress([10, 0, 0, (byte)n]) }, ActivityKind.Viewed, 1)));
        Assert.True(sightings.IsNews(Stranger, ActivityKind.Viewed, 2));
        Assert.True(sightings.IsNews(Joe, ActivityKind.Viewed, 1));
        clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True(sightings.IsNews(Stranger, ActivityKind.Viewed, 1));
    }

    [Fact]
    public void Who_moves_about_within_a_network_is_no_news()
    {
        var sightings = SightingsOf(new ActivityOptions());
        foreach (var actor in new[] { Joe, Stranger })
        {
            Assert.Equal(1, Enumerable.Range(0, 50).Count(n => sightings.IsNews(
                actor with { Source = IPAddress.Parse($"2001:db8:0:1::{n}") }, ActivityKind.Viewed, 1)));
            Assert.True(sightings.IsNews(actor with { Source = IPAddress.Parse("2001:db8:0:2::1") }, ActivityKind.Viewed, 1));
        }
    }

    [Fact]
    public void Those_who_are_known_are_told_of_up_to_their_limits()
    {
        var sightings = SightingsOf(new ActivityOptions { CallerPerPause = 4, KnownPerPause = 10, AnonymousPerPause = 5 });
        Assert.Equal([4, 4, 2, 0], new[] { 1, 2, 3, 4 }.Select(user => CountOf(Joe with { UserKey = user }, 1)));
        Assert.Equal(0, CountOf(Joe with { UserKey = 1 }, 1));
        Assert.Equal(4, CountOf(Joe with { UserKey = 1 }, 2));
        Assert.Equal(5, CountOf(Stranger, 1));

        int CountOf(Actor actor, long camera) => Enumerable.Range(0, 20).Count(n => sightings.IsNews(
            actor with { Source = new IPAddress([10, 0, (byte)camera, (byte)n]) }, ActivityKind.Viewed, camera));
    }

    [Fact]
    public async Task What_waits_is_written_when_the_server_stops()
    {
        await using var app = await EvercamApp.StartAsync(clock: clock);
        var joe = await app.AddUserAsync("joe");
        var camera = await app.AddCameraAsync("yard", joe);
        var log = app.Services.GetRequiredService<ActivityLog>();
        for (var number = 0; number < 1_500; number++)
        {
            log.Did(Joe, ActivityKind.Erased, camera, $"{number}");
            log.Did(Joe, ActivityKind.Erased, camera + 1, $"{number}");
        }

        Assert.Equal(0, await app.StoreAsync(db => db.Activities.CountAsync(Cancellation)));
        await log.StopAsync(Cancellation);
        Assert.Equal(
            Enumerable.Range(0, 1_500).Select(number => $"{number}"),
            await app.StoreAsync(db => db.Activities.OrderBy(a => a.Key).Select(a => a.Detail!).ToListAsync(Cancellation)));
    }

    [Fact]
    public async Task Old_lines_go()
    {
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Activity:KeepDays"] = "2", ["Evercam:Recorder:OnlineCheck"] = "false" }, clock);
        var joe = await app.AddUserAsync("joe");
        var cameras = new[] { await app.AddCameraAsync("yard", joe), await app.AddCameraAsync("door", joe) };
        var now = clock.GetUtcNow();
        await app.StoreAsync(async db =>
        {
            foreach (var camera in cameras)
            {
                foreach (var hours in new[] { 1, 46, 48, 100 })
                {
                    db.Add(Joe.Did(ActivityKind.Viewed, camera, now.AddHours(-hours), $"{hours}"));
                }
            }

            await db.SaveChangesAsync(Cancellation);
        });
        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.IsTrueAsync(async () =>
            await app.StoreAsync(db => db.Activities.CountAsync(Cancellation)) == 4);
        Assert.Equal(
            ["1", "46", "1", "46"],
            await app.StoreAsync(db => db.Activities.OrderBy(a => a.Key).Select(a => a.Detail!).ToListAsync(Cancellation)));
    }

    [Theory]
    [InlineData("KeepDays", "0")]
    [InlineData("Pause", "00:00:00")]
    [InlineData("AnonymousPerPause", "-1")]
    [InlineData("CallerPerPause", "0")]
    [InlineData("KnownPerPause", "0")]
    public async Task A_wrong_setting_ends_the_start(string name, string value) =>
        await Assert.ThrowsAsync<OptionsValidationException>(() => EvercamApp.StartAsync(
            new Dictionary<string, string?> { [$"Evercam:Activity:{name}"] = value }));

    private Sightings SightingsOf(ActivityOptions options) => new(Options.Create(options), clock);
}
