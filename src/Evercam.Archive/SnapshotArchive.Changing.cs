namespace Evercam.Archive;

/// <summary>What is done to pictures that are kept.</summary>
public sealed partial class SnapshotArchive
{
    /// <summary>Deletes what was taken in a range: from a moment (included) to a moment (excluded). When this returns, the rows
    /// are gone, and the bytes are overwritten or will be before anyone can adopt them; also of what had no row yet.</summary>
    /// <returns>How many pictures were deleted.</returns>
    /// <exception cref="IOException">Nothing was deleted, or the database did not say so within
    /// <see cref="SnapshotArchiveOptions.GiveUpAfter"/>; then it may still be.</exception>
    public Task<int> DeleteAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellation) =>
        ChangeInTimeAsync(
            cameraKey,
            async (writer, leave) =>
            {
                var open = await appender.ReadyAsync(writer, from, to, leave);
                var count = await deletions.DeleteAsync(writer, from, to, leave);
                if (tenures.AreShared)
                {
                    open.ForEach(pack => writer.Deleted.Add(pack, from, to));
                }

                return count;
            },
            cancellation);

    /// <summary>Marks what was taken in a range, from a moment (included) to a moment (excluded), to be kept: no bound and no lack of
    /// space gives it up from then on. Or takes the marks off. When this returns, that survives a crash, and the loss of the index.</summary>
    /// <returns>The pictures of the range, ascending.</returns>
    /// <exception cref="IOException">Disk or database did not say within <see cref="SnapshotArchiveOptions.GiveUpAfter"/> that it is
    /// so; it may be.</exception>
    public Task<IReadOnlyList<Snapshot>> MarkAsync(
        long cameraKey, DateTimeOffset from, DateTimeOffset to, bool keep, CancellationToken cancellation) =>
        ChangeInTimeAsync(
            cameraKey,
            async (writer, leave) =>
            {
                await appender.ReadyAsync(writer, from, to, leave);
                return await deletions.MarkAsync(writer, from, to, keep, leave);
            },
            cancellation);

    /// <summary>Deletes a camera with all its packs. Later saves for it are refused; its key must not be used again. When this returns,
    /// that is noted, and done as far as disk and database allow; the rest is done later.</summary>
    /// <exception cref="IOException">It could not be noted.</exception>
    public Task DeleteCameraAsync(long cameraKey, CancellationToken cancellation) => ChangeAsync(
        cameraKey,
        async writer =>
        {
            await deletions.DeleteCameraAsync(writer, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Deletes a whole pack, with its rows; of one with pictures that are marked to be kept, all the others.</summary>
    /// <exception cref="IOException">Nothing was deleted, or not all.</exception>
    /// <returns>Whether the disk let go of it; else the rows are gone, and the rest is tried again.</returns>
    public async Task<bool> DeletePackAsync(PackName pack, CancellationToken cancellation)
    {
        while (true)
        {
            // Whoever writes to the camera has a turn between two pieces.
            if (await ChangeRowsAsync(pack.CameraKey, writer => deletions.DeletePackAsync(writer, pack, cancellation), cancellation) is { } isGone)
            {
                return isGone;
            }
        }
    }

    /// <summary>Gives up some of the oldest pictures of a pack that is still written to, none of them marked to be kept.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="until">None that was taken then or later goes.</param>
    /// <param name="cancellation">Honoured before it begins.</param>
    /// <returns>What was given up; <see langword="null"/> if nothing may go.</returns>
    public Task<ShortenedPack?> GiveUpOldestAsync(PackName pack, DateTimeOffset until, CancellationToken cancellation) =>
        ChangeRowsAsync(pack.CameraKey, writer => deletions.GiveUpOldestAsync(writer, pack, until, cancellation), cancellation);
}
