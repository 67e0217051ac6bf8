using Evercam.Server.Pictures;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Snapshots;
using Microsoft.Extensions.Options;

namespace Evercam.Tests.Pictures;

/// <summary>A smaller picture is made once for all who want it.</summary>
public sealed class ThumbnailsTests
{
    private const long Second = 1_397_651_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_who_want_it_at_once_share_one_making_and_whoever_comes_later_causes_none()
    {
        var picture = await Photographs.ReadAsync("hd.jpg");
        using var thumbnails = new Thumbnails(Options.Create(new ThumbnailOptions()));
        var (ready, makings) = (new TaskCompletionSource(), 0);
        var asked = Enumerable.Range(0, 8).Select(_ => FindAsync(320)).ToArray();
        Assert.All(asked, answer => Assert.False(answer.IsCompleted));
        ready.SetResult();
        var given = await Task.WhenAll(asked);
        Assert.NotNull(given[0]);
        Assert.All(given, smaller => Assert.Same(given[0], smaller));
        Assert.Same(given[0], await FindAsync(320));
        Assert.Equal(1, Volatile.Read(ref makings));

        // That it stays as it is, is remembered, too; another width is another picture.
        Assert.Null(await FindAsync(1_920));
        Assert.Null(await FindAsync(1_920));
        Assert.NotSame(given[0], await FindAsync(64));
        Assert.Equal(3, Volatile.Read(ref makings));

        Task<byte[]?> FindAsync(int width) => thumbnails.FindAsync(
            "gate",
            width,
            async () =>
            {
                Interlocked.Increment(ref makings);
                await ready.Task;
                return picture;
            },
            Cancellation);
    }

    [Fact]
    public async Task A_stored_picture_is_read_once_whoever_asks_for_it_smaller()
    {
        var (reads, picture) = (0, await Photographs.ReadAsync("hd.jpg"));
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        await using var app = await EvercamApp.StartAsync(settings, adjust: builder => builder.InterposePacks(call =>
        {
            // Whether it is still there is looked up each time, without its bytes.
            if (call.Method == "ReadBothAsync" && call.Argument<(long Offset, Memory<byte> Buffer)>().Buffer.Length >= picture.Length)
            {
                Interlocked.Increment(ref reads);
            }

            return call.GoThrough();
        }));
        var stage = await Stage.SetAsync(app);
        await stage.UploadAsync(Second, picture);
        Volatile.Write(ref reads, 0);
        var first = await stage.GetAsync($"snapshots/{Second}.jpg?width=320");
        foreach (var path in new[] { $"snapshots/{Second}.jpg", "snapshots/latest.jpg", $"snapshots/{Second + 5}.jpg" })
        {
            Assert.Equal(first.Bytes, (await stage.GetAsync($"{path}?width=320")).Bytes);
        }

        Assert.Equal(1, Volatile.Read(ref reads));
    }
}
