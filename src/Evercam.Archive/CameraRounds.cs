using System.Collections.Concurrent;

namespace Evercam.Archive;

/// <summary>Does something for one camera after the other and waits for none of them for long: one that is held up goes on by itself,
/// and is passed over until that has ended.</summary>
internal sealed class CameraRounds(TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<long, Task> heldUp = new();

    /// <summary>Whether something that was begun for a camera has not ended yet.</summary>
    public bool IsHeldUp(long cameraKey) => heldUp.TryGetValue(cameraKey, out var earlier) && !earlier.IsCompleted;

    /// <returns>What came of it; <see langword="null"/> if it goes on, or was not begun because something else does.</returns>
    public async Task<T?> TryAsync<T>(long cameraKey, Func<Task<T>> work, CancellationToken cancellation)
        where T : struct
    {
        if (IsHeldUp(cameraKey))
        {
            return null;
        }

        var working = Task.Run(work, CancellationToken.None);
        try
        {
            return await working.WaitAsync(Patience, clock, cancellation);
        }
        catch (TimeoutException) when (!working.IsCompleted)
        {
            heldUp[cameraKey] = EndAsync(working);
            return null;
        }
    }

    /// <summary>Whoever began it has gone on; what failed is found again by the next round.</summary>
    private static async Task EndAsync(Task working) => await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
