namespace Evercam.Archive;

/// <summary>Finding pictures, and reading them: what waits for nobody who writes.</summary>
public sealed partial class SnapshotArchive
{
    /// <summary>The newest picture of a camera; <see langword="null"/> if it has none.</summary>
    public Task<Snapshot?> FindLatestAsync(long cameraKey, CancellationToken cancellation) =>
        index.FindAtOrBeforeAsync(cameraKey, DateTimeOffset.MaxValue, cancellation);

    /// <summary>When the newest picture of each of these cameras was taken; <see langword="null"/> where there is none.</summary>
    public Task<IReadOnlyList<DateTimeOffset?>> FindLastTimesAsync(IReadOnlyList<long> cameraKeys, CancellationToken cancellation) =>
        index.FindLastTimesAsync(cameraKeys, cancellation);

    /// <summary>The picture nearest to a second: the newest of that second itself, else the newest of the nearest second that
    /// has one, of two equally near the later.</summary>
    /// <param name="cameraKey">The camera.</param>
    /// <param name="second">A whole second.</param>
    /// <param name="within">The largest distance allowed, in whole seconds; <see langword="null"/> for any.</param>
    /// <param name="cancellation">Ends the search.</param>
    public Task<Snapshot?> FindNearestAsync(
        long cameraKey, DateTimeOffset second, TimeSpan? within, CancellationToken cancellation) =>
        index.FindNearestAsync(cameraKey, second, within, cancellation);

    /// <summary>Pictures from a moment (included) to a moment (excluded), ascending, at most <paramref name="limit"/>. Long notes are left
    /// out of all lists, so that nobody fills the memory with them: see <see cref="Snapshot.HasMoreNotes"/>.</summary>
    public Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        index.SkimAsync(cameraKey, from, to, limit, cancellation);

    /// <summary>The same, beginning <paramref name="skip"/> pictures later; whole hours are skipped by counters.</summary>
    public async Task<IReadOnlyList<Snapshot>> ListAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, long skip, int limit, CancellationToken cancellation)
    {
        var first = skip == 0 ? from : await index.FindNthAsync(cameraKey, from, to, skip, cancellation);
        return first is null ? [] : await index.SkimAsync(cameraKey, first.Value, to, limit, cancellation);
    }

    /// <summary>A picture of a list with all its notes; <see langword="null"/> if it was deleted meanwhile.</summary>
    public async ValueTask<Snapshot?> FindWholeAsync(Snapshot snapshot, CancellationToken cancellation)
    {
        if (!snapshot.HasMoreNotes)
        {
            return snapshot;
        }

        var found = await index.FindAtOrAfterAsync(snapshot.CameraKey, snapshot.TakenAt, cancellation);
        return found?.TakenAt == snapshot.TakenAt ? found : null;
    }

    /// <summary>When the last picture before a range was taken, and the first one from its end on.</summary>
    /// <returns>The first moment there is where none comes before, and <see langword="null"/> where none follows.</returns>
    public async Task<(DateTimeOffset Before, DateTimeOffset? After)> FindAroundAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation)
    {
        var before = await index.FindAtOrBeforeAsync(cameraKey, ArchiveTime.Add(from, TimeSpan.FromMicroseconds(-1)), cancellation);
        var after = await index.FindAtOrAfterAsync(cameraKey, to, cancellation);
        return (before?.TakenAt ?? DateTimeOffset.MinValue, after?.TakenAt);
    }

    /// <summary>For each of these ranges, whether it holds a picture.</summary>
    public Task<IReadOnlyList<bool>> AnyAsync(
        long cameraKey, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> ranges, CancellationToken cancellation) =>
        index.AnyAsync(cameraKey, ranges, cancellation);

    /// <summary>How many pictures a camera has, and how many bytes they take.</summary>
    public Task<(long Pictures, long Bytes)> SumAsync(long cameraKey, CancellationToken cancellation) =>
        index.SumAsync(cameraKey, cancellation);

    /// <summary>Pictures of a range that are marked to be kept, ascending, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<Snapshot>> ListKeptAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, int limit, CancellationToken cancellation) =>
        index.SkimKeptAsync(cameraKey, from, to, limit, cancellation);

    /// <summary>Whether the bytes of a picture are still where its row says: a look at its header and its end.</summary>
    /// <exception cref="PacksUnavailableException">The pack cannot be read, or all packs are away.</exception>
    public ValueTask<bool> ExistsAsync(Snapshot snapshot, CancellationToken cancellation) =>
        ReadAsync(snapshot, reader.ExistsAsync(snapshot.Address, cancellation));

    /// <summary>Reads the bytes of a picture into a buffer of exactly <see cref="PackAddress.Length"/> bytes.</summary>
    /// <returns><see langword="false"/> if the picture was deleted since its row was read.</returns>
    /// <exception cref="PacksUnavailableException">The pack cannot be read, or all packs are away.</exception>
    public ValueTask<bool> ReadAsync(Snapshot snapshot, Memory<byte> buffer, CancellationToken cancellation) =>
        ReadPieceAsync(snapshot, offset: 0, buffer, cancellation);

    /// <summary>Fills a buffer with the bytes of a picture from an offset on, which must reach that far.</summary>
    /// <returns><see langword="false"/> if the picture was deleted since its row was read, and perhaps since a piece before was.</returns>
    /// <exception cref="PacksUnavailableException">The pack cannot be read, or all packs are away.</exception>
    public ValueTask<bool> ReadPieceAsync(Snapshot snapshot, int offset, Memory<byte> buffer, CancellationToken cancellation) =>
        ReadAsync(snapshot, reader.ReadAsync(snapshot, offset, buffer, cancellation));

    /// <summary>The same of a picture as it stands in its pack, an entry of a TAR file of <see cref="PackAddress.EntryLength"/>
    /// bytes.</summary>
    /// <returns><see langword="false"/> if the picture was deleted since its row was read, and perhaps since a piece before was.</returns>
    /// <exception cref="PacksUnavailableException">The pack cannot be read, or all packs are away.</exception>
    public ValueTask<bool> ReadEntryPieceAsync(Snapshot snapshot, long offset, Memory<byte> buffer, CancellationToken cancellation) =>
        ReadAsync(snapshot, reader.ReadEntryAsync(snapshot, offset, buffer, cancellation));

    /// <summary>Whatever the disk says, whoever asks for the picture is told that it cannot be read now.</summary>
    private static async ValueTask<bool> ReadAsync(Snapshot snapshot, ValueTask<bool> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception refused) when (UnreadablePack.IsMeantBy(refused))
        {
            throw new PacksUnavailableException($"Pack {snapshot.Address.Pack} cannot be read: {refused.Message}", refused);
        }
    }
}
