namespace Evercam.Archive;

/// <summary>The port to where packs lie: a folder, or a bucket.</summary>
/// <remarks>
/// A pack has one writer at a time; readers may read what is durable at any time. A driver that finds no room or no device
/// throws <see cref="IOException"/>; where all packs are away, as of a volume that is not mounted, a
/// <see cref="PacksUnavailableException"/>.
/// </remarks>
public interface IPackStore
{
    /// <summary>Adds an entry to the end of a pack, creating the pack if need be. The bytes can be read at once, and survive
    /// a crash after <see cref="FlushAsync"/>. A reader of the growing file never sees half an entry as a whole one.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="header">TAR headers, a multiple of 512 bytes.</param>
    /// <param name="picture">The picture; the store adds the padding.</param>
    /// <param name="cancellation">Honoured before the first byte is written, not after.</param>
    /// <returns>Where the entry lies.</returns>
    /// <exception cref="IOException">Nothing was added; what was half written is cut off or overwritten by the next entry.</exception>
    ValueTask<PackAddress> AppendAsync(
        PackName pack, ReadOnlyMemory<byte> header, ReadOnlyMemory<byte> picture, CancellationToken cancellation);

    /// <summary>Puts all that was added to these packs, and their names, on stable storage: each for itself, so that one that the
    /// disk refuses takes no other along.</summary>
    /// <exception cref="PacksNotDurableException">What was added to some of them may not survive a crash.</exception>
    /// <exception cref="IOException">The same, of all of them.</exception>
    Task FlushAsync(IReadOnlyCollection<PackName> packs, CancellationToken cancellation);

    /// <summary>How long what is recorded is gathered in a pack before it is flushed, where each flush of a pack costs a request: then
    /// whoever is in a hurry takes along only what is in the same pack. <see langword="null"/> where flushing packs together is cheap.</summary>
    TimeSpan? GathersFor => null;

    /// <summary>Fills a buffer from an offset of a pack.</summary>
    /// <returns>How many bytes were read: fewer than asked for only at the end, 0 beyond it or if there is no such pack.</returns>
    ValueTask<int> ReadAsync(PackName pack, int part, long offset, Memory<byte> buffer, CancellationToken cancellation);

    /// <summary>Fills two buffers from two places of a pack, one after the other: from one file, also if another one takes its name
    /// meanwhile.</summary>
    /// <returns>Whether there was enough for both.</returns>
    ValueTask<bool> ReadBothAsync(
        PackName pack,
        int part,
        (long Offset, Memory<byte> Buffer) first,
        (long Offset, Memory<byte> Buffer) second,
        CancellationToken cancellation);

    /// <summary>Overwrites entries in place, durably, so that TAR tools pass over them and no byte of the pictures is left; where the
    /// store can do so, it gives the room back. An entry, or a pack, that is gone already is passed over.</summary>
    Task EraseAsync(IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation);

    /// <summary>Closes a finished pack with TAR's end mark, durably. A later <see cref="AppendAsync"/> opens it again.</summary>
    Task SealAsync(PackName pack, CancellationToken cancellation);

    /// <summary>The packs that were open for writing, now or when the process before this one ended.</summary>
    Task<IReadOnlyList<PackName>> ListOpenAsync(CancellationToken cancellation);

    /// <summary>Opens a pack for writing, if there is one: the one that lies there now, whatever was read or written of it before.</summary>
    /// <returns>Its length in bytes; 0 if there is none.</returns>
    Task<long> OpenAsync(PackName pack, CancellationToken cancellation);

    /// <summary>Whether a pack that is open for writing was found, when it was put on stable storage, to be no more the one that has its
    /// name: somebody has put another one there, or taken it away. Or whether it is shorter now than what was written to it. It is to be
    /// opened anew.</summary>
    bool WasReplaced(PackName pack);

    /// <summary>Cuts off all that lies behind an end. A shorter pack stays as it is.</summary>
    Task TruncateAsync(PackName pack, long end, CancellationToken cancellation);

    /// <summary>Keeps the places of those entries that lie behind the end of a pack, wholly or in part, so that nothing else is put
    /// there: zeros take them, also where half an entry is, which must not pass for a whole one. Decides by the pack that is open
    /// for writing, and cuts nothing off.</summary>
    /// <returns>How many of the entries are lost.</returns>
    Task<int> HoldPlacesAsync(PackName pack, IReadOnlyCollection<PackAddress> entries, CancellationToken cancellation);

    /// <summary>Where another server began to add to a pack, if from an offset up to there is nothing: each has a range of its own.
    /// <see langword="null"/> where there is something, or packs have one range.</summary>
    ValueTask<long?> FindNextRangeAsync(PackName pack, long offset, CancellationToken cancellation) => ValueTask.FromResult<long?>(null);

    /// <summary>Another server has written to a camera's packs, or will: what is remembered of them counts no more, and what waits in memory
    /// goes. Then looks which of them are open.</summary>
    Task LetGoAsync(long cameraKey, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Whether <see cref="DeleteAsync"/> may succeed, as far as that can be told without trying.</summary>
    bool MayDelete(PackName pack);

    /// <summary>Whether packs may be written, as far as that can be told without trying: not onto a disk that is mounted to be read
    /// only.</summary>
    bool MayWrite => true;

    /// <summary>Deletes a whole pack with its list, durably. Not finding it is success.</summary>
    Task DeleteAsync(PackName pack, CancellationToken cancellation);

    /// <summary>Deletes all packs of a camera and what stands beside them, durably. Not finding any is success.</summary>
    Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>All packs that exist, by camera and hour ascending: for check and reindex.</summary>
    /// <param name="unlisted">Told of a folder that cannot be read; the others are listed.</param>
    /// <param name="cancellation">Ends the list.</param>
    /// <exception cref="PacksUnavailableException">What was not listed says nothing.</exception>
    IAsyncEnumerable<PackName> ListAsync(Action<IOException> unlisted, CancellationToken cancellation);

    /// <summary>The parts of a pack that exist, ascending: 0 is the pack itself.</summary>
    /// <exception cref="IOException">Nobody knows; or what has its name is no pack.</exception>
    Task<IReadOnlyList<int>> ListPartsAsync(PackName pack, CancellationToken cancellation);

    /// <summary>Keeps a small text beside a camera's packs that says which camera it is; replaces the one before.</summary>
    Task WriteCardAsync(long cameraKey, ReadOnlyMemory<byte> card, CancellationToken cancellation);

    /// <summary>The text that <see cref="WriteCardAsync"/> kept; <see langword="null"/> if there is none.</summary>
    Task<byte[]?> ReadCardAsync(long cameraKey, CancellationToken cancellation);

    /// <summary>Keeps a small text beside a pack that names its pictures which are to be kept; replaces the one before, durably. An
    /// empty one is none.</summary>
    Task WriteKeptAsync(PackName pack, ReadOnlyMemory<byte> list, CancellationToken cancellation);

    /// <summary>The text that <see cref="WriteKeptAsync"/> kept; <see langword="null"/> if there is none.</summary>
    Task<byte[]?> ReadKeptAsync(PackName pack, CancellationToken cancellation);

    /// <summary>Keeps a small text beside all packs that says which time was believed last; replaces the one before, durably.</summary>
    Task WriteTimeAsync(ReadOnlyMemory<byte> text, CancellationToken cancellation);

    /// <summary>The text that <see cref="WriteTimeAsync"/> kept; <see langword="null"/> if there is none.</summary>
    Task<byte[]?> ReadTimeAsync(CancellationToken cancellation);

    /// <summary>Bytes that may still be written; <see cref="long.MaxValue"/> where nobody knows a bound.</summary>
    long FreeBytes { get; }

    /// <summary>Bytes that could be written if nothing were there; <see cref="long.MaxValue"/> where nobody knows a bound.</summary>
    long TotalBytes { get; }
}

/// <summary>Some packs could not be put on stable storage; all others were.</summary>
/// <param name="reasons">Which, and why.</param>
public sealed class PacksNotDurableException(IReadOnlyDictionary<PackName, IOException> reasons)
    : IOException($"{reasons.Count} packs could not be put on stable storage: {reasons.Values.First().Message}", reasons.Values.First())
{
    /// <summary>Which, and why.</summary>
    public IReadOnlyDictionary<PackName, IOException> Reasons => reasons;
}

/// <summary>Pictures cannot be read now: the place where packs lie is not there, or it refuses.</summary>
/// <param name="message">What is wrong.</param>
/// <param name="reason">The driver's own failure, if there is one.</param>
public sealed class PacksUnavailableException(string message, Exception? reason = null) : IOException(message, reason);

/// <summary>A pack that cannot be read, or a folder of which nobody can tell what packs it has.</summary>
/// <param name="Pack">The pack; <see langword="null"/> for anything else.</param>
/// <param name="Reason">Why, in one sentence for a person.</param>
public sealed record UnreadablePack(PackName? Pack, string Reason)
{
    /// <summary>Whether a failure is about one pack or folder, so that the others may be looked at: not about the index, nor about the
    /// place of all packs.</summary>
    public static bool IsMeantBy(Exception failure) =>
        failure is (IOException or UnauthorizedAccessException) and not (IndexUnavailableException or PacksUnavailableException);

    /// <inheritdoc/>
    public override string ToString() => Pack is { } pack ? $"{pack}: {Reason}" : Reason;
}
