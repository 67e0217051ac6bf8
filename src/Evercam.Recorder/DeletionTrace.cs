using Evercam.Archive;
using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>Tells the gap that deleted pictures leave.</summary>
internal sealed class DeletionTrace(SnapshotArchive archive, CoverageBook book, TimeProvider clock)
{
    /// <summary>Of the last seconds, not all pictures can be found yet.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    /// <summary>Pictures of a range were deleted. What is left between those around them is a gap if it is longer than between any two
    /// may be: one picture of many leaves none, and many one after the other leave one.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment behind the last.</param>
    /// <param name="schedule">How often pictures are wanted, if they are.</param>
    /// <param name="by">Who deleted them, if known.</param>
    public async Task TellAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, Schedule? schedule, long? by)
    {
        var (before, after) = await Task.Run(() => archive.FindAroundAsync(cameraKey, from, to, CancellationToken.None));

        // A picture may have been brought under a time to come, of which nobody can know what will be recorded until then.
        var known = clock.GetUtcNow() - Settling;
        var end = after < known ? after.Value : known;
        if (end - before > CameraCoverage.Tolerance(schedule))
        {
            book.Went(cameraKey, ArchiveTime.Add(before, TimeSpan.FromSeconds(1)), end, CoverageStatus.Deleted, by);
        }
    }
}
