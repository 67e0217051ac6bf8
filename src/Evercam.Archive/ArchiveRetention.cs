using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Evercam.Archive;

/// <summary>Gives up old pictures: by age and by bytes for each camera, and the oldest of all before the disk runs full. Whole
/// packs, oldest first; of one with pictures that are marked to be kept, all the others. Never the pack of the hour that is running,
/// unless nothing else is left and the disk is nearly full. A pack that cannot be deleted is passed over, and no other one goes in its
/// place.</summary>
/// <param name="archive">The archive.</param>
/// <param name="packs">The packs, asked for the space that is left.</param>
/// <param name="index">The index, asked for its counters.</param>
/// <param name="options">How much space to leave.</param>
/// <param name="clock">Tells which hour is running.</param>
/// <param name="log">Told what is deleted, and what cannot be.</param>
public sealed partial class ArchiveRetention(
    SnapshotArchive archive,
    IPackStore packs,
    ISnapshotIndex index,
    SnapshotArchiveOptions options,
    TimeProvider clock,
    ILogger<ArchiveRetention> log)
{
    private const int Batch = 64;

    private readonly CameraRounds rounds = new(clock);
    private readonly BelievedTime time = new(packs, index, clock, log);
    private readonly Refusals refusals = new(packs, clock);

    /// <summary>Told of each range of a camera whose pictures were given up, when nobody can find them any more; those that are marked to
    /// be kept are still there. Set before the first one.</summary>
    public Action<long, DateTimeOffset, DateTimeOffset> GaveUp { get; set; } = (_, _, _) => { };

    /// <summary>Compares the clock with what is to be expected, and writes down what is believed; to be called before it dates new
    /// pictures, and from time to time.</summary>
    /// <exception cref="IOException">The index does not answer.</exception>
    public Task LookAtClockAsync(CancellationToken cancellation) => time.TellAsync(cancellation);

    /// <summary>Applies a camera's bounds.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="keepFor">How long pictures are kept after they were taken; <see langword="null"/> for ever.</param>
    /// <param name="keepBytes">How many bytes of packs are kept, without what is marked to be kept and what is dated in the future;
    /// <see langword="null"/> for no bound.</param>
    /// <param name="cancellation">Stops between two packs.</param>
    /// <returns>The packs that were deleted, oldest first.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public async Task<IReadOnlyList<PackSummary>> ApplyAsync(
        long cameraKey, TimeSpan? keepFor, long? keepBytes, CancellationToken cancellation)
    {
        var now = keepFor is null ? clock.GetUtcNow() : await time.TellAsync(cancellation);
        var total = keepBytes is null ? 0 : await SumLooseAsync(cameraKey, cancellation);
        return await GiveUpAsync(cameraKey, IsDue, "beyond the camera's retention", cancellation);

        bool IsDue(PackSummary summary)
        {
            var isDue = (keepFor is { } longest && ArchiveTime.Add(summary.Pack.End, longest) <= now) || total > (keepBytes ?? long.MaxValue);
            total -= summary.Bytes;
            return isDue;
        }
    }

    /// <summary>Gives up a camera's oldest packs, to make room for others of its owner.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="until">Packs that end by then go, and no others.</param>
    /// <param name="cancellation">Stops between two packs.</param>
    /// <returns>The packs that were deleted, oldest first.</returns>
    /// <exception cref="IOException">The index does not answer.</exception>
    public Task<IReadOnlyList<PackSummary>> GiveUpUntilAsync(long cameraKey, DateTimeOffset until, CancellationToken cancellation) =>
        GiveUpAsync(cameraKey, summary => summary.Pack.End <= until, "beyond what its owner's cameras may take", cancellation);

    /// <summary>Gives up packs of a camera, oldest first, as long as they are due.</summary>
    private async Task<IReadOnlyList<PackSummary>> GiveUpAsync(
        long cameraKey, Func<PackSummary, bool> isDue, string reason, CancellationToken cancellation)
    {
        await refusals.LookAgainAsync(cancellation);
        var deleted = new List<PackSummary>();
        await foreach (var summary in ListLooseAsync(cameraKey, DateTimeOffset.MinValue, cancellation))
        {
            if (!IsPast(summary.Pack, clock.GetUtcNow()) || !isDue(summary) || rounds.IsHeldUp(cameraKey))
            {
                break;
            }

            if (IsHeld(summary.Pack))
            {
                continue;
            }

            if (await TryDeleteAsync(summary, reason, cancellation) is { } gone)
            {
                deleted.Add(gone);
            }
            else if (refusals.AreOfTheDisk)
            {
                break;
            }
        }

        return deleted;
    }

    /// <summary>Whether a pack is passed over because its folder does not let go of it; the log says so once.</summary>
    private bool IsHeld(PackName pack)
    {
        var isHeld = refusals.Hold(pack);
        if (isHeld && refusals.IsNews(pack))
        {
            LogHeld(pack);
        }

        return isHeld;
    }

    private static bool IsPast(PackName pack, DateTimeOffset now) => pack.End <= now;

    private async Task<PackSummary?> TryDeleteAsync(PackSummary summary, string reason, CancellationToken cancellation)
    {
        var gone = await TryAsync(summary.Pack, () => DeleteAsync(summary, cancellation), cancellation);
        if (gone is not null)
        {
            LogDeleted(gone.Pack, gone.Pictures, gone.Bytes, reason);
        }

        return gone;
    }

    private async Task<PackSummary?> DeleteAsync(PackSummary summary, CancellationToken cancellation)
    {
        var isGone = await archive.DeletePackAsync(summary.Pack, cancellation);
        GaveUp(summary.Pack.CameraKey, summary.Pack.Hour, summary.Pack.End);
        if (!isGone)
        {
            refusals.Add(summary.Pack);
            return null;
        }

        refusals.Deleted();
        return summary;
    }

    /// <returns>What went; <see langword="null"/> if nothing did, or not yet.</returns>
    private async Task<T?> TryAsync<T>(PackName pack, Func<Task<T?>> giveUp, CancellationToken cancellation)
        where T : class
    {
        try
        {
            T? gone = null;
            var hasEnded = await rounds.TryAsync(
                pack.CameraKey,
                async () =>
                {
                    gone = await giveUp();
                    return true;
                },
                cancellation);
            return hasEnded is null ? null : gone;
        }
#pragma warning disable CA1031 // One pack in trouble must not keep the others.
        catch (Exception failure) when (failure is not (OperationCanceledException or IndexUnavailableException))
#pragma warning restore CA1031
        {
            LogNotDeleted(pack, failure);
            return null;
        }
    }

    /// <summary>The bytes that a bound is about. What is dated in the future costs none of the past its place: it counts when its hour
    /// begins.</summary>
    private async Task<long> SumLooseAsync(long cameraKey, CancellationToken cancellation)
    {
        var nextHour = PackName.Of(cameraKey, clock.GetUtcNow()).End;
        return (await index.SumAsync(cameraKey, cancellation)).Bytes - (await index.SumKeptAsync(cameraKey, cancellation)).Bytes
            - await ListLooseAsync(cameraKey, nextHour, cancellation).Select(summary => summary.Bytes).SumAsync(cancellation);
    }

    /// <summary>The packs of a camera from an hour on, oldest first, without what is marked to be kept.</summary>
    private async IAsyncEnumerable<PackSummary> ListLooseAsync(
        long cameraKey, DateTimeOffset from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        IReadOnlyList<PackSummary> some;
        do
        {
            some = await index.ListLoosePacksAsync(cameraKey, from, Batch, cancellation);
            foreach (var summary in some)
            {
                yield return summary;
                from = summary.Pack.End;
            }
        }
        while (some.Count == Batch);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted of pack {Pack} {Pictures} pictures, {Bytes} bytes, {Reason}")]
    private partial void LogDeleted(PackName pack, int pictures, long bytes, string reason);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Old pictures stay: nothing can be deleted from the folder of pack {Pack}. May the server write to it?")]
    private partial void LogHeld(PackName pack);

    [LoggerMessage(Level = LogLevel.Error, Message = "Pack {Pack} could not be deleted; it will be tried again")]
    private partial void LogNotDeleted(PackName pack, Exception reason);
}
