using Evercam.Archive;
using Evercam.Server.Cameras;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Cameras;

/// <summary>Deleting a camera with so many pictures that they take long to go.</summary>
public sealed class LargeCameraTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_deletes_a_camera_does_not_wait_until_all_its_pictures_are_gone()
    {
        using var shelf = new LogShelf();
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        var (reached, allowed) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
            clock,
            adjust: builder =>
            {
                builder.Services.AddSingleton<ILoggerProvider>(shelf);
                builder.InterposePacks(call =>
                {
                    if (call.Method != nameof(IPackStore.DeleteCameraAsync))
                    {
                        return call.GoThrough();
                    }

                    reached.TrySetResult();
                    return call.GoThroughAfterAsync(allowed.Task);
                });
            });
        var stage = await Stage.SetAsync(app);
        await stage.RecordAsync(clock.GetUtcNow());
        var deletion = stage.AskAsync(HttpMethod.Delete, "", stage.Owner);
        await reached.Task.WaitAsync(Cancellation);
        Assert.False(deletion.IsCompleted);
        clock.Advance(CameraNews.Patience);
        (await deletion).Is(200, "{}");

        // Nobody finds anything of it meanwhile.
        Assert.Equal(404, (await stage.GetAsync("snapshots")).Status);
        var index = app.Services.GetRequiredService<ISnapshotIndex>();
        Assert.Contains(await index.ListErasuresAsync(Cancellation), erasure => erasure.CameraKey == stage.Key);
        allowed.SetResult();
        await Eventually.IsTrueAsync(async () => (await index.ListErasuresAsync(Cancellation)).Count == 0);
        Assert.False(Directory.Exists(stage.Folder));
        Assert.DoesNotContain(shelf.Lines, line => line.Contains("not all was told of it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whoever_deletes_an_account_waits_no_longer_for_three_such_cameras_than_for_one()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        var (reached, allowed) = (0, new TaskCompletionSource());
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" },
            clock,
            adjust: builder => builder.InterposePacks(call =>
            {
                if (call.Method != nameof(IPackStore.DeleteCameraAsync))
                {
                    return call.GoThrough();
                }

                Interlocked.Increment(ref reached);
                return call.GoThroughAfterAsync(allowed.Task);
            }));
        var joe = await app.SignUpAsync();
        foreach (var _ in Enumerable.Range(0, 3))
        {
            await app.AddCameraAsync(joe);
        }

        var deletion = app.AskAsync("DELETE", $"users/{joe.Name}", joe);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref reached) == 3);
        Assert.False(deletion.IsCompleted);
        clock.Advance(CameraNews.Patience);
        Assert.Equal((200, "{}"), await deletion);
        allowed.SetResult();
    }
}
