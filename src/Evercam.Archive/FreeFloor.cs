using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>How much space is to be left now: as much as was asked for, if there can be as much. A disk that has become smaller, or that
/// others have filled, can have too little even without any picture. Then all of them would go in vain; so none goes for what was asked
/// for, and only as much is left as the database needs for the recording to go on: half of what was asked for, or of the disk if that is
/// smaller, and no more than 512 MiB. Pictures go before there is less of it, and are refused where none may: so there is a disk for
/// pictures, however small it is.</summary>
/// <param name="packs">Asked how large the disk is.</param>
/// <param name="index">Asked what may go.</param>
/// <param name="asked">How many bytes are to stay free; 0 for no matter how many.</param>
/// <param name="clock">Tells when to look again.</param>
/// <param name="log">Told when it is out of reach, and when no longer.</param>
internal sealed partial class FreeFloor(IPackStore packs, ISnapshotIndex index, long asked, TimeProvider clock, ILogger log)
{
    private const int Batch = 64;

    /// <summary>To sum up what may go costs more than to look at the disk.</summary>
    private static readonly TimeSpan LooksAgainAfter = TimeSpan.FromMinutes(1);

    private long? missedAt;

    /// <summary>How much is to be left now.</summary>
    /// <param name="free">How many bytes are free, or will soon be.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <returns>The floor, and the last of it, which is for the database.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task<(long Floor, long Reserve)> FindAsync(long free, CancellationToken cancellation)
    {
        if (free >= asked)
        {
            Reached();
            return (asked, asked / 2);
        }

        var size = packs.TotalBytes;
        var least = Math.Min(Math.Min(asked, size) / 2, SnapshotArchiveOptions.DefaultMinimumFreeBytes);
        if (size >= asked && !(missedAt is { } then && clock.GetElapsedTime(then) < LooksAgainAfter))
        {
            var reach = await ReachAsync(free, cancellation);
            if (reach >= asked)
            {
                Reached();
                return (asked, asked / 2);
            }

            Missed(reach, least);
        }
        else if (size < asked)
        {
            Missed(size, least);
        }

        return (least, least);
    }

    /// <summary>How many bytes would be free if all went that may; not less than the truth, and no more than is asked for if less is
    /// enough.</summary>
    private async Task<long> ReachAsync(long free, CancellationToken cancellation)
    {
        // Mostly little is missing, and the oldest packs are enough.
        var oldest = free + (await index.ListOldestPacksAsync(Batch, cancellation)).Sum(pack => pack.Bytes);
        if (oldest >= asked)
        {
            return oldest;
        }

        var reach = free;
        foreach (var camera in await index.ListCamerasAsync(cancellation))
        {
            reach += (await index.SumAsync(camera, cancellation)).Bytes - (await index.SumKeptAsync(camera, cancellation)).Bytes;
            if (reach >= asked)
            {
                break;
            }
        }

        return reach;
    }

    private void Missed(long reach, long least)
    {
        if (missedAt is null)
        {
            LogOutOfReach(asked, reach, least);
        }

        missedAt = clock.GetTimestamp();
    }

    private void Reached()
    {
        if (missedAt is not null)
        {
            missedAt = null;
            LogWithinReach(asked);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Evercam:Archive:MinimumFreeBytes is out of reach: {Asked} bytes cannot be free on this disk, no more than {Reach} even "
            + "without any picture that may go. None goes for it; {Least} bytes are kept free, so that recording goes on")]
    private partial void LogOutOfReach(long asked, long reach, long least);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Evercam:Archive:MinimumFreeBytes is within reach again: {Asked} bytes are kept free")]
    private partial void LogWithinReach(long asked);
}
