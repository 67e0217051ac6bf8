using Evercam.Archive;
using Evercam.Server.Series;
using Evercam.Server.Snapshots;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Pages;

/// <summary>A picture may be brought under every second of UTC. Where the camera's clock is ahead or behind, the last and the first one
/// have no day in the calendar: nothing fails for that.</summary>
public sealed class EndsOfTimeTests(SqliteApp shared) : JoesCamera(shared.App), IClassFixture<SqliteApp>
{
    private const long First = -62_135_596_800;
    private const long Last = 253_402_300_799;

    [Theory]
    [InlineData("Pacific/Kiritimati", Last, "31 Dec 9999, 23:59")]
    [InlineData("Pacific/Kiritimati", First, "1 Jan 0001, ")]
    [InlineData("Asia/Kolkata", Last, "31 Dec 9999, 23:59")]
    [InlineData("Etc/GMT+12", Last, "31 Dec 9999, 11:59")]
    [InlineData("Etc/GMT+12", First, "1 Jan 0001, 00:00")]
    [InlineData("America/Los_Angeles", First, "1 Jan 0001, 00:00")]
    public async Task Pages_and_answers_bear_a_picture_at_the_ends_of_the_calendar(string zone, long second, string shown)
    {
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Key == Key).ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.Timezone, zone), Cancellation));
        await App.Services.GetRequiredService<SnapshotArchive>().SaveAsync(
            new NewSnapshot(
                Key, DateTimeOffset.FromUnixTimeSeconds(second), PictureType.Jpeg, await Photographs.ReadAsync("small.jpg")),
            Cancellation);

        Assert.Contains(shown, (await ShownAsync("/")).Text, StringComparison.Ordinal);
        Assert.Contains(shown, (await ShownAsync($"/cameras/{Id}")).Text, StringComparison.Ordinal);
        await ShownAsync($"/cameras/{Id}/timelapses");
        var pictures = await Surfer.GetAsync($"/cameras/{Id}/pictures");
        Assert.Equal(302, pictures.Status);
        var hour = pictures.Location!;
        await ShownAsync(hour);
        await ShownAsync(hour[..hour.LastIndexOf('/')]);
        await ShownAsync($"{hour[..hour.LastIndexOf('/')]}/play");
        foreach (var (month, day) in new[] { ("1/1", "1"), ("9999/12", "31") })
        {
            await ShownAsync($"/cameras/{Id}/pictures/{month}");
            await ShownAsync($"/cameras/{Id}/pictures/{month}/{day}");
            await ShownAsync($"/cameras/{Id}/pictures/{month}/{day}/play");
            await ShownAsync($"/v1/cameras/{Id}/snapshots/{month}/days");
            await ShownAsync($"/v1/cameras/{Id}/snapshots/{month}/{day}/hours");
            await ShownAsync($"/v1/cameras/{Id}/snapshots/{month}/{day}/0.tar");
            await ShownAsync($"/v1/cameras/{Id}/snapshots/{month}/{day}/23.tar");
        }

        // The day and the hour that are shown are those where it is found.
        var (shownMonth, shownDay) = second == First ? ("1/1", 1) : ("9999/12", 31);
        var clock = SnapshotCalendar.ClockAt(DateTimeOffset.FromUnixTimeSeconds(second), SnapshotCalendar.ZoneOf(zone));
        Assert.Equal($$"""{"days":[{{shownDay}}]}""", (await ShownAsync($"/v1/cameras/{Id}/snapshots/{shownMonth}/days")).Body);
        Assert.Equal($$"""{"hours":[{{clock.Hour}}]}""", (await ShownAsync($"/v1/cameras/{Id}/snapshots/{shownMonth}/{shownDay}/hours")).Body);
        Assert.Equal(200, (await ShownAsync($"/v1/cameras/{Id}/snapshots/{shownMonth}/{shownDay}/{clock.Hour}.tar")).Status);
        Assert.Equal($"/cameras/{Id}/pictures/{shownMonth}/{shownDay}/{clock.Hour}", hour);

        var (from, to) = (Math.Max(First, second - 86_400), Math.Min(Last, second + 86_400));
        foreach (var every in new[] { "1h", "1d", "1d&at=12:00" })
        {
            await ShownAsync($"/v1/cameras/{Id}/snapshots/series?from={from}&to={to}&every={every}");
        }
    }

    /// <summary>A package of pictures where there are none is not found.</summary>
    private async Task<Sight> ShownAsync(string path)
    {
        var sight = await Surfer.GetAsync(path);
        Assert.True(sight.Status == 200 || (sight.Status == 404 && path.Contains(".tar", StringComparison.Ordinal)), $"{sight.Status} {path}");
        return sight;
    }
}

/// <summary>Time-lapses to the ends of the calendar are told in words, too.</summary>
public sealed class EndsOfTimelapsesTests
{
    [Theory]
    [InlineData("Pacific/Kiritimati", "1 Jan 0001 to 31 Dec 9999, every day")]
    [InlineData("Etc/GMT+12", "1 Jan 0001 to 31 Dec 9999, every day")]
    public void The_days_of_an_order_are_days_that_there_are(string zone, string words) => Assert.Equal(
        words,
        TimelapseWords.Of(
            new VideoRequest(new(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, "1d", null), 24, null), SnapshotCalendar.ZoneOf(zone)));
}
