using Evercam.Archive;

namespace Evercam.Recorder;

/// <summary>Finds the pictures of a camera that its recorder took by itself, and passes over those that somebody brought or wanted.</summary>
internal sealed class RecordedNeighbours(ISnapshotIndex index)
{
    /// <summary>So far is looked. Where a camera is recorded, no two pictures are further apart: that is told as a gap.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Moment = TimeSpan.FromMicroseconds(1);

    /// <summary>Whether there is one in a range.</summary>
    public async Task<bool> AnyAsync(long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        await FindFromAsync(cameraKey, from, to, cancellation) < to;

    /// <summary>The last one before a moment.</summary>
    /// <returns>The first moment that was looked at where none comes in reach but such as were not recorded; <see langword="null"/> where no
    /// picture comes before.</returns>
    public async Task<DateTimeOffset?> FindBeforeAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation)
    {
        var (at, end) = (moment, ArchiveTime.Add(moment, -Reach));
        while (at > end)
        {
            if (await index.FindAtOrBeforeAsync(cameraKey, ArchiveTime.Add(at, -Moment), cancellation) is not { } found)
            {
                return null;
            }

            if (found.IsRecorded)
            {
                return found.TakenAt;
            }

            at = found.TakenAt;
        }

        return end;
    }

    /// <summary>The first one at a moment or behind it.</summary>
    /// <returns>The last moment that was looked at where none comes in reach but such as were not recorded; <see langword="null"/> where no
    /// picture follows.</returns>
    public Task<DateTimeOffset?> FindAfterAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation) =>
        FindFromAsync(cameraKey, moment, ArchiveTime.Add(moment, Reach), cancellation);

    private async Task<DateTimeOffset?> FindFromAsync(
        long cameraKey, DateTimeOffset moment, DateTimeOffset end, CancellationToken cancellation)
    {
        for (var at = moment; at < end;)
        {
            if (await index.FindAtOrAfterAsync(cameraKey, at, cancellation) is not { } found)
            {
                return null;
            }

            if (found.IsRecorded)
            {
                return found.TakenAt;
            }

            at = ArchiveTime.Add(found.TakenAt, Moment);
        }

        return end;
    }
}
