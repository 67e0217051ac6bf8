namespace Evercam.Archive;

/// <summary>The port to the table of pictures: a row per picture, found by camera and time.</summary>
/// <remarks>
/// Every question costs a fixed number of index probes, whatever the size of the table. Every change is one transaction
/// that is on stable storage when the call returns. All ranges include <c>from</c> and exclude <c>to</c>. A driver that
/// cannot reach its database throws <see cref="IndexUnavailableException"/>; then nothing was changed, or, when the
/// connection broke during the commit, all of it was.
/// </remarks>
public interface ISnapshotIndex
{
    /// <summary>How many bytes of notes in UTF-8 a list has at most for each of its rows, where it need not have all.</summary>
    const int ShortNotesBytes = 4_096;

    /// <summary>Adds rows, in one transaction. A row that is there already, with the same address and hash, counts as added,
    /// so that an addition of unknown outcome may be repeated.</summary>
    /// <returns>The snapshots that were refused because another picture of their camera has their moment.</returns>
    Task<IReadOnlyList<Snapshot>> AddAsync(IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation);

    /// <summary>Ends when the index takes changes, for whoever has something to do first that must not wait for it.</summary>
    Task AwaitReadyAsync(CancellationToken cancellation);

    /// <summary>Asks once more whether this server has a camera still, for whoever is about to change what lies in its packs. Where servers
    /// share nothing, it has.</summary>
    /// <exception cref="CameraElsewhereException">Another server has it.</exception>
    Task DemandTenureAsync(long cameraKey, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Removes the rows of a range and, in the same transaction, notes an <see cref="Erasure"/> of each one's bytes.</summary>
    /// <returns>What must be erased now, in ascending time; empty if the range held nothing.</returns>
    Task<IReadOnlyList<Erasure>> RemoveAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation);

    /// <summary>Sees to it that pictures of a camera have no rows, and get none by an addition of which nobody knows the outcome and
    /// which may still be on its way: where that is possible, adds the rows and removes them. Notes the erasure of their bytes, in the
    /// same transaction. Another picture that has the moment of one of them stays.</summary>
    /// <returns>What must be erased now: each of them.</returns>
    Task<IReadOnlyList<Erasure>> TakeBackAsync(
        long cameraKey, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation);

    /// <summary>Removes all rows of a pack and notes its erasure, in one transaction.</summary>
    /// <returns><see langword="null"/> if a picture of it is marked to be kept: then nothing was changed.</returns>
    Task<Erasure?> RemovePackAsync(PackName pack, CancellationToken cancellation);

    /// <summary>Removes the rows of the oldest pictures of a pack that are not marked to be kept, and notes their erasures, in one
    /// transaction.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="limit">How many at most; 1 or more.</param>
    /// <param name="cancellation">Honoured before it begins.</param>
    /// <returns>What must be erased now, in ascending time; empty if all that is left is to be kept.</returns>
    Task<IReadOnlyList<Erasure>> RemoveLooseAsync(PackName pack, int limit, CancellationToken cancellation);

    /// <summary>The oldest pictures of a pack that are not marked to be kept, ascending, at most <paramref name="limit"/> (1 or more).</summary>
    Task<IReadOnlyList<Snapshot>> ListLooseAsync(PackName pack, int limit, CancellationToken cancellation);

    /// <summary>Marks pictures to be kept. Those that are marked already stay so; moments without a picture are passed over. The mark
    /// goes when its row goes.</summary>
    Task KeepAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation);

    /// <summary>Takes such marks off. Where there is none, nothing happens.</summary>
    Task ReleaseAsync(long cameraKey, IReadOnlyList<DateTimeOffset> moments, CancellationToken cancellation);

    /// <summary>The first pictures of a range that are marked to be kept, ascending, at most <paramref name="limit"/> (1 or
    /// more).</summary>
    Task<IReadOnlyList<Snapshot>> ListKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation);

    /// <summary>The same without notes that take more than <see cref="ShortNotesBytes"/>: see <see cref="SkimAsync"/>.</summary>
    Task<IReadOnlyList<Snapshot>> SkimKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation);

    /// <summary>How many pictures of a camera are marked to be kept, and how many bytes they take.</summary>
    Task<(long Pictures, long Bytes)> SumKeptAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>Notes that all packs of a camera must go. Noted already, it is not noted again. The rows are still there: see
    /// <see cref="RemoveSomeAsync"/>.</summary>
    Task<Erasure> NoteCameraAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>Removes the oldest packs of a camera from the index, some thousand rows at once, so that nobody who writes meanwhile
    /// waits for the millions that a camera may have. Notes nothing.</summary>
    /// <returns>Whether there may be more.</returns>
    Task<bool> RemoveSomeAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>Forgets an erasure whose bytes are gone from stable storage.</summary>
    Task ForgetErasuresAsync(IReadOnlyList<Erasure> erasures, CancellationToken cancellation);

    /// <summary>The erasures that were noted and not forgotten: what a crash interrupted. One whose removal is on its way may be
    /// missing, also where the process that began it has ended; before a pack is used, those of its camera are asked for.</summary>
    Task<IReadOnlyList<Erasure>> ListErasuresAsync(CancellationToken cancellation);

    /// <summary>Those of one camera. Waits for removals that are on their way, also for one that its caller could not wait for.</summary>
    Task<IReadOnlyList<Erasure>> ListErasuresAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>Where the last entry of a pack's part ends that a row points to, in bytes; 0 if none does.</summary>
    Task<long> FindEndAsync(PackName pack, int part, CancellationToken cancellation);

    /// <summary>The latest picture taken at this moment or before.</summary>
    Task<Snapshot?> FindAtOrBeforeAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation);

    /// <summary>For each of these cameras the moment of its latest picture; <see langword="null"/> where it has none. One question, and
    /// one probe each.</summary>
    Task<IReadOnlyList<DateTimeOffset?>> FindLastTimesAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation);

    /// <summary>The earliest picture taken at this moment or after.</summary>
    Task<Snapshot?> FindAtOrAfterAsync(long cameraKey, DateTimeOffset moment, CancellationToken cancellation);

    /// <summary>The first pictures of a range, ascending, at most <paramref name="limit"/> (1 or more).</summary>
    Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation);

    /// <summary>The same, for whoever asks for many: notes that take more than <see cref="ShortNotesBytes"/> are left out, and
    /// <see cref="Snapshot.HasMoreNotes"/> says so. What a list takes is bounded by its limit then, whatever was written to its
    /// pictures.</summary>
    Task<IReadOnlyList<Snapshot>> SkimAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation);

    /// <summary>For each of these ranges, whether it holds a picture: one probe each.</summary>
    Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation);

    /// <summary>The moment of the picture that stands <paramref name="skip"/> places (0 or more) after the first one of a range;
    /// <see langword="null"/> if the range is shorter. Whole hours are skipped by their counters, so the cost grows with the
    /// hours skipped and never with the pictures.</summary>
    Task<DateTimeOffset?> FindNthAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, long skip, CancellationToken cancellation);

    /// <summary>The packs of a camera that hold pictures, by hour ascending: those from <paramref name="fromHour"/> on,
    /// at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<PackSummary>> ListPacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation);

    /// <summary>The same, of packs that hold pictures which are not marked to be kept: only those count.</summary>
    Task<IReadOnlyList<PackSummary>> ListLoosePacksAsync(
        long cameraKey, DateTimeOffset fromHour, int limit, CancellationToken cancellation);

    /// <summary>The oldest such packs of all cameras together, by hour ascending, at most <paramref name="limit"/>. Only pictures that
    /// are not marked to be kept count.</summary>
    Task<IReadOnlyList<PackSummary>> ListOldestPacksAsync(int limit, CancellationToken cancellation);

    /// <summary>How many pictures a camera has and how many bytes they take, by the counters of its packs.</summary>
    Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>The cameras that have rows, ascending by key.</summary>
    Task<IReadOnlyList<long>> ListCamerasAsync(CancellationToken cancellation);

    /// <summary>Replaces all rows of a pack by these, in one transaction, and counts anew: what <c>reindex</c> does. The marks of
    /// pictures that are still there stay.</summary>
    Task ReplacePackAsync(PackName pack, IReadOnlyList<Snapshot> snapshots, CancellationToken cancellation);
}

/// <summary>What a pack holds by the index's counters, which change in the same transaction as the rows.</summary>
/// <param name="Pack">The pack.</param>
/// <param name="Pictures">How many rows point into it; 1 or more.</param>
/// <param name="Bytes">The sum of <see cref="PackAddress.EntryLength"/> over those rows.</param>
public sealed record PackSummary(PackName Pack, int Pictures, long Bytes);

/// <summary>A note that bytes must go: written with the removal of the rows, forgotten when the bytes are gone, and carried
/// out at start-up if a crash came between, so that nothing deleted can come back.</summary>
/// <param name="Key">The note's own number.</param>
/// <param name="CameraKey">The camera.</param>
/// <param name="Pack">The pack; <see langword="null"/> means every pack of the camera.</param>
/// <param name="Entry">The one entry to erase; <see langword="null"/> means the whole pack.</param>
public sealed record Erasure(long Key, long CameraKey, PackName? Pack, PackAddress? Entry);

/// <summary>The database does not answer now; trying again later may help.</summary>
/// <param name="message">What was tried.</param>
/// <param name="reason">The driver's own failure.</param>
public sealed class IndexUnavailableException(string message, Exception reason) : IOException(message, reason)
{
    /// <summary>Whether the log says so already, once for all.</summary>
    public bool IsTold { get; init; }
}
