using Evercam.Tests.Storage;

namespace Evercam.Tests.Archive;

/// <summary>Closing an archive while something is under way: nothing of it goes on behind whoever opens the same packs next.</summary>
public class StopTests(SqliteStorage storage) : IClassFixture<SqliteStorage>
{
    private static readonly DateTimeOffset Ten = TestArchive.Ten;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_being_erased_is_erased_first()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (reached, released, isErased) = (new TaskCompletionSource(), new TaskCompletionSource(), false);
        await EraseInBackgroundAsync(archive, reached, async call =>
        {
            await released.Task;
            for (var others = 0; others < 1_000; others++)
            {
                await Task.Yield();
            }

            await (Task)call.GoThrough()!;
            isErased = true;
        });
        var late = archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddHours(1), Cancellation);
        var stopping = archive.Archive.DisposeAsync().AsTask();
        released.SetResult();
        await stopping;
        Assert.True(isErased);

        // Nor does anything begin that had to wait for it.
        await Assert.ThrowsAsync<IOException>(() => late);
    }

    [Fact]
    public async Task A_disk_that_does_not_answer_is_not_waited_for_without_end_and_is_told()
    {
        await using var archive = await TestArchive.StartAsync(storage);
        var (reached, released) = (new TaskCompletionSource(), new TaskCompletionSource());
        await EraseInBackgroundAsync(archive, reached, async call => await call.GoThroughAfterAsync(released.Task));
        await archive.PassTimeAsync(archive.Archive.DisposeAsync().AsTask());
        Assert.Contains("Warning: The archive stops while something is still written to it: disk or database do not answer", archive.Log.Lines);
        released.SetResult();
    }

    /// <summary>Deletes a picture that the disk does not let go of at first; then the archive itself tries again.</summary>
    private static async Task EraseInBackgroundAsync(TestArchive archive, TaskCompletionSource reached, Func<InterposedCall, Task> erase)
    {
        await archive.SaveAsync(Ten);
        archive.OnPacks = call => call.Method is "EraseAsync" ? throw new IOException("The disk refuses.") : call.GoThrough();
        Assert.Equal(1, await archive.Archive.DeleteAsync(archive.Camera, Ten, Ten.AddHours(1), Cancellation));
        archive.OnPacks = call =>
        {
            if (call.Method is not "EraseAsync")
            {
                return call.GoThrough();
            }

            reached.TrySetResult();
            return erase(call);
        };
        await archive.PassTimeAsync(reached.Task);
    }
}
