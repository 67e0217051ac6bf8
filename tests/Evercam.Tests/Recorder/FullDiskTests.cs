using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Recorder;

/// <summary>A server whose disk really fills.</summary>
public sealed class FullDiskTests
{
    private const long Floor = 16 << 20;
    private const int PicturesPerHour = 4;

    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddDays(16_000);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Recording_goes_on_while_anything_may_go_and_the_server_survives_when_nothing_may(bool mount)
    {
        using var disk = new SmallDisk(mount);
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?>
            {
                ["Evercam:DataDirectory"] = disk.Folder,
                ["Evercam:Archive:MinimumFreeBytes"] = $"{Floor}",
                ["Evercam:Recorder:OnlineCheck"] = "false",
            },
            adjust: builder => builder.InterposePacks(disk.Answer));
        Stage[] cameras = [await Stage.SetAsync(app), await Stage.SetAsync(app)];
        var kept = await FillAsync(disk, cameras);
        await TellsWhatIsLeftAsync(cameras, kept);
        await FillWithKeptAsync(disk, cameras[0]);

        // Nothing but new pictures is refused, and nothing is amiss.
        (await cameras[1].UploadAsync(1)).Refuses(503, "The disk is full");
        Assert.Equal(200, (await cameras[0].GetAsync($"snapshots/{kept}.jpg")).Status);
        using var name = new FormUrlEncodedContent([new("name", "Still here")]);
        Assert.Equal(200, (await Stage.AskAsync(app, HttpMethod.Patch, $"cameras/{cameras[0].Id}", cameras[0].Owner, name)).Status);
        Assert.Empty(await app.Services.GetRequiredService<ArchiveCheck>().RunAsync(Cancellation).ToListAsync(Cancellation));

        // One mark less, and there is room again.
        var first = (await cameras[0].GetAsync("snapshots/kept?from=" + (kept + 1))).Seconds[0];
        Assert.Equal(200, (await cameras[0].AskAsync(HttpMethod.Delete, $"snapshots/{first}/keep", cameras[0].Owner)).Status);
        await Eventually.IsTrueAsync(async () => (await cameras[1].UploadAsync(2)).Status == 200);
    }

    /// <summary>Keeps hour after hour, far more than the disk holds, and marks the first picture.</summary>
    /// <returns>The second of what is marked.</returns>
    private static async Task<long> FillAsync(SmallDisk disk, Stage[] cameras)
    {
        for (var hour = 0; hour < 16; hour++)
        {
            foreach (var picture in Enumerable.Range(0, PicturesPerHour))
            {
                foreach (var camera in cameras)
                {
                    await camera.RecordAsync(Start.AddHours(hour).AddSeconds(picture), Large());
                }
            }

            if (hour == 0)
            {
                Assert.Equal(200, (await KeepAsync(cameras[0], Start.ToUnixTimeSeconds())).Status);
            }

            await Eventually.IsTrueAsync(() => disk.Free >= Floor * 3 / 4);
        }

        return Start.ToUnixTimeSeconds();
    }

    private static async Task TellsWhatIsLeftAsync(Stage[] cameras, long kept)
    {
        foreach (var camera in cameras)
        {
            var left = (await camera.GetAsync("snapshots")).Seconds.ToList();
            Assert.Equal(camera == cameras[0], left.Remove(kept));
            var oldest = DateTimeOffset.FromUnixTimeSeconds(left[0]);
            Assert.InRange(oldest, Start.AddHours(1), Start.AddHours(15));
            Assert.Equal(
                from hour in Enumerable.Range(0, 16)
                where Start.AddHours(hour) >= oldest
                from picture in Enumerable.Range(0, PicturesPerHour)
                select Start.AddHours(hour).AddSeconds(picture).ToUnixTimeSeconds(),
                left);
            await Eventually.IsTrueAsync(async () =>
                JsonNode.Parse((await camera.GetAsync("logs?types=made%20room&objects=true")).Text)!["logs"]!.AsArray() is [.., { } line]
                && (string?)line["who"] == "Evercam"
                && ((string?)line["extra"])!.Contains(" pictures from 2013-10-22 00:00 to ", StringComparison.Ordinal));
            await Eventually.IsTrueAsync(() => camera.App.StoreAsync(db => db.Notices.AnyAsync(
                notice => notice.Kind == NoticeKind.SpaceLow && notice.OwnerKey == camera.Owner.Id, Cancellation)));
        }
    }

    /// <summary>Brings pictures and marks them, until they are refused.</summary>
    private static async Task FillWithKeptAsync(SmallDisk disk, Stage camera)
    {
        var archive = camera.Archive;
        foreach (var second in (await camera.GetAsync("snapshots")).Seconds)
        {
            await KeepAsync(camera, second);
        }

        for (var hour = 20; !archive.IsFull; hour++)
        {
            Assert.InRange(hour, 20, 120);
            var second = Start.AddHours(hour).ToUnixTimeSeconds();
            if ((await camera.UploadAsync(second, Large())).Status == 200)
            {
                // It may have gone already: it was the oldest that might.
                await KeepAsync(camera, second);
            }

            await Eventually.IsTrueAsync(() => archive.IsFull || disk.Free > Floor / 2);
        }
    }

    private static Task<Reply> KeepAsync(Stage camera, long second) =>
        camera.AskAsync(HttpMethod.Put, $"snapshots/{second}/keep", camera.Owner);

    private static byte[] Large() => [.. Stage.Jpeg, .. TestArchive.Picture(1 << 19)];
}
