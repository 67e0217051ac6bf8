using System.Collections.Concurrent;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Recorder;

/// <summary>What the server does about its archive by itself. Each test has a server of its own.</summary>
public sealed class UpkeepTests
{
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_camera_in_trouble_does_not_keep_the_old_pictures_of_the_others()
    {
        var bad = new ConcurrentDictionary<long, bool>();
        await using var app = await StartAsync("00:00:01", builder => builder.InterposeIndex(call =>
            (call.Method is "RemovePackAsync" && bad.ContainsKey(call.Argument<PackName>().CameraKey))
            || (call.Method is "SumAsync" && bad.ContainsKey(call.Argument<long>()))
                ? throw new InvalidOperationException("A bug.")
                : call.GoThrough()));
        var stages = new[] { await Stage.SetAsync(app), await Stage.SetAsync(app), await Stage.SetAsync(app) };
        bad.TryAdd(stages[0].Key, true);
        bad.TryAdd(stages[1].Key, true);
        foreach (var stage in stages)
        {
            await stage.RecordAsync([1, Now]);
        }

        await stages[0].ChangeAsync(c => c.Recording.KeepDays = 30);
        await stages[1].ChangeAsync(c => c.Recording.KeepBytes = 1);
        await stages[2].ChangeAsync(c => c.Recording.KeepDays = 30);
        await Eventually.IsTrueAsync(async () => (await stages[2].GetAsync("snapshots")).Seconds.Count == 1);
        Assert.Equal(2, (await stages[0].GetAsync("snapshots")).Seconds.Count);
    }

    [Fact]
    public async Task Free_space_is_looked_at_far_more_often_than_everything_else()
    {
        var free = long.MaxValue;
        await using var app = await StartAsync("01:00:00", builder => builder.InterposePacks(
            call => call.Method is "get_FreeBytes" ? Interlocked.Read(ref free) : call.GoThrough()));
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync([1, Now + 3_600]);

        // Below what is to stay free, and not yet so low that an hour that has not ended must give.
        Interlocked.Exchange(ref free, (512 << 20) - 1);
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync("snapshots")).Seconds.Count == 1);
    }

    [Fact]
    public async Task What_went_of_an_hour_that_has_not_ended_is_logged_by_its_pictures()
    {
        var free = long.MaxValue;
        using var shelf = new LogShelf();
        await using var app = await StartAsync("01:00:00", builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(shelf);
            builder.InterposePacks(call => call.Method is "get_FreeBytes" ? Interlocked.Read(ref free) : call.GoThrough());
        });
        var stage = await Stage.SetAsync(app);
        var moment = DateTimeOffset.FromUnixTimeSeconds((Now / 60 * 60) + 3_600 + 7);
        await stage.RecordAsync(moment);
        Interlocked.Exchange(ref free, 0);
        await Eventually.IsTrueAsync(async () => (await stage.GetAsync("logs?types=made%20room&objects=true")).Text
            .Contains($"1 pictures from {moment:yyyy-MM-dd HH:mm:ss} to {moment:yyyy-MM-dd HH:mm:ss} UTC", StringComparison.Ordinal));
        Assert.Contains(
            shelf.Lines,
            line => line.Contains($"1 pictures of 1 cameras went, from {moment:yyyy-MM-dd HH:mm:ss}Z to {moment:yyyy-MM-dd HH:mm:ss}Z", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("DeleteCameraAsync")]
    [InlineData("ListErasuresAsync")]
    public async Task A_camera_whose_pictures_could_not_be_deleted_goes_at_the_next_round(string fails)
    {
        var isDead = true;
        object? Answer(InterposedCall call) => call.Method == fails && Volatile.Read(ref isDead)
            ? throw new IOException("It refuses.")
            : call.GoThrough();
        await using var app = await StartAsync("00:00:01", builder =>
        {
            builder.InterposePacks(Answer);
            builder.InterposeIndex(Answer);
        });
        Volatile.Write(ref isDead, false);
        var stage = await Stage.SetAsync(app);
        await Eventually.IsTrueAsync(async () => (await stage.UploadAsync(1)).Status == 200);
        Volatile.Write(ref isDead, true);
        await stage.App.StoreAsync(db => db.DeleteCameraAsync(stage.Key, Cancellation));
        try
        {
            await stage.Recorder.ReloadAsync();
        }
        catch (IOException)
        {
            // The recorder may say so; who deleted the camera does not care.
        }

        Assert.True(Directory.Exists(stage.Folder));
        Volatile.Write(ref isDead, false);
        await Eventually.IsTrueAsync(() => !Directory.Exists(stage.Folder));
        await Eventually.IsTrueAsync(async () => (await app.Services.GetRequiredService<ISnapshotIndex>().ListErasuresAsync(Cancellation)).Count == 0);
        Assert.Equal((0, 0), await stage.Archive.SumAsync(stage.Key, Cancellation));
    }

    [Fact]
    public async Task An_upload_is_refused_when_the_database_hangs()
    {
        var hangs = false;
        await using var app = await StartAsync("01:00:00", builder =>
        {
            builder.Configuration["Evercam:Archive:GiveUpAfter"] = "00:00:01";
            builder.InterposeIndex(call => call.Method is "AddAsync" && Volatile.Read(ref hangs)
                ? new TaskCompletionSource<IReadOnlyList<Snapshot>>().Task
                : call.GoThrough());
        });
        var stage = await Stage.SetAsync(app);

        // A slow machine may need more than the second that it has.
        var second = 1L;
        for (; (await stage.UploadAsync(second)).Status != 200; second++)
        {
            Assert.True(second < 100);
        }

        Volatile.Write(ref hangs, true);
        (await stage.UploadAsync(second + 1)).Refuses(503, "The archive cannot be changed now");
        var kept = (await stage.GetAsync("snapshots")).Seconds;
        Assert.Contains(second, kept);
        Assert.DoesNotContain(second + 1, kept);
    }

    private static Task<EvercamApp> StartAsync(string upkeepInterval, Action<WebApplicationBuilder> adjust) => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Recorder:UpkeepInterval"] = upkeepInterval,
        },
        adjust: adjust);
}
