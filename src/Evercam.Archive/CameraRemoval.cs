namespace Evercam.Archive;

/// <summary>Takes a whole camera out of the index.</summary>
internal static class CameraRemoval
{
    /// <summary>Notes that all packs of a camera must go, then removes its rows. The note comes first: a crash in the middle leaves
    /// rows that the next start removes, and nothing comes back.</summary>
    public static async Task<Erasure> RemoveCameraAsync(
        this ISnapshotIndex index, long cameraKey, CancellationToken cancellation)
    {
        var noted = await index.NoteCameraAsync(cameraKey, cancellation);
        await index.RemoveRowsAsync(cameraKey, cancellation);
        return noted;
    }

    /// <summary>Removes the rows of a camera whose end is noted.</summary>
    public static async Task RemoveRowsAsync(this ISnapshotIndex index, long cameraKey, CancellationToken cancellation)
    {
        while (await index.RemoveSomeAsync(cameraKey, cancellation))
        {
            // Whoever waited has a turn between two transactions.
        }
    }
}
